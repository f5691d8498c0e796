"""What a record says about itself: where it is strong, thin or stale, and how it moves.

No points, no ranks, no comparison with anyone else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from bot.domain.balance import Balance, Week, balance_of, weekly_balance
from bot.domain.evidence import Entry, EntryStatus, LinkType, PersonRole, Reach, Value
from bot.domain.gaps import STRONG, Gap, Standing, gaps, standings
from bot.domain.periods import Period
from bot.domain.strength import Step, Strength, next_step, strength_of
from bot.domain.tagging import DIMENSIONS_OF, Dimension, Kind

#: Below this many entries nothing general is said about a record.
ENOUGH_TO_JUDGE = 6
#: From this share on a record is told that it is all of one sort.
ONE_SIDED = 0.8
#: Helping that reads as glue when nothing is said of what came of it.
_HELPING = frozenset({Kind.UNBLOCK, Kind.MENTORING, Kind.REVIEW_CATCH})


class Practice(StrEnum):
    """What the article says to work on."""

    BREADTH = "breadth"
    ORGANISATION = "organisation"
    WRITING = "writing"
    NO_FEEDBACK = "no_feedback"
    PROBLEMS_FIRST = "problems_first"


PRACTICE_FOR: Mapping[Dimension, Practice] = MappingProxyType(
    {
        Dimension.SCOPE: Practice.BREADTH,
        Dimension.TIME_HORIZON: Practice.NO_FEEDBACK,
        Dimension.PROBLEM_DEFINITION: Practice.PROBLEMS_FIRST,
        Dimension.INFLUENCE: Practice.ORGANISATION,
        Dimension.MULTIPLYING: Practice.WRITING,
        Dimension.AMBIGUITY: Practice.NO_FEEDBACK,
    }
)


class OneSided(StrEnum):
    """A record that a reader may misread as a whole."""

    GLUE = "glue"
    """Nearly all helping, and hardly anywhere what came of it."""
    OWN_DELIVERY = "own_delivery"
    """Nearly all own work."""


class Breadth(Value):
    """How far the record reaches."""

    areas: int
    """Distinct channels and repositories it comes from."""
    people: int
    """Distinct people who were helped or saw it."""
    reaches: Mapping[Reach, int]
    """How many entries benefited a person, a team, several teams, the organisation, where it is said."""


class Lift(Value):
    """An entry and the one step that would lift it."""

    entry_id: str
    step: Step


class Insight(Value):
    """A person's record over a period, seen from a few sides."""

    period: Period
    total: int
    strong: int
    standings: tuple[Standing, ...]
    kinds: Mapping[Dimension, Mapping[Kind, int]]
    """For each dimension, how many of its entries are of which kind; most frequent first."""
    balance: Balance
    weeks: tuple[Week, ...]
    breadth: Breadth
    gaps: tuple[Gap, ...]
    one_sided: OneSided | None
    lifts: tuple[Lift, ...]
    """Up to three entries that one step would bring furthest, most worth doing first."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the period."""
        return self.total == 0


def insight(entries: Collection[Entry], period: Period, today: date) -> Insight:
    """Read the kept entries of the period. `today` decides what is stale."""
    chosen = [
        entry
        for entry in entries
        if entry.occurred_on in period and entry.status is EntryStatus.KEPT and entry.kind is not Kind.NONE
    ]
    all_six = standings(chosen)
    return Insight(
        period=period,
        total=len(chosen),
        strong=sum(strength_of(entry) >= STRONG for entry in chosen),
        standings=all_six,
        kinds=_kinds(chosen),
        balance=balance_of(chosen),
        weeks=weekly_balance(chosen, _trimmed(period, chosen)),
        breadth=breadth_of(chosen),
        gaps=gaps(all_six, today),
        one_sided=one_sided(chosen),
        lifts=_lifts(chosen),
    )


def one_sided(entries: Sequence[Entry]) -> OneSided | None:
    """Whether the record would be misread as all glue or all own delivery, once there is enough of it."""
    if len(entries) < ENOUGH_TO_JUDGE:
        return None
    if sum(entry.kind is Kind.DELIVERY for entry in entries) / len(entries) >= ONE_SIDED:
        return OneSided.OWN_DELIVERY
    helping = [entry for entry in entries if entry.kind in _HELPING]
    if len(helping) / len(entries) < ONE_SIDED:
        return None
    silent = sum(strength_of(entry) < STRONG for entry in helping)
    return OneSided.GLUE if silent / len(helping) >= ONE_SIDED else None


def breadth_of(entries: Iterable[Entry]) -> Breadth:
    """How many areas and people the entries reach."""
    areas: set[str] = set()
    people: set[str] = set()
    reaches: Counter[Reach] = Counter()
    for entry in entries:
        if entry.source.channel:
            areas.add(entry.source.channel)
        areas.update(area for link in entry.links if link.type is not LinkType.MESSAGE and (area := area_of(link.url)))
        people.update(each.user for each in entry.people if each.role is not PersonRole.CREDITED_BY)
        if entry.reach:
            reaches[entry.reach] += 1
    return Breadth(
        areas=len(areas),
        people=len(people),
        reaches={reach: reaches[reach] for reach in Reach if reaches[reach]},
    )


def area_of(url: str) -> str | None:
    """The repository or place an address belongs to: its host and first two path parts."""
    bare = url.split("://", 1)[-1].split("?", 1)[0].split("#", 1)[0].rstrip("/")
    parts = bare.split("/")
    return "/".join(parts[:3]).lower() if len(parts) > 2 else None


def _kinds(entries: Iterable[Entry]) -> dict[Dimension, dict[Kind, int]]:
    counts: dict[Dimension, Counter[Kind]] = {dimension: Counter() for dimension in Dimension}
    for entry in entries:
        for dimension in entry.dimensions:
            counts[dimension][entry.kind] += 1
    return {dimension: dict(counter.most_common()) for dimension, counter in counts.items()}


def _lifts(entries: Iterable[Entry]) -> tuple[Lift, ...]:
    # What is confirmed needs nothing urgently; of the rest, one step shows most where most is there.
    open_ones = [
        (entry, step)
        for entry in entries
        if DIMENSIONS_OF[entry.kind]
        and strength_of(entry) < Strength.CONFIRMED
        and (step := next_step(entry)) is not None
    ]
    open_ones.sort(key=lambda pair: (strength_of(pair[0]), pair[0].occurred_on, pair[0].id), reverse=True)
    return tuple(Lift(entry_id=entry.id, step=step) for entry, step in open_ones[:3])


def _trimmed(period: Period, entries: Sequence[Entry]) -> Period:
    """The period from its first entry on, so that `all` shows no empty decades."""
    first = min((entry.occurred_on for entry in entries), default=period.last_day)
    return Period(since=first, until=period.until)
