"""Queries on requests to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.corroboration import ConfirmRequest
from storage.models.packets import ConfirmRequestRow
from storage.repositories.base import WorkspaceRepository


class ConfirmRequests(WorkspaceRepository):
    """Who asked whom in one workspace whether an entry is how it was."""

    async def get(self, request_id: str) -> ConfirmRequest | None:
        """The request with this id, whoever asked; services look at whom it concerns."""
        row = await self._session.scalar(
            select(ConfirmRequestRow).where(
                ConfirmRequestRow.workspace_id == self._workspace_id, ConfirmRequestRow.id == request_id
            )
        )
        return ConfirmRequest.model_validate(row) if row else None

    async def of_entry(self, user_id: str, entry_id: str) -> Sequence[ConfirmRequest]:
        """What this person asked about their entry, oldest first."""
        rows = await self._session.scalars(
            select(ConfirmRequestRow)
            .where(
                ConfirmRequestRow.workspace_id == self._workspace_id,
                ConfirmRequestRow.user_id == user_id,
                ConfirmRequestRow.entry_id == entry_id,
            )
            .order_by(ConfirmRequestRow.asked_at, ConfirmRequestRow.id)
        )
        return [ConfirmRequest.model_validate(row) for row in rows]

    async def count_to(self, asked_user: str, since: datetime) -> int:
        """How often anyone asked this person since then."""
        query = select(func.count()).where(
            ConfirmRequestRow.workspace_id == self._workspace_id,
            ConfirmRequestRow.asked_user == asked_user,
            ConfirmRequestRow.asked_at > since,
        )
        return await self._session.scalar(query) or 0

    async def put(self, request: ConfirmRequest) -> None:
        """Store a new or changed request."""
        await self._session.merge(ConfirmRequestRow(**request.model_dump()))
        await self._session.flush()
