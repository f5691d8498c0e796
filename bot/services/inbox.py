"""Working stored events: each is dispatched until it succeeds or is given up with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from bot.domain.errors import BotError, NotFound, TryLater
from bot.domain.inbox import Arrival, InboxItem
from bot.domain.ports import Clock
from bot.domain.retry import RetryPolicy, WorkState
from storage.unit_of_work import Storage

_log = structlog.get_logger(__name__)

#: How long a worker may hold an event before another may take it over.
LEASE = timedelta(minutes=2)
#: Done events are remembered this long, so that late repetitions are still recognised.
REMEMBERED = timedelta(days=2)
BATCH = 20

Dispatch = Callable[[InboxItem], Awaitable[None]]


class InboxService:
    """Stores events, and works them in the background."""

    def __init__(self, storage: Storage, clock: Clock, policy: RetryPolicy | None = None) -> None:
        self._storage, self._clock = storage, clock
        self._policy = policy or RetryPolicy()
        self._dispatch: Dispatch | None = None
        self.arrived = asyncio.Event()

    def dispatch_to(self, dispatch: Dispatch) -> None:
        """Say who understands the events; it raises when an event failed."""
        self._dispatch = dispatch

    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        """Store events. When this returns they are safe: they can be acknowledged."""
        async with self._storage.machinery() as work:
            await work.inbox.add(arrivals, self._clock.now())
            await work.commit()
        self.arrived.set()

    async def work_once(self) -> int:
        """Work what is due now, people side by side, each person's events in order."""
        async with self._storage.machinery() as work:
            items = await work.inbox.claim(self._clock.now(), limit=BATCH, lease=LEASE)
            await work.commit()
        await asyncio.gather(*(self._work(item) for item in items))
        return len(items)

    async def dead(self) -> Sequence[InboxItem]:
        """Events that were given up, with the reason."""
        async with self._storage.machinery_reading() as work:
            return await work.inbox.list(WorkState.DEAD)

    async def replay(self, item_id: int) -> None:
        """Put a given-up event back to work. Raises `NotFound` when there is none with this number."""
        async with self._storage.machinery() as work:
            if not await work.inbox.replay(item_id, self._clock.now()):
                raise NotFound
            await work.commit()
        self.arrived.set()

    async def prune(self) -> int:
        """Forget events done long enough ago; how many they were."""
        async with self._storage.machinery() as work:
            pruned = await work.inbox.prune(self._clock.now() - REMEMBERED)
            await work.commit()
        return pruned

    async def _work(self, item: InboxItem) -> None:
        if self._dispatch is None:
            raise RuntimeError("dispatch_to was not called")
        try:
            await self._dispatch(item)
        except Exception as error:
            # Whatever went wrong, the event must be kept for another try.
            await self._failed(item, error)
            return
        async with self._storage.machinery() as work:
            await work.inbox.done(item.id, self._clock.now())
            await work.commit()

    async def _failed(self, item: InboxItem, error: Exception) -> None:
        reason = reason_of(error)
        now = self._clock.now()
        asked_for = error.after if isinstance(error, TryLater) else 0.0
        wait = self._policy.wait_after(item.attempts, asked_for)
        _log.warning("event_failed", inbox_id=item.id, attempts=item.attempts, reason=reason)
        async with self._storage.machinery() as work:
            if wait is None:
                await work.inbox.dead(item.id, now, reason)
            else:
                await work.inbox.later(item.id, now + wait, reason)
            await work.commit()


def reason_of(error: Exception) -> str:
    """What went wrong, without any words of a person: our own error's key, or the error's type."""
    if isinstance(error, BotError):
        return f"{type(error).__name__}: {error.facts.get('reason', error.message_key)}"
    return type(error).__name__
