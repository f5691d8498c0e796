"""The sandbox's time: one source for timestamps, expiry and retries, and one that tests can move."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time; ``now()`` must be aware."""

    def now(self) -> datetime:
        """The present moment, aware."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """Time that stands still until it is moved.

    ``Sandbox.advance`` moves it and runs what has become due; moving it by hand runs nothing.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
        if self._now.tzinfo is None:
            raise ValueError("the clock's start must be an aware datetime")

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward; time never goes back."""
        if by < timedelta(0):
            raise ValueError("time only moves forward")
        self._now += by


class Timers:
    """Work due at a moment of the sandbox's clock (event retries).

    With ``SystemClock`` a background task runs it; with any other clock ``run_due`` has to be called, which
    ``Sandbox.advance`` does.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._order = itertools.count()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin running by itself, where the clock moves by itself."""
        if isinstance(self._clock, SystemClock):
            self._task = asyncio.create_task(self._run(), name="sandbox-timers")

    async def stop(self) -> None:
        """Forget all that was due."""
        self._heap.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def after(self, delay: timedelta, work: Callable[[], Awaitable[None]]) -> None:
        """Run ``work`` once the clock has moved by ``delay``."""
        heapq.heappush(self._heap, (self._clock.now() + delay, next(self._order), work))
        self._changed.set()

    def next_due(self) -> datetime | None:
        """When the next piece of work is due, if any is."""
        return self._heap[0][0] if self._heap else None

    async def run_due(self) -> int:
        """Run all that is due now, in order of time; returns how many ran."""
        ran = 0
        while self._heap and self._heap[0][0] <= self._clock.now():
            _, _, work = heapq.heappop(self._heap)
            await work()
            ran += 1
        return ran

    async def _run(self) -> None:
        while True:
            await self.run_due()
            self._changed.clear()
            due = self.next_due()
            wait = None if due is None else max(0.0, (due - self._clock.now()).total_seconds())
            try:
                await asyncio.wait_for(self._changed.wait(), wait)
            except TimeoutError:
                continue
