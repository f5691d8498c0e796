"""Steps that the scenarios around check-ins share."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.sandbox.seeing import SeenMessage
from tests.running import RunningBot

#: Sam is in Lisbon, which is on UTC in November.
FRIDAY = datetime(2026, 11, 6, 15, 0, tzinfo=UTC)
NEXT_FRIDAY = datetime(2026, 11, 13, 15, 0, tzinfo=UTC)


async def at(bot: RunningBot, moment: datetime) -> None:
    """Let the time pass until this moment, in one leap, and do what is due then."""
    await bot.slack.advance(seconds=(moment - bot.clock.now()).total_seconds())
    await tick(bot)


async def tick(bot: RunningBot) -> None:
    """What the scheduler does, and all that follows from it."""
    await bot.multiplier.services.asking.tick()
    await bot.settle()


async def say_yes(bot: RunningBot, handle: str = "sam") -> None:
    """Use the bot for the first time, and say yes to check-ins in the message that follows."""
    person = bot.slack.person(handle)
    await person.command("/evidence", "help", channel="#payments")
    await person.command(
        "/evidence", "helped @dana out of the stuck migration, which had blocked her since Monday", channel="#payments"
    )
    await bot.settle()
    await person.press(meeting(bot, handle), "Yes, once a week")


def meeting(bot: RunningBot, handle: str = "sam") -> SeenMessage:
    """The bot's introduction."""
    (message,) = [each for each in bot.slack.person(handle).dm_with_bot() if "Shall I ask you" in each.text]
    return message


def checkins(bot: RunningBot, handle: str = "sam") -> list[SeenMessage]:
    """The check-ins in this person's DM, answered or not."""
    messages = bot.slack.person(handle).dm_with_bot()
    return [each for each in messages if (each.raw.get("metadata") or {}).get("event_type") == "checkin"]
