"""How much work stands in the queues."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.domain.retry import WorkState
from bot.domain.watching import Backlog
from storage import row_security
from storage.models.inbox import InboxRow
from storage.models.outbox import OutboxRow
from storage.repositories.base import CrossWorkspaceRepository


class Watching(CrossWorkspaceRepository):
    """Figures across all workspaces."""

    async def backlogs(self, now: datetime) -> tuple[Backlog, ...]:
        """Inbox and outbox at this moment. Work whose moment is yet to come waits, but is not late."""
        found = []
        for queue, row in (("inbox", InboxRow), ("outbox", OutboxRow)):
            waiting = row.state == WorkState.WAITING
            count, due = (await self._session.execute(select(func.count(), func.min(row.due_at)).where(waiting))).one()
            dead = await self._session.scalar(select(func.count()).where(row.state == WorkState.DEAD))
            oldest = max((now - due).total_seconds(), 0.0) if due else 0.0
            found.append(Backlog(queue=queue, waiting=count, oldest=oldest, dead=dead or 0))
        return tuple(found)

    async def wall_holds(self) -> bool:
        """Whether the database itself keeps workspaces apart; SQLite has no such wall to pass through."""
        connection = await self._session.connection()
        return not await connection.run_sync(row_security.passes_through)
