"""When to write to a person: their wall time and time zone in, moments out.

A check-in belongs to a *period*: the ISO week of its day in the person's own calendar, written
`2026-W48`. Periods, not moments, are what is asked once; so a person who crosses the date line,
changes the hour or lives through a clock change is still asked once a period, and each period is
asked. Moments are aware and in UTC; wall times are naive `time`s that mean nothing without a zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from itertools import count
from zoneinfo import ZoneInfo

from bot.domain.evidence import Value
from bot.domain.periods import monday_of

#: How late a check-in is still worth sending. Later ones are named on Home instead.
STILL_USEFUL = timedelta(hours=24)

#: The longest stretch searched for a moment inside somebody's hours; any hours recur within a week,
#: and a zone has at most a day missing.
_SEARCH_DAYS = 10


class Weekday(IntEnum):
    """Days as Python counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Cadence(StrEnum):
    """How often a person is asked."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "every_two_weeks"
    MONTHLY = "monthly"


class Hours(Value):
    """When a person may be written to at all: from `start` up to `end` on `days`.

    An `end` at or before `start` means the next morning, for those who work at night; equal times
    mean the whole day.
    """

    start: time = time(8)
    end: time = time(20)
    days: tuple[Weekday, ...] = tuple(Weekday)[:5]

    def include(self, wall: datetime) -> bool:
        """Whether this wall time, a naive datetime, lies inside them."""
        within_day, past_midnight = self.start <= wall.time(), wall.time() < self.end
        if self.start < self.end:
            return within_day and past_midnight and wall.weekday() in self.days
        if within_day:
            return wall.weekday() in self.days
        return past_midnight and (wall - timedelta(days=1)).weekday() in self.days


class Rhythm(Value):
    """How often, on which day and at what wall time a person wants to be asked.

    Every two weeks is counted from the week of `anchor`; monthly is the last such day of a month.
    """

    cadence: Cadence = Cadence.WEEKLY
    day: Weekday = Weekday.FRIDAY
    at: time = time(15)
    hours: Hours = Hours()
    anchor: date = date(2024, 1, 1)

    def is_due_in(self, monday: date) -> bool:
        """Whether the week that starts on this Monday is one to ask in."""
        day = monday + timedelta(days=self.day)
        match self.cadence:
            case Cadence.WEEKLY:
                return True
            case Cadence.FORTNIGHTLY:
                return (monday - monday_of(self.anchor)).days // 7 % 2 == 0
            case Cadence.MONTHLY:
                return (day + timedelta(days=7)).month != day.month


class Turn(Value):
    """The next time a person is to be asked."""

    period: str
    due_at: datetime


class Act(StrEnum):
    """What to do about a turn whose moment has come."""

    SEND = "send"
    WAIT = "wait"
    MISS = "miss"
    """Too late to be useful; say so on Home."""


class Judgment(Value):
    """What to do about a turn, and with `WAIT` until when."""

    act: Act
    until: datetime | None = None


def period_of(monday: date) -> str:
    """The name of the week that starts on this Monday, such as `2026-W48`. Names sort as weeks do."""
    year, week, _ = monday.isocalendar()
    return f"{year:04d}-W{week:02d}"


def first_day_of(period: str) -> date:
    """The Monday of a named week."""
    year, week = period.split("-W")
    return date.fromisocalendar(int(year), int(week[:2]), 1)


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in the zone show this wall time.

    A wall time that a clock change skips gives the first minute after the gap; one that occurs
    twice gives the first of the two.
    """
    wall = datetime.combine(day, at)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    before = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = min(before, after), max(before, after)
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def may_write(hours: Hours, zone: ZoneInfo, at: datetime) -> bool:
    """Whether the moment lies inside these hours."""
    return hours.include(at.astimezone(zone).replace(tzinfo=None))


def next_allowed(hours: Hours, zone: ZoneInfo, at: datetime) -> datetime:
    """The first moment from `at` on that lies inside these hours."""
    at = at.astimezone(UTC)
    if may_write(hours, zone, at):
        return at
    today = at.astimezone(zone).date()
    for ahead in range(_SEARCH_DAYS):
        day = today + timedelta(days=ahead)
        first = moment_of(day, hours.start, zone)
        again = datetime.combine(day, hours.start, zone).replace(fold=1).astimezone(UTC)
        for start in sorted({first, again}):
            if start >= at and may_write(hours, zone, start):
                return start
    return at


def due_moment(rhythm: Rhythm, period: str, zone: ZoneInfo) -> datetime:
    """When to ask in this period: the day and time of the rhythm, or the first moment after it in hours."""
    day = first_day_of(period) + timedelta(days=rhythm.day)
    return next_allowed(rhythm.hours, zone, moment_of(day, rhythm.at, zone))


def first_turn(rhythm: Rhythm, zone: ZoneInfo, now: datetime, *, after: str | None = None) -> Turn:
    """The first turn still to come, later than the period `after`, which was dealt with."""
    start = monday_of(now.astimezone(zone).date()) - timedelta(days=7)
    for monday in _due_weeks(rhythm, start):
        turn = Turn(period=period_of(monday), due_at=due_moment(rhythm, period_of(monday), zone))
        if turn.due_at > now and (after is None or turn.period > after):
            return turn
    raise AssertionError("every rhythm recurs")


def following_turn(rhythm: Rhythm, zone: ZoneInfo, after: str) -> Turn:
    """The turn after the period `after`, even if its moment has passed: no period is jumped over."""
    monday = next(_due_weeks(rhythm, first_day_of(after) + timedelta(days=7)))
    return Turn(period=period_of(monday), due_at=due_moment(rhythm, period_of(monday), zone))


def _due_weeks(rhythm: Rhythm, start: date) -> Iterator[date]:
    mondays = (start + timedelta(days=7 * weeks) for weeks in count())
    return (monday for monday in mondays if rhythm.is_due_in(monday))


def moved(turn: Turn, rhythm: Rhythm, zone: ZoneInfo, now: datetime) -> Turn:
    """The same turn for a person who is now in this zone.

    Where the wall time has already passed there, the person is asked at the next moment inside
    their hours: a move never costs them a period.
    """
    due_at = due_moment(rhythm, turn.period, zone)
    if due_at < now:
        due_at = next_allowed(rhythm.hours, zone, now)
    return Turn(period=turn.period, due_at=due_at)


def judge(turn: Turn, rhythm: Rhythm, zone: ZoneInfo, now: datetime, *, has_moved: bool) -> Judgment:
    """What to do about a turn, given the zone that Slack just told and the present moment.

    `has_moved` says that the turn was reckoned in another zone. Lateness is counted from the turn's
    moment, or from the wall time in the new zone if that is later.
    """
    wall = due_moment(rhythm, turn.period, zone)
    if wall > now:
        return Judgment(act=Act.WAIT, until=wall)
    return still_good(max(wall, turn.due_at), rhythm.hours, zone, now, has_moved=has_moved)


def still_good(due_at: datetime, hours: Hours, zone: ZoneInfo, now: datetime, *, has_moved: bool = False) -> Judgment:
    """What to do now about a message that was due then: it may have waited, for the bot or for Slack."""
    allowed = next_allowed(hours, zone, now)
    if now - due_at > STILL_USEFUL or (not has_moved and allowed - due_at > STILL_USEFUL):
        return Judgment(act=Act.MISS)
    return Judgment(act=Act.SEND) if allowed <= now else Judgment(act=Act.WAIT, until=allowed)


class Snooze(StrEnum):
    """How long a person puts a check-in off."""

    AN_HOUR = "an_hour"
    TOMORROW = "tomorrow"


def snoozed_until(snooze: Snooze | datetime, rhythm: Rhythm, zone: ZoneInfo, now: datetime) -> datetime:
    """When to ask again: in an hour, tomorrow at the person's time, or at the moment they picked.

    Moved to the next moment inside their hours, except for a moment they picked themselves.
    """
    if isinstance(snooze, datetime):
        return snooze.astimezone(UTC)
    if snooze is Snooze.AN_HOUR:
        return next_allowed(rhythm.hours, zone, now + timedelta(hours=1))
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return next_allowed(rhythm.hours, zone, moment_of(tomorrow, rhythm.at, zone))


def zone_in_words(zone: str | None) -> str:
    """A zone as people say it: `Europe/Lisbon` is `Lisbon time`, anything unplaceable `UTC`."""
    if not zone or "/" not in zone or zone.startswith("Etc/"):
        return zone or "UTC"
    return zone.rsplit("/", 1)[1].replace("_", " ") + " time"
