"""Looking back on a quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import Entry, EntryStatus, Source, SourceType
from bot.domain.insight import Practice
from bot.domain.reviews import days_of, findings, quarter_before, quarter_of, quarter_to_review
from bot.domain.tagging import DIMENSIONS_OF, Dimension, Kind


def entry(number: int, kind: Kind, day: date, **changes: object) -> Entry:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    return Entry(
        id=f"ent_{number}",
        workspace_id="T1",
        user_id="U1",
        text="Paired with Dana until her deploy went through",
        kind=kind,
        dimensions=DIMENSIONS_OF[kind],
        occurred_on=day,
        created_at=now,
        updated_at=now,
        source=Source(type=SourceType.COMMAND),
        **changes,
    )


@given(st.dates(date(1, 4, 1), date(9999, 9, 30)))
def test_a_day_is_in_its_quarter_and_the_one_before_ends_where_it_starts(day: date) -> None:
    quarter = quarter_of(day)
    assert day in days_of(quarter)
    assert days_of(quarter_before(quarter)).until == days_of(quarter).since


@pytest.mark.parametrize(
    ("today", "quarter"),
    [
        (date(2026, 10, 2), "2026-Q3"),
        (date(2026, 11, 27), "2026-Q3"),
        (date(2026, 12, 18), "2026-Q4"),
        (date(2027, 1, 4), "2026-Q4"),
    ],
)
def test_the_quarter_to_look_back_on(today: date, quarter: str) -> None:
    assert quarter_to_review(today) == quarter


def test_whoever_began_in_the_present_quarter_looks_back_on_that() -> None:
    assert quarter_to_review(date(2026, 11, 13), date(2026, 11, 2)) == "2026-Q4"
    assert quarter_to_review(date(2026, 11, 13), date(2026, 9, 30)) == "2026-Q3"


def test_what_changed_what_is_strong_and_what_is_thin() -> None:
    found = findings(
        [
            entry(1, Kind.UNBLOCK, date(2026, 10, 5), outcome="She shipped on Friday"),
            entry(2, Kind.UNBLOCK, date(2026, 11, 5)),
            entry(3, Kind.LONG_TERM_BET, date(2026, 8, 5), outcome="Adopted"),
            entry(4, Kind.UNBLOCK, date(2026, 10, 9), status=EntryStatus.WITHDRAWN),
            entry(5, Kind.DELIVERY, date(2026, 10, 9), outcome="Shipped"),
        ],
        "2026-Q4",
    )
    by_dimension = {change.dimension: change for change in found.changes}
    assert (found.total, found.total_before) == (3, 1)
    assert by_dimension[Dimension.MULTIPLYING].now.count == 2
    assert by_dimension[Dimension.TIME_HORIZON].before.count == 1
    assert by_dimension[Dimension.TIME_HORIZON].now.count == 0
    assert found.strongest == ("ent_1", "ent_2"), "own delivery is not multiplying"
    assert found.suggested_focus is found.thin[0].dimension is Dimension.PROBLEM_DEFINITION
    assert found.practice is Practice.PROBLEMS_FIRST


def test_a_quarter_without_anything_still_has_a_focus() -> None:
    found = findings([], "2026-Q4")
    assert found.total == 0
    assert found.strongest == ()
    assert found.suggested_focus is Dimension.SCOPE
