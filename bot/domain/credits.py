"""Crediting a colleague: a star on their message offers it to them as evidence."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.evidence import Value

#: At most this many credit messages reach one person in any 24 hours; the rest wait on their Home.
DAILY_OFFERS = 2
OFFER_WINDOW = timedelta(hours=24)


class CreditState(StrEnum):
    """What became of a credit."""

    OFFERED = "offered"
    WAITING = "waiting"
    """Not sent as a message because enough were sent that day; shown on the person's Home."""
    KEPT = "kept"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    MUTED = "muted"
    """The person doesn't want such messages; nothing was shown."""


class Credit(Value):
    """One person's star on another's message."""

    id: str
    workspace_id: str
    to_user: str
    by_user: str
    channel: str
    ts: str
    thread_ts: str | None = None
    permalink: str | None = None
    text: str
    state: CreditState
    entry_id: str | None = None
    created_at: AwareDatetime
    offered_at: AwareDatetime | None = None
