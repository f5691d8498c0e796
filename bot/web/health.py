"""Whether the bot lives, whether it is ready, and its figures; for those who run it, not for the open internet."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from bot.domain.watching import Backlog, Readiness
from bot.telemetry.metrics import CONTENT_TYPE, Metrics
from bot.web.pages import Answer, Pages, Request

AskReadiness = Callable[[], Awaitable[Readiness]]
AskBacklogs = Callable[[], Awaitable[tuple[Backlog, ...]]]


def health_pages(readiness: AskReadiness) -> Pages:
    """`/health/live` (the process answers) and `/health/ready` (503 when it shouldn't be sent requests)."""

    async def live(_request: Request) -> Answer:
        return _json({"status": "live"})

    async def ready(_request: Request) -> Answer:
        found = await readiness()
        told = {"status": "ready" if found.is_ready else "not ready", "reasons": found.reasons, "notes": found.notes}
        return _json(told, 200 if found.is_ready else 503)

    return {"/health/live": live, "/health/ready": ready}


def metrics_page(metrics: Metrics, backlogs: AskBacklogs) -> Pages:
    """`/metrics`."""

    async def show(_request: Request) -> Answer:
        for each in await backlogs():
            metrics.backlog(each.queue, waiting=each.waiting, oldest=each.oldest, dead=each.dead)
        return Answer(metrics.text().decode(), type=CONTENT_TYPE)

    return {"/metrics": show}


def _json(told: object, status: int = 200) -> Answer:
    return Answer(json.dumps(told), status, "application/json")
