"""A database that is too slow: people are told in time, nothing half-done stays, and Slack is asked to send again."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import ManualClock, Sandbox
from bot.slack.entrance import Entrance
from bot.slack.error_handler import ErrorHandler
from bot.tagger.reading import TextTagger
from storage import arrivals
from tests.running import RunningBot, running_bot

NOTE = "paired with @dana until her deploy went through"


@pytest.fixture
async def bot(slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """The bot on a new SQLite file, over HTTP."""
    async with running_bot(slack, clock, tagger, f"sqlite:///{tmp_path}/bot.db", http=True) as running:
        yield running


@contextmanager
def stuck(bot: RunningBot) -> Iterator[None]:
    """Somebody else writes, and doesn't come to an end."""
    other = sqlite3.connect(bot.multiplier.storage.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def command(bot: RunningBot, **also: object) -> dict[str, Any]:
    return {
        "command": "/evidence",
        "text": NOTE,
        "team_id": bot.workspace_id,
        "user_id": bot.user_id("sam"),
        "channel_id": bot.slack.channel_id("#payments"),
        "trigger_id": "1.1",
        "response_url": f"{bot.slack.url}/nowhere",
        **also,
    }


async def test_a_command_is_answered_in_time_and_leaves_nothing_behind(bot: RunningBot) -> None:
    multiplier = bot.multiplier
    entrance = Entrance(multiplier.app, multiplier.services.inbox, ErrorHandler(multiplier.words), patience=0.3)
    with stuck(bot):
        answer = await entrance.interaction(command(bot))
    assert answer.status == 200
    assert "couldn't be sure this was kept" in answer.body
    await bot.settle()
    assert await bot.entries("sam") == []
    again = await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")
    assert "Kept." in again.shown[0].text
    assert len(await bot.entries("sam")) == 1


async def test_an_event_that_cannot_be_stored_is_not_acknowledged_and_comes_again(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "PATIENCE", 0.2)
    sam = bot.slack.person("sam")
    with stuck(bot):
        await sam.dm(NOTE)
        await bot.slack.settled()
        refused = bot.slack.deliveries[-1]
        assert not refused.acknowledged
        assert {attempt.outcome for attempt in refused.attempts} == {"http_error"}
    await bot.slack.advance(minutes=1)
    await bot.settle()
    assert refused.acknowledged
    assert len([each for each in sam.dm_with_bot() if each.author == "multiplier"]) == 1
