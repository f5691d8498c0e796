"""Queries on keep and credit reactions."""

from __future__ import annotations

from datetime import datetime

from storage.models.marks import MarkRow
from storage.repositories.base import WorkspaceRepository


class Marks(WorkspaceRepository):
    """Whether a person's reaction is on a message, whatever the order in which Slack told of it."""

    async def change(
        self, user_id: str, channel: str, ts: str, act: str, *, is_on: bool, changed_ts: str, now: datetime
    ) -> datetime | None:
        """Note the newest state of a reaction.

        Returns when the reaction was first seen on the message, or `None` when this change is old
        news: told before, or overtaken by a later one.
        """
        row = await self._session.get(MarkRow, (self._workspace_id, user_id, channel, ts, act))
        if row is None:
            self._session.add(
                MarkRow(
                    workspace_id=self._workspace_id,
                    user_id=user_id,
                    channel=channel,
                    ts=ts,
                    act=act,
                    is_on=is_on,
                    changed_ts=changed_ts,
                    first_at=now,
                )
            )
            await self._session.flush()
            return now
        if changed_ts <= row.changed_ts or row.is_on == is_on:
            row.changed_ts = max(row.changed_ts, changed_ts)
            return None
        row.is_on, row.changed_ts = is_on, changed_ts
        return row.first_at
