"""A Slack status says that someone is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.away import is_away
from bot.domain.people import Profile

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


def profile(text: str = "", emoji: str = "", expires_at: datetime | None = None) -> Profile:
    return Profile(user_id="U1", name="sam", status_text=text, status_emoji=emoji, status_expires_at=expires_at)


@pytest.mark.parametrize(
    "text",
    [
        "Vacationing",
        "On vacation until 3 Dec",
        "On vacation until next week",
        "OOO",
        "Out of office",
        "PTO today",
        "on parental leave, back in March",
        "Out sick",
        "On holiday, back after the 5th",
        "Urlaub bis Montag",
        "De vacaciones",
        "En congés",
        "De férias",
        "本日休暇",
    ],
)
def test_away_in_words(text: str) -> None:
    assert is_away(profile(text), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "In a meeting",
        "Working remotely",
        "Back from vacation, catching up",
        "Vacation next week!",
        "PTO tomorrow",
        "planning the holiday party",
        "need a vacation",
        "holiday calendar duty",
        "3 days until vacation",
        "no PTO this month",
        "adopting a puppy",
    ],
)
def test_here_in_words(text: str) -> None:
    assert not is_away(profile(text), NOW)


@pytest.mark.parametrize("emoji", [":palm_tree:", "palm_tree", ":face_with_thermometer:", ":ooo:"])
def test_away_by_emoji(emoji: str) -> None:
    assert is_away(profile(emoji=emoji), NOW)
    assert is_away(profile("Mallorca", emoji), NOW)


def test_a_palm_tree_after_the_holiday_is_only_a_palm_tree() -> None:
    assert not is_away(profile("Back from vacation", ":palm_tree:"), NOW)


def test_a_status_that_has_run_out_says_nothing() -> None:
    assert not is_away(profile("OOO", expires_at=NOW), NOW)
    assert is_away(profile("OOO", expires_at=NOW + timedelta(minutes=1)), NOW)
