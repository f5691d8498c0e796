"""What `/evidence summary`, `check`, `packet`, `find`, `ask`, `share` and `shares` do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slack_sdk.web.async_client import AsyncWebClient

from bot.content.document_words import document_words
from bot.content.ladder import level_text
from bot.content.messages import Words
from bot.domain.errors import Refused
from bot.services import Services
from bot.services.packets import FORMATS, Proposal
from bot.slack.payloads import Command
from bot.slack.views import insight, lists, packet, shares
from bot.slack.views.blocks import Block, Blocks, context, escape, section
from bot.slack.views.capture import Shown, sentence
from bot.slack.views.ladder import ladder_form

#: "since 2026-01-01 senior staff engineer" is the longest that names a period and a level.
_LONGEST_PERIOD = 6
_PERIOD_WORDS = re.compile(
    r"\d|^(?:last\s+)?(?:day|week|month|quarter|half|year|all|everything)s?\b|\b(?:senior|staff|principal)\b"
)


async def show_summary(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """How the record stands over a period."""
    return await summary_shown(services, words, command.where.workspace_id, command.where.user_id, command.rest)


async def summary_shown(services: Services, words: Words, workspace_id: str, user_id: str, period: str) -> Shown:
    """The summary as a message."""
    found = await services.insight.summary(workspace_id, user_id, period)
    today = await services.people.today(workspace_id, user_id)
    return insight.summary(words, document_words(), found.insight, found.named, today)


async def show_check(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """What a reader would stumble over."""
    return await check_shown(services, words, command.where.workspace_id, command.where.user_id, command.rest)


async def check_shown(services: Services, words: Words, workspace_id: str, user_id: str, rest: str) -> Shown:
    """The check as a message."""
    error: Refused | None = None
    for period, level in _splits(rest):
        try:
            found = await services.insight.check(workspace_id, user_id, period, level)
            break
        except Refused as refused:
            error = error or refused
    else:
        raise error or Refused
    today = await services.people.today(workspace_id, user_id)
    return insight.check(words, document_words(), found.check, found.entries, found.level, found.period, today)


async def open_packet(services: Services, words: Words, client: AsyncWebClient, command: Command) -> None:
    """Open the form in which a packet is made."""
    me = (command.where.workspace_id, command.where.user_id)
    opened = await client.views_open(trigger_id=command.trigger_id, view=packet.reading(words))
    await fill_packet(services, words, client, str(opened["view"]["id"]), *me, command.rest)


async def fill_packet(
    services: Services, words: Words, client: AsyncWebClient, view_id: str, workspace_id: str, user_id: str, rest: str
) -> None:
    """Put the packet's form in place of the window that says that the record is being read.

    A large record takes longer than Slack waits for a window, so that one is opened first.
    """
    try:
        view = await packet_view(services, words, workspace_id, user_id, rest)
    except Refused as refused:
        view = packet.reading(words, words(refused.message_key, **refused.facts))
    await client.views_update(view_id=view_id, view=view)


async def packet_view(services: Services, words: Words, workspace_id: str, user_id: str, rest: str) -> Block:
    """The packet's form, with a new proposal in it. `rest` may name a period, then a level."""
    error: Refused | None = None
    for period, level in _splits(rest):
        try:
            proposal = await services.packets.propose(workspace_id, user_id, period, level)
            return await builder_view(services, words, proposal)
        except Refused as refused:
            error = error or refused
    raise error or Refused


async def builder_view(services: Services, words: Words, proposal: Proposal) -> Block:
    """The packet's form for this draft."""
    draft = proposal.draft
    today = await services.people.today(draft.workspace_id, draft.user_id)
    ladder = await services.ladders.of(draft.workspace_id, draft.user_id)
    level = ladder.nearest(draft.level)
    return packet.builder(words, document_words(), draft, proposal.offered, proposal.total, level.name, FORMATS, today)


async def open_ladder(services: Services, words: Words, client: AsyncWebClient, command: Command) -> None:
    """Open the form in which a person writes their own career levels."""
    me = (command.where.workspace_id, command.where.user_id)
    own, ladder = await services.ladders.own(*me), await services.ladders.of(*me)
    levels = [(level.name, level_text(level)) for level in ladder.levels]
    view = ladder_form(words, ladder.name, levels, is_own=own is not None)
    await client.views_open(trigger_id=command.trigger_id, view=view)


async def find(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Entries that suit words and filters, best first."""
    where = command.where
    if not command.rest:
        return sentence(words("find.filters"))
    found = await services.search.find(where.workspace_id, where.user_id, command.rest)
    today = await services.people.today(where.workspace_id, where.user_id)
    asked = escape(command.rest)
    if not found.entries:
        blocks: Blocks = [section(words("find.nothing", query=asked)), context(words("find.filters"))]
        return Shown(words("find.nothing", query=asked), blocks)
    headline = words("find.headline", count=len(found.entries), query=asked)
    blocks = [section(headline), *(lists.line(words, entry, today) for entry in found.entries)]
    return Shown(headline, [*blocks, context(words("find.filters"))])


async def open_share(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown | None:
    """Open the form in which entries are shared; say so where nothing can be."""
    where = command.where
    if not services.shares.is_possible:
        return sentence(words("share.not_in_this_mode"))
    offered = await services.shares.offered(where.workspace_id, where.user_id)
    view = shares.share_form(words, offered, command.rest)
    await client.views_open(trigger_id=command.trigger_id, view=view)
    return None


async def show_shares(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """The person's shares."""
    return await shares_shown(services, words, command.where.workspace_id, command.where.user_id)


async def shares_shown(services: Services, words: Words, workspace_id: str, user_id: str) -> Shown:
    """The person's shares as a message."""
    logs = await services.shares.list(workspace_id, user_id)
    today = await services.people.today(workspace_id, user_id)
    rows = [(log.share, log.count, log.latest) for log in logs]
    return shares.shares(words, rows, services.clock.now(), today)


def speaks_of_period(rest: str) -> bool:
    """Whether words after a command are meant as a period or level; a note begins with such a word too."""
    said = rest.casefold().split()
    return len(said) <= _LONGEST_PERIOD and bool(_PERIOD_WORDS.search(" ".join(said)))


def _splits(rest: str) -> Iterator[tuple[str, str]]:
    """The ways to read words as a period and a level: the longest period first, then a level alone."""
    words = rest.split()
    for position in range(len(words), -1, -1):
        yield " ".join(words[:position]), " ".join(words[position:])
