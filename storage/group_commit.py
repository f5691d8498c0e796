"""Many small writes in few commits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class QueueFull(Exception):
    """More writes wait than may: the database is away or far too slow. Try again later."""


class GroupCommit(Generic[T]):
    """What comes while a commit is under way shares the next one; each is answered only after its commit."""

    def __init__(self, store: Callable[[Sequence[T]], Awaitable[None]], *, together: int = 500, room: int = 20_000):
        """`store` commits up to `together` of them; beyond `room` waiting ones, more are refused."""
        self._store, self._together, self._room = store, together, room
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Return when it is committed. Raises what `store` raised, for all that it was stored with."""
        if len(self._waiting) >= self._room:
            raise QueueFull(f"{self._room} writes wait already")
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        await stored

    async def close(self) -> None:
        """Return when nothing waits any more."""
        while self._storing is not None:
            await asyncio.wait([self._storing])

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                group = self._waiting[: self._together]
                del self._waiting[: self._together]
                try:
                    await self._store([item for item, _ in group])
                except Exception as error:
                    # Each of those who wait gets it; it is theirs to say what it means.
                    for _, stored in group:
                        if not stored.done():
                            stored.set_exception(error)
                else:
                    for _, stored in group:
                        if not stored.done():
                            stored.set_result(None)
        finally:
            self._storing = None
