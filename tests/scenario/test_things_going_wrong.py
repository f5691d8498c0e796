"""What Slack tells late, twice or in the wrong order, and what it answers when it isn't well."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from bot.domain.evidence import EntryStatus, TaggedBy
from bot.domain.retry import RetryPolicy
from bot.sandbox import ManualClock, Sandbox
from tests.running import RunningBot, running_bot

BEGAN = 1_793_610_000


def note(bot: RunningBot, text: str) -> dict[str, object]:
    """A message of Sam's to the bot, as Slack tells of it."""
    ts = f"{BEGAN}.000100"
    sam = bot.slack.person("sam")
    message = {"type": "message", "user": sam.id, "text": text, "ts": ts}
    return {**message, "channel": sam.dm_id, "channel_type": "im", "event_ts": ts}


def edit(bot: RunningBot, before: str, after: str, *, second: int) -> dict[str, object]:
    """The same message, edited so many seconds later."""
    told = note(bot, after)
    moment = f"{BEGAN + second}.000100"
    message = {name: told[name] for name in ("type", "user", "text", "ts")}
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": {**message, "edited": {"user": message["user"], "ts": moment}},
        "previous_message": {**message, "text": before},
        "channel": told["channel"],
        "channel_type": "im",
        "ts": moment,
        "event_ts": moment,
    }


async def test_edits_told_before_their_note_and_in_the_wrong_order_leave_the_newest_words(bot: RunningBot) -> None:
    first, second, third = "note: helped @dana ship", "note: helped @dana ship it", "note: helped @dana ship it all"
    for told in (
        edit(bot, second, third, second=20),
        note(bot, first),
        edit(bot, first, second, second=10),
    ):
        await bot.slack.emit(told)
        await bot.settle()
    (entry,) = await bot.entries("sam")
    assert entry.text == "helped @dana ship it all"
    told_sam = [message.text for message in bot.slack.person("sam").dm_with_bot() if "Kept" in message.text]
    assert len(told_sam) == 1


async def test_a_note_that_was_taken_back_stays_so_when_it_is_edited(bot: RunningBot) -> None:
    await bot.slack.emit(note(bot, "note: helped dana ship"))
    await bot.settle()
    (entry,) = await bot.entries("sam")
    await bot.multiplier.services.evidence.undo(bot.workspace_id, entry.user_id, entry.id)
    await bot.slack.emit(edit(bot, "note: helped dana ship", "note: helped dana ship it", second=10))
    await bot.settle()
    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.WITHDRAWN]


@pytest.mark.parametrize("status", [200, 403, 502])
async def test_a_page_in_place_of_slacks_answer_is_no_word_of_slacks(bot: RunningBot, status: int) -> None:
    bot.slack.faults.status("chat.postMessage", status, times=3, after_effect=True)
    sam = bot.slack.person("sam")
    await sam.dm("note: found the race in the ledger's retry before it shipped")
    for _ in range(6):
        await bot.settle()
        await bot.slack.advance(seconds=20)
    kept = [message for message in sam.dm_with_bot() if "Kept" in message.text]
    assert len(kept) == 1
    assert not await bot.multiplier.services.outbox.dead()


async def test_waiting_as_long_as_slack_asks_for_gives_no_event_up(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    said = await sam.say("#payments", "paired with @dana on the queue until her consumer worked")
    bot.slack.faults.rate_limit("conversations.replies", retry_after=0, times=12)
    await sam.react(said, "seedling")
    for _ in range(14):
        await bot.settle()
        await bot.slack.advance(seconds=2)
    assert [entry.status for entry in await bot.entries("sam")] == [EntryStatus.KEPT]
    assert not await bot.multiplier.services.inbox.dead()


async def test_replaying_a_message_whose_last_try_got_through_sends_it_once(bot: RunningBot) -> None:
    sam, outbox = bot.slack.person("sam"), bot.multiplier.services.outbox
    await sam.dm("help")
    await bot.settle()
    before = len(sam.dm_with_bot())
    tries = RetryPolicy().tries_while_away
    bot.slack.faults.status("chat.postMessage", 500, times=tries - 1)
    bot.slack.faults.status("chat.postMessage", 500, after_effect=True)
    await sam.dm("hello")
    for _ in range(tries + 1):
        await bot.settle()
        await bot.slack.advance(minutes=15)
    (dead,) = await outbox.dead()
    assert dead.failure == "TryLater: 500"
    await outbox.replay(dead.id)
    await bot.settle()
    assert not await outbox.dead()
    assert len(sam.dm_with_bot()) == before + 2


async def test_notes_are_kept_and_found_when_the_taggers_process_dies(
    slack: Sandbox, clock: ManualClock, tmp_path: Path, empty_database: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(empty_database, tmp_path / "bot.db")
    async with running_bot(slack, clock, None, f"sqlite:///{tmp_path}/bot.db") as bot:
        sam, process = slack.person("sam"), bot.multiplier.tagger_process
        assert process
        for text in ("unblocked @dana on the flaky deploy", "wrote the guide three teams use to rotate certificates"):
            await sam.command("/evidence", text)
            await bot.settle()
            os.kill(process.pid, signal.SIGKILL)
        found = await bot.multiplier.services.search.find(bot.workspace_id, sam.id, "certificates")
        assert "certificates" in found.entries[0].text
        kinds = {entry.text: (entry.kind, entry.tagged_by) for entry in await bot.entries("sam")}
        assert len(kinds) == 2
        assert {by for _, by in kinds.values()} <= {TaggedBy.TAGGER, TaggedBy.UNSURE}
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    printed = "".join(capfd.readouterr())
    assert "tagger_process_began_anew" in printed
    assert "certificates" not in printed
