"""Telling those who run the bot how it is doing."""

from __future__ import annotations

import asyncio

from bot.domain.ports import Clock
from bot.domain.watching import Backlog, Readiness
from storage.unit_of_work import Storage

#: A database that doesn't answer within this time is as good as away.
PATIENCE = 2.0
#: More stored work than this overdue for longer than this means that nobody works it.
LATE = 300.0


class WatchingService:
    """Looks at the queues and the database."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._stopping = False

    def stop(self) -> None:
        """The process is about to end: no more requests should be sent here."""
        self._stopping = True

    async def backlogs(self) -> tuple[Backlog, ...]:
        """Inbox and outbox at this moment."""
        async with self._storage.machinery_reading() as work:
            return await work.watching.backlogs(self._clock.now())

    async def readiness(self) -> Readiness:
        """Whether requests should be sent here. Never raises."""
        if self._stopping:
            return Readiness(reasons=("stopping",))
        try:
            async with asyncio.timeout(PATIENCE), self._storage.machinery_reading() as work:
                backlogs = await work.watching.backlogs(self._clock.now())
                wall_holds = await work.watching.wall_holds()
        except Exception as error:
            # Whatever the driver raises: without its database the bot can keep nothing.
            return Readiness(reasons=(f"database: {type(error).__name__}",))
        notes = [f"{each.queue} is {each.oldest:.0f} s behind" for each in backlogs if each.oldest > LATE]
        notes += [f"{each.dead} dead letters in the {each.queue}" for each in backlogs if each.dead]
        if not wall_holds:
            notes.append("the database role passes through row-level security; give the bot an ordinary one")
        return Readiness(notes=tuple(notes))
