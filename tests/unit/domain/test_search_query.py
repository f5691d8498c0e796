"""Words and filters in one line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused
from bot.domain.search import Query, read_query
from bot.domain.strength import Strength
from bot.domain.tagging import Dimension, Kind

TODAY = date(2026, 11, 20)


def test_filters_people_and_words_are_told_apart() -> None:
    line = 'kind:unblock dimension:influence strength:outcome project:"queue split" in:2026-Q3 <@UDANA> expired cert'
    query = read_query(line, TODAY)

    assert (query.kind, query.dimension, query.strength) == (Kind.UNBLOCK, Dimension.INFLUENCE, Strength.OUTCOME)
    assert (query.project, query.people, query.words) == ("queue split", ("UDANA",), "expired cert")
    assert query.period is not None
    assert (query.period.since, query.period.until) == (date(2026, 7, 1), date(2026, 10, 1))


def test_since_and_until_make_a_span() -> None:
    query = read_query("since:2026-02 until:2026-03", TODAY)

    assert query.period is not None
    assert (query.period.since, query.period.until) == (date(2026, 2, 1), date(2026, 4, 1))


@pytest.mark.parametrize("line", ["kind:heroics", "strength:7", "in:whenever", "since:2026-05 until:2026-01"])
def test_a_value_that_is_not_there_is_refused(line: str) -> None:
    with pytest.raises(Refused):
        read_query(line, TODAY)


@pytest.mark.parametrize(
    ("words", "telling"),
    [("who did I help with certificates?", "help certificates?"), ("what was it", "what was it"), ("", "")],
)
def test_a_question_is_searched_by_the_words_that_tell(words: str, telling: str) -> None:
    assert Query(words=words).telling.words == telling


@given(st.text(max_size=60))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        query = read_query(line, TODAY)
    except Refused:
        return
    assert ":" in line or query.words or query.people or not line.strip()
