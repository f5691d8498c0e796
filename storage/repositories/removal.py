"""Forgetting whole workspaces, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_

from bot.domain.retry import WorkState
from storage.models.entries import EntryRow
from storage.models.inbox import InboxRow
from storage.models.members import MemberRow
from storage.models.outbox import OutboxRow
from storage.models.workspaces import WorkspaceRow
from storage.repositories.base import CrossWorkspaceRepository


class Removal(CrossWorkspaceRepository):
    """What is left of workspaces from which the app was removed."""

    async def due(self, removed_before: datetime) -> Sequence[str]:
        """Ids of the workspaces from which the app was removed before then."""
        rows = await self._session.scalars(
            select(WorkspaceRow.id).where(WorkspaceRow.removed_at < removed_before).order_by(WorkspaceRow.removed_at)
        )
        return list(rows)

    async def clear_unsent(self, workspace_id: str) -> None:
        """Forget what waits to be sent there; what was sent is remembered, so as not to be said again."""
        await self._session.execute(
            delete(OutboxRow).where(OutboxRow.workspace_id == workspace_id, OutboxRow.state == WorkState.WAITING)
        )

    async def unchanged_entries(self, since: datetime, limit: int) -> Sequence[tuple[str, str, str]]:
        """Some entries that nobody changed since then: workspace, owner and id, those of a workspace together."""
        rows = await self._session.execute(
            select(EntryRow.workspace_id, EntryRow.user_id, EntryRow.id)
            .where(EntryRow.updated_at < since)
            .order_by(EntryRow.workspace_id)
            .limit(limit)
        )
        return [(row.workspace_id, row.user_id, row.id) for row in rows]

    async def forget_some(self, workspace_id: str, limit: int) -> int:
        """Remove some entries, or, where none are left, some people with all that hangs on them; how many they were."""
        entries = select(EntryRow.id).where(EntryRow.workspace_id == workspace_id).limit(limit)
        gone = await self._session.execute(delete(EntryRow).where(EntryRow.id.in_(entries)))
        return int(gone.rowcount) or await self._forget_some_members(workspace_id, limit)  # type: ignore[attr-defined]

    async def _forget_some_members(self, workspace_id: str, limit: int) -> int:
        some = select(MemberRow.workspace_id, MemberRow.user_id).where(MemberRow.workspace_id == workspace_id)
        keys = [(row.workspace_id, row.user_id) for row in await self._session.execute(some.limit(limit))]
        if keys:
            key = tuple_(MemberRow.workspace_id, MemberRow.user_id)
            await self._session.execute(delete(MemberRow).where(key.in_(keys)))
        return len(keys)

    async def forget(self, workspace_id: str) -> None:
        """Remove the workspace itself, and its events and messages."""
        await self._session.execute(delete(OutboxRow).where(OutboxRow.workspace_id == workspace_id))
        await self._session.execute(delete(InboxRow).where(InboxRow.workspace_id == workspace_id))
        await self._session.execute(delete(WorkspaceRow).where(WorkspaceRow.id == workspace_id))
