"""Taking everything, having everything gone, and reading who had to do with it; through the real app."""

from __future__ import annotations

import json

from tests.running import RunningBot


async def test_deleting_asks_once_and_then_nothing_is_left_and_home_is_empty(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    await bot.settle()
    await sam.open_home()
    await bot.settle()
    asked = await sam.command("/evidence", "delete-my-data", channel="#payments")
    assert "one entry" in asked.shown[0].text
    assert len(await bot.entries("sam")) == 1

    await sam.press(asked.shown[0], "Delete everything")
    await bot.settle()

    assert await bot.entries("sam") == []
    assert any("It is gone, all of it" in message.text for message in sam.messages("#payments"))
    home = sam.home()
    assert home
    assert "deploy went through" not in home.text
    async with bot.multiplier.storage.reading(bot.workspace_id) as work:
        assert await work.members.get(sam.id) is None


async def test_everything_held_comes_as_a_file_before(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    await bot.settle()
    await sam.command("/evidence", "export --all", channel="#payments")
    (file,) = [file for file in sam.files() if file.name.startswith("everything-")]
    told = json.loads(file.content)
    assert "deploy went through" in told["held"]["entries"][0]["text"]
    assert set(told["held"]) >= {"members", "entries", "outbox"}


async def test_the_audit_list_names_who_credited_and_nobody_else(bot: RunningBot) -> None:
    sam, dana = bot.slack.person("sam"), bot.slack.person("dana")
    nobody = await sam.command("/evidence", "audit", channel="#payments")
    assert "Nobody has been shown anything" in nobody.shown[0].text
    message = await sam.say("#payments", "the rollback needs the old certificate, here is how")
    await dana.react(message, "star2")
    await bot.settle()
    listed = await sam.command("/evidence", "audit", channel="#payments")
    assert "@dana credited a message of yours" in listed.shown[0].text
    assert "Nobody has" in (await dana.command("/evidence", "audit", channel="#payments")).shown[0].text
