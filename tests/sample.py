"""The made-up engineer's year, kept by someone of the sandbox."""

from __future__ import annotations

from datetime import date

from bot.content.sample import SampleYear, sample_year
from bot.domain.record import Record
from tests.running import RunningBot

#: The year's last entry happened on this day: shortly before the tests' clock.
LAST_DAY = date(2026, 10, 30)


def sample_of(bot: RunningBot, handle: str) -> SampleYear:
    """The year as this person's, with the sandbox's people in it."""
    return sample_year(bot.workspace_id, bot.user_id(handle), user_of=bot.user_id, last_day=LAST_DAY)


async def with_sample_year(bot: RunningBot, handle: str = "sam") -> SampleYear:
    """Have this person keep the whole year."""
    year = sample_of(bot, handle)
    record = Record(
        exported_at=bot.clock.now(),
        workspace_id=bot.workspace_id,
        user_id=bot.user_id(handle),
        entries=year.entries,
        projects=year.projects,
        bets=year.bets,
    )
    await bot.multiplier.services.record.restore(record, bot.workspace_id, bot.user_id(handle))
    return year
