"""What people write in channels is not stored: only what they mark."""

from __future__ import annotations

from bot.domain.retry import WorkState
from tests.running import RunningBot


async def test_messages_in_channels_leave_no_trace(bot: RunningBot) -> None:
    await bot.slack.person("priya").say("#payments", "a word between colleagues, marmalade")
    await bot.settle()

    async with bot.multiplier.storage.machinery_reading() as work:
        for state in WorkState:
            assert await work.inbox.list(state) == []


async def test_what_the_bot_says_itself_is_not_stored(bot: RunningBot) -> None:
    await bot.slack.person("priya").dm("paired with Dana until her deploy went through")
    await bot.settle()

    async with bot.multiplier.storage.machinery_reading() as work:
        done = await work.inbox.list(WorkState.DONE)
        assert await work.outbox.list(WorkState.DONE), "the bot has answered in the direct message"
    assert len(done) == 1
