"""A snapshot of chosen entries that others may read for a while."""

from __future__ import annotations

from datetime import timedelta

from pydantic import AwareDatetime

from bot.domain.evidence import ConfirmationState, Entry, EntryStatus, Sensitivity, Value

#: How long a share lasts, as offered; nothing lasts longer than the last.
LASTS = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
#: At most this many entries stand in one share.
MOST_SHARED = 50


class Share(Value):
    """One snapshot. Its address is told once, when it is made; the bot can't tell it again."""

    id: str
    workspace_id: str
    user_id: str
    title: str
    entry_count: int
    created_at: AwareDatetime
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None = None


class Held(Value):
    """One entry on a shared page, and whose words are quoted with it."""

    entry_id: str
    quoted: tuple[str, ...] = ()


def held_of(entry: Entry) -> Held:
    """What a page that shows this entry holds of it."""
    return Held(
        entry_id=entry.id,
        quoted=tuple(each.by for each in entry.confirmations if each.state is ConfirmationState.QUOTED),
    )


class ShareView(Value):
    """One time it was opened, and what program said it opened it."""

    at: AwareDatetime
    agent: str


def may_be_shared(entry: Entry) -> bool:
    """Whether its owner said that this entry may be shared outside a packet."""
    return entry.status is EntryStatus.KEPT and entry.sensitivity is Sensitivity.SHARE
