"""What all ways of capturing have in common: one request, one answer."""

from __future__ import annotations

from pydantic import AwareDatetime

from bot.domain.evidence import Entry, EntryStatus, Note, Quote, Source, TextBy, Value


class CaptureRequest(Value):
    """Something to keep.

    `capture_key` names what is captured; the same person capturing it again gets the same entry. `words` is what is
    tagged and read, where that differs from the entry's text. `said_at` is when they were said, from which "yesterday"
    counts. What stands in `note` was said by the person and wins over anything read from the text. `witnesses` saw it;
    `credited_by` vouch for it. With `announce_key` the answer is sent through the outbox, once for this key, to where
    `announce_in` says; without it the caller shows it.
    """

    workspace_id: str
    user_id: str
    capture_key: str
    text: str
    text_by: TextBy = TextBy.PERSON
    words: str | None = None
    said_at: AwareDatetime
    source: Source
    status: EntryStatus = EntryStatus.KEPT
    quotes: tuple[Quote, ...] = ()
    note: Note = Note()
    helped: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    credited_by: tuple[str, ...] = ()
    announce_in: str | None = None
    announce_thread: str | None = None
    announce_key: str | None = None


class Captured(Value):
    """The entry, and whether it is new or was brought back rather than there already."""

    entry: Entry
    is_new: bool


def message_key(channel: str, ts: str) -> str:
    """The capture key of a Slack message: however it was marked, it is kept once."""
    return f"message:{channel}:{ts}"
