"""Career levels as data: what evidence of each dimension looks like, and how a record stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator

from bot.domain.errors import Refused
from bot.domain.evidence import Entry, Reach, Value
from bot.domain.gaps import STRONG
from bot.domain.strength import Strength, strength_of, strongest_first
from bot.domain.tagging import Dimension, Kind

_REACHES = tuple(Reach)
_Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Line = Annotated[str, Field(min_length=1, max_length=400)]


class Expectation(Value):
    """What evidence of one dimension looks like at one level."""

    what: _Line
    strong: Annotated[int, Field(ge=0, le=20)] = 2
    """How many entries with an outcome a reader would want to see in a year."""
    kinds: tuple[Kind, ...] = ()
    """Kinds that count; empty for all kinds that show the dimension."""
    reach: Reach | None = None
    """The least reach that counts. An entry that doesn't say its reach counts, and is asked to say it."""


class Level(Value):
    """One career level."""

    key: _Key
    name: Annotated[str, Field(min_length=1, max_length=60)]
    summary: _Line
    dimensions: dict[Dimension, Expectation]

    @model_validator(mode="after")
    def _covers_all_dimensions(self) -> Level:
        missing = [dimension for dimension in Dimension if dimension not in self.dimensions]
        if missing:
            raise ValueError("says nothing of " + ", ".join(missing))
        return self


class Ladder(Value):
    """Levels from the lowest up."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    levels: Annotated[tuple[Level, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _names_each_level_once(self) -> Ladder:
        keys = [level.key for level in self.levels]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError("two levels have the key " + ", ".join(twice))
        return self

    def level(self, key: str) -> Level:
        """The level with this key or name, however it is cased. Raises `Refused` for an unknown one."""
        wanted = key.strip().casefold()
        for level in self.levels:
            if wanted in (level.key, level.key.replace("_", " "), level.name.casefold()):
                return level
        raise Refused("errors.unknown_level", given=key[:60], levels=", ".join(level.name for level in self.levels))

    def nearest(self, key: str) -> Level:
        """The level with this key or name; the second where the ladder has none, as after it was changed."""
        try:
            return self.level(key)
        except Refused:
            return self.levels[min(1, len(self.levels) - 1)]

    def below(self, level: Level) -> Level | None:
        """The level before this one."""
        position = self.levels.index(level)
        return self.levels[position - 1] if position else None


class Fit(Value):
    """How a record stands against one expectation of a level. Ids are those of entries."""

    dimension: Dimension
    expectation: Expectation
    strong: tuple[str, ...]
    """Entries that meet it and say what came of it, strongest first."""
    weak: tuple[str, ...]
    """Entries that would meet it if they said what came of it."""
    below: tuple[str, ...]
    """Entries that show the dimension with less reach or of another kind than expected."""
    best: Strength | None

    @property
    def missing(self) -> int:
        """How many strong entries are still wanted."""
        return max(0, self.expectation.strong - len(self.strong))

    @property
    def share(self) -> float:
        """How much there is of what is wanted; 1 is all of it, and there may be more."""
        return len(self.strong) / self.expectation.strong if self.expectation.strong else 1.0


def meets(entry: Entry, expectation: Expectation) -> bool:
    """Whether an entry that shows the dimension is of the kind and reach that the level expects."""
    if expectation.kinds and entry.kind not in expectation.kinds:
        return False
    if expectation.reach is None or entry.reach is None:
        return True
    return _REACHES.index(entry.reach) >= _REACHES.index(expectation.reach)


def ladder_map(entries: Iterable[Entry], level: Level) -> tuple[Fit, ...]:
    """The entries mapped to what the level expects, dimension by dimension in the article's order."""
    ordered = strongest_first(entries)
    return tuple(_fit(ordered, dimension, level.dimensions[dimension]) for dimension in Dimension)


def _fit(ordered: list[Entry], dimension: Dimension, expectation: Expectation) -> Fit:
    showing = [entry for entry in ordered if dimension in entry.dimensions]
    meeting = [entry for entry in showing if meets(entry, expectation)]
    return Fit(
        dimension=dimension,
        expectation=expectation,
        strong=tuple(entry.id for entry in meeting if strength_of(entry) >= STRONG),
        weak=tuple(entry.id for entry in meeting if strength_of(entry) < STRONG),
        below=tuple(entry.id for entry in showing if not meets(entry, expectation)),
        best=strength_of(meeting[0]) if meeting else None,
    )
