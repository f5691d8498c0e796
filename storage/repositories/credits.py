"""Queries on credits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.credits import Credit, CreditState
from storage.models.credits import CreditRow
from storage.repositories.base import WorkspaceRepository


class Credits(WorkspaceRepository):
    """Credits given in one workspace."""

    async def get(self, credit_id: str) -> Credit | None:
        """The credit with this id."""
        return self._value(
            await self._session.scalar(
                select(CreditRow).where(CreditRow.workspace_id == self._workspace_id, CreditRow.id == credit_id)
            )
        )

    async def given(self, by_user: str, channel: str, ts: str) -> Credit | None:
        """This person's credit for this message."""
        return self._value(
            await self._session.scalar(
                select(CreditRow).where(
                    CreditRow.workspace_id == self._workspace_id,
                    CreditRow.by_user == by_user,
                    CreditRow.channel == channel,
                    CreditRow.ts == ts,
                )
            )
        )

    async def for_message(self, channel: str, ts: str) -> Sequence[Credit]:
        """Everyone's credits for this message."""
        rows = await self._session.scalars(
            select(CreditRow)
            .where(CreditRow.workspace_id == self._workspace_id, CreditRow.channel == channel, CreditRow.ts == ts)
            .order_by(CreditRow.created_at)
        )
        return [Credit.model_validate(row) for row in rows]

    async def put(self, credit: Credit) -> None:
        """Store a new or changed credit."""
        await self._session.merge(CreditRow(**credit.model_dump()))
        await self._session.flush()

    async def offered_since(self, to_user: str, since: datetime) -> int:
        """How many credit messages this person was sent since then."""
        query = (
            select(func.count())
            .select_from(CreditRow)
            .where(
                CreditRow.workspace_id == self._workspace_id,
                CreditRow.to_user == to_user,
                CreditRow.offered_at >= since,
            )
        )
        return await self._session.scalar(query) or 0

    async def open_for(self, to_user: str, limit: int = 20) -> Sequence[Credit]:
        """Credits this person hasn't answered, oldest first."""
        rows = await self._session.scalars(
            select(CreditRow)
            .where(
                CreditRow.workspace_id == self._workspace_id,
                CreditRow.to_user == to_user,
                CreditRow.state.in_([CreditState.OFFERED, CreditState.WAITING]),
            )
            .order_by(CreditRow.created_at)
            .limit(limit)
        )
        return [Credit.model_validate(row) for row in rows]

    @staticmethod
    def _value(row: CreditRow | None) -> Credit | None:
        return Credit.model_validate(row) if row else None
