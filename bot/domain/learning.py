"""When a workspace's corrections are enough to learn from, and what is known of what was learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.evidence import Value
from bot.domain.tagging import Kind

#: A workspace learns from at least so many corrections, of at least so many different people.
FEWEST_CORRECTIONS, FEWEST_PEOPLE = 30, 3
#: It learns again after so many further ones.
FURTHER_CORRECTIONS = 20
#: No more than this many count, the newest; and no more than this many of one person's.
MOST_CORRECTIONS, MOST_OF_ONE = 400, 100
#: One person's texts with the kind they gave them, newest first: what their own tagger learns from.
Corrections = Sequence[tuple[str, Kind]]


class CorrectedText(Value):
    """The kind a person gave to one of their entries."""

    entry_id: str
    user_id: str
    text: str
    kind: Kind
    corrected_at: AwareDatetime


class LayerState(StrEnum):
    """What became of a candidate."""

    IN_USE = "in_use"
    REPLACED = "replaced"
    """It was in use until a newer one was better."""
    TAKEN_BACK = "taken_back"
    """It was in use until whoever runs the bot went back to the one before."""
    REFUSED = "refused"
    """It was never in use: worse for everybody, or no help to those it was not taught by."""


class Layer(Value):
    """What one workspace learned at one time: a version of a layer over the shared model `base`.

    `figures` are macro-F1 on the shared evaluation set before and after, and which share of corrections
    is right before and after by a layer that has not seen their people.
    """

    workspace_id: str
    version: int
    base: str
    made_at: AwareDatetime
    corrections: int
    people: int
    figures: Mapping[str, float]
    state: LayerState


class Learned(Value):
    """A candidate's numbers, `None` when it may not be used, and the figures that decided."""

    numbers: bytes | None
    figures: Mapping[str, float]


def counted(newest_first: Sequence[CorrectedText]) -> tuple[CorrectedText, ...]:
    """The corrections that count: nobody's outweigh everybody else's."""
    of_one: dict[str, int] = {}
    found: list[CorrectedText] = []
    for correction in newest_first:
        of_one[correction.user_id] = of_one.get(correction.user_id, 0) + 1
        if of_one[correction.user_id] <= MOST_OF_ONE and len(found) < MOST_CORRECTIONS:
            found.append(correction)
    return tuple(found)


def is_due(corrections: Sequence[CorrectedText], layers: Sequence[Layer], base: str) -> bool:
    """Whether it is time for a workspace to learn. `corrections` are those that count, `layers` newest first.

    It is when there are enough, and either nothing was tried yet over this model, or enough further ones came, or
    the layer in use has gone because someone had their data deleted.
    """
    if len(corrections) < FEWEST_CORRECTIONS or len({each.user_id for each in corrections}) < FEWEST_PEOPLE:
        return False
    tried = [layer for layer in layers if layer.base == base]
    if not tried:
        return True
    further = sum(each.corrected_at > tried[0].made_at for each in corrections)
    has_gone = tried[0].state is LayerState.REPLACED
    return further >= FURTHER_CORRECTIONS or has_gone
