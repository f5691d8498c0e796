"""A person's whole record, as they take it away."""

from __future__ import annotations

from pydantic import AwareDatetime

from bot.domain.evidence import Entry, Value

#: Raised whenever a reader of an older record would no longer understand a newer one.
RECORD_FORMAT = 1


class Record(Value):
    """Everything the bot holds of one person in one workspace."""

    format: int = RECORD_FORMAT
    exported_at: AwareDatetime
    workspace_id: str
    user_id: str
    entries: tuple[Entry, ...]
