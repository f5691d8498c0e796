"""The words people name a span of days with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused
from bot.domain.periods import months_before, read_period

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("", date(2026, 8, 21), date(2026, 11, 21)),
        ("quarter", date(2026, 8, 21), date(2026, 11, 21)),
        ("Half", date(2026, 5, 21), date(2026, 11, 21)),
        ("last year", date(2025, 11, 21), date(2026, 11, 21)),
        ("2 weeks", date(2026, 11, 7), date(2026, 11, 21)),
        ("30d", date(2026, 10, 22), date(2026, 11, 21)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("q4 2025", date(2025, 10, 1), date(2026, 1, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("since 2026-02-03", date(2026, 2, 3), date(2026, 11, 21)),
        ("2026-01-01..2026-06-30", date(2026, 1, 1), date(2026, 7, 1)),
        ("2025-Q4 to 2026-Q1", date(2025, 10, 1), date(2026, 4, 1)),
        ("all", date(2000, 1, 1), date(2026, 11, 21)),
    ],
)
def test_a_period_is_read(words: str, since: date, until: date) -> None:
    period = read_period(words, TODAY)

    assert (period.since, period.until) == (since, until)


@pytest.mark.parametrize(
    "words", ["soon", "2026-13", "31 june", "2026-06-30..2026-01-01", "0 weeks", "since", "q5 2026", "9999", "0000"]
)
def test_what_names_no_period_is_refused(words: str) -> None:
    with pytest.raises(Refused):
        read_period(words, TODAY)


@given(st.text(max_size=40))
def test_any_words_give_a_period_or_a_refusal(words: str) -> None:
    try:
        period = read_period(words, TODAY)
    except Refused:
        return
    assert period.since < period.until


@given(st.dates(date(2001, 1, 1), date(2100, 12, 31)), st.integers(0, 11))
def test_months_back_never_leaves_the_month_meant(day: date, months: int) -> None:
    before = months_before(day, months)

    assert (before.year * 12 + before.month) == (day.year * 12 + day.month) - months
    assert before.day <= day.day
