"""Who confirmed, credited or was shown something of one person's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.audit import Act, Trace
from storage.models.credits import CreditRow
from storage.models.packets import ConfirmRequestRow, ShareRow, ShareViewRow
from storage.repositories.base import WorkspaceRepository


class Audit(WorkspaceRepository):
    """What people of one workspace may read of who had to do with their record. It is read, never written."""

    async def of(self, user_id: str, limit: int) -> Sequence[Trace]:
        """The latest traces on this person's record, newest first."""
        found = [*await self._requests(user_id, limit), *await self._credits(user_id, limit)]
        found += await self._views(user_id, limit)
        return sorted(found, key=lambda trace: trace.at, reverse=True)[:limit]

    async def _requests(self, user_id: str, limit: int) -> list[Trace]:
        rows = await self._session.scalars(
            select(ConfirmRequestRow)
            .where(ConfirmRequestRow.workspace_id == self._workspace_id, ConfirmRequestRow.user_id == user_id)
            .order_by(ConfirmRequestRow.asked_at.desc())
            .limit(limit)
        )
        found = []
        for row in rows:
            found.append(Trace(at=row.asked_at, act=Act.ASKED, who=row.asked_user, entry_id=row.entry_id))
            if row.answered_at:
                found.append(
                    Trace(
                        at=row.answered_at, act=Act.ANSWERED, who=row.asked_user, what=row.state, entry_id=row.entry_id
                    )
                )
        return found

    async def _credits(self, user_id: str, limit: int) -> list[Trace]:
        rows = await self._session.scalars(
            select(CreditRow)
            .where(CreditRow.workspace_id == self._workspace_id, CreditRow.to_user == user_id)
            .order_by(CreditRow.created_at.desc())
            .limit(limit)
        )
        return [Trace(at=row.created_at, act=Act.CREDITED, who=row.by_user, entry_id=row.entry_id) for row in rows]

    async def _views(self, user_id: str, limit: int) -> list[Trace]:
        rows = await self._session.execute(
            select(ShareViewRow.at, ShareViewRow.agent, ShareRow.title)
            .join(ShareRow, ShareRow.id == ShareViewRow.share_id)
            .where(ShareRow.workspace_id == self._workspace_id, ShareRow.user_id == user_id)
            .order_by(ShareViewRow.at.desc())
            .limit(limit)
        )
        return [Trace(at=row.at, act=Act.OPENED, who=row.agent, what=row.title) for row in rows]
