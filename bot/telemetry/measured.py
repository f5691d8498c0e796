"""Ports that are measured as they are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain.errors import NotFound, Postponed, TryLater, Unreachable
from bot.domain.outgoing import OutboxItem
from bot.domain.ports import Postman, Tagger, TaggerFor
from bot.domain.tagging import Tag, Thresholds
from bot.telemetry.metrics import Metrics

_log = structlog.get_logger(__name__)


class MeasuredTagger:
    """A tagger whose time is taken. Implements `bot.domain.ports.Tagger`."""

    def __init__(self, tagger: Tagger, metrics: Metrics) -> None:
        self._tagger, self._metrics = tagger, metrics

    @property
    def version(self) -> str:
        """Version and short hash of the model."""
        return self._tagger.version

    @property
    def thresholds(self) -> Thresholds:
        """How sure this model must be."""
        return self._tagger.thresholds

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        """The tag of one text."""
        with self._metrics.tagging.time():
            return self._tagger.tag(text, explain=explain)

    def tag_many(self, texts: Iterable[str]) -> Sequence[Tag]:
        """The tags of many texts."""
        return self._tagger.tag_many(texts)


def measured_tagger_for(tagger_for: TaggerFor, metrics: Metrics) -> TaggerFor:
    """Gives each person their tagger, measured."""
    return lambda workspace_id, corrections: MeasuredTagger(tagger_for(workspace_id, corrections), metrics)


class MeasuredPostman:
    """A postman whose messages are counted, each under the request it came of. Implements `Postman`."""

    def __init__(self, postman: Postman, metrics: Metrics) -> None:
        self._postman, self._metrics = postman, metrics

    async def deliver(self, item: OutboxItem) -> None:
        """Send the message, and note what became of it."""
        began = perf_counter()
        with bound_contextvars(request=item.request_id, workspace=item.workspace_id):
            outcome = "failed"
            try:
                await self._postman.deliver(item)
                outcome = "sent"
            except (Unreachable, NotFound):
                outcome = "refused"
                raise
            except Postponed:
                outcome = "postponed"
                raise
            except TryLater as error:
                outcome = "later"
                if error.reason == "ratelimited":
                    self._metrics.rate_limited.inc()
                raise
            finally:
                took = perf_counter() - began
                self._metrics.sent.labels(outcome).inc()
                self._metrics.sending.observe(took)
                _log.info("message", type=item.message.type, outbox_id=item.id, outcome=outcome, seconds=round(took, 3))
