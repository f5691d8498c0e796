"""The questions of a check-in, and which three suit one person today.

One of the article's four staff questions; one for the person's thinnest or stalest dimension, by
strength and age; one that follows something up where there is something, else a practice. Nothing
asked within six weeks is asked again. The same history and day give the same three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated

from pydantic import StringConstraints, model_validator

from bot.domain.evidence import Value
from bot.domain.gaps import Gap, Spot, Standing, gaps
from bot.domain.insight import Practice
from bot.domain.tagging import Dimension, Kind

#: A question, or a thing followed up, rests this long after it was asked.
REST = timedelta(weeks=6)
#: Entries between these ages are asked what came of them.
FOLLOW_UP_FROM, FOLLOW_UP_UNTIL = timedelta(days=3), timedelta(days=90)

#: The placeholders of a follow-up: what it is about, and when that was.
WHAT, WHEN = "{what}", "{when}"


class Group(StrEnum):
    """The four sorts of questions."""

    STAFF4 = "staff4"
    """Unblocked, caught in review, better decision, guidance: the article's own four."""
    DIFFERENCE = "difference"
    PRACTICE = "practice"
    FOLLOW_UP = "follow_up"


class Matter(StrEnum):
    """What a follow-up can be about, the most pressing first."""

    BET = "bet"
    """A bet whose day has come."""
    DRAFT = "draft"
    """A saved draft whose owner's part is still to be told."""
    ENTRY = "entry"
    """An entry that doesn't say what came of it."""


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=200)]


class Question(Value):
    """One question of the bank. Without `levels` it suits all; `hint` says what a good answer contains."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
    group: Group
    text: Words
    hint: Words
    kinds: tuple[Kind, ...]
    dimensions: tuple[Dimension, ...] = ()
    levels: tuple[str, ...] = ()
    practice: Practice | None = None
    about: Matter | None = None

    @model_validator(mode="after")
    def _has_what_its_group_needs(self) -> Question:
        if not self.kinds or Kind.NONE in self.kinds:
            raise ValueError("kinds must be kinds of evidence, at least one; `none` is not one")
        if self.group is Group.DIFFERENCE and not self.dimensions:
            raise ValueError("a question of the group `difference` names its dimensions")
        if (self.group is Group.PRACTICE) != (self.practice is not None):
            raise ValueError("`practice` goes with the group `practice`, and only with it")
        if (self.group is Group.FOLLOW_UP) != (self.about is not None):
            raise ValueError("`about` goes with the group `follow_up`, and only with it")
        if (self.about is not None) != (WHAT in self.text):
            raise ValueError(f"a follow-up, and only a follow-up, says {WHAT} in its text")
        if self.text.replace(WHAT, "").replace(WHEN, "").count("{"):
            raise ValueError(f"the only placeholders are {WHAT} and {WHEN}")
        return self

    def suits(self, level: str) -> bool:
        """Whether it is meant for people who aim at this level."""
        return not self.levels or level in self.levels


class Why(StrEnum):
    """Why a question was chosen, as said to the person."""

    ONE_OF_FOUR = "one_of_four"
    DIMENSION_EMPTY = "dimension_empty"
    DIMENSION_THIN = "dimension_thin"
    DIMENSION_STALE = "dimension_stale"
    FOCUS = "focus"
    OLDEST = "oldest"
    """No dimension is thin or stale; this one was shown longest ago."""
    BET_DUE = "bet_due"
    DRAFT_WAITING = "draft_waiting"
    NO_OUTCOME = "no_outcome"
    PRACTICE = "practice"
    MORE = "more"
    """Nothing better was left that has not been asked within six weeks."""


class Open(Value):
    """Something that can be followed up: its id and the day it is from."""

    id: str
    on: date


class Choice(Value):
    """One chosen question, why, and what it is about."""

    question_id: str
    why: Why
    dimension: Dimension | None = None
    """With a reason that speaks of a dimension: which."""
    since: date | None = None
    """With such a reason: the day of the latest evidence on it."""
    about: Matter | None = None
    about_id: str | None = None


class Record(Value):
    """All that the choice for one person depends on, besides the bank and the day."""

    user_id: str
    level: str = "staff"
    standings: tuple[Standing, ...] = ()
    focus: Dimension | None = None
    asked: Mapping[str, date] = {}
    """For each question asked before, the last day."""
    followed_up: Mapping[str, date] = {}
    """For each thing followed up before, the last day."""
    asked_about: Mapping[Dimension, date] = {}
    """For each dimension a question was chosen for, the last day."""
    open: Mapping[Matter, tuple[Open, ...]] = {}
    """What can be followed up, the most worth it first."""


_WHY_OF_SPOT = {
    Spot.EMPTY: Why.DIMENSION_EMPTY,
    Spot.THIN: Why.DIMENSION_THIN,
    Spot.STALE: Why.DIMENSION_STALE,
}
_WHY_OF_MATTER = {
    Matter.BET: Why.BET_DUE,
    Matter.DRAFT: Why.DRAFT_WAITING,
    Matter.ENTRY: Why.NO_OUTCOME,
}


def choose(bank: Sequence[Question], record: Record, today: date) -> tuple[Choice, ...]:
    """The three questions for this person on their day; fewer only when nothing rested is left."""
    chooser = _Chooser(bank, record, today)
    slots = (chooser.staff_question, chooser.dimension_question, chooser.follow_up_or_practice)
    chosen: list[Choice] = []
    for slot in slots:
        choice = slot() or chooser.anything()
        if choice is not None:
            chooser.take(choice)
            chosen.append(choice)
    return tuple(chosen)


class _Chooser:
    """The rules for one person on one day; remembers what it has chosen already."""

    def __init__(self, bank: Sequence[Question], record: Record, today: date) -> None:
        self._bank = bank
        self._record = record
        self._today = today
        # A workspace's own ladder has levels that the bank says nothing of: then every question suits.
        knows_level = any(record.level in question.levels for question in bank)
        self._rested = [
            question
            for question in bank
            if (question.suits(record.level) or not knows_level) and self._has_rested(record.asked.get(question.id))
        ]

    def take(self, choice: Choice) -> None:
        self._rested = [question for question in self._rested if question.id != choice.question_id]

    def staff_question(self) -> Choice | None:
        questions = [question for question in self._rested if question.group is Group.STAFF4]
        return self._longest_unasked(questions, lambda question: question.kinds[0], Why.ONE_OF_FOUR)

    def dimension_question(self) -> Choice | None:
        for dimension, why, since in self._dimensions_in_need():
            questions = [
                question
                for question in self._rested
                if question.group is Group.DIFFERENCE and question.dimensions[0] is dimension
            ]
            if questions:
                question = min(questions, key=self._turn_of)
                return Choice(question_id=question.id, why=why, dimension=dimension, since=since)
        return None

    def follow_up_or_practice(self) -> Choice | None:
        for matter in Matter:
            questions = [question for question in self._rested if question.about is matter]
            open_ones = (
                one
                for one in self._record.open.get(matter, ())
                if self._has_rested(self._record.followed_up.get(one.id))
            )
            if questions and (one := next(open_ones, None)) is not None:
                question = min(questions, key=self._turn_of)
                return Choice(question_id=question.id, why=_WHY_OF_MATTER[matter], about=matter, about_id=one.id)
        practices = [question for question in self._rested if question.group is Group.PRACTICE]
        return self._longest_unasked(practices, lambda question: question.practice, Why.PRACTICE)

    def anything(self) -> Choice | None:
        questions = [question for question in self._rested if question.group is not Group.FOLLOW_UP]
        if not questions:
            return None
        return Choice(question_id=min(questions, key=self._turn_of).id, why=Why.MORE)

    def _dimensions_in_need(self) -> Iterator[tuple[Dimension, Why, date | None]]:
        """All six, the one to ask about first at the front."""
        spots = {gap.dimension: gap for gap in gaps(self._record.standings, self._today)}
        standing_of = {standing.dimension: standing for standing in self._record.standings}
        asked = self._record.asked_about
        latest = max(asked.values(), default=None)

        def need(dimension: Dimension) -> tuple[bool, bool, int, date, int, date]:
            standing, gap = standing_of.get(dimension), spots.get(dimension)
            just_asked = latest is not None and asked.get(dimension) == latest
            return (
                just_asked,
                dimension is not self._record.focus,
                list(Spot).index(gap.spot) if gap else len(Spot),
                asked.get(dimension, date.min),
                standing.strong if standing else 0,
                (standing.last_on if standing else None) or date.min,
            )

        for dimension in sorted(Dimension, key=need):
            standing = standing_of.get(dimension)
            why = self._why(dimension, spots.get(dimension))
            yield dimension, why, standing.last_on if standing else None

    def _why(self, dimension: Dimension, gap: Gap | None) -> Why:
        if dimension is self._record.focus:
            return Why.FOCUS
        return _WHY_OF_SPOT[gap.spot] if gap else Why.OLDEST

    def _longest_unasked(
        self, questions: Sequence[Question], theme_of: Callable[[Question], object], why: Why
    ) -> Choice | None:
        """From the theme that was asked about longest ago, the question asked longest ago."""
        if not questions:
            return None
        last_asked: dict[object, date] = {}
        for question in self._bank:
            if question.group is questions[0].group:
                theme, day = theme_of(question), self._record.asked.get(question.id, date.min)
                last_asked[theme] = max(day, last_asked.get(theme, date.min))

        def turn(question: Question) -> tuple[date, bytes, date, bytes]:
            theme = theme_of(question)
            return last_asked[theme], self._shuffle(str(theme)), *self._turn_of(question)

        return Choice(question_id=min(questions, key=turn).id, why=why)

    def _turn_of(self, question: Question) -> tuple[date, bytes]:
        return self._record.asked.get(question.id, date.min), self._shuffle(question.id)

    def _shuffle(self, name: str) -> bytes:
        """An order of a person's own, so that a team doesn't get the same questions all at once."""
        return blake2b(f"{self._record.user_id}:{name}".encode(), digest_size=8).digest()

    def _has_rested(self, last: date | None) -> bool:
        return last is None or self._today - last >= REST
