"""Short forms of the check-ins' benchmarks: they run, and what must hold whatever the machine does holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.checkin_rush import SLOW, rush
from benchmarks.checkins import choice, tick
from bot.domain.ports import Tagger


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


async def test_in_a_rush_with_a_crash_none_is_lost_or_doubled_and_none_waits_for_another_workspace(
    database_url: str, tagger: Tagger
) -> None:
    figures = await rush(database_url, people=60, workspaces=3, tagger=tagger)
    assert figures["crashes"] == 1
    assert (figures["sent"], figures["lost"], figures["doubled"]) == (60, 0, 0)
    assert figures["states"] == {"sent": 60}
    assert figures["answered_429"] > 0, f"{SLOW} was held back"
    assert figures["others_done_after_min"] < 1.0 <= figures["slow_workspace_done_after_min"]
    assert figures["calls"]["conversations.history"] > 0, "after the crash it looked before it sent again"


async def test_choosing_takes_a_few_milliseconds_of_the_process(tmp_path: Path) -> None:
    (figures,) = await choice([f"sqlite:///{tmp_path}/bot.db"], entries=2_000, rounds=20)
    # The machine may be busy; five milliseconds are wanted of a quiet one.
    assert figures["cpu_median_ms"] < 25


async def test_a_tick_costs_what_is_due_and_not_how_many_people_there_are(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(2)]
    few, many = await tick(urls, cases=((200, 100), (10_000, 100)))
    assert many["cpu_median_ms"] < 5 * few["cpu_median_ms"]
