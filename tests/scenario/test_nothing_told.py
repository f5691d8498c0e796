"""Markers in people's words and in tokens, looked for in everything the bot tells those who run it."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot.cli import main
from bot.sandbox import ManualClock, Sandbox
from bot.tagger.reading import TextTagger
from bot.telemetry.logging import configure_logging
from storage.row_security import enter
from tests.running import RunningBot, running_bot

MARKER = "saffron-pelican"


@pytest.fixture(params=[False, True], ids=["for people", "for machines"])
def logging_everything(request: pytest.FixtureRequest) -> Iterator[None]:
    """Logs as chatty as they can be set."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    configure_logging("debug", as_json=request.param)
    yield
    structlog.reset_defaults()
    root.handlers[:] = before


async def use(bot: RunningBot) -> None:
    """Every way in which words come in, with the marker in each."""
    sam, dana = bot.slack.person("sam"), bot.slack.person("dana")
    await sam.command("/evidence", f"paired with @dana on the {MARKER} migration", channel="#payments")
    message = await dana.say("#payments", f"thanks @sam for the {MARKER} rollback")
    await sam.react(message, "seedling")
    await sam.message_shortcut("capture_message", message)
    await sam.dm(f"note: unblocked @tom with the {MARKER} flag")
    await bot.settle()
    await sam.edit(await sam.say("#payments", f"the {MARKER} plan"), f"the {MARKER} plan, mended")
    await sam.command("/evidence", f"find {MARKER}", channel="#payments")
    await sam.open_home()
    await bot.settle()


async def fail_in_every_way(bot: RunningBot) -> str:
    """Slack and the database fail while words come in; what the person was shown."""
    sam, shown = bot.slack.person("sam"), []
    for fault in ("status", "garbage", "drop"):
        getattr(bot.slack.faults, fault)("chat.postEphemeral")
        getattr(bot.slack.faults, fault)("chat.postMessage")
        await sam.dm(f"note: kept the {MARKER} release going, {fault}")
        await bot.settle()
    async with bot.multiplier.storage.engine.begin() as connection:
        await connection.run_sync(enter, None)
        await connection.exec_driver_sql("ALTER TABLE entries RENAME TO gone")
    answer = await sam.command("/evidence", f"unblocked the {MARKER} release", channel="#payments")
    shown += [each.text for each in answer.shown]
    await sam.dm(f"note: caught the {MARKER} fault")
    await bot.settle()
    async with bot.multiplier.storage.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone_too")
    await sam.dm(f"note: said {MARKER}")
    await bot.slack.settled()
    return "\n".join(shown)


async def told_over_http(bot: RunningBot) -> str:
    base = bot.request_url.removesuffix("/slack/events")
    told = []
    async with aiohttp.ClientSession() as session:
        for page in ("/metrics", "/health/live", "/health/ready"):
            async with session.get(base + page) as answer:
                told.append(await answer.text())
    return "\n".join(told)


@pytest.mark.usefixtures("logging_everything")
async def test_no_word_and_no_token_is_told_whatever_fails(
    slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_bot(slack, clock, tagger, f"sqlite:///{tmp_path}/bot.db", http=True) as bot:
        await use(bot)
        told = await told_over_http(bot)
        shown = await fail_in_every_way(bot)

        async def choke() -> None:
            raise ValueError(f"can't read {MARKER}")

        task = asyncio.create_task(choke())
        await asyncio.wait({task})
        del task
        gc.collect()
        log = "".join(capsys.readouterr())
        settings = bot.multiplier.settings
    for name in ("listener_failed", "event_not_stored", "work_failed", "never retrieved", "message"):
        assert name in log, f"nothing was provoked: {name}"
    assert "multiplier_tagging_seconds_count" in told
    secrets = [settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret]
    for secret in [MARKER, "pelican", *(each.get_secret_value() for each in secrets)]:
        assert secret not in log
        assert secret not in told
    assert shown
    assert MARKER not in shown


def test_a_command_that_crashes_tells_where_and_not_what(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def choke() -> None:
        raise ValueError(f"can't read {MARKER} with xoxb-1-2-secret")

    monkeypatch.setattr(main, "app", choke)
    with pytest.raises(SystemExit):
        main.run_command_line()
    told = "".join(capsys.readouterr())
    assert "ValueError at" in told
    assert MARKER not in told
    assert "xoxb" not in told
