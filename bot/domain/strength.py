"""How much an entry would carry with a reader who knows nothing of it, and the one step that lifts it.

A claim stands on its author's word alone. It grows: a link to look it up, what came of it, a number
with what it was before, and someone else's word. The strength is the highest of these it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum

from bot.domain.evidence import ConfirmationState, Entry, SourceState

_SAID_YES = frozenset({ConfirmationState.CONFIRMED, ConfirmationState.QUOTED})


class Strength(IntEnum):
    """What an entry stands on; each is more than the one before."""

    CLAIM = 1
    LINKED = 2
    """There is an artifact or a message to look it up in."""
    OUTCOME = 3
    """It says what came of it."""
    NUMBER = 4
    """It says how much, and how much it was before."""
    CONFIRMED = 5
    """Someone else said that it was so."""


class Step(StrEnum):
    """What an entry lacks, in the order in which it is worth adding."""

    ADD_LINK = "add_link"
    ADD_OUTCOME = "add_outcome"
    ADD_NUMBER = "add_number"
    ASK_TO_CONFIRM = "ask_to_confirm"


_REACHED_BY = {
    Step.ADD_LINK: Strength.LINKED,
    Step.ADD_OUTCOME: Strength.OUTCOME,
    Step.ADD_NUMBER: Strength.NUMBER,
    Step.ASK_TO_CONFIRM: Strength.CONFIRMED,
}


def is_confirmed(entry: Entry) -> bool:
    """Whether someone else said that it was so and still stands by it."""
    return any(confirmation.state in _SAID_YES for confirmation in entry.confirmations)


def is_linked(entry: Entry) -> bool:
    """Whether there is something to look it up in; a message that was deleted is no longer one."""
    return bool(entry.links) or (entry.source.permalink is not None and entry.source.state is not SourceState.DELETED)


def missing_steps(entry: Entry) -> tuple[Step, ...]:
    """All that the entry lacks, lowest first."""
    has = {
        Step.ADD_LINK: is_linked(entry),
        Step.ADD_OUTCOME: bool(entry.outcome),
        Step.ADD_NUMBER: bool(entry.number and entry.baseline),
        Step.ASK_TO_CONFIRM: is_confirmed(entry),
    }
    return tuple(step for step, is_there in has.items() if not is_there)


def strength_of(entry: Entry) -> Strength:
    """The highest strength the entry has reached."""
    missing = missing_steps(entry)
    reached = [strength for step, strength in _REACHED_BY.items() if step not in missing]
    return max(reached, default=Strength.CLAIM)


def next_step(entry: Entry) -> Step | None:
    """The one step that lifts the entry's strength; when it is confirmed, the first gap below; else none."""
    missing = missing_steps(entry)
    lifting = [step for step in missing if _REACHED_BY[step] > strength_of(entry)]
    return next(iter(lifting or missing), None)


def strongest_first(entries: Iterable[Entry]) -> list[Entry]:
    """The entries by strength, then by how little they lack, then newest first; the order is total."""
    return sorted(
        entries,
        key=lambda entry: (
            strength_of(entry),
            -len(missing_steps(entry)),
            entry.occurred_on,
            entry.id,
        ),
        reverse=True,
    )
