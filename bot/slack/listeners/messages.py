"""Messages: notes sent to the bot, and edits and deletions of messages that entries stand on."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.content.messages import Words
from bot.domain.capture import CaptureRequest, message_key
from bot.domain.controls import Control, control_in
from bot.domain.errors import Refused
from bot.domain.evidence import Source, SourceType
from bot.domain.outgoing import KeepOffered, Notice, Outgoing
from bot.domain.schedule import Snooze
from bot.domain.text import says_something
from bot.domain.threads import Message
from bot.services import Services
from bot.services.answers import Given
from bot.services.keeping import said_at
from bot.slack.payloads import Payload, message_of
from bot.slack.text import to_plain
from bot.slack.views.checkin import moment

_NOTE = re.compile(r"\s*note\s*[:：]\s*", re.IGNORECASE)
_GREETINGS = frozenset({"", "hi", "hello", "hey"})


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to messages and mentions."""
    app.event("message")(partial(on_message, services=services, words=words))
    app.event("app_mention")(partial(on_mention, services=services))


async def on_message(event: Payload, context: AsyncBoltContext, *, services: Services, words: Words) -> None:
    """Follow edits and deletions everywhere; read new messages only where they were sent to the bot."""
    workspace_id, channel = context.team_id or "", str(event.get("channel") or "")
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        ts, before = str(event.get("deleted_ts") or ""), event.get("previous_message") or {}
        await services.keeping.message_deleted(workspace_id, channel, ts)
        await services.answers.drop_reply(workspace_id, str(before.get("user") or ""), ts)
    elif subtype == "message_changed":
        await on_edit(workspace_id, channel, event, services)
    elif event.get("channel_type") == "im" and subtype in (None, "file_share", "thread_broadcast"):
        message = message_of(channel, event)
        if not message.is_bot:
            await on_direct_message(workspace_id, message, services, words)


async def on_edit(workspace_id: str, channel: str, event: Payload, services: Services) -> None:
    """A message was edited, or had its words removed while its thread stays ("tombstone")."""
    message = event.get("message") or {}
    ts, text = str(message.get("ts") or ""), to_plain(str(message.get("text") or ""))
    before = event.get("previous_message") or {}
    author = str(message.get("user") or "")
    if message.get("subtype") == "tombstone":
        await services.keeping.message_deleted(workspace_id, channel, ts)
        await services.answers.drop_reply(workspace_id, str(before.get("user") or ""), ts)
    elif event.get("channel_type") == "im" and await services.answers.change_reply(
        workspace_id, author, Given(number=None, text=text, channel=channel, ts=ts)
    ):
        return
    elif text != to_plain(str(before.get("text") or "")):
        await services.keeping.message_edited(workspace_id, channel, ts, _NOTE.sub("", text, count=1))


async def on_direct_message(workspace_id: str, message: Message, services: Services, words: Words) -> None:
    """Words of control do what they say; a reply to a check-in answers it; `note: …` is kept; `help` helps.

    Anything else is offered to be kept.
    """
    text = message.text.strip()
    control = control_in(text)
    if control and await do_control(control, workspace_id, message, services, words):
        return
    if message.thread_ts and await reply_to_checkin(workspace_id, message, services):
        return
    if _NOTE.match(text):
        await keep_note(workspace_id, message, services)
    elif text.lower() == "help":
        await _answer(workspace_id, message, _notice("help.text", message), services)
    elif text.lower() in _GREETINGS or not says_something(text):
        await _answer(workspace_id, message, _notice("dm.hello", message), services)
    elif text.endswith("?") or not await reply_to_checkin(workspace_id, message, services):
        offer = KeepOffered(channel=message.channel, ts=message.ts, thread_ts=message.thread_ts)
        await _answer(workspace_id, message, offer, services)


async def reply_to_checkin(workspace_id: str, message: Message, services: Services) -> bool:
    """Take a message in a check-in's thread as its answer; what can't be is said in the thread."""
    given = Given(
        number=None,
        text=message.text,
        channel=message.channel,
        thread_ts=message.thread_ts,
        ts=message.ts,
        said_at=said_at(message.ts),
    )
    try:
        return await services.checkins.reply(workspace_id, message.author, given)
    except Refused as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        await _answer(workspace_id, message, _notice(error.message_key, message, facts), services)
        return True


async def do_control(control: Control, workspace_id: str, message: Message, services: Services, words: Words) -> bool:
    """Do what a few words ask for, and say so. False for putting off or skipping where nothing waits."""
    me = (workspace_id, message.author)
    key, facts = "plan.pause_how", dict[str, str]()
    if control is Control.ASK_NOW:
        await services.checkins.ask_now(*me)
        services.outbox.left.set()
        return True
    if control is Control.STOP:
        await services.plans.turn_off(*me)
        key = "plan.stopped"
    elif control is not Control.SETTINGS:
        checkin = await services.checkins.spoken_to(*me, message.channel, message.thread_ts)
        if checkin is None:
            return False
        if control is Control.SKIP:
            await services.checkins.skip(*me, checkin.id)
            key = "checkin.skipped"
        else:
            key, facts = await _snooze(Snooze(control), me, checkin.id, services, words)
    await _answer(workspace_id, message, _notice(key, message, facts), services)
    return True


async def _snooze(
    snooze: Snooze, me: tuple[str, str], checkin_id: str, services: Services, words: Words
) -> tuple[str, dict[str, str]]:
    try:
        _, until = await services.checkins.snooze(*me, checkin_id, snooze)
    except Refused as error:
        return error.message_key, {}
    member = await services.people.known(*me)
    return "checkin.snoozed", {"when": moment(words, until.astimezone(member.zone_info), member.zone)}


async def keep_note(workspace_id: str, message: Message, services: Services) -> None:
    """Keep a note sent to the bot; editing the message corrects it."""
    try:
        await services.capture.capture(
            CaptureRequest(
                workspace_id=workspace_id,
                user_id=message.author,
                capture_key=message_key(message.channel, message.ts),
                text=_NOTE.sub("", message.text, count=1),
                said_at=said_at(message.ts) or services.clock.now(),
                source=Source(
                    type=SourceType.DM,
                    channel=message.channel,
                    ts=message.ts,
                    thread_ts=message.thread_ts,
                    author=message.author,
                ),
                announce_in=message.channel,
                announce_thread=message.thread_ts,
                announce_key=message_key(message.channel, message.ts),
            )
        )
    except Refused as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        await _answer(workspace_id, message, _notice(error.message_key, message, facts), services)


async def on_mention(event: Payload, context: AsyncBoltContext, *, services: Services) -> None:
    """Someone spoke to the bot in a channel: say what it does there, to them alone."""
    message = message_of(str(event.get("channel") or ""), event)
    await _answer(context.team_id or "", message, _notice("mentioned", message), services)


def _notice(key: str, message: Message, facts: dict[str, str] | None = None) -> Notice:
    return Notice(message_key=key, facts=facts or {}, channel=message.channel, thread_ts=message.thread_ts)


async def _answer(workspace_id: str, message: Message, answer: Outgoing, services: Services) -> None:
    once_key = f"answer:{message.channel}:{message.ts}"
    await services.outbox.leave(workspace_id, message.author, answer, once_key=once_key)
