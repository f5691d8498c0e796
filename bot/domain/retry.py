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
    """Doubles the wait from `first` up to `longest`; gives up after `tries` attempts.

    What only waits for the other side to come back is tried more often: with these, for some three hours.
    """

    tries: int = 8
    tries_while_away: int = 20
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=15)

    def wait_after(self, attempts: int, asked_for: float = 0.0, *, is_away: bool = False) -> timedelta | None:
        """How long to wait after this many failed attempts, or `None` to give up.

        `asked_for` is the other side's own wish in seconds (`Retry-After`); it is never undercut. `is_away` says that
        the fault is the other side's, and will pass.
        """
        if attempts >= (self.tries_while_away if is_away else self.tries):
            return None
        doubled: timedelta = self.first * 2 ** (attempts - 1)
        return max(min(doubled, self.longest), timedelta(seconds=asked_for))
