"""Bets stay as they were written, and are reckoned with honestly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bets import (
    ENOUGH_IN_BAND,
    Bet,
    BetState,
    calibration,
    checked_look_again,
    settled,
    too_early,
)
from bot.domain.errors import Refused

TODAY = date(2026, 11, 27)


def bet(sure: int = 70, state: BetState = BetState.OPEN) -> Bet:
    return Bet(
        id="bet_1",
        workspace_id="T1",
        user_id="U1",
        entry_id="ent_1",
        expects="The queue split halves pages",
        sure=sure,
        made_on=date(2026, 5, 4),
        look_again_on=TODAY,
        state=state,
        created_at=datetime(2026, 5, 4, tzinfo=UTC),
    )


def test_it_is_due_on_its_day_and_not_before() -> None:
    assert bet().is_due(TODAY)
    assert not bet().is_due(TODAY - timedelta(days=1))
    assert not settled(bet(), held=True, today=TODAY).is_due(TODAY)


def test_settling_and_putting_off_leave_the_prediction_as_it_was_written() -> None:
    first = too_early(bet(), TODAY)
    then = settled(first, held=False, today=TODAY + timedelta(days=90))
    corrected = settled(then, held=True, today=TODAY + timedelta(days=91))
    for later in (first, then, corrected):
        assert (later.expects, later.sure, later.made_on) == (bet().expects, bet().sure, bet().made_on)
    assert first.look_again_on == TODAY + timedelta(days=90)
    assert then.state is BetState.FAILED
    assert corrected.state is BetState.HELD


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), date(2060, 1, 1)])
def test_a_day_that_is_not_ahead_or_too_far_is_refused(day: date) -> None:
    with pytest.raises(Refused):
        checked_look_again(day, TODAY)


def test_nothing_is_said_about_calibration_before_there_are_enough() -> None:
    assert calibration([bet(state=BetState.HELD)] * (ENOUGH_IN_BAND - 1)) == ()
    assert calibration([bet()] * 50) == ()


def test_how_often_seventy_percent_was_right() -> None:
    bets = [bet(state=BetState.HELD)] * 6 + [bet(state=BetState.FAILED)] * 2 + [bet(sure=95)]
    (band,) = calibration(bets)
    assert (band.least, band.most, band.settled, band.held_percent) == (70, 79, 8, 75)


@given(st.lists(st.builds(bet, sure=st.integers(1, 99), state=st.sampled_from(BetState)), max_size=120))
def test_every_settled_bet_counts_in_one_band_only(bets: list[Bet]) -> None:
    bands = calibration(bets)
    assert sum(band.settled for band in bands) <= sum(each.state is not BetState.OPEN for each in bets)
    for band in bands:
        inside = [each for each in bets if band.least <= each.sure <= band.most]
        assert band.held == sum(each.state is BetState.HELD for each in inside)
