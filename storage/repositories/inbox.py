"""Queries on stored events."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select

from bot.domain.inbox import InboxItem
from storage.models.inbox import InboxRow
from storage.repositories.base import WorkspaceRepository
from storage.repositories.work import Work


class Inbox(Work[InboxItem]):
    """Events of all workspaces; they come in by `storage.arrivals`. Each person's are worked in the order they came."""

    row, item, line = InboxRow, InboxItem, "order_key"
    waits_for_retries = True
    # Working an event twice changes nothing, so an unfinished one was no try.
    handed_back = {"attempts": InboxRow.attempts - 1}  # noqa: RUF012 - never changed
    # What was worked is no longer needed.
    finished = {"body": ""}  # noqa: RUF012


class Arrived(WorkspaceRepository):
    """What came in a workspace, without its words."""

    async def any_of(self, people: Collection[str], since: datetime) -> bool:
        """Whether Slack told of anything that one of these people did, at or after this moment."""
        lines = [f"{self._workspace_id}:{person}"[:96] for person in people]
        theirs = exists().where(
            InboxRow.workspace_id == self._workspace_id,
            InboxRow.order_key.in_(lines),
            InboxRow.received_at >= since,
        )
        return bool(await self._session.scalar(select(theirs)))
