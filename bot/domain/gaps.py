"""Where a record stands on each of the six differences, and where it is thin or stale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.evidence import Entry, Value
from bot.domain.strength import Strength, strength_of
from bot.domain.tagging import Dimension

#: From this strength on an entry can stand before a reader: it says what came of it.
STRONG = Strength.OUTCOME
#: With fewer strong entries than this a dimension is thin.
ENOUGH_STRONG = 2
#: A dimension with nothing newer than this is stale.
STALE_AFTER = timedelta(days=60)


class Standing(Value):
    """The evidence there is on one dimension."""

    dimension: Dimension
    count: int = 0
    strong: int = 0
    """How many of them say at least what came of it."""
    best: Strength | None = None
    last_on: date | None = None
    """The day of the latest one."""


class Spot(StrEnum):
    """What is wrong with a dimension, worst first."""

    EMPTY = "empty"
    THIN = "thin"
    STALE = "stale"


class Gap(Value):
    """A dimension to look after, and why."""

    standing: Standing
    spot: Spot

    @property
    def dimension(self) -> Dimension:
        """The dimension it is about."""
        return self.standing.dimension


def standings(entries: Iterable[Entry]) -> tuple[Standing, ...]:
    """One standing for each of the six dimensions, in the article's order."""
    found: dict[Dimension, list[tuple[Strength, date]]] = {dimension: [] for dimension in Dimension}
    for entry in entries:
        strength = strength_of(entry)
        for dimension in entry.dimensions:
            found[dimension].append((strength, entry.occurred_on))
    return tuple(
        Standing(
            dimension=dimension,
            count=len(of_it),
            strong=sum(strength >= STRONG for strength, _ in of_it),
            best=max((strength for strength, _ in of_it), default=None),
            last_on=max((day for _, day in of_it), default=None),
        )
        for dimension, of_it in found.items()
    )


def spot_of(standing: Standing, today: date) -> Spot | None:
    """What is wrong with this dimension on that day, if anything."""
    if standing.last_on is None:
        return Spot.EMPTY
    if standing.strong < ENOUGH_STRONG:
        return Spot.THIN
    return Spot.STALE if today - standing.last_on > STALE_AFTER else None


def gaps(all_six: Sequence[Standing], today: date) -> tuple[Gap, ...]:
    """The dimensions to look after: empty before thin before stale, then the weaker and the older first."""
    order = list(Spot)
    found = [
        Gap(standing=standing, spot=spot) for standing in all_six if (spot := spot_of(standing, today)) is not None
    ]
    return tuple(
        sorted(
            found,
            key=lambda gap: (order.index(gap.spot), gap.standing.strong, gap.standing.last_on or date.min),
        )
    )
