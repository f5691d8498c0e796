"""When to try again, and when to stop."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from bot.domain.evidence import Value


class WorkState(StrEnum):
    """Where a stored piece of work stands, in the inbox and the outbox alike."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"
    """Given up after the last try, with the reason; listed and repeatable from the command line."""


class RetryPolicy(Value):
    """Doubles the wait from `first` up to `longest`; gives up after `tries` attempts."""

    tries: int = 8
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=15)

    def wait_after(self, attempts: int, asked_for: float = 0.0) -> timedelta | None:
        """How long to wait after this many failed attempts, or `None` to give up.

        `asked_for` is the other side's own wish in seconds (`Retry-After`); it is never undercut.
        """
        if attempts >= self.tries:
            return None
        doubled: timedelta = self.first * 2 ** (attempts - 1)
        return max(min(doubled, self.longest), timedelta(seconds=asked_for))
