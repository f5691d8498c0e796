"""Producing and multiplying: what someone made themselves, and what became better through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from bot.domain.evidence import Entry, Value
from bot.domain.periods import Period, monday_of
from bot.domain.tagging import Kind


class Balance(Value):
    """How many entries are own work and how many show leverage on others."""

    producing: int = 0
    multiplying: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.producing + self.multiplying

    @property
    def multiplying_share(self) -> float | None:
        """The multiplying part, 0 to 1; `None` when there is nothing to divide."""
        return self.multiplying / self.total if self.total else None


class Week(Value):
    """The balance of one week, named by its Monday."""

    monday: date
    balance: Balance


def balance_of(entries: Iterable[Entry]) -> Balance:
    """The balance of these entries. Entries that show no evidence count on neither side."""
    return balance_of_kinds(Counter(entry.kind for entry in entries))


def balance_of_kinds(counts: Mapping[Kind, int]) -> Balance:
    """The balance of so many entries of each kind."""
    multiplying = sum(count for kind, count in counts.items() if kind not in (Kind.DELIVERY, Kind.NONE))
    return Balance(producing=counts.get(Kind.DELIVERY, 0), multiplying=multiplying)


def weekly_balance(entries: Iterable[Entry], period: Period) -> tuple[Week, ...]:
    """The balance of each week the period touches, oldest first; weeks without entries are there, empty."""
    by_week: dict[date, list[Entry]] = {}
    for entry in entries:
        if entry.occurred_on in period:
            by_week.setdefault(monday_of(entry.occurred_on), []).append(entry)
    first, last = monday_of(period.since), monday_of(period.last_day)
    mondays = (first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1))
    return tuple(Week(monday=monday, balance=balance_of(by_week.get(monday, ()))) for monday in mondays)


def monthly_balance(weeks: Sequence[Week]) -> list[tuple[date, Balance]]:
    """The same by month, each named by its first day."""
    months: dict[date, tuple[int, int]] = {}
    for week in weeks:
        # A week belongs to the month of its Thursday, as in ISO weeks and years.
        first = (week.monday + timedelta(days=3)).replace(day=1)
        producing, multiplying = months.get(first, (0, 0))
        months[first] = (producing + week.balance.producing, multiplying + week.balance.multiplying)
    return [(day, Balance(producing=down, multiplying=up)) for day, (down, up) in sorted(months.items())]
