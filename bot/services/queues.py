"""What the inbox and the outbox share: stored work is taken on a lease, done, and what came of it recorded."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar

import structlog

from bot.domain.errors import BotError, Forgotten, NotFound, Postponed, Refused, TryLater
from bot.domain.ports import Clock
from bot.domain.retry import RetryPolicy, WorkState
from storage import cause
from storage.repositories.work import Work, WorkItem
from storage.unit_of_work import CrossWorkspaceWork, Storage

_log = structlog.get_logger(__name__)

#: How long a worker may hold a piece without saying that it still lives, before another takes it over.
LEASE = timedelta(seconds=30)
#: Given-up pieces can be replayed this long.
DEAD_KEPT = timedelta(days=30)
#: So many pieces are worked side by side.
PLACES = 50
#: What `TryLater` says when Slack asked for patience with its `Retry-After`.
RATE_LIMITED = "ratelimited"

Item = TypeVar("Item", bound=WorkItem)


#: A piece during which so many processes ended is given up. One that is killed is rarely the fault of what it worked
#: on, and it had many pieces in hand; one that ends by a piece of work must not do so for ever.
ENDS = 20


class WorkerEnded(Exception):
    """Process after process that took this piece of work ended before it was done: the piece itself may be why."""


class QueueService(ABC, Generic[Item]):
    """Stored work, shared by all processes."""

    #: In logs and figures.
    name: ClassVar[str]
    #: How long done pieces are remembered, so that what comes again is known.
    remembered: ClassVar[timedelta]
    #: Whether a piece may as well be done again. What must not needs to be known as taken before it is begun.
    is_redone: ClassVar[bool]
    #: So many pieces of one workspace are under way side by side; a slow one leaves places to the others.
    each: ClassVar[int]

    def __init__(self, storage: Storage, clock: Clock, policy: RetryPolicy | None = None) -> None:
        self._storage, self._clock = storage, clock
        self._policy = policy or RetryPolicy()
        self._under_way: Counter[str] = Counter()
        #: Whether there is surely more to take.
        self.is_flowing = False
        self._to_record: list[Item] = []
        #: Set when there may be work; the worker clears it.
        self.wake = asyncio.Event()

    @abstractmethod
    def _stored(self, work: CrossWorkspaceWork) -> Work[Item]:
        """The queue's own repository."""

    @abstractmethod
    async def _do(self, item: Item) -> None:
        """Do the piece. Raises whatever went wrong."""

    async def take(self, most: int) -> Sequence[Item]:
        """Record what was worked, and take due pieces on a lease: the oldest of each line, a few of each workspace."""
        now = self._clock.now()
        busy = self._busy()
        if not self.is_flowing and not self._to_record:
            # Looking costs no write, which an idle worker would ask for twice a second.
            async with self._storage.machinery_reading() as work:
                if not await self._stored(work).has_due(now, without=busy):
                    return []
        worked = list(self._to_record)
        try:
            async with self._storage.taking(is_redone=self.is_redone) as work:
                # In the same commit, since taking follows upon each piece that ends.
                if worked:
                    await self._done(work, worked, now)
                items = await self._stored(work).claim(now, limit=most, lease=LEASE, each=self.each, without=busy)
                await work.commit()
        except Exception:
            # What can't be taken keeps nothing that was done from being known.
            await self.record()
            raise
        del self._to_record[: len(worked)]
        # With fewer than asked for, what is left waits for these to end, or for more to come.
        self.is_flowing = len(items) == most
        self._under_way.update(item.workspace_id for item in items)
        return items

    def more_came(self) -> None:
        """Something is there to be taken: the worker takes it at once, and needn't look first."""
        self.is_flowing = True
        self.wake.set()

    def wake_to_record(self) -> None:
        """Have what was worked recorded, if that wasn't done with something else by now."""
        if self._to_record:
            self.wake.set()

    async def work(self, item: Item) -> None:
        """Do the piece, and leave it to be recorded as done. Raises only when a failure could not be recorded."""
        try:
            await self._try(item)
        finally:
            if self._under_way[item.workspace_id] >= self.each:
                # More of this workspace may wait for its place.
                self.wake.set()
            self._under_way[item.workspace_id] -= 1
            if not self._under_way[item.workspace_id]:
                del self._under_way[item.workspace_id]

    async def record(self) -> None:
        """Record what was worked, and take nothing."""
        worked = list(self._to_record)
        if worked:
            async with self._storage.machinery() as work:
                await self._done(work, worked, self._clock.now())
                await work.commit()
            del self._to_record[: len(worked)]

    async def hold(self, items: Sequence[Item]) -> None:
        """Say that these are still being worked."""
        async with self._storage.machinery() as work:
            await self._stored(work).hold([item.id for item in items], self._clock.now() + LEASE)
            await work.commit()

    async def hand_back(self, items: Sequence[Item]) -> None:
        """Leave these to another worker at once."""
        if not items:
            return
        async with self._storage.machinery() as work:
            await self._stored(work).hand_back([item.id for item in items])
            await work.commit()

    async def work_once(self) -> int:
        """Work what is due now, lines side by side; how many pieces were taken."""
        items = await self.take(PLACES)
        try:
            await asyncio.gather(*(self.work(item) for item in items))
        finally:
            await self.record()
        return len(items)

    async def dead(self) -> Sequence[Item]:
        """Pieces that were given up, with the reason."""
        async with self._storage.machinery_reading() as work:
            return await self._stored(work).list(WorkState.DEAD)

    async def replay(self, item_id: int) -> None:
        """Put a given-up piece back to work. Raises `NotFound` when there is none with this number."""
        async with self._storage.machinery() as work:
            if not await self._stored(work).replay(item_id, self._clock.now()):
                raise NotFound
            await work.commit()
        self.wake.set()

    async def prune(self) -> int:
        """Forget pieces done or given up long enough ago; how many they were."""
        now = self._clock.now()
        async with self._storage.machinery(takes_long=True) as work:
            pruned = await self._stored(work).prune(done_before=now - self.remembered, dead_before=now - DEAD_KEPT)
            await work.commit()
        return pruned

    async def _try(self, item: Item) -> None:
        try:
            if item.attempts - item.failures > ENDS:
                raise WorkerEnded
            with cause.stored(self.name, item.id, item.workspace_id, is_redone=self.is_redone):
                await self._do(item)
        except Forgotten:
            # It went with everything else of its person's: there is nothing to do, and nothing to record.
            self.wake.set()
        except Exception as error:
            # Whatever went wrong, the piece must be kept for another try.
            await self._failed(item, error)
            # Nothing of it is left to be recorded, and what stands behind it may be free.
            self.wake.set()
        else:
            self._to_record.append(item)

    async def _done(self, work: CrossWorkspaceWork, items: Sequence[Item], now: datetime) -> None:
        await self._stored(work).done([item.id for item in items], now)

    async def _failed(self, item: Item, error: Exception) -> None:
        until = self._postponed_until(item, error)
        if until is not None:
            async with self._storage.machinery() as work:
                await self._stored(work).postpone(item, until)
                await work.commit()
            return
        reason, now = reason_of(error), self._clock.now()
        wait = self._wait_after(item, error)
        _log.warning("work_failed", queue=self.name, number=item.id, attempts=item.attempts, reason=reason)
        async with self._storage.machinery() as work:
            if wait is None:
                await self._stored(work).dead(item, now, reason)
            else:
                await self._stored(work).later(item, now + wait, reason)
            await work.commit()

    def _busy(self) -> list[str]:
        """Workspaces of which nothing is taken now."""
        return [workspace for workspace, count in self._under_way.items() if count >= self.each]

    def _postponed_until(self, item: Item, error: Exception) -> datetime | None:
        """When to take it up again, where that is somebody's word and no failed try; `None` when it failed."""
        if isinstance(error, Postponed):
            return error.until
        if isinstance(error, TryLater) and error.reason == RATE_LIMITED:
            return self._clock.now() + timedelta(seconds=max(error.after, 1.0))
        return None

    def _wait_after(self, item: Item, error: Exception) -> timedelta | None:
        """How long to wait before the next try; `None` gives the piece up."""
        if isinstance(error, (WorkerEnded, Refused)):
            # What breaks a rule breaks it the next time, too; and whatever came after it waits meanwhile.
            return None
        if isinstance(error, TryLater):
            return self._policy.wait_after(item.failures + 1, error.after, is_away=True)
        return self._policy.wait_after(item.failures + 1)


def reason_of(error: Exception) -> str:
    """What went wrong, without any words of a person: our own error's key, or the error's type."""
    if isinstance(error, BotError):
        return f"{type(error).__name__}: {error.facts.get('reason', error.message_key)}"
    return type(error).__name__
