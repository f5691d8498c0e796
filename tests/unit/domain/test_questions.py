"""Which three questions suit one person today."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.questions import default_questions
from bot.domain.gaps import Standing
from bot.domain.questions import (
    REST,
    Choice,
    Group,
    Matter,
    Open,
    Question,
    Record,
    Why,
    choose,
)
from bot.domain.strength import Strength
from bot.domain.tagging import Dimension, Kind

BANK = default_questions()
QUESTION = {question.id: question for question in BANK}
TODAY = date(2026, 11, 27)

days_ago = st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days))


@st.composite
def some_standings(draw: st.DrawFn) -> tuple[Standing, ...]:
    standings = []
    for dimension in Dimension:
        count = draw(st.integers(0, 30))
        strong = draw(st.integers(0, count))
        last_on = draw(days_ago) if count else None
        best = draw(st.sampled_from(Strength)) if count else None
        standings.append(Standing(dimension=dimension, count=count, strong=strong, best=best, last_on=last_on))
    return tuple(standings)


records = st.builds(
    Record,
    user_id=st.sampled_from(["U1", "U2", "U3"]),
    level=st.sampled_from(["senior", "staff", "principal", "chief of everything"]),
    standings=some_standings(),
    focus=st.none() | st.sampled_from(Dimension),
    asked=st.dictionaries(st.sampled_from(sorted(QUESTION)), days_ago, max_size=len(BANK)),
    followed_up=st.dictionaries(st.sampled_from(["b1", "d1", "e1", "e2"]), days_ago),
    asked_about=st.dictionaries(st.sampled_from(Dimension), days_ago),
    open=st.fixed_dictionaries(
        {
            matter: st.lists(
                st.builds(Open, id=st.sampled_from([matter[0] + "1", matter[0] + "2"]), on=days_ago),
                max_size=2,
            ).map(tuple)
            for matter in Matter
        }
    ),
)


def balanced(**changes: Standing) -> tuple[Standing, ...]:
    """Six healthy dimensions, but for the given ones."""
    return tuple(
        changes.get(dimension, Standing(dimension=dimension, count=9, strong=5, last_on=TODAY))
        for dimension in Dimension
    )


def groups(choices: tuple[Choice, ...]) -> list[Group]:
    return [QUESTION[choice.question_id].group for choice in choices]


class TestAlways:
    @given(records)
    def test_nothing_rested_less_than_six_weeks_is_asked(self, record: Record) -> None:
        for choice in choose(BANK, record, TODAY):
            last = record.asked.get(choice.question_id)
            assert last is None or TODAY - last >= REST
            if choice.about_id is not None:
                last = record.followed_up.get(choice.about_id)
                assert last is None or TODAY - last >= REST

    @given(records)
    def test_the_same_history_and_day_give_the_same_three(self, record: Record) -> None:
        again = Record.model_validate_json(record.model_dump_json())
        assert choose(BANK, record, TODAY) == choose(tuple(reversed(BANK)), again, TODAY)

    @given(records)
    def test_no_question_is_asked_twice_at_once_and_each_suits_the_level(self, record: Record) -> None:
        choices = choose(BANK, record, TODAY)
        assert len({choice.question_id for choice in choices}) == len(choices) <= 3
        suits = [QUESTION[choice.question_id].suits(record.level) for choice in choices]
        assert all(suits) or record.level == "chief of everything"

    @given(records.map(lambda record: record.model_copy(update={"asked": {}, "followed_up": {}})))
    def test_with_a_rested_bank_there_is_one_of_each_sort(self, record: Record) -> None:
        staff, difference, third = groups(choose(BANK, record, TODAY))
        assert staff is Group.STAFF4
        assert difference is Group.DIFFERENCE
        assert third is (Group.FOLLOW_UP if any(record.open.values()) else Group.PRACTICE)

    @given(records)
    def test_a_reason_that_speaks_of_a_dimension_is_true(self, record: Record) -> None:
        standing_of = {standing.dimension: standing for standing in record.standings}
        for choice in choose(BANK, record, TODAY):
            if choice.dimension is None:
                continue
            standing = standing_of[choice.dimension]
            assert choice.since == standing.last_on
            assert choice.dimension is QUESTION[choice.question_id].dimensions[0]
            match choice.why:
                case Why.DIMENSION_EMPTY:
                    assert standing.count == 0
                case Why.DIMENSION_THIN:
                    assert standing.strong < 2
                case Why.DIMENSION_STALE:
                    assert standing.last_on is not None
                    assert TODAY - standing.last_on > timedelta(days=60)
                case Why.FOCUS:
                    assert choice.dimension is record.focus


def test_two_years_of_weeks_never_repeat_within_six_and_reach_everything() -> None:
    record = Record(user_id="U1", standings=tuple(Standing(dimension=each) for each in Dimension))
    asked_on: dict[str, list[date]] = {}
    dimensions: list[Dimension] = []
    for week in range(104):
        today = TODAY + timedelta(weeks=week)
        choices = choose(BANK, record, today)
        assert len(choices) == 3
        for choice in choices:
            asked_on.setdefault(choice.question_id, []).append(today)
            if choice.dimension:
                dimensions.append(choice.dimension)
        record = record.model_copy(
            update={
                "asked": {question: days[-1] for question, days in asked_on.items()},
                "asked_about": {**record.asked_about, dimensions[-1]: today},
            }
        )
    for days in asked_on.values():
        assert all(later - earlier >= REST for earlier, later in pairwise(days))
    assert set(dimensions[:6]) == set(Dimension)
    fixed = {question.id for question in BANK if question.group is not Group.FOLLOW_UP and question.suits("staff")}
    assert set(asked_on) == fixed


class TestTheStaffQuestion:
    def test_takes_turns_among_the_four(self) -> None:
        asked: dict[str, date] = {}
        themes = []
        for week in range(8):
            today = TODAY + timedelta(weeks=week)
            choice = choose(BANK, Record(user_id="U1", asked=asked), today)[0]
            asked[choice.question_id] = today
            themes.append(QUESTION[choice.question_id].kinds[0])
        four = {Kind.UNBLOCK, Kind.REVIEW_CATCH, Kind.BETTER_DECISION, Kind.GUIDANCE}
        assert set(themes[:4]) == four
        assert themes[4:] == themes[:4]

    def test_is_not_the_same_for_a_whole_team_at_once(self) -> None:
        first = {choose(BANK, Record(user_id=f"U{n}"), TODAY)[0].question_id for n in range(20)}
        assert len(first) > 5


class TestTheDimension:
    @pytest.mark.parametrize(
        ("standing", "why"),
        [
            (Standing(dimension=Dimension.TIME_HORIZON), Why.DIMENSION_EMPTY),
            (
                Standing(dimension=Dimension.TIME_HORIZON, count=20, strong=1, last_on=TODAY),
                Why.DIMENSION_THIN,
            ),
            (
                Standing(dimension=Dimension.TIME_HORIZON, count=9, strong=9, last_on=date(2026, 8, 10)),
                Why.DIMENSION_STALE,
            ),
        ],
    )
    def test_is_the_one_in_need_by_strength_and_age_not_by_count(self, standing: Standing, why: Why) -> None:
        choice = choose(BANK, Record(user_id="U1", standings=balanced(time_horizon=standing)), TODAY)[1]
        assert (choice.dimension, choice.why) == (Dimension.TIME_HORIZON, why)
        assert choice.since == standing.last_on

    def test_leans_towards_the_focus_of_the_quarter_but_not_twice_running(self) -> None:
        record = Record(
            user_id="U1",
            standings=balanced(scope=Standing(dimension=Dimension.SCOPE)),
            focus=Dimension.INFLUENCE,
        )
        first = choose(BANK, record, TODAY)[1]
        assert (first.dimension, first.why) == (Dimension.INFLUENCE, Why.FOCUS)
        then = record.model_copy(update={"asked_about": {Dimension.INFLUENCE: TODAY}})
        second = choose(BANK, then, TODAY + timedelta(weeks=1))[1]
        assert (second.dimension, second.why) == (Dimension.SCOPE, Why.DIMENSION_EMPTY)

    def test_is_the_oldest_when_none_is_in_need(self) -> None:
        oldest = Standing(dimension=Dimension.AMBIGUITY, count=5, strong=5, last_on=TODAY - timedelta(days=50))
        choice = choose(BANK, Record(user_id="U1", standings=balanced(ambiguity=oldest)), TODAY)[1]
        assert (choice.dimension, choice.why) == (Dimension.AMBIGUITY, Why.OLDEST)


class TestTheFollowUp:
    bet, draft, entry = (Open(id=name, on=TODAY) for name in ("bet_1", "ent_1", "ent_2"))

    def third(self, **changes: object) -> Choice:
        return choose(BANK, Record(user_id="U1", **changes), TODAY)[2]

    def test_a_bet_that_is_due_comes_before_a_draft_before_an_entry_without_outcome(self) -> None:
        everything = {Matter.BET: (self.bet,), Matter.DRAFT: (self.draft,), Matter.ENTRY: (self.entry,)}
        assert self.third(open=everything).why is Why.BET_DUE
        del everything[Matter.BET]
        assert self.third(open=everything).why is Why.DRAFT_WAITING
        del everything[Matter.DRAFT]
        choice = self.third(open=everything)
        assert (choice.why, choice.about_id) == (Why.NO_OUTCOME, "ent_2")

    def test_what_was_followed_up_lately_is_left_for_the_next(self) -> None:
        choice = self.third(
            open={Matter.ENTRY: (self.entry, Open(id="ent_3", on=TODAY))},
            followed_up={"ent_2": TODAY - timedelta(weeks=5)},
        )
        assert choice.about_id == "ent_3"

    def test_without_anything_open_it_is_a_practice(self) -> None:
        assert self.third().why is Why.PRACTICE


def test_a_bank_asked_out_gives_fewer_questions_rather_than_the_same_again() -> None:
    record = Record(user_id="U1", asked={question.id: TODAY for question in BANK[2:]})
    assert {choice.question_id for choice in choose(BANK, record, TODAY)} == {q.id for q in BANK[:2]}
    assert choose((), record, TODAY) == ()


def test_a_question_for_other_levels_is_not_asked() -> None:
    own = QUESTION["unblock-who-moved"].model_copy(update={"levels": ("principal",)})
    bank: tuple[Question, ...] = (own,)
    bank += (QUESTION["unblock-what-waited"].model_copy(update={"levels": ("staff",)}),)
    for level in ("staff", "principal"):
        (choice,) = choose(bank, Record(user_id="U1", level=level), TODAY)
        assert level in next(question.levels for question in bank if question.id == choice.question_id)


def test_a_ladder_with_other_levels_gets_every_question() -> None:
    assert len(choose(BANK, Record(user_id="U1", level="L7"), TODAY)) == 3
