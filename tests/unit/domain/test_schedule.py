"""When people are asked, over real zones and years."""

# Wall times are naive by nature.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.periods import monday_of
from bot.domain.schedule import (
    STILL_USEFUL,
    Act,
    Cadence,
    Hours,
    Rhythm,
    Snooze,
    Turn,
    Weekday,
    due_moment,
    first_day_of,
    first_turn,
    following_turn,
    judge,
    may_write,
    moment_of,
    moved,
    next_allowed,
    period_of,
    snoozed_until,
    zone_in_words,
)

ZONES = sorted(name for name in available_timezones() if "/" in name)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(1990, 1, 1), date(2040, 1, 1))
minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))
some_hours = st.builds(
    Hours,
    start=minutes,
    end=minutes,
    days=st.sets(st.sampled_from(Weekday), min_size=1).map(lambda chosen: tuple(sorted(chosen))),
)
rhythms = st.builds(
    Rhythm,
    cadence=st.sampled_from(Cadence),
    day=st.sampled_from(Weekday),
    at=minutes,
    hours=st.one_of(st.just(Hours()), some_hours),
    anchor=days,
)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


class TestMomentOf:
    @given(days, minutes, zones)
    def test_shows_the_wall_time_or_the_first_minute_after_a_gap(self, day: date, at: time, zone: ZoneInfo) -> None:
        moment = moment_of(day, at, zone)
        shown, wanted = wall(moment, zone), datetime.combine(day, at)
        if shown != wanted:
            assert shown > wanted
            just_before = wall(moment - timedelta(seconds=1), zone)
            assert just_before < wanted, "clocks jumped over the wanted time right here"

    @given(days, minutes, zones)
    def test_is_the_first_of_two_when_the_wall_time_occurs_twice(self, day: date, at: time, zone: ZoneInfo) -> None:
        moment = moment_of(day, at, zone)
        for earlier in (30, 60, 120, 180):
            assert wall(moment - timedelta(minutes=earlier), zone) != datetime.combine(day, at)

    @pytest.mark.parametrize(
        ("zone", "day", "at", "utc"),
        [
            # Lisbon springs forward from 01:00 to 02:00.
            ("Europe/Lisbon", date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 0)),
            # New York: 02:30 does not exist; clocks go from 02:00 to 03:00 EDT.
            ("America/New_York", date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 0)),
            # New York: 01:30 occurs twice; the first is still daylight time.
            ("America/New_York", date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30)),
            # Lord Howe moves by half an hour.
            ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), datetime(2026, 10, 3, 15, 30)),
            # Samoa had no 30 December 2011 at all.
            ("Pacific/Apia", date(2011, 12, 30), time(15), datetime(2011, 12, 30, 10, 0)),
        ],
    )
    def test_known_changes(self, zone: str, day: date, at: time, utc: datetime) -> None:
        assert moment_of(day, at, ZoneInfo(zone)) == utc.replace(tzinfo=UTC)


class TestHours:
    @given(st.one_of(st.just(Hours()), some_hours), zones, moments)
    def test_the_next_allowed_moment_is_inside_them(self, hours: Hours, zone: ZoneInfo, now: datetime) -> None:
        assume(hours.start == hours.end or _minutes_long(hours) >= 120)
        allowed = next_allowed(hours, zone, now)
        assert allowed >= now
        assert may_write(hours, zone, allowed)

    @given(zones, moments)
    def test_nothing_allowed_is_passed_over(self, zone: ZoneInfo, now: datetime) -> None:
        allowed = next_allowed(Hours(), zone, now)
        step = now
        while step < allowed:
            assert not may_write(Hours(), zone, step)
            step += timedelta(minutes=17)

    def test_a_night_shift_ends_the_next_morning(self) -> None:
        hours = Hours(start=time(22), end=time(6), days=(Weekday.FRIDAY,))
        assert hours.include(datetime(2026, 11, 27, 23, 0))
        assert hours.include(datetime(2026, 11, 28, 5, 59))
        assert not hours.include(datetime(2026, 11, 27, 5, 59))
        assert not hours.include(datetime(2026, 11, 28, 23, 0))

    def test_weekends_wait_for_monday(self) -> None:
        saturday = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
        assert next_allowed(Hours(), ZoneInfo("UTC"), saturday) == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def _minutes_long(hours: Hours) -> int:
    start, end = (at.hour * 60 + at.minute for at in (hours.start, hours.end))
    return (end - start) % 1440


class TestTurns:
    @given(rhythms, zones, moments)
    def test_the_first_turn_is_still_to_come_and_none_is_nearer(
        self, rhythm: Rhythm, zone: ZoneInfo, now: datetime
    ) -> None:
        turn = first_turn(rhythm, zone, now)
        assert turn.due_at > now
        assert rhythm.is_due_in(first_day_of(turn.period))
        monday = first_day_of(turn.period) - timedelta(days=7)
        while monday > now.date() - timedelta(days=14):
            assert not rhythm.is_due_in(monday) or due_moment(rhythm, period_of(monday), zone) <= now
            monday -= timedelta(days=7)

    @given(rhythms, zones, moments)
    def test_following_turns_leave_out_no_due_week(self, rhythm: Rhythm, zone: ZoneInfo, now: datetime) -> None:
        turn = first_turn(rhythm, zone, now)
        for _ in range(6):
            following = following_turn(rhythm, zone, turn.period)
            between = first_day_of(turn.period) + timedelta(days=7)
            while between < first_day_of(following.period):
                assert not rhythm.is_due_in(between)
                between += timedelta(days=7)
            assert following.period > turn.period
            assert following.due_at >= turn.due_at
            turn = following

    @given(rhythms, days)
    def test_how_often_each_cadence_comes(self, rhythm: Rhythm, day: date) -> None:
        monday = monday_of(day)
        year = [monday + timedelta(days=7 * week) for week in range(52)]
        due = sum(rhythm.is_due_in(week) for week in year)
        expected = {Cadence.WEEKLY: {52}, Cadence.FORTNIGHTLY: {26}, Cadence.MONTHLY: {11, 12}}
        assert due in expected[rhythm.cadence] | ({13} if rhythm.cadence is Cadence.MONTHLY else set())

    @given(rhythms, zones, moments)
    def test_the_wall_time_is_the_chosen_one_where_it_exists_inside_their_hours(
        self, rhythm: Rhythm, zone: ZoneInfo, now: datetime
    ) -> None:
        turn = first_turn(rhythm, zone, now)
        chosen = datetime.combine(first_day_of(turn.period) + timedelta(days=rhythm.day), rhythm.at)
        assume(wall(moment_of(chosen.date(), rhythm.at, zone), zone) == chosen)
        if rhythm.hours.include(chosen):
            assert wall(turn.due_at, zone) == chosen
        else:
            assert wall(turn.due_at, zone) != chosen

    @given(st.dates(date(1, 1, 8), date(9990, 1, 1)))
    def test_period_names_round_trip_and_sort_as_weeks_do(self, day: date) -> None:
        monday = monday_of(day)
        assert first_day_of(period_of(monday)) == monday
        assert period_of(monday) < period_of(monday + timedelta(days=7))

    def test_monthly_is_the_last_friday_of_the_month(self) -> None:
        rhythm = Rhythm(cadence=Cadence.MONTHLY)
        turn = first_turn(rhythm, ZoneInfo("Europe/Lisbon"), datetime(2026, 12, 1, tzinfo=UTC))
        assert turn == Turn(period="2026-W52", due_at=datetime(2026, 12, 25, 15, 0, tzinfo=UTC))


class TestJudging:
    rhythm = Rhythm()
    lisbon = ZoneInfo("Europe/Lisbon")
    turn = Turn(period="2026-W48", due_at=datetime(2026, 11, 27, 15, 0, tzinfo=UTC))

    def judged(self, now: datetime, zone: ZoneInfo | None = None, **changes: object) -> tuple[Act, datetime | None]:
        rhythm = self.rhythm.model_copy(update=changes)
        judgment = judge(self.turn, rhythm, zone or self.lisbon, now, has_moved=zone is not None)
        return judgment.act, judgment.until

    def test_on_time(self) -> None:
        assert self.judged(self.turn.due_at) == (Act.SEND, None)

    def test_late_but_still_inside_their_hours(self) -> None:
        assert self.judged(self.turn.due_at + timedelta(hours=4)) == (Act.SEND, None)

    def test_too_late_in_the_evening_before_a_weekend_is_missed(self) -> None:
        assert self.judged(self.turn.due_at + timedelta(hours=6)) == (Act.MISS, None)

    def test_late_in_the_night_waits_for_the_morning_when_that_is_within_a_day(self) -> None:
        every_day = Hours(days=tuple(Weekday))
        judged = self.judged(self.turn.due_at + timedelta(hours=6), hours=every_day)
        assert judged == (Act.WAIT, datetime(2026, 11, 28, 8, 0, tzinfo=UTC))

    def test_more_than_a_day_late_is_missed(self) -> None:
        late = self.turn.due_at + STILL_USEFUL + timedelta(minutes=1)
        assert self.judged(late, hours=Hours(days=tuple(Weekday))) == (Act.MISS, None)

    def test_a_person_now_further_west_is_asked_at_their_own_hour(self) -> None:
        new_york = ZoneInfo("America/New_York")
        assert self.judged(self.turn.due_at, new_york) == (
            Act.WAIT,
            datetime(2026, 11, 27, 20, 0, tzinfo=UTC),
        )

    def test_a_person_now_across_the_date_line_is_asked_on_their_monday_and_not_missed(self) -> None:
        auckland = ZoneInfo("Pacific/Auckland")
        monday_morning = datetime(2026, 11, 29, 19, 0, tzinfo=UTC)
        assert self.judged(self.turn.due_at, auckland) == (Act.WAIT, monday_morning)

    @given(rhythms, zones, zones, moments, st.integers(0, 7 * 24 * 60))
    def test_a_move_keeps_the_period_and_never_looks_back(
        self, rhythm: Rhythm, home: ZoneInfo, abroad: ZoneInfo, now: datetime, minutes_later: int
    ) -> None:
        assume(rhythm.hours.start == rhythm.hours.end or _minutes_long(rhythm.hours) >= 120)
        turn = first_turn(rhythm, home, now)
        later = min(now + timedelta(minutes=minutes_later), turn.due_at)
        there = moved(turn, rhythm, abroad, later)
        assert there.period == turn.period
        assert there.due_at >= later
        assert may_write(rhythm.hours, abroad, there.due_at)

    @given(rhythms, zones, zones, moments, st.integers(0, 5 * 24 * 60))
    def test_sending_only_ever_happens_inside_their_hours_and_within_a_day(
        self, rhythm: Rhythm, home: ZoneInfo, abroad: ZoneInfo, now: datetime, late: int
    ) -> None:
        assume(rhythm.hours.start == rhythm.hours.end or _minutes_long(rhythm.hours) >= 120)
        turn = first_turn(rhythm, home, now)
        at = turn.due_at + timedelta(minutes=late)
        judgment = judge(turn, rhythm, abroad, at, has_moved=abroad is not home)
        if judgment.act is Act.SEND:
            assert may_write(rhythm.hours, abroad, at)
            assert timedelta(minutes=late) <= STILL_USEFUL or due_moment(rhythm, turn.period, abroad) > turn.due_at
        if judgment.act is Act.WAIT:
            assert judgment.until is not None
            assert judgment.until > at
            assert may_write(rhythm.hours, abroad, judgment.until)


class TestSnoozing:
    lisbon = ZoneInfo("Europe/Lisbon")

    def test_an_hour_that_ends_in_the_evening_waits_for_the_next_morning(self) -> None:
        now = datetime(2026, 11, 26, 19, 30, tzinfo=UTC)
        assert snoozed_until(Snooze.AN_HOUR, Rhythm(), self.lisbon, now) == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)

    def test_tomorrow_is_their_usual_time_on_their_next_working_day(self) -> None:
        friday = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
        assert snoozed_until(Snooze.TOMORROW, Rhythm(), self.lisbon, friday) == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)

    def test_a_moment_they_picked_is_taken_as_it_is(self) -> None:
        sunday = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
        assert snoozed_until(sunday, Rhythm(), self.lisbon, sunday - timedelta(days=1)) == sunday


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Lisbon", "Lisbon time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("UTC", "UTC"),
        (None, "UTC"),
    ],
)
def test_zones_in_words(zone: str | None, words: str) -> None:
    assert zone_in_words(zone) == words
