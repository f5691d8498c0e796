"""Whose turn it is to write to SQLite, which takes one writer at a time.

Its own way of waiting is to look again every now and then, so whoever happens to look at the right moment goes first,
and some wait for seconds. Within a process they stand in line instead.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress


class WriteTurns:
    """One turn, handed on in the order it was asked for; those who ask `first` go before the others."""

    def __init__(self) -> None:
        self._is_taken = False
        self._lines: tuple[deque[asyncio.Future[None]], deque[asyncio.Future[None]]] = (deque(), deque())

    async def take(self, patience: float, *, first: bool = False) -> bool:
        """Wait for the turn, for so many seconds; whether it was given. Give it back then."""
        if not self._is_taken:
            self._is_taken = True
            return True
        line = self._lines[0 if first else 1]
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(mine)
        try:
            await asyncio.wait({mine}, timeout=patience)
        except asyncio.CancelledError:
            if mine.done():
                self.give_back()
            raise
        finally:
            with suppress(ValueError):
                line.remove(mine)
        return mine.done()

    def give_back(self) -> None:
        """The next one's turn."""
        for line in self._lines:
            if line:
                line.popleft().set_result(None)
                return
        self._is_taken = False
