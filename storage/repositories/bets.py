"""Queries on bets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from bot.domain.bets import Bet, BetState
from bot.domain.checkins import Plan
from storage.models.bets import BetRow
from storage.models.checkins import PlanRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository, insert_into
from storage.repositories.plans import plan_of


class Bets(WorkspaceRepository):
    """The bets of one workspace."""

    async def get(self, user_id: str, bet_id: str) -> Bet | None:
        """This person's bet with this id."""
        row = await self._session.scalar(select(BetRow).where(*self._of(user_id), BetRow.id == bet_id))
        return Bet.model_validate(row) if row else None

    async def on_entry(self, user_id: str, entry_id: str) -> Bet | None:
        """The bet that this entry carries."""
        row = await self._session.scalar(select(BetRow).where(*self._of(user_id), BetRow.entry_id == entry_id))
        return Bet.model_validate(row) if row else None

    async def list(self, user_id: str) -> Sequence[Bet]:
        """All of this person's bets, the next to look at first."""
        rows = await self._session.scalars(
            select(BetRow).where(*self._of(user_id)).order_by(BetRow.look_again_on, BetRow.id)
        )
        return [Bet.model_validate(row) for row in rows]

    async def due(self, user_id: str, today: date) -> Sequence[Bet]:
        """Open bets of this person whose day has come, the longest due first."""
        rows = await self._session.scalars(
            select(BetRow)
            .where(*self._of(user_id), BetRow.state == BetState.OPEN, BetRow.look_again_on <= today)
            .order_by(BetRow.look_again_on, BetRow.id)
        )
        return [Bet.model_validate(row) for row in rows]

    async def put(self, bet: Bet) -> None:
        """Store a bet, new or changed; what was predicted stays as it is stored."""
        values = bet.model_dump()
        changing = ("look_again_on", "state", "asked_on", "settled_on", "what_came")
        await self._session.execute(
            insert_into(self._session, BetRow)
            .values(values)
            .on_conflict_do_update(
                index_elements=["id"],
                set_={name: values[name] for name in changing},
                where=(BetRow.workspace_id == self._workspace_id) & (BetRow.user_id == bet.user_id),
            )
        )

    def _of(self, user_id: str) -> tuple[Any, ...]:
        return BetRow.workspace_id == self._workspace_id, BetRow.user_id == user_id


class DueBets(CrossWorkspaceRepository):
    """Bets of all workspaces whose day has come, for the tick."""

    async def unasked(self, latest: date, limit: int) -> Sequence[tuple[Bet, Plan]]:
        """Open bets to be looked at by this day, of people who said yes to being asked and are not pausing."""
        rows = await self._session.execute(
            select(BetRow, PlanRow)
            .join(
                PlanRow,
                (PlanRow.workspace_id == BetRow.workspace_id) & (PlanRow.user_id == BetRow.user_id),
            )
            .where(
                BetRow.state == BetState.OPEN,
                BetRow.look_again_on <= latest,
                or_(BetRow.asked_on.is_(None), BetRow.asked_on < BetRow.look_again_on),
                PlanRow.is_on,
                or_(PlanRow.paused_until.is_(None), PlanRow.paused_until <= latest),
            )
            .order_by(BetRow.look_again_on, BetRow.id)
            .limit(limit)
        )
        return [(Bet.model_validate(bet), plan_of(plan)) for bet, plan in rows]
