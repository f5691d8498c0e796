"""What those who run the bot see: alive, ready, figures, and one request's id from its event to its effect."""

from __future__ import annotations

import aiohttp
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.web.health import health_pages, metrics_page
from bot.web.pages import showing
from bot.web.server import serving
from storage.row_security import enter
from tests.running import RunningBot


async def asked(bot: RunningBot, path: str) -> tuple[int, str]:
    watching = bot.multiplier.services.watching
    pages = {**health_pages(watching.readiness), **metrics_page(bot.multiplier.metrics, watching.backlogs)}
    async with (
        serving(showing(pages), "127.0.0.1", 0) as address,
        aiohttp.ClientSession() as session,
        session.get(address + path) as response,
    ):
        return response.status, await response.text()


async def test_it_is_live_and_ready_until_it_stops(bot: RunningBot) -> None:
    assert await asked(bot, "/health/live") == (200, '{"status": "live"}')
    assert (await asked(bot, "/health/ready"))[0] == 200
    bot.multiplier.services.watching.stop()
    status, told = await asked(bot, "/health/ready")
    assert (status, "stopping" in told) == (503, True)


async def test_without_its_database_it_is_not_ready(bot: RunningBot) -> None:
    async with bot.multiplier.storage.engine.begin() as connection:
        await connection.run_sync(enter, None)
        await connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
    status, told = await asked(bot, "/health/ready")
    assert (status, "database: OperationalError" in told) == (503, True)
    assert (await asked(bot, "/health/live"))[0] == 200


async def test_figures_count_messages_queues_and_reading(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    _, before = await asked(bot, "/metrics")
    assert 'multiplier_waiting{queue="outbox"} 1.0' in before
    assert "multiplier_tagging_seconds_count 1.0" in before
    assert 'multiplier_acknowledgement_seconds_count{status="2xx"} 1.0' in before
    await bot.settle()
    _, after = await asked(bot, "/metrics")
    assert 'multiplier_waiting{queue="outbox"} 0.0' in after
    assert 'multiplier_messages_total{outcome="sent"} 1.0' in after
    assert "deploy" not in after
    assert bot.workspace_id not in after


async def test_slack_asking_for_patience_is_counted(bot: RunningBot) -> None:
    bot.slack.faults.rate_limit("chat.postMessage", retry_after=1, times=1)
    await bot.slack.person("sam").command("/evidence", "paired with @dana until it went through", channel="#payments")
    await bot.multiplier.services.outbox.work_once()
    assert "multiplier_rate_limited_total 1.0" in (await asked(bot, "/metrics"))[1]


@pytest.mark.parametrize("way", ["event", "command"])
async def test_a_message_is_logged_under_the_request_it_came_of(bot: RunningBot, way: str) -> None:
    sam = bot.slack.person("sam")
    with capture_logs(processors=[merge_contextvars]) as logs:
        if way == "event":
            message = await sam.say("#payments", "I found the expired certificate and renewed it with @dana")
            await sam.react(message, "seedling")
        else:
            await sam.command("/evidence", "paired with @dana until it went through", channel="#payments")
        await bot.settle()
    async with bot.multiplier.storage.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT request_id FROM outbox")
        requests = {row.request_id for row in rows}
    (request,) = requests
    assert request.startswith("Ev" if way == "event" else "req_")
    assert {line["request"] for line in logs if line["event"] == "message"} == {request}
