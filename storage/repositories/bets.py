"""Queries on bets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select, update

from bot.domain.bets import Bet
from bot.domain.checkins import Plan
from storage.models.bets import BetRow
from storage.models.checkins import PlanRow
from storage.models.members import MemberRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository
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

    async def put(self, bet: Bet) -> None:
        """Store a bet, new or changed; what was predicted stays as it is stored."""
        changing = ("look_again_on", "state", "asks", "ask_at", "asked_on", "settled_on", "what_came")
        await self._put(BetRow, bet.model_dump(), changing)

    async def ask_nothing(self, user_id: str) -> None:
        """This person wants to be asked about none of them any more."""
        await self._session.execute(
            update(BetRow).where(*self._of(user_id), BetRow.asks).values(asks=False, ask_at=None)
        )

    def _of(self, user_id: str) -> tuple[Any, ...]:
        return BetRow.workspace_id == self._workspace_id, BetRow.user_id == user_id


class DueBets(CrossWorkspaceRepository):
    """Bets of all workspaces that it is time to look at, for the tick."""

    async def take(self, now: datetime, limit: int) -> Sequence[tuple[Bet, Plan, str | None]]:
        """Bets to look at now, with their owner's plan and zone. They are this transaction's until it ends."""
        rows = await self._session.execute(
            select(BetRow, PlanRow, MemberRow.zone)
            .outerjoin(
                MemberRow, (MemberRow.workspace_id == BetRow.workspace_id) & (MemberRow.user_id == BetRow.user_id)
            )
            .outerjoin(PlanRow, (PlanRow.workspace_id == BetRow.workspace_id) & (PlanRow.user_id == BetRow.user_id))
            .where(BetRow.ask_at <= now)
            .order_by(BetRow.ask_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=BetRow)
        )
        taken = []
        for row, plan, zone in rows:
            bet = Bet.model_validate(row)
            taken.append(
                (bet, plan_of(plan) if plan else Plan(workspace_id=bet.workspace_id, user_id=bet.user_id), zone)
            )
        return taken

    async def wait_until(self, moments: Mapping[str, datetime | None]) -> None:
        """When each of these bets is looked at next, by its id."""
        if moments:
            await self._session.execute(
                update(BetRow.__table__)  # type: ignore[arg-type]
                .where(BetRow.id == bindparam("bet"))
                .values(ask_at=bindparam("moment")),
                [{"bet": bet_id, "moment": moment} for bet_id, moment in moments.items()],
            )


def _same_person(row: type[MemberRow] | type[PlanRow]) -> ColumnElement[bool]:
    return and_(row.workspace_id == BetRow.workspace_id, row.user_id == BetRow.user_id)
