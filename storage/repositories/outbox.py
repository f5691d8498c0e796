"""Queries on what is to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, update

from bot.domain.outgoing import OUTGOING, OutboxItem, Outgoing
from bot.domain.retry import WorkState
from bot.telemetry import tracing
from storage.models.base import table_of
from storage.models.outbox import OutboxRow
from storage.repositories.base import WorkspaceRepository, insert_or_leave
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
        result = await self._session.execute(insert_or_leave(self._session, OutboxRow), row)
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


_OUTBOX = table_of(OutboxRow)
_MOMENT = bindparam("moment", type_=_OUTBOX.c.due_at.type)
#: Done with every message sent, so put together once and past the mapping.
_PACE = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.lane.in_(bindparam("lanes", expanding=True)),
        _OUTBOX.c.state == WorkState.WAITING,
        _OUTBOX.c.due_at < _MOMENT,
    )
    .values(due_at=_MOMENT)
)


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
        query = insert_or_leave(self._session, OutboxRow).returning(OutboxRow.id)
        self._session.info[LEFT] = True
        return len((await self._session.scalars(query, rows)).all())

    async def pace(self, lanes: Collection[str], due_at: datetime) -> None:
        """Nothing more goes into these lanes before then."""
        await self._session.execute(_PACE, {"lanes": list(lanes), "moment": due_at})
