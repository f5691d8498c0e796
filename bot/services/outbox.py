"""Sending what services left for Slack: each message until it arrives or is given up with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.errors import NotFound, TryLater, Unreachable
from bot.domain.outgoing import OutboxItem, Outgoing
from bot.domain.ports import Clock, Postman
from bot.domain.retry import RetryPolicy
from bot.services.queues import QueueService
from storage.repositories.outbox import Outbox
from storage.unit_of_work import CrossWorkspaceWork, Storage

#: Slack takes about one message a second in a channel.
PACE = timedelta(seconds=1)


class OutboxService(QueueService[OutboxItem]):
    """Sends what waits; workspaces and channels side by side, each channel in order."""

    name = "outbox"
    # The same thing is not said again.
    remembered = timedelta(days=30)
    # What was sent is told apart from what was not by how often it was taken.
    is_redone = False
    # Slack takes a few a second of one workspace.
    each = 5

    def __init__(self, storage: Storage, clock: Clock, policy: RetryPolicy | None = None) -> None:
        super().__init__(storage, clock, policy)
        self._postman: Postman | None = None
        self._resting: dict[str, datetime] = {}

    def deliver_with(self, postman: Postman) -> None:
        """Say who brings the messages to Slack; it raises when one could not be delivered."""
        self._postman = postman

    async def leave(self, workspace_id: str, user_id: str, message: Outgoing, *, once_key: str) -> None:
        """Have one message sent, for services that change nothing else. The same key is sent once."""
        async with self._storage.work(workspace_id) as work:
            await work.post.add(user_id, message, once_key=once_key, now=self._clock.now())
            await work.commit()

    def _stored(self, work: CrossWorkspaceWork) -> Outbox:
        return work.outbox

    async def _do(self, item: OutboxItem) -> None:
        if self._postman is None:
            raise RuntimeError("deliver_with was not called")
        await self._postman.deliver(item)

    async def _done(self, work: CrossWorkspaceWork, items: Sequence[OutboxItem], now: datetime) -> None:
        await super()._done(work, items, now)
        await work.outbox.pace({item.lane for item in items}, now + PACE)

    def _postponed_until(self, item: OutboxItem, error: Exception) -> datetime | None:
        until = super()._postponed_until(item, error)
        if until is not None and isinstance(error, TryLater):
            # Meanwhile nothing of this workspace is taken up.
            self._resting[item.workspace_id] = until
        return until

    def _busy(self) -> list[str]:
        now = self._clock.now()
        self._resting = {workspace: until for workspace, until in self._resting.items() if until > now}
        return [*super()._busy(), *self._resting]

    def _wait_after(self, item: OutboxItem, error: Exception) -> timedelta | None:
        # Asking again for who or what is gone changes nothing.
        return None if isinstance(error, (Unreachable, NotFound)) else super()._wait_after(item, error)
