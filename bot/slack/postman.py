"""Makes the words of a stored message from the facts as they are now, and sends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.content.messages import Words
from bot.domain.credits import CreditState
from bot.domain.errors import Unreachable
from bot.domain.evidence import EntryStatus
from bot.domain.outgoing import (
    BetDue,
    CheckinDue,
    CreditOffered,
    KeepOffered,
    Kept,
    Notice,
    OutboxItem,
    PartAsked,
    RepliesKept,
)
from bot.services import Services
from bot.slack.gateway import SlackGateway
from bot.slack.views import bets, checkin, dm
from bot.slack.views import capture as views
from bot.slack.views.capture import Shown
from bot.slack.views.meeting import first_meeting


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message ready to go: to the person alone in `channel` where it happened, else to their DM.

    `metadata` marks the message in Slack, so that it can be found again after a crash; without it, the
    outbox's own key does. `sent` is told
    the channel and timestamp it got, `refused` that Slack takes no message for this person.
    """

    shown: Shown
    channel: str | None = None
    thread_ts: str | None = None
    metadata: Mapping[str, Any] | None = field(default=None)
    sent: Callable[[str, str], Awaitable[None]] | None = None
    refused: Callable[[], Awaitable[None]] | None = None


#: Writes one type of message; `None` when there is nothing to say any more.
Writer = Callable[[Services, Words, OutboxItem], Awaitable[Letter | None]]


class SlackPostman:
    """Delivers the outbox's messages. Implements `bot.domain.ports.Postman`."""

    def __init__(self, services: Services, gateway: SlackGateway, words: Words, writers: Mapping[str, Writer]) -> None:
        self._services, self._gateway, self._words = services, gateway, words
        self._writers = dict(writers)

    async def deliver(self, item: OutboxItem) -> None:
        """Write the message and send it; nothing is sent when it has lost its reason."""
        letter = await self._writers[item.message.type](self._services, self._words, item)
        if letter is None:
            return
        if letter.channel and not letter.channel.startswith("D"):
            try:
                await self._send_ephemeral(item, letter)
            except Unreachable:
                await self._send_dm(item, letter)
            return
        try:
            await self._send_dm(item, letter)
        except Unreachable:
            if letter.refused:
                await letter.refused()
            raise

    async def _send_ephemeral(self, item: OutboxItem, letter: Letter) -> None:
        await self._gateway.call(
            item.workspace_id,
            lambda client: client.chat_postEphemeral(
                channel=letter.channel or "",
                user=item.user_id,
                text=letter.shown.text,
                blocks=letter.shown.blocks,
                thread_ts=letter.thread_ts,
            ),
        )

    async def _send_dm(self, item: OutboxItem, letter: Letter) -> None:
        people, whose = self._services.people, (item.workspace_id, item.user_id)
        channel = await people.dm(*whose)
        try:
            ts = await self._send_into(channel, item, letter)
        except Unreachable:
            await people.forget_dm(*whose)
            tried, channel = channel, await people.dm(*whose)
            if channel == tried:
                raise
            # What was remembered stood no more, as after a new installation.
            ts = await self._send_into(channel, item, letter)
        if letter.sent:
            await letter.sent(channel, ts)

    async def _send_into(self, channel: str, item: OutboxItem, letter: Letter) -> str:
        """The timestamp that the message has there."""
        thread_ts = letter.thread_ts if letter.channel == channel else None
        mark = letter.metadata or {"event_type": "message", "event_payload": {"once_key": item.once_key}}
        ts = None
        if item.attempts > 1:
            # The try before may have got through and ended before that was recorded.
            ts = await self._gateway.find_marked(item.workspace_id, channel, mark, item.created_at, thread_ts)
        return ts or await self._post(item.workspace_id, letter, channel, thread_ts, mark)

    async def _post(
        self, workspace_id: str, letter: Letter, channel: str, thread_ts: str | None, mark: Mapping[str, Any]
    ) -> str:
        response = await self._gateway.call(
            workspace_id,
            lambda client: client.chat_postMessage(
                channel=channel,
                text=letter.shown.text,
                blocks=letter.shown.blocks,
                thread_ts=thread_ts,
                metadata=dict(mark),
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
        return str(response["ts"])


async def write_kept(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Say that an entry was kept, or ask for its owner's part, as the entry stands now."""
    message = item.message
    if not isinstance(message, (Kept, PartAsked)):
        raise TypeError(message.type)
    whose = (item.workspace_id, item.user_id)
    entry, owner = await services.evidence.with_owner(*whose, message.entry_id)
    if entry.status is EntryStatus.WITHDRAWN:
        return None
    if entry.status is EntryStatus.DRAFT:
        shown = views.part_asked(words, entry)
    else:
        owner = await services.people.brought_up_to_date(*whose, owner)
        shown = views.kept(words, entry, today=owner.day_at(services.clock.now()))
    return Letter(shown=shown, channel=message.channel, thread_ts=message.thread_ts)


async def write_credit(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Offer a credited message to its author."""
    message = item.message
    if not isinstance(message, CreditOffered):
        raise TypeError(message.type)
    credit = await services.credits.get(item.workspace_id, item.user_id, message.credit_id)
    if credit.state is not CreditState.OFFERED:
        return None
    by = tuple(each.by_user for each in await services.credits.given_with(credit))
    names = await services.people.names(item.workspace_id, by)
    return Letter(shown=views.credit_offered(words, credit, by, ", ".join(names[user] for user in by)))


async def write_first_meeting(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Introduce the bot, and ask once whether check-ins are wanted."""
    view = await services.plans.view(item.workspace_id, item.user_id)
    return Letter(shown=first_meeting(words, view, services.proposals.destination))


async def write_keep_offer(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Ask whether a message to the bot is meant to be kept."""
    message = item.message
    if not isinstance(message, KeepOffered):
        raise TypeError(message.type)
    shown = dm.keep_offer(words, message.ts)
    return Letter(shown=shown, channel=message.channel, thread_ts=message.thread_ts)


async def write_notice(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Say one sentence."""
    message = item.message
    if not isinstance(message, Notice):
        raise TypeError(message.type)
    workspace = await services.workspaces.get(item.workspace_id)
    emoji = {"keep": workspace.keep_emoji, "credit": workspace.credit_emoji}
    sentence = words(message.message_key, **(emoji | message.facts))
    return Letter(shown=views.sentence(sentence), channel=message.channel, thread_ts=message.thread_ts)


async def write_checkin(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Ask a check-in, if this is still the moment for it."""
    message = item.message
    if not isinstance(message, CheckinDue):
        raise TypeError(message.type)
    me = (item.workspace_id, item.user_id)
    page = await services.asking.page(*me, message.checkin_id, was_asked_for=message.was_asked_for)
    if page is None:
        return None
    # A check-in that is asked again after a snooze is a message of its own.
    mark = {"checkin_id": message.checkin_id, "once_key": item.once_key}
    return Letter(
        shown=checkin.checkin(words, page),
        metadata={"event_type": "checkin", "event_payload": mark},
        sent=partial(services.asking.sent, *me, message.checkin_id),
        refused=partial(services.asking.unreachable, *me, message.checkin_id),
    )


async def write_reply_kept(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Say in a check-in's thread what became of an answer."""
    message = item.message
    if not isinstance(message, RepliesKept):
        raise TypeError(message.type)
    me = (item.workspace_id, item.user_id)
    entry = await services.evidence.get(*me, message.entry_id) if message.entry_id else None
    if entry is not None and entry.status is EntryStatus.WITHDRAWN:
        return None
    cadence = (await services.plans.view(*me)).plan.rhythm.cadence
    shown = checkin.reply_kept(words, message, entry, await services.people.today(*me), cadence)
    return Letter(shown=shown, channel=message.channel, thread_ts=message.thread_ts)


async def write_bet(services: Services, words: Words, item: OutboxItem) -> Letter | None:
    """Ask what came of a bet, if this is still the moment for it."""
    message = item.message
    if not isinstance(message, BetDue):
        raise TypeError(message.type)
    me = (item.workspace_id, item.user_id)
    bet = await services.bets.to_ask(*me, message.bet_id)
    if bet is None:
        return None

    async def sent(channel: str, ts: str) -> None:
        await services.bets.asked(*me, message.bet_id)

    mark = {"bet_id": bet.id, "once_key": item.once_key}
    shown = bets.due(words, bet, await services.people.today(*me))
    return Letter(shown=shown, metadata={"event_type": "bet", "event_payload": mark}, sent=sent)


WRITERS: Mapping[str, Writer] = {
    "kept": write_kept,
    "part_asked": write_kept,
    "credit_offered": write_credit,
    "checkin_due": write_checkin,
    "replies_kept": write_reply_kept,
    "bet_due": write_bet,
    "first_meeting": write_first_meeting,
    "keep_offered": write_keep_offer,
    "notice": write_notice,
}
