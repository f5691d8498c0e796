"""Messages: notes sent to the bot, and edits and deletions of messages that entries stand on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.capture import CaptureRequest, message_key
from bot.domain.checkins import Checkin
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
from bot.slack.renewing import renew
from bot.slack.text import to_plain
from bot.slack.views.checkin import moment

_NOTE = re.compile(r"\s*note\s*[:：]\s*", re.IGNORECASE)
_GREETINGS = frozenset({"", "hi", "hello", "hey"})


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to messages and mentions."""
    app.event("message")(partial(on_message, services=services, words=words))
    app.event("app_mention")(partial(on_mention, services=services))


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message event in one workspace, with everything needed to act on it."""

    workspace_id: str
    channel: str
    event: Payload
    services: Services
    words: Words
    client: AsyncWebClient

    async def renew(self, checkin: Checkin | None) -> bool:
        """Bring the message of the check-in that this spoke to up to date; False when it spoke to none."""
        if checkin is None:
            return False
        page = await self.services.checkins.open(checkin.workspace_id, checkin.user_id, checkin.id)
        await renew(self.words, self.client, page)
        return True


async def on_message(
    event: Payload, context: AsyncBoltContext, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Follow edits and deletions everywhere; read new messages only where they were sent to the bot."""
    workspace_id, channel = context.team_id or "", str(event.get("channel") or "")
    heard = Heard(
        workspace_id=workspace_id, channel=channel, event=event, services=services, words=words, client=client
    )
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        await on_deletion(heard, str(event.get("deleted_ts") or ""))
    elif subtype == "message_changed":
        await on_edit(heard)
    elif event.get("channel_type") == "im" and subtype in (None, "file_share", "thread_broadcast"):
        message = message_of(channel, event)
        if not message.is_bot:
            await on_direct_message(heard, message)


async def on_deletion(heard: Heard, ts: str) -> None:
    """A message is gone: what stood on it follows."""
    author = str((heard.event.get("previous_message") or {}).get("user") or "")
    await heard.services.keeping.message_deleted(heard.workspace_id, heard.channel, ts)
    await heard.renew(await heard.services.answers.drop_reply(heard.workspace_id, author, ts))


async def on_edit(heard: Heard) -> None:
    """A message was edited, or had its words removed while its thread stays ("tombstone")."""
    message, before = heard.event.get("message") or {}, heard.event.get("previous_message") or {}
    ts, text = str(message.get("ts") or ""), to_plain(str(message.get("text") or ""))
    if message.get("subtype") == "tombstone":
        await on_deletion(heard, ts)
        return
    is_direct = heard.event.get("channel_type") == "im"
    if is_direct:
        given = Given(number=None, text=text, channel=heard.channel, ts=ts)
        author = str(message.get("user") or "")
        if await heard.renew(await heard.services.answers.change_reply(heard.workspace_id, author, given)):
            return
    if text == to_plain(str(before.get("text") or "")):
        return
    changed_ts = str(heard.event.get("event_ts") or "")
    edit = (heard.workspace_id, heard.channel, ts, _NOTE.sub("", text, count=1), changed_ts)
    note = message_of(heard.channel, message)
    stands_on_it = await heard.services.keeping.message_edited(*edit)
    if is_direct and not stands_on_it and not note.is_bot and _NOTE.match(text):
        # It has become a note just now, or Slack's word of the note itself is still to come.
        await keep_note(heard.workspace_id, note, heard.services)
        await heard.services.keeping.message_edited(*edit)


async def on_direct_message(heard: Heard, message: Message) -> None:
    """Words of control do what they say; a reply to a check-in answers it; `note: …` is kept; `help` helps.

    Anything else is offered to be kept.
    """
    workspace_id, services, text = heard.workspace_id, heard.services, message.text.strip()
    control = control_in(text)
    if control and await do_control(control, workspace_id, message, services, heard.words):
        return
    if message.thread_ts and await reply_to_checkin(heard, message):
        return
    if _NOTE.match(text):
        await keep_note(workspace_id, message, services)
    elif text.lower() == "help":
        await _answer(workspace_id, message, _notice("help.text", message), services)
    elif text.lower() in _GREETINGS or not says_something(text):
        await _answer(workspace_id, message, _notice("dm.hello", message), services)
    elif text.endswith("?") or not await reply_to_checkin(heard, message):
        offer = KeepOffered(channel=message.channel, ts=message.ts, thread_ts=message.thread_ts)
        await _answer(workspace_id, message, offer, services)


async def reply_to_checkin(heard: Heard, message: Message) -> bool:
    """Take a message that speaks to a check-in as its answer; what can't be is said beside it."""
    given = Given(
        number=None,
        text=message.text,
        channel=message.channel,
        thread_ts=message.thread_ts,
        ts=message.ts,
        said_at=said_at(message.ts),
    )
    try:
        checkin = await heard.services.checkins.reply(heard.workspace_id, message.author, given)
    except Refused as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        await _answer(heard.workspace_id, message, _notice(error.message_key, message, facts), heard.services)
        return True
    return await heard.renew(checkin)


async def do_control(control: Control, workspace_id: str, message: Message, services: Services, words: Words) -> bool:
    """Do what a few words ask for, and say so. False for putting off or skipping where nothing waits."""
    me = (workspace_id, message.author)
    key, facts = "plan.pause_how", dict[str, str]()
    if control is Control.ASK_NOW:
        await services.checkins.ask_now(*me)
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
