"""A person's settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.content.messages import Words
from bot.domain.errors import Refused
from bot.domain.evidence import Value
from bot.domain.glance import PlanView
from bot.domain.people import Member
from bot.domain.schedule import Cadence, Hours, Rhythm, Weekday
from bot.domain.workspaces import Workspace
from bot.slack import ids
from bot.slack.form import Form, needed
from bot.slack.views.blocks import (
    Block,
    Blocks,
    context,
    date_picker,
    divider,
    escape,
    field,
    modal,
    multi_select,
    option,
    select,
    text_field,
    time_picker,
)
from bot.slack.views.plan import in_settings

CREDITS_ON, CREDITS_OFF = "on", "off"
ASK, ASK_NOTHING = "on", "off"


class GivenPlan(Value):
    """What the settings say about check-ins."""

    is_on: bool
    rhythm: Rhythm
    paused_until: date | None = None


def settings_form(
    words: Words,
    member: Member,
    workspace: Workspace,
    view: PlanView,
    levels: Sequence[tuple[str, str]],
    language_model: tuple[str | None, bool] = (None, False),
) -> Block:
    """Everything a person can set, and the two emoji of the workspace.

    `levels` are keys and names; `language_model` says which one is switched on, and whether this person agreed.
    """
    zone = words("settings.zone", zone=escape(member.zone)) if member.zone else words("settings.zone_unknown")
    blocks: Blocks = [
        context(zone),
        *in_settings(words, view),
        *_checkins(words, view),
        divider(),
        field(
            words("settings.level"),
            ids.FIELD_LEVEL,
            select([option(name, key) for key, name in levels], initial=member.target_level),
            hint=words("plan.level_hint"),
        ),
        field(
            words("settings.credits"),
            ids.FIELD_CREDITS,
            select(
                [option(words("settings.credits_on"), CREDITS_ON), option(words("settings.credits_off"), CREDITS_OFF)],
                initial=CREDITS_ON if member.wants_credits else CREDITS_OFF,
            ),
        ),
        field(
            words("settings.confirms"),
            ids.FIELD_CONFIRMS,
            select(
                [
                    option(words("settings.confirms_on"), CREDITS_ON),
                    option(words("settings.confirms_off"), CREDITS_OFF),
                ],
                initial=CREDITS_ON if member.wants_confirm_requests else CREDITS_OFF,
            ),
        ),
        *_language_model(words, *language_model),
        *_emoji(words, workspace),
    ]
    return modal(words("settings.title"), ids.VIEW_SETTINGS, blocks, submit=words("buttons.save"), close="Cancel")


def read_plan(form: Form) -> GivenPlan | None:
    """What the form says about check-ins; `None` when it shows nothing of them. Raises `Refused`."""
    if ids.FIELD_CHECKINS not in form:
        return None
    try:
        rhythm = Rhythm(
            cadence=Cadence(needed(form.chosen(ids.FIELD_CADENCE))),
            day=Weekday(int(needed(form.chosen(ids.FIELD_DAY)))),
            at=needed(form.at(ids.FIELD_TIME)),
            hours=Hours(
                start=needed(form.at(ids.FIELD_START)),
                end=needed(form.at(ids.FIELD_END)),
                days=tuple(sorted(Weekday(int(day)) for day in form.ticked(ids.FIELD_DAYS))),
            ),
        )
    except ValueError:
        raise Refused("errors.not_understood") from None
    is_on = form.chosen(ids.FIELD_CHECKINS) == ASK
    return GivenPlan(is_on=is_on, rhythm=rhythm, paused_until=form.day(ids.FIELD_PAUSE))


#: The field that a reason for refusing a plan belongs to.
FIELD_OF_REASON = {
    "plan.no_days": ids.FIELD_DAYS,
    "plan.day_outside_hours": ids.FIELD_DAY,
    "plan.time_outside_hours": ids.FIELD_TIME,
    "plan.pause_not_ahead": ids.FIELD_PAUSE,
    "plan.pause_too_long": ids.FIELD_PAUSE,
}


def _checkins(words: Words, view: PlanView) -> Blocks:
    plan, rhythm = view.plan, view.plan.rhythm
    today = view.now.astimezone(plan.zone_info).date()
    days = [option(words(f"days.{day.value}"), str(day.value)) for day in Weekday]
    cadences = [option(words(f"cadences.{cadence}"), cadence) for cadence in Cadence]
    whether = [option(words("plan.setting_on"), ASK), option(words("plan.setting_off"), ASK_NOTHING)]
    until = plan.paused_until if plan.paused_until and plan.paused_until > today else None

    def asked(label: str, block_id: str, element: Block) -> Block:
        return field(words(label), block_id, element, optional=False)

    return [
        asked("plan.setting", ids.FIELD_CHECKINS, select(whether, initial=ASK if plan.is_on else ASK_NOTHING)),
        asked("plan.cadence", ids.FIELD_CADENCE, select(cadences, initial=rhythm.cadence)),
        asked("plan.day", ids.FIELD_DAY, select(days, initial=str(rhythm.day.value))),
        asked("plan.time", ids.FIELD_TIME, time_picker(rhythm.at)),
        asked("plan.start", ids.FIELD_START, time_picker(rhythm.hours.start)),
        asked("plan.end", ids.FIELD_END, time_picker(rhythm.hours.end)),
        asked("plan.days", ids.FIELD_DAYS, multi_select(days, initial=[str(day.value) for day in rhythm.hours.days])),
        field(words("plan.pause"), ids.FIELD_PAUSE, date_picker(until), hint=words("plan.pause_hint")),
    ]


def _language_model(words: Words, destination: str | None, agreed: bool) -> Blocks:
    if destination is None:
        return []
    choices = [
        option(words("language_model.setting_on"), CREDITS_ON),
        option(words("language_model.setting_off"), CREDITS_OFF),
    ]
    chosen = select(choices, initial=CREDITS_ON if agreed else CREDITS_OFF)
    hint = words("language_model.setting_hint", destination=destination)
    return [field(words("language_model.setting"), ids.FIELD_MODEL, chosen, hint=hint)]


def _emoji(words: Words, workspace: Workspace) -> Blocks:
    return [
        field(
            words(label),
            block_id,
            text_field(emoji, longest=100),
            optional=False,
            hint=words("settings.emoji_hint"),
        )
        for label, block_id, emoji in (
            ("settings.keep_emoji", ids.FIELD_KEEP_EMOJI, workspace.keep_emoji),
            ("settings.credit_emoji", ids.FIELD_CREDIT_EMOJI, workspace.credit_emoji),
        )
    ]
