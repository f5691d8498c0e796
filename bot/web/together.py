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
        """Its result, before the next turn. Raises what `do` raised for this item."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._do_waiting)
        self._waiting.append((item, done))
        return done

    def _do_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._settle(waiting)

    def _settle(self, group: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = self._do([item for item, _ in group])
        except Exception as error:
            if len(group) > 1:
                # One of them is why: it fails alone.
                for each in group:
                    self._settle([each])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, done), result in zip(group, results, strict=True):
            if not done.done():
                done.set_result(result)
