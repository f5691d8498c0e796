"""How a person is asked: the question whether to, and what Home says about it."""

from __future__ import annotations

from bot.content.messages import Words
from bot.domain.glance import PlanView
from bot.domain.schedule import zone_in_words
from bot.slack import ids
from bot.slack.metadata import FormMetadata
from bot.slack.views.bets import due
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    date_picker,
    field,
    modal,
    section,
    to_mrkdwn,
)
from bot.slack.views.capture import Shown, day
from bot.slack.views.checkin import moment, snooze_select

#: So many bets whose day has come are shown; `/evidence bets` has all.
_SHOWN_BETS = 2


def asked_whether(words: Words, zone: str | None) -> Blocks:
    """The one time a person is asked whether they want check-ins."""
    return [
        section(words("plan.question", zone=to_mrkdwn(zone_in_words(zone)))),
        actions(
            button(words("checkin_buttons.yes"), ids.PLAN_YES, style="primary"),
            button(words("checkin_buttons.no"), ids.PLAN_NO),
            button(words("buttons.settings"), ids.SETTINGS_OPEN),
        ),
    ]


def said_yes(words: Words, view: PlanView) -> Shown:
    """The plan just agreed on."""
    sentence = words("plan.said_yes", when=_next(words, view))
    return Shown(sentence, [section(sentence), actions(button(words("buttons.settings"), ids.SETTINGS_OPEN))])


def skipped_next(words: Words, view: PlanView) -> Shown:
    """The next one is left out."""
    sentence = words("plan.skipped_next", when=_next(words, view))
    return Shown(sentence, [section(sentence)])


def paused(words: Words, view: PlanView) -> Shown:
    """The pause just agreed on."""
    sentence = _state(words, view)
    return Shown(sentence, [section(sentence), actions(button(words("checkin_buttons.resume"), ids.PLAN_RESUME))])


def changed(words: Words, view: PlanView) -> Shown:
    """How often, as it was just changed."""
    sentence = words("plan.changed", state=_state(words, view))
    return Shown(sentence, [section(sentence)])


def pause_form(words: Words, metadata: FormMetadata) -> Block:
    """Pick the day on which to be asked again."""
    blocks = [
        field(words("plan.pause"), ids.FIELD_PAUSE, date_picker(), optional=False, hint=words("plan.pause_first_day"))
    ]
    return modal(
        words("plan.pause_title"),
        ids.VIEW_PAUSE,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def on_home(words: Words, view: PlanView) -> Blocks:
    """Home's lines on check-ins: what waits, when the next comes, and all that can be done about it."""
    return [*standing(words, view), actions(*_buttons(words, view), *_ends(words, view))]


def in_settings(words: Words, view: PlanView) -> Blocks:
    """The same above the settings' form, which has pausing and stopping among its fields."""
    return [*standing(words, view), actions(*_buttons(words, view))]


def standing(words: Words, view: PlanView) -> Blocks:
    """What waits, and when the next check-in comes."""
    blocks: Blocks = []
    today = view.now.astimezone(view.plan.zone_info).date()
    for key, checkin in (("plan.missed", view.missed), ("plan.open", view.open)):
        if checkin is not None:
            asked_on = checkin.due_at.astimezone(view.plan.zone_info).date()
            blocks.append(section(words(key, day=day(words, asked_on, today))))
    if view.open is not None:
        skip = button(words("checkin_buttons.skip"), ids.CHECKIN_SKIP, view.open.id)
        nothing = button(words("checkin_buttons.nothing"), ids.CHECKIN_NOTHING, view.open.id)
        blocks.append(actions(nothing, snooze_select(words, view.open.id), skip))
    for bet in view.due_bets[:_SHOWN_BETS]:
        blocks += due(words, bet, today).blocks
    return [*blocks, context(_state(words, view))]


def _state(words: Words, view: PlanView) -> str:
    plan = view.plan
    today = view.now.astimezone(plan.zone_info).date()
    if not plan.is_on:
        return words("plan.off")
    if plan.paused_until is not None and _is_pausing(view):
        return words("plan.paused", day=day(words, plan.paused_until, today))
    rhythm = plan.in_force
    if rhythm is None or plan.turn is None:
        return words("plan.resting")
    return words("plan.next", when=_next(words, view), cadence=words(f"cadences.{rhythm.cadence}"))


def _buttons(words: Words, view: PlanView) -> list[Block]:
    now = button(words("checkin_buttons.ask_now"), ids.CHECKIN_NOW)
    if not view.plan.is_on:
        return [button(words("checkin_buttons.yes"), ids.PLAN_YES), now]
    buttons = [now]
    if view.plan.turn is not None and not _is_pausing(view):
        buttons.append(button(words("checkin_buttons.skip_next"), ids.PLAN_SKIP_NEXT))
    if _is_pausing(view) or view.plan.steps_back:
        buttons.append(button(words("checkin_buttons.resume"), ids.PLAN_RESUME))
    return buttons


def _ends(words: Words, view: PlanView) -> list[Block]:
    if not view.plan.is_on:
        return []
    pause = button(words("checkin_buttons.pause"), ids.PLAN_PAUSE)
    return [pause, button(words("checkin_buttons.stop"), ids.PLAN_STOP)]


def _is_pausing(view: PlanView) -> bool:
    today = view.now.astimezone(view.plan.zone_info).date()
    return view.plan.paused_until is not None and view.plan.paused_until > today


def _next(words: Words, view: PlanView) -> str:
    turn = view.plan.turn
    if turn is None:
        return "…"
    return moment(words, turn.due_at.astimezone(view.plan.zone_info), view.member.zone)
