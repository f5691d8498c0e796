"""Working stored events: each is dispatched until it succeeds or is given up with its reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.inbox import Arrival, InboxItem
from bot.domain.ports import Clock
from bot.domain.retry import RetryPolicy
from bot.services.queues import QueueService
from bot.services.turns import Turns
from storage.repositories.inbox import Inbox
from storage.unit_of_work import CrossWorkspaceWork, Storage

Dispatch = Callable[[InboxItem], Awaitable[None]]


class InboxService(QueueService[InboxItem]):
    """Stores events, and works them in the background; each person's in the order they came."""

    name = "inbox"
    # Slack repeats an event within minutes.
    remembered = timedelta(days=2)
    # All that an event brings about knows its cause, and stands once.
    is_redone = True
    # As many as messages are sent, so that what was begun ends as fast as more begins. Slack itself sends some 8 events
    # a second of one workspace at most (30,000 in an hour).
    each = 5

    def __init__(self, storage: Storage, clock: Clock, policy: RetryPolicy | None = None) -> None:
        super().__init__(storage, clock, policy)
        self._dispatch: Dispatch | None = None
        self.turns = Turns()

    def dispatch_to(self, dispatch: Dispatch) -> None:
        """Say who understands the events; it raises when an event failed."""
        self._dispatch = dispatch

    async def accept(self, arrival: Arrival) -> None:
        """Store an event. When this returns it is safe: it can be acknowledged.

        Raises what the database's driver raises, and `QueueFull` when too many wait.
        """
        with self.turns:
            await self._storage.arrivals.add(arrival, self._clock.now())
        self.more_came()

    def _stored(self, work: CrossWorkspaceWork) -> Inbox:
        return work.inbox

    async def _do(self, item: InboxItem) -> None:
        if self._dispatch is None:
            raise RuntimeError("dispatch_to was not called")
        await self._dispatch(item)
