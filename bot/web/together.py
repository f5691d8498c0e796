"""Requests that came in the same turn of the loop, checked together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """What comes in one turn of the loop is done in one go.

    A step that is done for many in a row finds its instructions in the processor's cache; done once among all the
    other steps of a request it takes some four times as long. `docs/reliability.md` has the figures.
    """

    def __init__(self, do: Callable[[Sequence[T]], Sequence[R]]) -> None:
        """`do` gives a result for each item, in their order, without waiting for anything."""
        self._do = do
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []

    def add(self, item: T) -> asyncio.Future[R]:
        """Its result, before the next turn. What `do` raises is raised for all that shared it."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._do_all)
        self._waiting.append((item, done))
        return done

    def _do_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            results = self._do([item for item, _ in waiting])
        except Exception as error:
            for _, done in waiting:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), result in zip(waiting, results, strict=True):
            if not done.done():
                done.set_result(result)
