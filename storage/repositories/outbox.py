"""Queries on what is to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from bot.domain.outgoing import OUTGOING, OutboxItem, Outgoing
from bot.domain.retry import WorkState
from bot.telemetry import tracing
from storage.models.outbox import OutboxRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository, insert_into


class Post(WorkspaceRepository):
    """Where a service leaves what is to be sent, in the same commit as the fact."""

    async def add(
        self, user_id: str, message: Outgoing, *, once_key: str, now: datetime, due_at: datetime | None = None
    ) -> bool:
        """Have a message sent to this person; False when one with this key was left before."""
        row = _new_row(self._workspace_id, user_id, message, once_key, now, due_at or now)
        result = await self._session.execute(insert_into(self._session, OutboxRow).values(row).on_conflict_do_nothing())
        return bool(result.rowcount)  # type: ignore[attr-defined]

    async def take_back(self, once_key: str) -> bool:
        """Remove a message that was not sent yet. False when it was sent, or never left."""
        result = await self._session.execute(
            delete(OutboxRow).where(
                OutboxRow.workspace_id == self._workspace_id,
                OutboxRow.once_key == once_key[:255],
                OutboxRow.state == WorkState.WAITING,
                OutboxRow.claimed_until.is_(None),
            )
        )
        return bool(result.rowcount)  # type: ignore[attr-defined]


def _new_row(
    workspace_id: str, user_id: str, message: Outgoing, once_key: str, now: datetime, due_at: datetime
) -> dict[str, Any]:
    channel = getattr(message, "channel", None)
    return {
        "workspace_id": workspace_id,
        "user_id": user_id,
        "once_key": once_key[:255],
        "lane": f"{workspace_id}:{channel or user_id}"[:96],
        "message": OUTGOING.dump_python(message, mode="json"),
        "state": WorkState.WAITING,
        "attempts": 0,
        "created_at": now,
        "due_at": due_at,
        "request_id": tracing.present(),
    }


class Outbox(CrossWorkspaceRepository):
    """Messages of all workspaces, for the worker that sends them."""

    async def add_all(self, messages: Iterable[tuple[str, str, Outgoing, str]], *, now: datetime) -> int:
        """Have many messages sent: workspace, person, message and once-key of each. How many are new."""
        rows = [_new_row(*message, now, now) for message in messages]
        if not rows:
            return 0
        query = insert_into(self._session, OutboxRow).on_conflict_do_nothing().returning(OutboxRow.id)
        return len((await self._session.scalars(query, rows)).all())

    async def claim(
        self, now: datetime, *, limit: int, lease: timedelta, resting: Collection[str] = ()
    ) -> Sequence[OutboxItem]:
        """Take due messages, the oldest of each lane only, for the length of a lease.

        Workspaces that are resting are left alone.
        """
        earlier = aliased(OutboxRow)
        first_in_lane = ~exists().where(
            earlier.lane == OutboxRow.lane,
            earlier.state == WorkState.WAITING,
            earlier.due_at <= now,
            earlier.id < OutboxRow.id,
        )
        due = (
            select(OutboxRow.id)
            .where(
                OutboxRow.state == WorkState.WAITING,
                OutboxRow.due_at <= now,
                or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until <= now),
                OutboxRow.workspace_id.not_in(resting),
                first_in_lane,
            )
            .order_by(OutboxRow.due_at, OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = await self._session.scalars(
            update(OutboxRow)
            .where(OutboxRow.id.in_(due))
            .values(claimed_until=now + lease, attempts=OutboxRow.attempts + 1)
            .returning(OutboxRow)
            .execution_options(synchronize_session=False)
        )
        return sorted((OutboxItem.model_validate(row) for row in rows), key=lambda item: item.id)

    async def done(self, item_id: int, now: datetime) -> None:
        """The message was sent."""
        await self._set(item_id, state=WorkState.DONE, done_at=now, claimed_until=None, failure=None)

    async def later(self, item_id: int, due_at: datetime, reason: str) -> None:
        """Sending failed and is to be tried again."""
        await self._set(item_id, due_at=due_at, claimed_until=None, failure=reason[:500])

    async def hold_back(self, item_ids: Collection[int], due_at: datetime) -> None:
        """Of these messages, those not sent meanwhile wait until then; taking them up was no try."""
        await self._session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id.in_(item_ids), OutboxRow.state == WorkState.WAITING, OutboxRow.claimed_until.is_not(None)
            )
            .values(due_at=due_at, claimed_until=None, attempts=OutboxRow.attempts - 1)
        )

    async def postpone(self, item_id: int, due_at: datetime) -> None:
        """The message has its moment later; taking it up now was no try."""
        await self._set(item_id, due_at=due_at, claimed_until=None, attempts=OutboxRow.attempts - 1)

    async def dead(self, item_id: int, now: datetime, reason: str) -> None:
        """The message is given up."""
        await self._set(item_id, state=WorkState.DEAD, done_at=now, claimed_until=None, failure=reason[:500])

    async def list(self, state: WorkState, limit: int = 100) -> Sequence[OutboxItem]:
        """Messages in this state, oldest first."""
        rows = await self._session.scalars(
            select(OutboxRow).where(OutboxRow.state == state).order_by(OutboxRow.id).limit(limit)
        )
        return [OutboxItem.model_validate(row) for row in rows]

    async def replay(self, item_id: int, now: datetime) -> bool:
        """Put a dead message back to work. False when there is no such dead message."""
        result = await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == item_id, OutboxRow.state == WorkState.DEAD)
            .values(state=WorkState.WAITING, attempts=0, due_at=now, done_at=None, failure=None)
        )
        return bool(result.rowcount)  # type: ignore[attr-defined]

    async def depth(self) -> int:
        """How many messages wait."""
        query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == WorkState.WAITING)
        return await self._session.scalar(query) or 0

    async def prune(self, before: datetime) -> int:
        """Remove messages sent before then; how many they were."""
        result = await self._session.execute(
            delete(OutboxRow).where(OutboxRow.state == WorkState.DONE, OutboxRow.done_at < before)
        )
        return int(result.rowcount)  # type: ignore[attr-defined]

    async def _set(self, item_id: int, **values: object) -> None:
        await self._session.execute(update(OutboxRow).where(OutboxRow.id == item_id).values(**values))
