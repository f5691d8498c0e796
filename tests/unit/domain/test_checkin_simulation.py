"""Everyone is asked exactly once in each due week, whatever happens to the bot: a short run of the
simulation in `benchmarks/checkin_simulation.py`, and proof that it would notice."""

from __future__ import annotations

import pytest

from benchmarks import checkin_simulation
from benchmarks.checkin_simulation import ZONES, Simulation
from bot.domain.checkins import Plan, in_zone
from bot.domain.schedule import first_turn


@pytest.mark.parametrize("seed", [1, 2])
def test_every_person_exactly_once_in_each_due_week_and_inside_their_hours(seed: int) -> None:
    simulation = Simulation(people=60, days=400, seed=seed)
    simulation.run()
    assert simulation.problems == []
    assert simulation.counts["sent"] > 1500
    assert simulation.counts["found by metadata"] > 0
    assert simulation.counts["missed"] > 0
    assert len(set(ZONES)) == 40


def test_it_notices_a_move_that_loses_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    def reckoned_afresh(plan: Plan, zone: str | None, now: object) -> Plan:
        there = in_zone(plan, zone, now)  # type: ignore[arg-type]
        rhythm = there.in_force
        assert rhythm is not None
        return there.model_copy(update={"turn": first_turn(rhythm, there.zone_info, now)})  # type: ignore[arg-type]

    monkeypatch.setattr(checkin_simulation, "in_zone", reckoned_afresh)
    simulation = Simulation(people=60, days=400, seed=1)
    simulation.run()
    assert any("skipped" in problem for problem in simulation.problems)


def test_it_notices_a_message_sent_again_without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Simulation, "_tick", _tick_without_looking)
    simulation = Simulation(people=60, days=400, seed=1)
    simulation.run()
    assert any("sent 2 times" in problem for problem in simulation.problems)


def _tick_without_looking(simulation: Simulation) -> None:
    simulation._work_plans()
    waiting, simulation.outbox = simulation.outbox, []
    for item in waiting:
        if item.due_at > simulation.clock:
            simulation.outbox.append(item)
        else:
            simulation._deliver(item)
