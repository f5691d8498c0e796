"""A span of days, and the words people name one with."""

from __future__ import annotations

import re
from datetime import date, timedelta

from pydantic import model_validator

from bot.domain.errors import Refused
from bot.domain.evidence import Value

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_LAST = re.compile(r"^(?:last\s+)?(?:(\d{1,4})\s*)?(day|week|month|quarter|year|d|w|m|q|y)s?$")
_QUARTER = re.compile(r"^(?:(\d{4})[-\s]?q([1-4])|q([1-4])[-\s]?(\d{4}))$")
_YEAR = re.compile(r"^\d{4}$")
_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$")
_SPAN = re.compile(r"^(\S+?)\s*(?:\.\.|\bto\b|–|—)\s*(\S+)$")
_FULL_UNIT = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}

#: The oldest day a period can start on; what `all` begins with.
FIRST_DAY = date(2000, 1, 1)


class Period(Value):
    """The days from `since` up to, not including, `until`."""

    since: date
    until: date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Period:
        if self.until <= self.since:
            raise ValueError("a period ends after it starts")
        return self

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.until - timedelta(days=1)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last when it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), _next_month(first) - timedelta(days=1))


def read_period(words: str, today: date) -> Period:
    """The period someone means: `quarter`, `6 months`, `2026`, `2026-Q3`, `2026-05`, `since 2026-02-01`,
    `2026-01-01..2026-06-30`, `all`; without words, the last three months. `today` is included.

    Raises `Refused` for anything else, and for a period that ends before it starts.
    """
    text = " ".join(words.lower().split())
    tomorrow = today + timedelta(days=1)
    try:
        if not text:
            return Period(since=months_before(tomorrow, 3), until=tomorrow)
        if text in ("all", "everything"):
            return Period(since=FIRST_DAY, until=tomorrow)
        if text.startswith("since "):
            return Period(since=_named(text[6:]).since, until=tomorrow)
        if (span := _SPAN.match(text)) is not None:
            return Period(since=_named(span[1]).since, until=_named(span[2]).until)
        if (last := _LAST.match(text)) is not None or text == "half":
            return Period(since=_back(tomorrow, text, last), until=tomorrow)
        return _named(text)
    except (ValueError, OverflowError) as wrong:
        raise Refused("errors.not_a_period", given=words[:60]) from wrong


def _back(tomorrow: date, text: str, last: re.Match[str] | None) -> date:
    if last is None:
        return months_before(tomorrow, _MONTHS["half"])
    count = int(last[1] or 1)
    unit = _FULL_UNIT.get(last[2], last[2])
    if unit in ("day", "week"):
        since = tomorrow - timedelta(days=count * (7 if unit == "week" else 1))
    else:
        since = months_before(tomorrow, count * _MONTHS[unit])
    return max(since, FIRST_DAY)


def _named(text: str) -> Period:
    if (quarter := _QUARTER.match(text)) is not None:
        first = date(int(quarter[1] or quarter[4]), 3 * int(quarter[2] or quarter[3]) - 2, 1)
        return Period(since=first, until=months_before(first, -3))
    if _YEAR.match(text):
        return Period(since=date(int(text), 1, 1), until=date(int(text) + 1, 1, 1))
    if (month := _MONTH.match(text)) is not None:
        first = date(int(month[1]), int(month[2]), 1)
        return Period(since=first, until=_next_month(first))
    day = date.fromisoformat(text)
    return Period(since=day, until=day + timedelta(days=1))


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
