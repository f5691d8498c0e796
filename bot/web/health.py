"""Whether the bot lives, whether it is ready, and its figures; for those who run it, not for the open internet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.domain.watching import Backlog, Readiness
from bot.telemetry.metrics import CONTENT_TYPE, Metrics

AskReadiness = Callable[[], Awaitable[Readiness]]
AskBacklogs = Callable[[], Awaitable[tuple[Backlog, ...]]]


def health_pages(readiness: AskReadiness) -> list[Route]:
    """`/health/live` (the process answers) and `/health/ready` (503 when it shouldn't be sent requests)."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(_request: Request) -> Response:
        found = await readiness()
        told = {"status": "ready" if found.is_ready else "not ready", "reasons": found.reasons, "notes": found.notes}
        return JSONResponse(told, status_code=200 if found.is_ready else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]


def metrics_page(metrics: Metrics, backlogs: AskBacklogs) -> list[Route]:
    """`/metrics`."""

    async def show(_request: Request) -> Response:
        for each in await backlogs():
            metrics.backlog(each.queue, waiting=each.waiting, oldest=each.oldest, dead=each.dead)
        return Response(metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    return [Route("/metrics", show)]
