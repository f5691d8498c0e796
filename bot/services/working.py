"""Working stored work in the background: as much side by side as there are places, each piece on a lease."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Generic

import structlog

from bot.services.queues import LEASE, PLACES, Item, QueueService
from bot.services.turns import Turns

_log = structlog.get_logger(__name__)


#: No piece takes longer: a call to Slack ends within ten seconds, and the largest packet within twenty.
LONGEST = 120.0
#: An idle worker looks this often whether another process has left work; work of its own wakes it at once. Seconds.
IDLE = 0.5
#: So many pieces are worked when requests crowd in and would not let up.
IN_A_CROWD = 10
#: After it took some, a worker gathers what comes and what ends for this long, or until all have ended. Seconds.
TOGETHER = 0.02
#: What ended is recorded within this time. Seconds.
AFTERWARDS = 0.05
#: At shutdown, what is under way gets this long to finish. Seconds.
GRACE = 8.0


class Worker(Generic[Item]):
    """Works a queue until it is stopped."""

    def __init__(self, queue: QueueService[Item], turns: Turns) -> None:
        self._queue, self._turns = queue, turns
        self._under_way: dict[asyncio.Task[None], Item] = {}

    async def run(self, stopping: asyncio.Event, explain: Callable[[BaseException], str]) -> None:
        """Work until `stopping`, then finish what was begun or hand it back. `explain` words a failure for the log."""
        self._explain = explain
        holding = asyncio.create_task(self._hold_on())
        try:
            while not stopping.is_set():
                self._queue.wake.clear()
                if await self._take():
                    # Taking costs as much for one as for many.
                    await asyncio.wait(self._under_way, timeout=TOGETHER)
                    if self._queue.is_flowing:
                        continue
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._queue.wake.wait(), IDLE)
            await self._finish()
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def _take(self) -> bool:
        free = PLACES - len(self._under_way)
        if not free:
            return False
        most = free if await self._turns.mine() else min(free, IN_A_CROWD)
        try:
            taken = await self._queue.take(most)
        except Exception as error:
            # The database may be away for a moment; the work waits in it, so look again later.
            _log.error("worker_failed", queue=self._queue.name, where=self._explain(error))
            return False
        for item in taken:
            task = asyncio.create_task(self._work(item))
            self._under_way[task] = item
            task.add_done_callback(self._ended)
        return bool(taken)

    async def _work(self, item: Item) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                await self._queue.work(item)
        except Exception as error:
            # Its lease runs out, and it is tried again.
            _log.error("worker_failed", queue=self._queue.name, where=self._explain(error))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if len(self._under_way) == PLACES:
            # Others waited for this place.
            self._queue.wake.set()
        del self._under_way[task]
        # It is recorded with what ends soon after it, or with the next that is taken. What stands behind it, of the
        # same person or channel, is free only then.
        asyncio.get_running_loop().call_later(AFTERWARDS, self._queue.wake_to_record)

    async def _hold_on(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            if self._under_way:
                try:
                    await self._queue.hold(list(self._under_way.values()))
                except Exception as error:
                    # Two more tries before the lease runs out.
                    _log.error("worker_failed", queue=self._queue.name, where=self._explain(error))

    async def _finish(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GRACE)
        left = dict(self._under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for last in (self._queue.record(), self._queue.hand_back(list(left.values()))):
            try:
                await last
            except Exception as error:
                # The database may be away just then: their leases run out, and another takes them.
                _log.error("worker_failed", queue=self._queue.name, where=self._explain(error))
