"""Whose turn it is in a process that both answers requests and works what they left."""

from __future__ import annotations

import asyncio
from time import monotonic


class Turns:
    """Lets requests go first while they crowd in: their answers are waited for, stored work is not.

    With fewer than `CROWD` requests waiting for their commit there is room for both. Above it, work waits until the
    crowd has passed, or for `PATIENCE` seconds, and then does a small round. `with turns:` stands around each request.
    """

    CROWD = 16
    PATIENCE = 2.0
    #: In a crowd many are answered at once, and the next are not read yet. Seconds.
    LULL = 0.02

    def __init__(self) -> None:
        self._waiting = 0
        self._crowded_until = 0.0

    def __enter__(self) -> None:
        self._waiting += 1
        if self._waiting >= self.CROWD:
            self._crowded_until = monotonic() + self.LULL

    def __exit__(self, *_: object) -> None:
        self._waiting -= 1

    async def mine(self) -> bool:
        """Return when work may go on; False while a crowd is still there, so that it should be little."""
        until = monotonic() + self.PATIENCE
        while self._is_crowded():
            if monotonic() > until:
                return False
            await asyncio.sleep(self.LULL / 2)
        return True

    def _is_crowded(self) -> bool:
        return monotonic() < self._crowded_until
