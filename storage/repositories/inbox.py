"""Queries on stored events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from bot.domain.inbox import Arrival, InboxItem
from bot.domain.retry import WorkState
from storage.models.inbox import InboxRow
from storage.repositories.base import CrossWorkspaceRepository, insert_into


class Inbox(CrossWorkspaceRepository):
    """Events of all workspaces."""

    async def add(self, arrivals: Iterable[Arrival], now: datetime) -> None:
        """Store events; what is already there, by event or by fact, is left as it is."""
        rows = [
            {
                **arrival.model_dump(),
                "state": WorkState.WAITING,
                "attempts": 0,
                "received_at": now,
                "due_at": now,
            }
            for arrival in arrivals
        ]
        if rows:
            await self._session.execute(insert_into(self._session, InboxRow).values(rows).on_conflict_do_nothing())

    async def claim(self, now: datetime, *, limit: int, lease: timedelta) -> Sequence[InboxItem]:
        """Take due events to work on, the oldest of each person's only, for the length of a lease.

        Another worker may take them again when the lease has run out unreported.
        """
        earlier = aliased(InboxRow)
        first_of_its_order = ~exists().where(
            earlier.order_key == InboxRow.order_key,
            earlier.state == WorkState.WAITING,
            earlier.id < InboxRow.id,
        )
        due = (
            select(InboxRow.id)
            .where(
                InboxRow.state == WorkState.WAITING,
                InboxRow.due_at <= now,
                or_(InboxRow.claimed_until.is_(None), InboxRow.claimed_until <= now),
                first_of_its_order,
            )
            .order_by(InboxRow.due_at, InboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = await self._session.scalars(
            update(InboxRow)
            .where(InboxRow.id.in_(due))
            .values(claimed_until=now + lease, attempts=InboxRow.attempts + 1)
            .returning(InboxRow)
            .execution_options(synchronize_session=False)
        )
        return sorted((InboxItem.model_validate(row) for row in rows), key=lambda item: item.id)

    async def done(self, item_id: int, now: datetime) -> None:
        """The event was worked; its body is no longer needed and goes."""
        await self._set(item_id, state=WorkState.DONE, done_at=now, claimed_until=None, body="", failure=None)

    async def later(self, item_id: int, due_at: datetime, reason: str) -> None:
        """The event failed and is to be tried again."""
        await self._set(item_id, due_at=due_at, claimed_until=None, failure=reason[:500])

    async def dead(self, item_id: int, now: datetime, reason: str) -> None:
        """The event is given up; its body stays, so that it can be replayed."""
        await self._set(item_id, state=WorkState.DEAD, done_at=now, claimed_until=None, failure=reason[:500])

    async def replay(self, item_id: int, now: datetime) -> bool:
        """Put a dead event back to work. False when there is no such dead event."""
        result = await self._session.execute(
            update(InboxRow)
            .where(InboxRow.id == item_id, InboxRow.state == WorkState.DEAD)
            .values(state=WorkState.WAITING, attempts=0, due_at=now, done_at=None, failure=None)
        )
        return bool(result.rowcount)  # type: ignore[attr-defined]

    async def list(self, state: WorkState, limit: int = 100) -> Sequence[InboxItem]:
        """Events in this state, oldest first."""
        rows = await self._session.scalars(
            select(InboxRow).where(InboxRow.state == state).order_by(InboxRow.id).limit(limit)
        )
        return [InboxItem.model_validate(row) for row in rows]

    async def depth(self) -> int:
        """How many events wait."""
        query = select(func.count()).select_from(InboxRow).where(InboxRow.state == WorkState.WAITING)
        return await self._session.scalar(query) or 0

    async def prune(self, before: datetime) -> int:
        """Remove events done before then; how many they were."""
        result = await self._session.execute(
            delete(InboxRow).where(and_(InboxRow.state == WorkState.DONE, InboxRow.done_at < before))
        )
        return int(result.rowcount)  # type: ignore[attr-defined]

    async def _set(self, item_id: int, **values: object) -> None:
        await self._session.execute(update(InboxRow).where(InboxRow.id == item_id).values(**values))
