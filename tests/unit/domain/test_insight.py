"""What a record says about itself."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.evidence import EntryStatus, Reach, Source, SourceType
from bot.domain.gaps import Spot, gaps, standings
from bot.domain.insight import OneSided, insight, one_sided
from bot.domain.periods import read_period
from bot.domain.strength import Step
from bot.domain.tagging import Dimension, Kind
from tests.builders import DAY, entry

TODAY = date(2026, 10, 30)
YEAR = read_period("year", TODAY)


def test_standings_count_strength_and_freshness_for_all_six() -> None:
    record = [
        entry(kind=Kind.MENTORING, outcome="He leads now.", occurred_on=DAY),
        entry(kind=Kind.UNBLOCK, occurred_on=DAY - timedelta(days=3)),
    ]
    by_dimension = {standing.dimension: standing for standing in standings(record)}

    assert tuple(by_dimension) == tuple(Dimension)
    assert (by_dimension[Dimension.MULTIPLYING].count, by_dimension[Dimension.MULTIPLYING].strong) == (2, 1)
    assert by_dimension[Dimension.MULTIPLYING].last_on == DAY
    assert by_dimension[Dimension.SCOPE].last_on is None


def test_gaps_name_the_empty_before_the_thin_before_the_stale() -> None:
    old = TODAY - timedelta(days=90)
    record = [
        *(entry(kind=Kind.LONG_TERM_BET, outcome="Funded.", occurred_on=old) for _ in range(2)),
        entry(kind=Kind.ALIGNMENT, occurred_on=DAY),
    ]
    found = [(gap.dimension, gap.spot) for gap in gaps(standings(record), TODAY)]

    assert [spot for _, spot in found] == sorted((spot for _, spot in found), key=list(Spot).index)
    assert (Dimension.TIME_HORIZON, Spot.STALE) in found
    assert (Dimension.INFLUENCE, Spot.THIN) in found
    assert (Dimension.AMBIGUITY, Spot.EMPTY) in found


def test_only_kept_evidence_of_the_period_counts() -> None:
    record = [
        entry(),
        entry(status=EntryStatus.WITHDRAWN),
        entry(kind=Kind.NONE),
        entry(occurred_on=date(2019, 1, 1)),
    ]

    assert insight(record, YEAR, TODAY).total == 1


def test_weeks_without_entries_are_there_and_empty_decades_are_not() -> None:
    record = [entry(occurred_on=DAY), entry(kind=Kind.DELIVERY, occurred_on=DAY + timedelta(days=15))]
    weeks = insight(record, read_period("all", TODAY), TODAY).weeks

    assert [(week.balance.multiplying, week.balance.producing) for week in weeks] == [(1, 0), (0, 0), (0, 1), (0, 0)]
    assert weeks[0].monday == DAY


def test_breadth_counts_areas_people_and_reach() -> None:
    record = [
        entry(source=Source(type=SourceType.REACTION, channel="C1"), helped=("UDANA",), reach=Reach.TEAM),
        entry(link="https://git.example/acme/api/pull/1", helped=("UDANA", "UTOM")),
        entry(link="https://git.example/acme/api/pull/2"),
    ]
    breadth = insight(record, YEAR, TODAY).breadth

    assert (breadth.areas, breadth.people, breadth.reaches) == (2, 2, {Reach.TEAM: 1})


def test_helping_without_outcomes_reads_as_glue_and_with_outcomes_does_not() -> None:
    helping = [entry(kind=Kind.UNBLOCK) for _ in range(8)]

    assert one_sided(helping) is OneSided.GLUE
    assert one_sided([each.model_copy(update={"outcome": "She deployed."}) for each in helping]) is None
    assert one_sided(helping[:3]) is None


def test_all_own_delivery_is_said() -> None:
    assert one_sided([entry(kind=Kind.DELIVERY) for _ in range(6)]) is OneSided.OWN_DELIVERY


def test_lifts_name_the_entries_one_step_brings_furthest() -> None:
    bare, with_outcome = entry(), entry(link="https://git.example/1", outcome="She deployed.")
    done = entry(confirmed_by="UDANA")
    lifts = insight([bare, with_outcome, done], YEAR, TODAY).lifts

    assert [(lift.entry_id, lift.step) for lift in lifts] == [
        (with_outcome.id, Step.ADD_NUMBER),
        (bare.id, Step.ADD_LINK),
    ]
