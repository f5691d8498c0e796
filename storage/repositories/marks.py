"""Queries on keep and credit reactions."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import bindparam, select

from storage.models.base import table_of
from storage.models.marks import MarkRow
from storage.repositories.base import WorkspaceRepository

_MARKS = table_of(MarkRow)
_KEY = ("workspace_id", "user_id", "channel", "ts", "act")
_MARK = select(_MARKS.c.is_on, _MARKS.c.changed_ts).where(*(_MARKS.c[name] == bindparam(name) for name in _KEY))


class Told(Enum):
    """How news of a reaction stands to what was told before."""

    NEW = "new"
    AGAIN = "again"
    """The newest change, told once more."""
    OLD = "old"
    """Overtaken by a later change."""


class Marks(WorkspaceRepository):
    """Whether a person's reaction is on a message, whatever the order in which Slack told of it."""

    async def change(self, user_id: str, channel: str, ts: str, act: str, *, is_on: bool, changed_ts: str) -> Told:
        """Note the newest state of a reaction; `changed_ts` is Slack's timestamp of the change."""
        key = dict(zip(_KEY, (self._workspace_id, user_id, channel, ts, act), strict=True))
        now = {"is_on": is_on, "changed_ts": changed_ts}
        if await self._put(MarkRow, key | now, now, newest_by="changed_ts"):
            return Told.NEW
        known = (await self._session.execute(_MARK, key)).one()
        return Told.AGAIN if (is_on, changed_ts) == (known.is_on, known.changed_ts) else Told.OLD
