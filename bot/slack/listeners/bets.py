"""Bets and the quarterly self-review: their buttons and forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.content.messages import Words
from bot.domain.errors import Refused
from bot.domain.outgoing import Notice
from bot.domain.tagging import Dimension
from bot.services import Services
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.metadata import unpacked
from bot.slack.payloads import Malformed, Payload, number_of, where_of
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.views import bets, reviews
from bot.slack.views.checkin import FAILED, HELD, TOO_EARLY

_HELD = {HELD: True, FAILED: False, TOO_EARLY: None}
_QUARTER = re.compile(r"^\d{4}-Q[1-4]$")
#: The field that a reason for refusing belongs to.
_FIELD_OF = {
    "bets.not_a_percentage": ids.FIELD_SURE,
    "bets.not_ahead": ids.FIELD_DAY,
    "bets.too_far": ids.FIELD_DAY,
}


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to the buttons and forms of bets and reviews."""
    listen_to_buttons(app, HANDLERS, services, words)
    app.view(ids.VIEW_BET)(partial(on_bet, services=services, words=words))
    app.view(ids.VIEW_WHAT_CAME)(partial(on_what_came, services=services, words=words))
    app.view(ids.VIEW_REVIEW)(partial(on_review, services=services, words=words))


async def make(pressed: Pressed) -> None:
    """Open the form for a bet on an entry; one that carries a bet shows it."""
    entry = await pressed.services.evidence.get(*pressed.me, pressed.action.value)
    known = await pressed.services.bets.on_entry(*pressed.me, entry.id)
    if known is not None:
        today = await pressed.services.people.today(*pressed.me)
        await pressed.show(bets.due(pressed.words, known, today))
        return
    has_checkins = (await pressed.services.plans.view(*pressed.me)).plan.is_on
    metadata = pressed.metadata(entry_id=entry.id)
    await pressed.open(bets.bet_form(pressed.words, entry, metadata, has_checkins=has_checkins))


async def settle(pressed: Pressed) -> None:
    """It held, it didn't, or it is too early."""
    bet_id, _, outcome = pressed.action.value.partition(" ")
    if outcome not in _HELD:
        raise Malformed(field="value")
    bet = await pressed.services.bets.settle(*pressed.me, bet_id, held=_HELD[outcome])
    today = await pressed.services.people.today(*pressed.me)
    await pressed.show(bets.settled(pressed.words, bet, today))


async def set_asks(pressed: Pressed) -> None:
    """Whether to be asked about a bet on its day."""
    bet_id, _, word = pressed.action.value.partition(" ")
    if word not in (bets.ASK, bets.ASK_NOTHING):
        raise Malformed(field="value")
    bet = await pressed.services.bets.set_asks(*pressed.me, bet_id, asks=word == bets.ASK)
    today = await pressed.services.people.today(*pressed.me)
    await pressed.show(bets.asks_changed(pressed.words, bet, today))


async def more(pressed: Pressed) -> None:
    """What the menu beside a bet says: how it came out before its day, or whether to be asked."""
    _, _, outcome = pressed.action.value.partition(" ")
    await (settle if outcome in _HELD else set_asks)(pressed)


async def turn_page(pressed: Pressed) -> None:
    """Another page of bets."""
    if not pressed.action.value.isdecimal():
        raise Malformed(field="value")
    page = await pressed.services.bets.page(*pressed.me)
    await pressed.show(bets.bets_page(pressed.words, page, int(pressed.action.value)))


async def tell(pressed: Pressed) -> None:
    """Open the form for what came of it."""
    bet = await pressed.services.bets.get(*pressed.me, pressed.action.value)
    await pressed.open(bets.what_came_form(pressed.words, bet, pressed.metadata(bet_id=bet.id)))


async def open_review(pressed: Pressed) -> None:
    """Open the self-review of a quarter, or of the last one."""
    quarter = pressed.action.value if _QUARTER.match(pressed.action.value) else None
    page = await pressed.services.reviews.page(*pressed.me, quarter)
    metadata = pressed.metadata(quarter=page.findings.quarter)
    await pressed.open(reviews.review_form(pressed.words, page, metadata))


async def on_bet(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Keep a bet."""
    where, metadata, form = where_of(body), unpacked(str(view.get("private_metadata"))), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    try:
        bet = await services.bets.make(
            *me,
            metadata.entry_id or "",
            expects=form.text(ids.FIELD_EXPECTS),
            sure=_percent(form.text(ids.FIELD_SURE)),
            look_again_on=_look_again(form, await services.people.today(*me)),
            asks=form.chosen(ids.FIELD_ASKS) == bets.ASK,
        )
    except Refused as error:
        block_id = _FIELD_OF.get(error.message_key, ids.FIELD_EXPECTS)
        await ack(response_action="errors", errors={block_id: words(error.message_key, **error.facts)})
        return
    await ack(response_action="clear")
    shown = bets.made(words, bet)
    notice = Notice(message_key="bets.made_notice", facts={"text": shown.text}, channel=metadata.channel)
    await services.outbox.leave(*me, notice, once_key=f"bet-made:{bet.id}")


async def on_what_came(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Keep what came of a bet."""
    where, metadata, form = where_of(body), unpacked(str(view.get("private_metadata"))), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    try:
        await services.bets.tell(*me, metadata.bet_id or "", form.text(ids.FIELD_OUTCOME))
    except Refused as error:
        await ack(response_action="errors", errors={ids.FIELD_OUTCOME: words(error.message_key, **error.facts)})
        return
    await ack(response_action="clear")


async def on_review(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Keep a self-review and its focus."""
    where, metadata, form = where_of(body), unpacked(str(view.get("private_metadata"))), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    quarter, focus = metadata.quarter or "", form.chosen(ids.FIELD_FOCUS)
    if not _QUARTER.match(quarter):
        raise Malformed(field="quarter")
    review = await services.reviews.save(
        *me,
        quarter,
        focus=Dimension(focus) if focus in list(Dimension) else None,
        reflection=form.text(ids.FIELD_REFLECTION),
    )
    await ack(response_action="clear")
    shown = reviews.saved(words, review)
    notice = Notice(message_key="bets.made_notice", facts={"text": shown.text}, channel=metadata.channel)
    key = f"review:{review.id}:{review.updated_at.timestamp()}"
    await services.outbox.leave(*me, notice, once_key=key)


def _percent(text: str) -> int:
    number = text.strip().removesuffix("%").strip()
    return int(number) if number.isascii() and number.isdecimal() else 0


def _look_again(form: Form, today: date) -> date:
    chosen = form.chosen(ids.FIELD_LOOK_AGAIN)
    if chosen == bets.ON_DAY:
        return form.day(ids.FIELD_DAY) or today
    return today + timedelta(days=number_of(chosen or "90", 3_650))


HANDLERS: Mapping[str, Handler] = {
    ids.BET_MAKE: make,
    ids.BET_SETTLE: settle,
    ids.BET_TELL: tell,
    ids.BET_MORE: more,
    ids.BET_ASKS: set_asks,
    ids.BETS_PAGE: turn_page,
    ids.REVIEW_OPEN: open_review,
}
