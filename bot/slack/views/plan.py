"""How a person is asked: the question whether to, and what Home says about it."""

from __future__ import annotations

from bot.content.messages import Words
from bot.domain.glance import PlanView
from bot.domain.schedule import zone_in_words
from bot.slack import ids
from bot.slack.views.blocks import Block, Blocks, actions, button, context, section, to_mrkdwn
from bot.slack.views.capture import Shown, day
from bot.slack.views.checkin import moment


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


def on_home(words: Words, view: PlanView) -> Blocks:
    """Home's lines on check-ins: what waits, when the next comes, and what can be done about it."""
    blocks: Blocks = []
    today = view.now.astimezone(view.plan.zone_info).date()
    for key, checkin in (("plan.missed", view.missed), ("plan.open", view.open)):
        if checkin is not None:
            asked_on = checkin.due_at.astimezone(view.plan.zone_info).date()
            blocks.append(section(words(key, day=day(words, asked_on, today))))
    blocks.append(context(_state(words, view)))
    blocks.append(actions(*_buttons(words, view)))
    return blocks


def _state(words: Words, view: PlanView) -> str:
    plan = view.plan
    today = view.now.astimezone(plan.zone_info).date()
    if not plan.is_on:
        return words("plan.off")
    if plan.paused_until is not None and plan.paused_until > today:
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
    if view.plan.paused_until is not None or view.plan.is_resting:
        buttons.append(button(words("checkin_buttons.resume"), ids.PLAN_RESUME))
    elif view.plan.turn is not None:
        buttons.append(button(words("checkin_buttons.skip_next"), ids.PLAN_SKIP_NEXT))
    return [*buttons, button(words("checkin_buttons.stop"), ids.PLAN_STOP)]


def _next(words: Words, view: PlanView) -> str:
    turn = view.plan.turn
    if turn is None:
        return "…"
    return moment(words, turn.due_at.astimezone(view.plan.zone_info), view.member.zone)
