"""Queries on keep and credit reactions."""

from __future__ import annotations

from enum import Enum

from storage.models.marks import MarkRow
from storage.repositories.base import WorkspaceRepository


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
        key = (self._workspace_id, user_id, channel, ts, act)
        row = await self._session.get(MarkRow, key)
        if row is None:
            row = MarkRow(workspace_id=key[0], user_id=user_id, channel=channel, ts=ts, act=act)
            self._session.add(row)
        elif changed_ts <= row.changed_ts:
            return Told.AGAIN if changed_ts == row.changed_ts and is_on == row.is_on else Told.OLD
        row.is_on, row.changed_ts = is_on, changed_ts
        await self._session.flush()
        return Told.NEW
