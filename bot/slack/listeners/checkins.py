"""Check-ins: their buttons and forms, and a person's say over when they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.errors import Refused
from bot.domain.evidence import EntryStatus
from bot.domain.glance import CheckinPage
from bot.domain.outgoing import Notice
from bot.domain.schedule import Cadence, Snooze, moment_of
from bot.services import Services
from bot.services.answers import Given
from bot.services.checkins import PartlyRefused
from bot.slack import ids
from bot.slack.form import Form, needed
from bot.slack.home import publish_home
from bot.slack.metadata import FormMetadata, unpacked
from bot.slack.payloads import Malformed, Payload, where_of
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.renewing import renew, replace
from bot.slack.views import capture, checkin, forms, meeting, plan

_HELD = {checkin.HELD: True, checkin.FAILED: False, checkin.TOO_EARLY: None}


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to the buttons and forms of check-ins."""
    listen_to_buttons(app, HANDLERS, services, words)
    app.view(ids.VIEW_ANSWER)(partial(on_answer, services=services, words=words))
    app.view(ids.VIEW_SNOOZE)(partial(on_snooze, services=services, words=words))
    app.view(ids.VIEW_PAUSE)(partial(on_pause, services=services, words=words))


async def open_answer(pressed: Pressed) -> None:
    """Open the form for one question, or for all."""
    checkin_id, _, number = pressed.action.value.partition(" ")
    page = await pressed.services.checkins.open(*pressed.me, checkin_id)
    numbers = tuple(asked.number for asked in page.checkin.questions if number in ("all", str(asked.number)))
    metadata = pressed.metadata(checkin_id=checkin_id)
    await pressed.open(checkin.answer_form(pressed.words, page, numbers, metadata))


async def nothing(pressed: Pressed) -> None:
    """Nothing this week."""
    heard = await pressed.services.checkins.nothing(*pressed.me, pressed.action.value)
    await _show(pressed, heard.page, checkin.checkin(pressed.words, heard.page))


async def skip(pressed: Pressed) -> None:
    """Not this one."""
    heard = await pressed.services.checkins.skip(*pressed.me, pressed.action.value)
    await _show(pressed, heard.page, checkin.checkin(pressed.words, heard.page))


async def snooze(pressed: Pressed) -> None:
    """Put it off: by an hour, until tomorrow, or to a moment to be picked."""
    checkin_id, _, choice = pressed.action.value.partition(" ")
    if choice == checkin.PICK:
        page = await pressed.services.checkins.open(*pressed.me, checkin_id)
        await pressed.open(checkin.snooze_form(pressed.words, page, pressed.metadata(checkin_id=checkin_id)))
        return
    if choice not in list(Snooze):
        raise Malformed(field="value")
    page, until = await pressed.services.checkins.snooze(*pressed.me, checkin_id, Snooze(choice))
    await _show(pressed, page, await _snoozed(pressed.services, pressed.words, page, until))


async def _show(pressed: Pressed, page: CheckinPage, shown: capture.Shown) -> None:
    """Show what became of a check-in where the button was, and in the check-in's own message."""
    await pressed.show(shown)
    if pressed.view_type in ("home", "modal"):
        await replace(pressed.client, page, shown)


async def settle(pressed: Pressed) -> None:
    """It held, it didn't, or it is too early."""
    parts = pressed.action.value.split()
    if len(parts) != 3 or parts[2] not in _HELD:
        raise Malformed(field="value")
    heard = await pressed.services.checkins.settle(*pressed.me, parts[0], parts[1], held=_HELD[parts[2]])
    await pressed.show(checkin.checkin(pressed.words, heard.page))


async def keep_for_self(pressed: Pressed) -> None:
    """Make an answer a reflection that is no evidence."""
    page = await pressed.services.checkins.keep_for_self(*pressed.me, pressed.action.value, only=True)
    answer = next(each for each in page.answers if each.id == pressed.action.value)
    await pressed.show(checkin.for_self(pressed.words, answer))
    await renew(pressed.words, pressed.client, page)


async def keep_as_evidence(pressed: Pressed) -> None:
    """Make a reflection evidence after all."""
    page = await pressed.services.checkins.keep_for_self(*pressed.me, pressed.action.value, only=False)
    answer = next(each for each in page.answers if each.id == pressed.action.value)
    entry = await pressed.services.evidence.get(*pressed.me, answer.entry_id or "")
    await pressed.show(capture.kept(pressed.words, entry, today=page.today))
    await renew(pressed.words, pressed.client, page)


async def add_outcome(pressed: Pressed) -> None:
    """Open the short form for the outcome of an entry named in a check-in, which stays as it is."""
    checkin_id, _, entry_id = pressed.action.value.partition(" ")
    entry = await pressed.services.evidence.get(*pressed.me, entry_id)
    await pressed.open(forms.add_outcome(pressed.words, entry, _aside(pressed, checkin_id, entry.id)))


async def tell_part(pressed: Pressed) -> None:
    """Ask for the person's part in a draft named in a check-in, which stays as it is."""
    checkin_id, _, entry_id = pressed.action.value.partition(" ")
    entry = await pressed.services.evidence.get(*pressed.me, entry_id)
    form = forms.tell_part if entry.status is EntryStatus.DRAFT else forms.change_entry
    await pressed.open(form(pressed.words, entry, _aside(pressed, checkin_id, entry.id)))


def _aside(pressed: Pressed, checkin_id: str, entry_id: str) -> FormMetadata:
    """For a form whose effect is told in a message of its own."""
    return FormMetadata(channel=pressed.action.where.channel, checkin_id=checkin_id, entry_id=entry_id)


async def ask_now(pressed: Pressed) -> None:
    """Send a check-in at once."""
    await pressed.services.checkins.ask_now(*pressed.me)
    await pressed.show(capture.sentence(pressed.words("checkin.on_its_way")))


async def say_yes(pressed: Pressed) -> None:
    """Check-ins, from now on; what the bot said of itself stays above."""
    view = await pressed.services.plans.turn_on(*pressed.me)
    model = pressed.services.proposals.destination
    await pressed.show(meeting.agreed(pressed.words, plan.said_yes(pressed.words, view), model))


async def say_no(pressed: Pressed) -> None:
    """No check-ins; a bet that the person wants to be asked about is another matter."""
    await pressed.services.plans.turn_off(*pressed.me, bets_too=False)
    said = capture.sentence(pressed.words("plan.said_no"))
    await pressed.show(meeting.agreed(pressed.words, said, pressed.services.proposals.destination))


async def stop(pressed: Pressed) -> None:
    """No more check-ins."""
    await pressed.services.plans.turn_off(*pressed.me)
    await pressed.show(capture.sentence(pressed.words("plan.stopped")))


async def skip_next(pressed: Pressed) -> None:
    """Leave out the next one."""
    view = await pressed.services.plans.skip_next(*pressed.me)
    await pressed.show(plan.skipped_next(pressed.words, view))


async def resume(pressed: Pressed) -> None:
    """End a pause, or the bot's own rest."""
    view = await pressed.services.plans.resume(*pressed.me)
    await pressed.show(plan.said_yes(pressed.words, view))


async def more(pressed: Pressed) -> None:
    """How often, a pause, or an end, from the menu of a check-in, which stays as it is."""
    choice = pressed.action.value
    if choice == checkin.PAUSE:
        await pause(pressed)
    elif choice == checkin.STOP:
        await pressed.services.plans.turn_off(*pressed.me)
        await pressed.tell(capture.sentence(pressed.words("plan.stopped")))
    elif choice in list(Cadence):
        view = await pressed.services.plans.set_cadence(*pressed.me, Cadence(choice))
        await pressed.tell(plan.changed(pressed.words, view))
    else:
        raise Malformed(field="value")


async def pause(pressed: Pressed) -> None:
    """Ask until which day."""
    metadata = FormMetadata() if pressed.view_type == "home" else pressed.metadata()
    await pressed.open(plan.pause_form(pressed.words, metadata))


async def on_pause(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Silence until the day that was picked, said where the form was opened from."""
    where, metadata, form = where_of(body), unpacked(str(view.get("private_metadata"))), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    try:
        pausing = await services.plans.pause(*me, needed(form.day(ids.FIELD_PAUSE)))
    except Refused as error:
        await ack(response_action="errors", errors={ids.FIELD_PAUSE: words(error.message_key, **error.facts)})
        return
    await ack()
    if metadata.channel is None:
        await publish_home(services, words, client, *me)
        return
    notice = Notice(
        message_key="plan.changed", facts={"state": plan.paused(words, pausing).text}, channel=metadata.channel
    )
    await services.outbox.leave(*me, notice, once_key=f"paused:{view.get('id')}")


async def on_answer(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Keep what was answered; what was refused stays in the form, with the reason."""
    where, metadata, form = where_of(body), unpacked(str(view.get("private_metadata"))), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    only_for_me = bool(form.ticked(ids.FIELD_REFLECTION))
    given = [Given(number=number, text=text, is_reflection=only_for_me) for number, text in _answers(form).items()]
    bets = _bets(form)
    try:
        for bet_id, held in bets.items():
            await services.checkins.settle(*me, metadata.checkin_id or "", bet_id, held=held)
        if given or not bets:
            await services.checkins.answer(*me, metadata.checkin_id or "", given)
    except PartlyRefused as error:
        reasons = {f"{ids.FIELD_ANSWER}{number}": why for number, why in error.reasons.items()}
        errors = {block_id: words(why.message_key, **why.facts) for block_id, why in reasons.items()}
        await ack(response_action="errors", errors=errors)
        return
    except Refused as error:
        # A form may hold answers too long for its fields, and then has none of theirs to point at.
        first = next((name for name in form if name.startswith(ids.FIELD_ANSWER)), ids.FIELD_REFLECTION)
        await ack(response_action="errors", errors={first: words(error.message_key, **error.facts)})
        return
    await ack(response_action="clear")
    await renew(words, client, await services.checkins.open(*me, metadata.checkin_id or ""))


async def on_snooze(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Put a check-in off to the moment that was picked."""
    where, metadata, form = where_of(body), unpacked(str(view.get("private_metadata"))), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    member = await services.people.known(*me)
    try:
        moment = moment_of(needed(form.day(ids.FIELD_DAY)), needed(form.at(ids.FIELD_TIME)), member.zone_info)
        page, until = await services.checkins.snooze(*me, metadata.checkin_id or "", moment)
    except (Refused, ValueError) as error:
        key = error.message_key if isinstance(error, Refused) else "checkin.snooze_not_ahead"
        await ack(response_action="errors", errors={ids.FIELD_DAY: words(key)})
        return
    await ack()
    shown = await _snoozed(services, words, page, until)
    await replace(client, page, shown)


async def _snoozed(services: Services, words: Words, page: CheckinPage, until: datetime) -> capture.Shown:
    member = await services.people.known(page.checkin.workspace_id, page.checkin.user_id)
    when = checkin.moment(words, until.astimezone(member.zone_info), member.zone)
    return checkin.snoozed(words, page, when)


def _answers(form: Form) -> dict[int, str]:
    answers = {}
    for block_id in form:
        number = block_id.removeprefix(ids.FIELD_ANSWER)
        text = form.text(block_id) if block_id.startswith(ids.FIELD_ANSWER) else ""
        if text and number.isascii() and number.isdecimal() and len(number) < 4:
            answers[int(number)] = text
    return answers


def _bets(form: Form) -> dict[str, bool | None]:
    bets = {}
    for block_id in form:
        outcome = form.chosen(block_id) if block_id.startswith(ids.FIELD_BET) else None
        if outcome in _HELD:
            bets[block_id.removeprefix(ids.FIELD_BET)] = _HELD[outcome]
    return bets


HANDLERS: Mapping[str, Handler] = {
    ids.CHECKIN_ANSWER: open_answer,
    ids.CHECKIN_NOTHING: nothing,
    ids.CHECKIN_SNOOZE: snooze,
    ids.CHECKIN_SKIP: skip,
    ids.CHECKIN_BET: settle,
    ids.CHECKIN_FOR_ME: keep_for_self,
    ids.CHECKIN_AS_EVIDENCE: keep_as_evidence,
    ids.CHECKIN_OUTCOME: add_outcome,
    ids.CHECKIN_PART: tell_part,
    ids.CHECKIN_NOW: ask_now,
    ids.PLAN_YES: say_yes,
    ids.PLAN_NO: say_no,
    ids.PLAN_STOP: stop,
    ids.PLAN_SKIP_NEXT: skip_next,
    ids.PLAN_RESUME: resume,
    ids.PLAN_PAUSE: pause,
    ids.PLAN_MORE: more,
}
