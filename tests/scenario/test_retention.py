"""Where whoever runs the bot must not keep entries for ever."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox import ManualClock, Sandbox
from bot.tagger.reading import TextTagger
from tests.running import running_bot


async def test_an_entry_goes_so_long_after_its_last_change_and_people_are_told_so(
    slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/bot.db"
    async with running_bot(slack, clock, tagger, database, entries_kept_days="30") as bot:
        sam, privacy = slack.person("sam"), bot.multiplier.services.privacy
        await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
        await slack.advance(days=20)
        await sam.command("/evidence", "unblocked @tom with the saffron flag", channel="#payments")
        await bot.settle()
        page = await sam.command("/evidence", "privacy", channel="#payments")
        assert "30 days after its last change" in page.shown[0].text

        assert await privacy.forget_old() == 0
        await slack.advance(days=11)
        assert await privacy.forget_old() == 1
        assert [entry.text for entry in await bot.entries("sam")] == [
            f"unblocked <@{bot.user_id('tom')}> with the saffron flag"
        ]
        found = await sam.command("/evidence", "find deploy", channel="#payments")
        assert "her deploy" not in found.shown[0].text


async def test_otherwise_nothing_is_said_of_it(
    slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path
) -> None:
    async with running_bot(slack, clock, tagger, f"sqlite:///{tmp_path}/bot.db"):
        page = await slack.person("sam").command("/evidence", "privacy", channel="#payments")
        assert "last change" not in page.shown[0].text
