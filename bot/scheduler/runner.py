"""Runs the ticks while the bot works.

APScheduler only says "now". Nothing is scheduled for a person: every process ticks, and the database
decides which of them does what is due.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.telemetry.logging import where_it_failed

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A piece of work, and how long to wait between two runs of it."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[object]]

    async def run(self) -> None:
        """Do it once. A failure is logged, and the next run is another try."""
        try:
            await self.work()
        except Exception as error:
            _log.error("tick_failed", tick=self.name, where=where_it_failed(error))


@asynccontextmanager
async def ticking(ticks: Sequence[Tick]) -> AsyncIterator[None]:
    """Run the ticks until left. A run that is still going when the next is due is not joined by another."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for tick in ticks:
        scheduler.add_job(
            tick.run,
            "interval",
            seconds=tick.every.total_seconds(),
            id=tick.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
