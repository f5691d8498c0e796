"""`/evidence <text>`: kept at once, shown to its owner alone."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest

from bot.domain.evidence import EntryStatus, LinkType, PersonRole, SourceType
from bot.domain.reading import Reading, read
from bot.domain.tagging import Kind
from tests.running import RunningBot

NOTE = "paired with @dana yesterday until her deploy went through, see https://github.com/acme/api/pull/12"


async def test_a_note_is_kept_with_everything_its_text_gives(bot: RunningBot) -> None:
    await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")

    (entry,) = await bot.entries("sam")
    assert entry.kind is Kind.UNBLOCK
    assert entry.people_as(PersonRole.HELPED) == (bot.user_id("dana"),)
    assert entry.occurred_on == date(2026, 11, 1)
    assert [(link.type, link.url) for link in entry.links] == [
        (LinkType.PULL_REQUEST, "https://github.com/acme/api/pull/12")
    ]
    assert entry.source.type is SourceType.COMMAND
    assert entry.status is EntryStatus.KEPT
    assert entry.text.startswith(f"paired with <@{bot.user_id('dana')}> yesterday")


async def test_the_answer_names_kind_dimension_people_and_day_with_three_buttons(bot: RunningBot) -> None:
    answer = await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")

    (shown,) = answer.shown
    assert "Kept." in shown.text
    assert "Unblocked someone" in shown.text
    assert "multiplying" in shown.text
    assert "helped @dana" in shown.text
    assert "yesterday" in shown.text
    assert shown.buttons == ("Change", "Add outcome", "Undo")


async def test_nobody_else_sees_the_answer(bot: RunningBot) -> None:
    await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")
    await bot.settle()

    for handle in ("dana", "priya", "mei", "tom", "aisha"):
        person = bot.slack.person(handle)
        assert not [message for message in person.messages("#payments") if "Kept" in message.text]
        assert not person.dm_with_bot()


async def test_undo_hides_the_entry_and_bring_back_returns_it(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    answer = await sam.command("/evidence", NOTE, channel="#payments")

    await sam.press(answer.shown[0], "Undo")
    (undone,) = sam.messages("#payments")
    assert "Taken back" in undone.text
    assert "Nothing kept yet" in (await sam.command("/evidence", "list", channel="#payments")).shown[0].text

    await sam.press(undone, "Bring it back")
    assert "Kept." in sam.messages("#payments")[0].text
    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.KEPT]


async def test_an_outcome_is_added_in_the_short_form_and_shown_where_it_was_asked_for(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    answer = await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    await sam.press(answer.shown[0], "Add outcome")

    await sam.fill_and_submit(
        sam.modal(),
        {"What came of it?": "she deploys by herself now", "A number, if there is one": "3 deploys a day"},
    )

    (entry,) = await bot.entries("sam")
    assert entry.outcome == "she deploys by herself now"
    assert entry.number == "3 deploys a day"
    assert sam.modal() is None
    assert any("she deploys by herself now" in message.text for message in sam.messages("#payments"))


async def test_a_changed_kind_is_kept_and_learned(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    answer = await sam.command("/evidence", NOTE, channel="#payments")
    await sam.press(answer.shown[0], "Change")
    await sam.fill_and_submit(sam.modal(), {"Kind": "Grew someone"})

    (entry,) = await bot.entries("sam")
    assert entry.kind is Kind.MENTORING
    async with bot.multiplier.storage.reading(bot.workspace_id) as work:
        assert await work.corrections.of(bot.user_id("sam")) == [(entry.text, Kind.MENTORING)]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (":tada: :rocket:", "only emoji or mentions"),
        ("@dana", "only emoji or mentions"),
        ("\u200b\u200b", "nothing in it to keep"),
    ],
)
async def test_what_says_nothing_is_refused_with_a_way_forward(bot: RunningBot, text: str, answer: str) -> None:
    shown = (await bot.slack.person("sam").command("/evidence", text, channel="#payments")).shown

    assert answer in shown[0].text
    assert await bot.entries("sam") == []


async def test_a_very_long_note_is_kept_whole_and_said_so(bot: RunningBot) -> None:
    text = "unblocked the release by finding the flag " + "and then explaining it again " * 1_000
    answer = await bot.slack.person("sam").command("/evidence", text, channel="#payments")

    (entry,) = await bot.entries("sam")
    assert entry.text == text.strip()
    assert f"All {len(entry.text):,} characters are kept" in answer.shown[0].text


async def test_while_a_text_is_read_the_bot_can_do_something_else(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def noted(text: str, **about: Any) -> Reading:
        threads.append(threading.current_thread())
        return read(text, **about)

    monkeypatch.setattr("bot.services.capture.read", noted)
    await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")

    assert len(await bot.entries("sam")) == 1
    assert [thread is threading.current_thread() for thread in threads] == [False]


async def test_broadcasts_and_fake_links_do_not_come_alive_when_echoed(bot: RunningBot) -> None:
    text = "told <!channel> about <https://evil.example|payroll> and unblocked the release & deploy"
    answer = await bot.slack.person("sam").command("/evidence", text, channel="#payments")

    # The address found in the text is linked under its own name only.
    assert answer.shown[0].live == ["https://evil.example"]
    assert "|payroll>" not in str(answer.shown[0].raw)
    (entry,) = await bot.entries("sam")
    assert entry.text == text
