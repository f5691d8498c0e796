"""Whether the bot lives, whether it is ready, and its figures; for those who run it, not for the open internet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.domain.watching import Backlog, Readiness
from bot.telemetry.metrics import CONTENT_TYPE, Metrics

AskReadiness = Callable[[], Awaitable[Readiness]]
AskBacklogs = Callable[[], Awaitable[tuple[Backlog, ...]]]


def add_health_pages(app: web.Application, readiness: AskReadiness) -> None:
    """Serve `/health/live` (the process answers) and `/health/ready` (503 when it shouldn't be sent requests)."""

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def ready(_request: web.Request) -> web.Response:
        found = await readiness()
        told = {"status": "ready" if found.is_ready else "not ready", "reasons": found.reasons, "notes": found.notes}
        return web.json_response(told, status=200 if found.is_ready else 503)

    app.router.add_get("/health/live", live)
    app.router.add_get("/health/ready", ready)


def add_metrics(app: web.Application, metrics: Metrics, backlogs: AskBacklogs) -> None:
    """Serve `/metrics`."""

    async def show(_request: web.Request) -> web.Response:
        for each in await backlogs():
            metrics.backlog(each.queue, waiting=each.waiting, oldest=each.oldest, dead=each.dead)
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    app.router.add_get("/metrics", show)


async def serve_watching(
    host: str, port: int, *, readiness: AskReadiness, backlogs: AskBacklogs, metrics: Metrics
) -> web.AppRunner:
    """A server of its own for these pages, for Socket Mode, which needs no other. The caller cleans the runner up."""
    app = web.Application()
    add_health_pages(app, readiness)
    add_metrics(app, metrics, backlogs)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
