"""Queries on how people want to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.domain.checkins import Plan
from bot.domain.schedule import Hours, Rhythm, Turn, Weekday
from storage.models.checkins import PlanRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository


class Plans(WorkspaceRepository):
    """The plans of one workspace."""

    async def get(self, user_id: str) -> Plan:
        """This person's plan; one that asks nothing when they never said yes."""
        row = await self._session.get(PlanRow, (self._workspace_id, user_id), populate_existing=True)
        return plan_of(row) if row else Plan(workspace_id=self._workspace_id, user_id=user_id)

    async def put(self, plan: Plan) -> None:
        """Store a plan."""
        values = columns_of(plan)
        await self._put(PlanRow, values | {"user_id": plan.user_id}, values)

    async def hear(self, user_id: str, *, is_awaited: bool) -> None:
        """Note that the latest check-in now waits for a word, or no longer does."""
        await self._session.execute(
            update(PlanRow)
            .where(PlanRow.workspace_id == self._workspace_id, PlanRow.user_id == user_id)
            .values(is_awaited=is_awaited)
        )


class DuePlans(CrossWorkspaceRepository):
    """Plans of all workspaces whose moment has come, for the tick."""

    async def take(self, now: datetime, limit: int) -> Sequence[Plan]:
        """Due plans, the longest due first. They are this transaction's until it ends."""
        rows = await self._session.scalars(
            select(PlanRow)
            .where(PlanRow.due_at <= now)
            .order_by(PlanRow.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [plan_of(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """The next moment at which anybody is due."""
        return await self._session.scalar(
            select(PlanRow.due_at).where(PlanRow.due_at.is_not(None)).order_by(PlanRow.due_at).limit(1)
        )

    async def put_all(self, plans: Sequence[Plan]) -> None:
        """Store plans that were taken."""
        if not plans:
            return
        changing = (
            "zone",
            "period",
            "due_at",
            "last_period",
            "is_awaited",
            "unanswered",
            "steps_back",
            "anchor",
        )
        query = (
            update(PlanRow.__table__)  # type: ignore[arg-type]
            .where(PlanRow.workspace_id == bindparam("of_workspace"), PlanRow.user_id == bindparam("of_user"))
            .values({name: bindparam(f"new_{name}") for name in changing})
        )
        await self._session.execute(
            query,
            [
                {"of_workspace": plan.workspace_id, "of_user": plan.user_id}
                | {f"new_{name}": value for name, value in columns_of(plan).items() if name in changing}
                for plan in plans
            ],
        )


def columns_of(plan: Plan) -> dict[str, Any]:
    """What a plan is stored as, but for whose it is."""
    rhythm = plan.rhythm
    own = plan.model_dump(
        include={
            "is_on",
            "zone",
            "last_period",
            "paused_until",
            "is_awaited",
            "unanswered",
            "steps_back",
            "focus",
        }
    )
    return own | {
        "cadence": rhythm.cadence,
        "day": rhythm.day,
        "at": rhythm.at,
        "hours_start": rhythm.hours.start,
        "hours_end": rhythm.hours.end,
        "days": sum(1 << day for day in rhythm.hours.days),
        "anchor": rhythm.anchor,
        "period": plan.turn.period if plan.turn else None,
        "due_at": plan.turn.due_at if plan.turn else None,
    }


def plan_of(row: PlanRow) -> Plan:
    """The plan that this row holds."""
    days = tuple(day for day in Weekday if row.days & 1 << day)
    hours = Hours(start=row.hours_start, end=row.hours_end, days=days)
    return Plan(
        workspace_id=row.workspace_id,
        user_id=row.user_id,
        rhythm=Rhythm(cadence=row.cadence, day=row.day, at=row.at, hours=hours, anchor=row.anchor),
        is_on=row.is_on,
        zone=row.zone,
        turn=Turn(period=row.period, due_at=row.due_at) if row.period and row.due_at else None,
        last_period=row.last_period,
        paused_until=row.paused_until,
        is_awaited=row.is_awaited,
        unanswered=row.unanswered,
        steps_back=row.steps_back,
        focus=row.focus,
    )
