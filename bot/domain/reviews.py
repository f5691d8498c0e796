"""The self-review after each quarter: what changed, what is strong, what is thin, one focus for the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from pydantic import AwareDatetime

from bot.domain.evidence import Entry, EntryStatus, Value
from bot.domain.gaps import Gap, Standing, gaps, standings
from bot.domain.insight import PRACTICE_FOR, Practice
from bot.domain.periods import Period
from bot.domain.strength import strongest_first
from bot.domain.tagging import DIMENSIONS_OF, Dimension, Kind

#: So many of the strongest entries are shown.
STRONGEST = 5


class Change(Value):
    """One dimension in the quarter and in the one before."""

    now: Standing
    before: Standing

    @property
    def dimension(self) -> Dimension:
        """The dimension it is about."""
        return self.now.dimension


class Findings(Value):
    """What a person's record says about a quarter."""

    quarter: str
    period: Period
    total: int
    total_before: int
    changes: tuple[Change, ...]
    strongest: tuple[str, ...]
    """Ids of the strongest multiplying entries, the strongest first."""
    thin: tuple[Gap, ...]
    suggested_focus: Dimension
    practice: Practice
    """The article's practice that goes with the suggested focus."""


class Review(Value):
    """A self-review that a person did: the focus they chose, and what they want to remember."""

    id: str
    workspace_id: str
    user_id: str
    quarter: str
    focus: Dimension | None = None
    reflection: str = ""
    created_at: AwareDatetime
    updated_at: AwareDatetime


class ReviewPage(Value):
    """What a quarter's record says, and what the person took from it, if they have looked before."""

    findings: Findings
    entries: Mapping[str, Entry]
    """The strongest entries, by id."""
    review: Review | None = None
    focus: Dimension | None = None
    """The focus that holds at present."""


def quarter_of(day: date) -> str:
    """The quarter that the day is in, such as `2026-Q4`."""
    return f"{day.year:04d}-Q{(day.month - 1) // 3 + 1}"


def days_of(quarter: str) -> Period:
    """The days of a quarter."""
    year, number = int(quarter[:4]), int(quarter[6])
    end = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return Period(since=date(year, 3 * number - 2, 1), until=end)


def quarter_before(quarter: str) -> str:
    """The quarter before this one."""
    return quarter_of(days_of(quarter).since - timedelta(days=1))


#: A quarter in its last days is as good as over: who asks for a review then means this one.
_NEARLY_OVER = timedelta(days=14)


def quarter_to_review(today: date, first_on: date | None = None) -> str:
    """The quarter to look back on: the last one that is over, or the present one in its last two weeks.

    Whoever began in the present one, on `first_on`, looks back on that.
    """
    present = quarter_of(today)
    began_in_it = first_on is not None and quarter_of(first_on) == present
    if began_in_it or days_of(present).until - today <= _NEARLY_OVER:
        return present
    return quarter_before(present)


def findings(entries: Collection[Entry], quarter: str) -> Findings:
    """Read a person's kept entries for this quarter. Entries of other days are looked at only to compare."""
    kept = [entry for entry in entries if entry.status is EntryStatus.KEPT and entry.kind is not Kind.NONE]
    period, earlier = days_of(quarter), days_of(quarter_before(quarter))
    inside = [entry for entry in kept if entry.occurred_on in period]
    before = [entry for entry in kept if entry.occurred_on in earlier]
    now = standings(inside)
    changes = tuple(Change(now=each, before=was) for each, was in zip(now, standings(before), strict=True))
    so_far = standings(entry for entry in kept if entry.occurred_on < period.until)
    thin = gaps(so_far, period.last_day)
    focus = thin[0].dimension if thin else _least_shown(now)
    multiplying = [entry for entry in inside if DIMENSIONS_OF[entry.kind]]
    return Findings(
        quarter=quarter,
        period=period,
        total=len(inside),
        total_before=len(before),
        changes=changes,
        strongest=tuple(entry.id for entry in strongest_first(multiplying)[:STRONGEST]),
        thin=thin,
        suggested_focus=focus,
        practice=PRACTICE_FOR[focus],
    )


def _least_shown(now: tuple[Standing, ...]) -> Dimension:
    return min(now, key=lambda standing: (standing.strong, standing.count)).dimension
