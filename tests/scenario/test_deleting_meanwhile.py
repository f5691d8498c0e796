"""Having everything deleted while something is still being done for oneself: nothing of that is kept either."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

import pytest

from bot.domain.people import Profile
from bot.domain.reading import Reading, read
from bot.domain.threads import Thread
from bot.services.people import PROFILE_AGE
from tests.running import RunningBot
from tests.scenario.checking_in import NEXT_FRIDAY, at, checkins, say_yes

NOTE = "found the leak in the proxy, so the other team could deploy again"

Act = Callable[[RunningBot], Awaitable[object]]


async def note(bot: RunningBot) -> None:
    answer = await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")
    assert "it wasn't kept either. Send it again" in answer.shown[0].text


async def dm(bot: RunningBot) -> None:
    await bot.slack.person("sam").dm(f"note: {NOTE}")


async def react(bot: RunningBot) -> None:
    message = await bot.slack.person("sam").say("#payments", NOTE)
    await bot.slack.person("sam").react(message, "seedling")


async def shortcut(bot: RunningBot) -> None:
    message = await bot.slack.person("sam").say("#payments", NOTE)
    await bot.slack.person("sam").message_shortcut("capture_message", message)


async def answer_a_checkin(bot: RunningBot) -> None:
    await bot.slack.person("sam").dm(f"1. {NOTE}\n2. showed @mei how to read the traces so she could fix it herself")


class Meanwhile:
    """Has everything of Sam's deleted once, by another request, in the middle of what is being done."""

    def __init__(self, bot: RunningBot, after: int) -> None:
        self._bot, self._after, self.happened = bot, after, 0
        self._loop = asyncio.get_running_loop()

    async def delete(self) -> None:
        self.happened += 1
        if self.happened == self._after:
            privacy = self._bot.multiplier.services.privacy
            deleting = privacy.delete_everything(self._bot.workspace_id, self._bot.user_id("sam"))
            # A request of its own knows nothing of what it comes in between.
            await self._loop.create_task(deleting, context=Context())

    def before_reading(self, text: str, **about: Any) -> Reading:
        asyncio.run_coroutine_threadsafe(self.delete(), self._loop).result()
        return read(text, **about)


async def held(bot: RunningBot) -> dict[str, Any]:
    """All that is held of Sam."""
    told = await bot.multiplier.services.privacy.everything(bot.workspace_id, bot.user_id("sam"))
    return dict(json.loads(told)["held"])


@pytest.fixture
async def bot_in_use(bot: RunningBot) -> RunningBot:
    """Sam has kept something, and was asked how the week went."""
    await say_yes(bot)
    await at(bot, NEXT_FRIDAY)
    assert checkins(bot)
    assert (await held(bot))["checkins"]
    return bot


@pytest.mark.parametrize(
    ("act", "after"), [(note, 1), (dm, 1), (react, 1), (shortcut, 1), (answer_a_checkin, 1), (answer_a_checkin, 2)]
)
async def test_nothing_is_kept_of_what_is_just_being_read(
    bot_in_use: RunningBot, act: Act, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = Meanwhile(bot_in_use, after)
    monkeypatch.setattr("bot.services.capture.read", meanwhile.before_reading)
    before = len(bot_in_use.slack.person("sam").dm_with_bot())
    await act(bot_in_use)
    await bot_in_use.settle()
    assert meanwhile.happened >= after
    assert await held(bot_in_use) == {}
    assert await bot_in_use.multiplier.services.inbox.dead() == []
    told = bot_in_use.slack.person("sam").dm_with_bot()[before:]
    assert [message.text for message in told if message.author_id != bot_in_use.user_id("sam")] == []


@pytest.mark.parametrize("act", [react, shortcut])
async def test_nothing_is_kept_of_what_slack_is_just_asked_for(
    bot_in_use: RunningBot, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, meanwhile = bot_in_use.multiplier.gateway, Meanwhile(bot_in_use, 1)
    asked = gateway.thread

    async def thread(workspace_id: str, channel: str, ts: str) -> Thread:
        await meanwhile.delete()
        return await asked(workspace_id, channel, ts)

    monkeypatch.setattr(gateway, "thread", thread)
    await act(bot_in_use)
    await bot_in_use.settle()
    assert meanwhile.happened
    assert await held(bot_in_use) == {}


async def test_nobody_is_made_known_again_by_what_slack_says_of_them_just_then(
    bot_in_use: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, meanwhile = bot_in_use.multiplier.gateway, Meanwhile(bot_in_use, 1)
    asked = gateway.profile

    async def profile(workspace_id: str, user_id: str) -> Profile:
        await meanwhile.delete()
        return await asked(workspace_id, user_id)

    monkeypatch.setattr(gateway, "profile", profile)
    bot_in_use.clock.advance(PROFILE_AGE)
    await bot_in_use.multiplier.services.people.known(bot_in_use.workspace_id, bot_in_use.user_id("sam"))
    assert meanwhile.happened
    assert await held(bot_in_use) == {}
