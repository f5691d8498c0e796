"""Channels shared with other organisations (Slack Connect): what happens there is told through another workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import ManualClock, Sandbox
from bot.sandbox.events import Events
from bot.tagger.reading import TextTagger
from tests.running import RunningBot, running_bot


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, and PostgreSQL behind its wall between workspaces."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    url: str = request.getfixturevalue("walled_postgres_url")
    return url


@pytest.fixture
async def bot(slack: Sandbox, clock: ManualClock, tagger: TextTagger, database_url: str) -> AsyncIterator[RunningBot]:
    """The bot on that database."""
    async with running_bot(slack, clock, tagger, database_url) as running:
        yield running


async def test_what_happens_in_a_shared_channel_is_kept_and_deleted_where_the_bot_is_installed(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope = Events.envelope

    def told_through_another(self: Events, *given: Any) -> dict[str, Any]:
        return {**envelope(self, *given), "team_id": "T0THERS", "is_ext_shared_channel": True}

    monkeypatch.setattr(Events, "envelope", told_through_another)
    sam = bot.slack.person("sam")
    said = await sam.say("#payments", "paired with @dana on the queue until her consumer worked")
    await sam.react(said, "seedling")
    await bot.settle()
    assert len(await bot.entries("sam")) == 1
    privacy = bot.multiplier.services.privacy
    asked = await sam.command("/evidence", "delete-my-data", channel="#payments")
    await sam.react(said, "star")
    await bot.slack.settled()
    await sam.press(asked.shown[0], "Delete everything")
    await bot.settle()
    assert await bot.entries("sam") == []
    assert '"held": {}' in await privacy.everything(bot.workspace_id, sam.id)
