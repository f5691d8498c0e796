"""The keep reaction: what it means on whose message, and what happens when it goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.evidence import EntryStatus, PersonRole, QuoteRole, SourceState, SourceType, TextBy
from bot.domain.tagging import Kind
from bot.domain.threads import Thread
from bot.sandbox.seeing import SeenMessage
from tests.running import RunningBot


async def solved_thread(bot: RunningBot) -> tuple[SeenMessage, SeenMessage, SeenMessage]:
    """Priya is stuck, Sam answers, Priya is deploying again."""
    sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
    question = await priya.say("#payments", "why is the staging deploy stuck? says the certificate expired")
    answer = await sam.say("#payments", "rotate it with `make rotate-cert`, then rerun", thread_ts=question.ts)
    thanks = await priya.say("#payments", "thanks @sam, that was it, we're deploying again", thread_ts=question.ts)
    return question, answer, thanks


async def test_thanks_become_evidence_of_what_was_solved_with_the_witness(bot: RunningBot) -> None:
    *_, thanks = await solved_thread(bot)
    sam = bot.slack.person("sam")
    await sam.react(thanks, "seedling")
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert entry.kind is Kind.UNBLOCK
    assert entry.text_by is TextBy.THREAD
    assert entry.people_as(PersonRole.HELPED) == (bot.user_id("priya"),)
    assert entry.people_as(PersonRole.WITNESS) == (bot.user_id("priya"),)
    assert [quote.role for quote in entry.quotes] == [QuoteRole.QUESTION, QuoteRole.ANSWER, QuoteRole.EFFECT]
    assert "certificate expired" in entry.text
    assert "deploying again" in entry.text
    assert entry.source.type is SourceType.REACTION
    assert entry.source.permalink

    (shown,) = sam.ephemerals()
    assert "Kept from #payments" in shown.text
    assert "Unblocked someone" in shown.text
    assert not bot.slack.person("priya").ephemerals()


async def test_my_own_message_becomes_my_entry_in_my_words(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    said = await sam.say("#payments", "paired with @dana on the queue until her consumer worked")
    await sam.react(said, "seedling")
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert entry.text_by is TextBy.PERSON
    assert entry.text == f"paired with <@{bot.user_id('dana')}> on the queue until her consumer worked"


async def test_anything_else_is_saved_as_a_draft_that_asks_for_my_part(bot: RunningBot) -> None:
    sam, mei = bot.slack.person("sam"), bot.slack.person("mei")
    said = await mei.say("#payments", "we will keep one ledger service instead of two, decided today")
    await sam.react(said, "seedling")
    await bot.settle()

    (draft,) = await bot.entries("sam")
    assert draft.status is EntryStatus.DRAFT
    (question,) = sam.ephemerals()
    assert "What was your part?" in question.text

    await sam.press(question, "Tell my part")
    part = "I showed both teams what two ledgers would cost in a year, and they chose one"
    await sam.fill_and_submit(sam.modal(), {"What was your part?": part})

    (entry,) = await bot.entries("sam")
    assert entry.status is EntryStatus.KEPT
    assert entry.text == part
    assert entry.quotes[0].author == bot.user_id("mei")


async def test_taking_the_reaction_off_takes_an_untouched_entry_back_and_putting_it_on_returns_it(
    bot: RunningBot,
) -> None:
    sam = bot.slack.person("sam")
    *_, thanks = await solved_thread(bot)
    await sam.react(thanks, "seedling")
    await bot.settle()
    await sam.unreact(thanks, "seedling")
    await bot.settle()
    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.WITHDRAWN]

    await sam.react(thanks, "seedling")
    await bot.settle()
    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.KEPT]


async def test_an_entry_that_was_worked_on_stays_when_the_reaction_goes_and_says_so(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    *_, thanks = await solved_thread(bot)
    await sam.react(thanks, "seedling")
    await bot.settle()
    await sam.press(sam.ephemerals()[0], "Add outcome")
    await sam.fill_and_submit(sam.modal(), {"What came of it?": "staging deploys in 6 minutes"})
    await sam.unreact(thanks, "seedling")
    await bot.settle()

    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.KEPT]
    assert "so it stays" in sam.ephemerals()[-1].text


async def test_after_a_day_the_reaction_no_longer_decides(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    *_, thanks = await solved_thread(bot)
    await sam.react(thanks, "seedling")
    await bot.settle()
    await bot.slack.advance(hours=25)
    await sam.unreact(thanks, "seedling")
    await bot.settle()

    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.KEPT]


async def test_the_same_event_five_times_under_other_ids_and_in_the_wrong_order_is_one_entry(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    *_, thanks = await solved_thread(bot)
    await sam.react(thanks, "seedling")
    await sam.unreact(thanks, "seedling")
    await sam.react(thanks, "seedling")
    told = [each for each in bot.slack.deliveries if each.type.startswith("reaction_")]
    assert len(told) == 3
    for delivery in [*reversed(told), *told]:
        await bot.slack.redeliver(delivery, new_event_id=True)
        await bot.slack.redeliver(delivery)
    await bot.settle()

    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.KEPT]
    assert len(sam.ephemerals()) <= 2


async def test_a_reaction_on_a_message_that_is_gone_says_so(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    said = await sam.say("#payments", "caught the missing index in review")
    await sam.react(said, "seedling")
    await sam.delete(said)
    await bot.settle()

    assert [entry for entry in await bot.entries("sam") if entry.status is EntryStatus.KEPT] == []
    assert "gone" in sam.ephemerals()[-1].text


async def test_a_deleted_message_of_someone_else_leaves_the_entry_without_their_words(bot: RunningBot) -> None:
    sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
    *_, thanks = await solved_thread(bot)
    await sam.react(thanks, "seedling")
    await bot.settle()
    await priya.delete(thanks)
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert entry.source.state is SourceState.DELETED
    assert "deploying again" not in entry.model_dump_json()
    assert "certificate expired" in entry.text


async def test_an_edited_source_is_followed_and_said_so(bot: RunningBot) -> None:
    sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
    *_, thanks = await solved_thread(bot)
    await sam.react(thanks, "seedling")
    await bot.settle()
    await priya.edit(thanks, "thanks @sam, that was it, all three services deploy again")
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert entry.source.state is SourceState.EDITED
    assert "all three services" in entry.text


def meanwhile(bot: RunningBot, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[None]]) -> None:
    """Let something happen, and its news be worked, after a thread was read and before it is kept."""
    read = bot.multiplier.gateway.thread
    done: list[bool] = []

    async def read_and_wait(*where: str) -> Thread:
        thread = await read(*where)
        if not done:
            done.append(True)
            await happens()
            await bot.slack.settled()
            assert await bot.multiplier.services.inbox.work_once() == 1
        return thread

    monkeypatch.setattr(bot.multiplier.gateway, "thread", read_and_wait)


async def test_an_edit_while_the_thread_is_being_kept_is_not_lost(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
    *_, thanks = await solved_thread(bot)
    meanwhile(bot, monkeypatch, lambda: priya.edit(thanks, "thanks @sam, that was it, all three deploy again"))
    await sam.react(thanks, "seedling")
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert "all three deploy again" in entry.text
    assert entry.source.state is SourceState.EDITED


async def test_an_earlier_edit_told_after_the_message_was_kept_changes_nothing(bot: RunningBot) -> None:
    sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
    *_, thanks = await solved_thread(bot)
    await priya.edit(thanks, "thanks @sam, that was it, one service deploys again")
    earlier = bot.slack.deliveries[-1].payload["event"]
    await priya.edit(thanks, "thanks @sam, that was it, all three deploy again")
    await bot.settle()
    await sam.react(thanks, "seedling")
    await bot.settle()
    # The same edit, under a moment of its own so that it is no repetition.
    await bot.slack.emit({**earlier, "event_ts": f"{earlier['event_ts']}1"})
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert "all three deploy again" in entry.text


async def test_a_deletion_while_the_thread_is_being_kept_is_not_lost(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
    *_, thanks = await solved_thread(bot)
    meanwhile(bot, monkeypatch, lambda: priya.delete(thanks))
    await sam.react(thanks, "seedling")
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert "deploying again" not in entry.model_dump_json()


async def test_the_message_shortcut_works_where_the_bot_is_not_a_member(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.join("#platform")
    said = await sam.say("#platform", "walked the new on-call through the runbook until he ran the failover himself")
    await sam.message_shortcut("capture_message", said)
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert entry.source.type is SourceType.SHORTCUT
    assert "Kept." in sam.ephemerals()[-1].text


async def test_a_shortcut_where_the_thread_can_no_longer_be_read_takes_no_words_away(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    *_, thanks = await solved_thread(bot)
    await sam.react(thanks, "seedling")
    await bot.settle()
    (before,) = await bot.entries("sam")
    bot.slack.faults.error("conversations.replies", "not_in_channel", times=5)
    await sam.message_shortcut("capture_message", thanks)
    await bot.settle()

    (after,) = await bot.entries("sam")
    assert after.quotes == before.quotes
    assert after.text == before.text
    assert after.source.state is SourceState.PRESENT


async def test_a_different_keep_emoji_can_be_chosen_for_the_workspace(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    await sam.command("/evidence", "settings", channel="#payments")
    await sam.fill_and_submit(sam.modal(), {"The emoji that keeps a message for me": ":evergreen_tree:"})
    said = await sam.say("#payments", "caught a race in review of the retry code before it shipped")
    await sam.react(said, "seedling")
    await bot.settle()
    assert await bot.entries("sam") == []

    await sam.react(said, "evergreen_tree")
    await bot.settle()
    assert len(await bot.entries("sam")) == 1
