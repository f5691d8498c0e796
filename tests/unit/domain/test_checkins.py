"""Plans, and what people reply."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import (
    Plan,
    at_its_moment,
    came_back,
    dealt_with,
    in_zone,
    paused,
    period_for_asking_now,
    says_nothing_this_week,
    split_reply,
    turned_off,
    turned_on,
    with_rhythm,
)
from bot.domain.schedule import Act, Cadence, Rhythm, Turn, Weekday

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LISBON = "Europe/Lisbon"


def plan(**changes: object) -> Plan:
    return turned_on(Plan(workspace_id="T1", user_id="U1", **changes), LISBON, TUESDAY)


def due(plan: Plan) -> datetime:
    assert plan.turn is not None
    return plan.turn.due_at


class TestPlans:
    def test_nobody_has_a_turn_who_did_not_say_yes(self) -> None:
        assert Plan(workspace_id="T1", user_id="U1").turn is None
        never = paused(with_rhythm(Plan(workspace_id="T1", user_id="U1"), Rhythm(), TUESDAY), None, TUESDAY)
        assert in_zone(never, "Asia/Tokyo", TUESDAY).turn is None
        assert came_back(never, TUESDAY).turn is None

    def test_a_yes_means_friday_at_three_of_their_own_time(self) -> None:
        assert plan().turn == Turn(period="2026-W48", due_at=datetime(2026, 11, 27, 15, 0, tzinfo=UTC))

    def test_stop_means_stop(self) -> None:
        assert turned_off(plan()).turn is None

    def test_saying_yes_again_in_the_same_week_does_not_ask_twice(self) -> None:
        asked = dealt_with(plan())
        again = turned_on(turned_off(asked), LISBON, TUESDAY)
        assert again.turn is not None
        assert again.turn.period == "2026-W49"

    def test_another_day_and_time(self) -> None:
        changed = with_rhythm(plan(), Rhythm(day=Weekday.WEDNESDAY, at=time(10, 30)), TUESDAY)
        assert due(changed) == datetime(2026, 11, 25, 10, 30, tzinfo=UTC)

    def test_a_pause_ends_on_its_day(self) -> None:
        until_friday = paused(plan(), date(2026, 12, 4), TUESDAY)
        assert due(until_friday) == datetime(2026, 12, 4, 15, 0, tzinfo=UTC)
        assert due(paused(until_friday, None, TUESDAY)) == datetime(2026, 11, 27, 15, 0, tzinfo=UTC)

    def test_what_comes_after_a_turn_is_the_next_week_even_after_a_long_outage(self) -> None:
        act, after = at_its_moment(plan(), LISBON, TUESDAY + timedelta(weeks=4))
        assert act is Act.MISS
        assert after.turn is not None
        assert after.turn.period == "2026-W49"

    def test_a_zone_slack_does_not_tell_leaves_the_known_one(self) -> None:
        act, after = at_its_moment(plan(), None, due(plan()))
        assert (act, after.zone) == (Act.SEND, LISBON)


class TestSteppingBack:
    def ignored(self, plan: Plan, times: int) -> Plan:
        for _ in range(times):
            plan = dealt_with(plan.model_copy(update={"is_awaited": True}))
        return plan

    def test_three_in_a_row_unanswered_step_back_one_cadence_at_a_time_and_then_rest(self) -> None:
        cadences, current = [], plan()
        for _ in range(3):
            assert current.in_force is not None
            cadences.append(current.in_force.cadence)
            current = self.ignored(current, 3)
        assert cadences == [Cadence.WEEKLY, Cadence.FORTNIGHTLY, Cadence.MONTHLY]
        assert current.is_resting
        assert current.turn is None

    def test_two_do_not(self) -> None:
        assert self.ignored(plan(), 2).steps_back == 0

    def test_the_next_after_stepping_back_is_two_weeks_away(self) -> None:
        current = self.ignored(plan(), 2)
        before = due(current)
        assert due(self.ignored(current, 1)) == before + timedelta(weeks=2)

    def test_monthly_never_follows_within_two_weeks(self) -> None:
        current = plan(rhythm=Rhythm(cadence=Cadence.FORTNIGHTLY))
        current = self.ignored(current, 2)
        before = due(current)
        assert due(self.ignored(current, 1)) - before >= timedelta(weeks=3)

    def test_any_answer_brings_their_own_cadence_back(self) -> None:
        current = self.ignored(plan(), 9)
        back = came_back(current, TUESDAY + timedelta(weeks=30))
        assert back.in_force is not None
        assert back.in_force.cadence is Cadence.WEEKLY
        assert due(back) < TUESDAY + timedelta(weeks=31)

    def test_an_answer_forgives_the_earlier_ones(self) -> None:
        current = came_back(self.ignored(plan(), 2), TUESDAY)
        assert self.ignored(current, 2).steps_back == 0

    def test_no_check_in_is_asked_twice_when_the_person_comes_back(self) -> None:
        current = self.ignored(plan(), 3)
        assert current.last_period is not None
        back = came_back(current, TUESDAY)
        assert back.turn is not None
        assert back.turn.period > current.last_period


class TestAskingNow:
    today = date(2026, 11, 25)

    def test_fills_this_weeks_place_so_that_answering_early_is_enough(self) -> None:
        assert period_for_asking_now(plan(), (), self.today) == "2026-W48"

    def test_is_an_extra_when_this_weeks_was_had(self) -> None:
        taken = ["2026-W48"]
        assert period_for_asking_now(plan(), taken, self.today) == "2026-W48+1"
        assert period_for_asking_now(None, [*taken, "2026-W48+1"], self.today) == "2026-W48+2"
        assert period_for_asking_now(dealt_with(plan()), (), self.today) == "2026-W48+1"


class TestReplies:
    @pytest.mark.parametrize(
        ("text", "answers"),
        [
            ("Helped Dana with the certs", [(None, "Helped Dana with the certs")]),
            ("1. Helped Dana\n2) the schema will hurt", [(1, "Helped Dana"), (2, "the schema will hurt")]),
            ("q2: the schema\nwill hurt", [(2, "the schema\nwill hurt")]),
            ("busy week!\n1 - Helped Dana", [(None, "busy week!"), (1, "Helped Dana")]),
            ("1. same\n1. twice", [(None, "1. same\n1. twice")]),
            ("7. was not asked", [(None, "7. was not asked")]),
            ("1.", [(None, "1.")]),
            ("10 people moved over", [(None, "10 people moved over")]),
            ("2 teams moved over", [(None, "2 teams moved over")]),
        ],
    )
    def test_are_split_by_the_numbers_of_the_questions(self, text: str, answers: list[tuple[int | None, str]]) -> None:
        assert list(split_reply(text, (1, 2, 3))) == answers

    @given(st.text(alphabet="ab 123.)\n:-", max_size=60))
    def test_lose_no_word(self, text: str) -> None:
        kept = "".join(answer for _, answer in split_reply(text, (1, 2, 3)))
        assert kept.count("a") == text.count("a")
        assert kept.count("b") == text.count("b")

    @pytest.mark.parametrize("text", ["nothing", "Nothing this week!", "none.", "nada", " no "])
    def test_nothing_is_a_good_answer_in_words_too(self, text: str) -> None:
        assert says_nothing_this_week(text)

    @pytest.mark.parametrize("text", ["nothing broke thanks to the review", "no idea, ask Dana", "", "nonetheless"])
    def test_but_only_when_it_says_no_more(self, text: str) -> None:
        assert not says_nothing_this_week(text)
