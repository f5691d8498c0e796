"""Figures for those who run the bot, in Prometheus' form: how much, how long, how late. Never whose or what."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """One process's figures. Labels are a few fixed words, so that their number stays bounded."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.acknowledged = Histogram(
            "multiplier_acknowledgement_seconds",
            "From a request of Slack's to its answer.",
            ["status"],
            buckets=_QUICK,
            registry=self.registry,
        )
        self._answered = {first: self.acknowledged.labels(f"{first}xx") for first in range(1, 6)}
        self.waiting = Gauge(
            "multiplier_waiting", "Stored work that is not done yet.", ["queue"], registry=self.registry
        )
        self.oldest = Gauge(
            "multiplier_oldest_seconds", "How long the oldest of it is overdue.", ["queue"], registry=self.registry
        )
        self.dead = Gauge(
            "multiplier_dead_letters", "Work that was given up and can be replayed.", ["queue"], registry=self.registry
        )
        self.sent = Counter(
            "multiplier_messages",
            "Messages brought to Slack, by what became of them.",
            ["outcome"],
            registry=self.registry,
        )
        self.sending = Histogram(
            "multiplier_send_seconds", "How long one message took.", buckets=_SLOW, registry=self.registry
        )
        self.rate_limited = Counter(
            "multiplier_rate_limited", "How often Slack asked for patience.", registry=self.registry
        )
        self.tagging = Histogram(
            "multiplier_tagging_seconds", "How long reading one text took.", buckets=_QUICK, registry=self.registry
        )

    def answered(self, status: int, seconds: float) -> None:
        """One request of Slack's was answered."""
        self._answered[status // 100].observe(seconds)

    def backlog(self, queue: str, *, waiting: int, oldest: float, dead: int) -> None:
        """What stands in one of the two queues, `inbox` or `outbox`, at this moment."""
        self.waiting.labels(queue).set(waiting)
        self.oldest.labels(queue).set(oldest)
        self.dead.labels(queue).set(dead)

    def text(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self.registry)
