"""Queries on the career levels people brought."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.ladder import Ladder
from storage.models.packets import LadderRow
from storage.repositories.base import WorkspaceRepository


class Ladders(WorkspaceRepository):
    """People's own ladders."""

    async def get(self, user_id: str) -> Ladder | None:
        """The ladder this person brought."""
        content = await self._session.scalar(
            select(LadderRow.content).where(LadderRow.workspace_id == self._workspace_id, LadderRow.user_id == user_id)
        )
        return Ladder.model_validate(content) if content else None

    async def put(self, user_id: str, ladder: Ladder, now: datetime) -> None:
        """Store a person's ladder in place of an earlier one."""
        values = {"content": ladder.model_dump(mode="json"), "updated_at": now}
        await self._put(LadderRow, values | {"user_id": user_id}, values)

    async def remove(self, user_id: str) -> None:
        """Forget a person's ladder."""
        await self._session.execute(
            delete(LadderRow).where(LadderRow.workspace_id == self._workspace_id, LadderRow.user_id == user_id)
        )
