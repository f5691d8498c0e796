"""Channels shared with other organisations (Slack Connect): what happens there is told through another workspace."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.events import Events
from tests.running import RunningBot
from tests.walled import bot, database_url, on_both

__all__ = ["bot", "database_url"]


@on_both
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
