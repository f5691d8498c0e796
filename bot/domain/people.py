"""The people the bot serves, and what it knows of their zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime

from bot.domain.evidence import Value

#: Where nothing better is known. Said to the person wherever a time is shown.
FALLBACK_ZONE = "UTC"


class Profile(Value):
    """What Slack says of a person. `zone` is an IANA name, absent for some bots and guests."""

    user_id: str
    name: str
    zone: str | None = None
    is_bot: bool = False
    is_active: bool = True
    status_text: str = ""
    status_emoji: str = ""
    status_expires_at: AwareDatetime | None = None


class Member(Value):
    """One person in one workspace: what Slack says of them and what they told the bot."""

    workspace_id: str
    user_id: str
    name: str = ""
    zone: str | None = None
    is_active: bool = True
    profile_read_at: AwareDatetime | None = None
    met_at: AwareDatetime | None = None
    wants_credits: bool = True
    wants_confirm_requests: bool = True
    language_model: str | None = None
    """What they said to sending words of theirs to a language model, and to which (`domain/language_model.py`)."""
    target_level: str = "staff"
    dm: str | None = None
    """Their direct message with the bot, once it was opened."""

    @property
    def zone_info(self) -> ZoneInfo:
        """The person's zone; UTC when Slack gave none or one that is unknown here."""
        return zone_info(self.zone)

    def day_at(self, moment: datetime) -> date:
        """The day it is where this person is."""
        return moment.astimezone(self.zone_info).date()


def known_zone(name: str) -> str | None:
    """The name, if it is that of a zone known here."""
    return name if zone_info(name).key == name else None


def zone_info(name: str | None) -> ZoneInfo:
    """The zone with this IANA name, or UTC when there is none."""
    try:
        return ZoneInfo(name or FALLBACK_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(FALLBACK_ZONE)
