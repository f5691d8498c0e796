"""A check-in, what is answered to it, and the plan by which a person is asked again.

Nobody is asked who did not say yes. Whoever leaves three in a row unanswered is asked less often,
one cadence at a time, and at last not at all; any answer brings their own cadence back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from bot.domain.evidence import Value
from bot.domain.people import zone_info
from bot.domain.questions import Choice
from bot.domain.schedule import (
    Act,
    Cadence,
    Rhythm,
    Turn,
    first_day_of,
    first_turn,
    following_turn,
    judge,
    moment_of,
    moved,
    period_of,
)
from bot.domain.tagging import Dimension

#: So many unanswered in a row, and the plan steps back.
PATIENCE = 3

#: After stepping back to monthly, the next is at least this many weeks away.
_WEEKS_BEFORE_MONTHLY = 2


class CheckinState(StrEnum):
    """Where a check-in stands."""

    DUE = "due"
    """On its way through the outbox."""
    SENT = "sent"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    NOTHING = "nothing"
    """Nothing this week: a good answer."""
    SKIPPED = "skipped"
    MISSED = "missed"
    """The bot was down until it was too late to be useful."""
    AWAY = "away"
    """Not sent, because the person's Slack status said that they are away."""
    UNREACHABLE = "unreachable"
    """Slack took no message for this person."""


#: The person has said something to it; nothing more is asked.
HEARD = frozenset({CheckinState.ANSWERED, CheckinState.NOTHING, CheckinState.SKIPPED})
#: It can still be answered, late as it may be.
ANSWERABLE = frozenset(
    {
        *(CheckinState.DUE, CheckinState.SENT, CheckinState.SNOOZED),
        *(CheckinState.ANSWERED, CheckinState.NOTHING, CheckinState.SKIPPED),
    }
)


class Asked(Value):
    """A question as it was asked: kept with its words, which a later edit of the bank leaves alone.

    `text` still has its placeholders; they are filled in when it is shown, from what is there then.
    """

    number: int
    text: str
    hint: str
    choice: Choice


class Checkin(Value):
    """One check-in with one person. `channel` and `ts` say where it stands once it was sent."""

    id: str
    workspace_id: str
    user_id: str
    period: str
    state: CheckinState
    zone: str | None
    questions: tuple[Asked, ...] = ()
    due_at: AwareDatetime
    created_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    channel: str | None = None
    ts: str | None = None
    remind_at: AwareDatetime | None = None
    reminders: int = 0
    stepped_back_to: Cadence | None = None
    """With this one the bot stepped back to that cadence, and says so."""
    is_last: bool = False
    """With this one the bot falls silent until the person comes back, and says so."""

    def question(self, number: int) -> Asked | None:
        """The question with this number."""
        return next((asked for asked in self.questions if asked.number == number), None)


class Answer(Value):
    """What a person said to a check-in; without a number, to it as a whole.

    It is an entry, or with `entry_id` absent a reflection that nobody but they ever see. An answer
    typed in the thread stands in the message at `ts`.
    """

    id: str
    workspace_id: str
    user_id: str
    checkin_id: str
    number: int | None = None
    text: str
    entry_id: str | None = None
    ts: str | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class Plan(Value):
    """How one person wants to be asked, and when that is next.

    `zone` is the zone that `turn` was reckoned in. `last_period` was dealt with, in whatever way.
    `paused_until` is the first day on which they may be asked again. `is_awaited` says that the latest
    check-in stands in their DM without a word to it.
    """

    workspace_id: str
    user_id: str
    rhythm: Rhythm = Rhythm()
    is_on: bool = False
    zone: str | None = None
    turn: Turn | None = None
    last_period: str | None = None
    paused_until: date | None = None
    is_awaited: bool = False
    unanswered: int = 0
    steps_back: int = 0
    focus: Dimension | None = None

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone it is reckoned in."""
        return zone_info(self.zone)

    @property
    def in_force(self) -> Rhythm | None:
        """The rhythm after stepping back; none while at rest."""
        if self.steps_back == 0:
            return self.rhythm
        cadences = list(Cadence)
        index = cadences.index(self.rhythm.cadence) + self.steps_back
        if index >= len(cadences):
            return None
        return self.rhythm.model_copy(update={"cadence": cadences[index]})

    @property
    def is_resting(self) -> bool:
        """On, but silent until the person comes back."""
        return self.is_on and self.in_force is None


def turned_on(plan: Plan, zone: str | None, now: datetime) -> Plan:
    """The person said yes, or yes again."""
    on = {
        "is_on": True,
        "zone": zone,
        "unanswered": 0,
        "is_awaited": False,
        "steps_back": 0,
        "paused_until": None,
    }
    return planned(plan.model_copy(update=on), now)


def turned_off(plan: Plan) -> Plan:
    """The person said stop."""
    return plan.model_copy(update={"is_on": False, "turn": None})


def with_rhythm(plan: Plan, rhythm: Rhythm, now: datetime) -> Plan:
    """The person changed how often, on which day or when."""
    anchor = now.astimezone(plan.zone_info).date()
    rhythm = rhythm.model_copy(update={"anchor": anchor})
    return planned(plan.model_copy(update={"rhythm": rhythm, "steps_back": 0, "unanswered": 0}), now)


def paused(plan: Plan, until: date | None, now: datetime) -> Plan:
    """The person wants silence until this day; `None` ends it."""
    return planned(plan.model_copy(update={"paused_until": until}), now)


def planned(plan: Plan, now: datetime) -> Plan:
    """The plan with its next turn reckoned afresh, from now or from the end of the pause."""
    rhythm = plan.in_force
    if not plan.is_on or rhythm is None:
        return plan.model_copy(update={"turn": None})
    start = now
    if plan.paused_until is not None:
        start = max(now, moment_of(plan.paused_until, time(), plan.zone_info) - timedelta(minutes=1))
    turn = first_turn(rhythm, plan.zone_info, start, after=plan.last_period)
    return plan.model_copy(update={"turn": turn})


def in_zone(plan: Plan, zone: str | None, now: datetime) -> Plan:
    """The plan of a person who is now in this zone. The period they are in is neither lost nor doubled."""
    rhythm = plan.in_force
    if zone is None or zone == plan.zone or plan.turn is None or rhythm is None:
        return plan.model_copy(update={"zone": zone or plan.zone})
    turn = moved(plan.turn, rhythm, zone_info(zone), now)
    return plan.model_copy(update={"zone": zone, "turn": turn})


def at_its_moment(plan: Plan, zone: str | None, now: datetime) -> tuple[Act, Plan]:
    """What to do about the plan's turn now that its moment has come, and the plan afterwards.

    `zone` is where Slack last said the person is.
    """
    there = plan.model_copy(update={"zone": zone or plan.zone})
    if plan.turn is None or (rhythm := plan.in_force) is None:
        return Act.WAIT, there.model_copy(update={"turn": None})
    has_moved = there.zone_info.key != plan.zone_info.key
    judgment = judge(plan.turn, rhythm, there.zone_info, now, has_moved=has_moved)
    if judgment.until is not None:
        turn = Turn(period=plan.turn.period, due_at=judgment.until)
        return Act.WAIT, there.model_copy(update={"turn": turn})
    return judgment.act, dealt_with(there)


def dealt_with(plan: Plan) -> Plan:
    """The plan after its turn was taken up, missed, skipped or left out."""
    if plan.turn is None or (rhythm := plan.in_force) is None:
        return plan
    period = plan.turn.period
    unanswered = plan.unanswered + plan.is_awaited
    done = plan.model_copy(update={"last_period": period, "unanswered": unanswered, "is_awaited": False})
    if done.unanswered >= PATIENCE:
        return _stepped_back(done, period)
    return done.model_copy(update={"turn": following_turn(rhythm, plan.zone_info, period)})


def _stepped_back(plan: Plan, period: str) -> Plan:
    # Every two weeks counts from the week in which the bot stepped back.
    anchored = plan.rhythm.model_copy(update={"anchor": first_day_of(period)})
    update = {"unanswered": 0, "steps_back": plan.steps_back + 1, "rhythm": anchored}
    back = plan.model_copy(update=update)
    if (rhythm := back.in_force) is None:
        return back.model_copy(update={"turn": None})
    if rhythm.cadence is Cadence.MONTHLY:
        period = period_of(first_day_of(period) + timedelta(weeks=_WEEKS_BEFORE_MONTHLY))
    return back.model_copy(update={"turn": following_turn(rhythm, plan.zone_info, period)})


def came_back(plan: Plan, now: datetime) -> Plan:
    """The plan after the person answered anything: their own cadence again."""
    heard = plan.model_copy(update={"unanswered": 0, "is_awaited": False, "steps_back": 0})
    return heard if plan.steps_back == 0 else planned(heard, now)


def period_for_asking_now(plan: Plan | None, taken: Collection[str], today: date) -> str:
    """The period that a check-in asked for by the person fills.

    It is this week's, so that asking early replaces the one still to come; `2026-W48+1` and so on
    when this week's was dealt with.
    """
    week = period_of(today - timedelta(days=today.weekday()))
    if week not in taken and (plan is None or plan.last_period != week):
        return week
    extra = 1
    while f"{week}+{extra}" in taken:
        extra += 1
    return f"{week}+{extra}"


_NUMBERED = re.compile(r"^[ \t]*(?:q(?:uestion)?[ \t]*)?([1-9])[ \t]*[.):\-–—][ \t]*", re.IGNORECASE | re.MULTILINE)
_NOTHING = re.compile(
    r"^(?:nothing|none|nope|no|nada|nichts|rien)(?:\s+(?:this\s+week|to\s+report|new|really|much))?[\s.!:)]*$",
    re.IGNORECASE,
)


def says_nothing_this_week(text: str) -> bool:
    """Whether a reply in the thread means the same as the button."""
    return _NOTHING.match(text.strip()) is not None


def split_reply(text: str, numbers: Sequence[int]) -> tuple[tuple[int | None, str], ...]:
    """A reply as answers: `1. … 2. …` is one to each of those questions, anything else one to the whole.

    Numbers that were not asked stay part of the text. Nothing of the text is lost but the numbers.
    """
    marks = [match for match in _NUMBERED.finditer(text) if int(match.group(1)) in numbers]
    if not marks or len({match.group(1) for match in marks}) < len(marks):
        return ((None, text.strip()),)
    parts: list[tuple[int | None, str]] = []
    if before := text[: marks[0].start()].strip():
        parts.append((None, before))
    ends = [match.start() for match in marks[1:]] + [len(text)]
    for match, end in zip(marks, ends, strict=True):
        if answer := text[match.end() : end].strip():
            parts.append((int(match.group(1)), answer))
    return tuple(parts) or ((None, text.strip()),)
