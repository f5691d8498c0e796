"""Queries on what is to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from bot.domain.outgoing import OUTGOING, OutboxItem, Outgoing
from bot.domain.retry import WorkState
from bot.telemetry import tracing
from storage.models.outbox import OutboxRow
from storage.repositories.base import WorkspaceRepository, insert_into
from storage.repositories.work import Work

#: In a session's `info`: something was left for the outbox, and is there once this is committed.
LEFT = "left_for_the_outbox"


class Post(WorkspaceRepository):
    """Where a service leaves what is to be sent, in the same commit as the fact."""

    async def add(
        self, user_id: str, message: Outgoing, *, once_key: str, now: datetime, due_at: datetime | None = None
    ) -> bool:
        """Have a message sent to this person; False when one with this key was left before."""
        row = _new_row(self._workspace_id, user_id, message, once_key, now, due_at or now)
        result = await self._session.execute(insert_into(self._session, OutboxRow).values(row).on_conflict_do_nothing())
        self._session.info[LEFT] = True
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


class Outbox(Work[OutboxItem]):
    """Messages of all workspaces, for the worker that sends them; one after the other in each lane."""

    row, item, line = OutboxRow, OutboxItem, "lane"
    waits_for_retries = False
    # It counts as a try, since it may have been sent: whoever takes it next looks first.
    handed_back = {}  # noqa: RUF012 - never changed
    # The same holds for the last try before it was given up.
    replayed_after = 1

    async def add_all(self, messages: Iterable[tuple[str, str, Outgoing, str]], *, now: datetime) -> int:
        """Have many messages sent: workspace, person, message and once-key of each. How many are new."""
        rows = [_new_row(*message, now, now) for message in messages]
        if not rows:
            return 0
        query = insert_into(self._session, OutboxRow).on_conflict_do_nothing().returning(OutboxRow.id)
        self._session.info[LEFT] = True
        return len((await self._session.scalars(query, rows)).all())

    async def pace(self, lanes: Collection[str], due_at: datetime) -> None:
        """Nothing more goes into these lanes before then."""
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.lane.in_(lanes), OutboxRow.state == WorkState.WAITING, OutboxRow.due_at < due_at)
            .values(due_at=due_at)
            .execution_options(synchronize_session=False)
        )
