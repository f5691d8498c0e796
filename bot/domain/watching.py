"""How the bot is doing, as those who run it ask."""

from __future__ import annotations

from bot.domain.evidence import Value


class Backlog(Value):
    """One of the two queues at this moment. `oldest` is how many seconds its oldest work is overdue."""

    queue: str
    waiting: int
    oldest: float
    dead: int


class Readiness(Value):
    """Whether requests should be sent here. `reasons` say what is wrong, `notes` what is merely worth knowing."""

    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether all is well."""
        return not self.reasons
