"""Comparing what was read from a text with what a person labelled, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.evidence import Value

LABELLED = Path(__file__).parent.parent / "tests" / "unit" / "reading"
FIELDS = ("helped", "witnesses", "links", "references", "date", "outcome", "number", "baseline", "role", "reach")
#: Share of words that a found clause must have in common with the labelled one (F1) to count as found.
SAME_CLAUSE = 0.6
SAID_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Lisbon")
ME = "USAM"


class Outcome(Value):
    """Of one field in one text: what was found rightly, what wrongly, and what was missed."""

    right: frozenset[str] = frozenset()
    wrong: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()


class Score(Value):
    """Found, wrongly found and missed values of one field."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of the values found, the share that is right; 1 when none was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the values there, the share that was found; 1 when there was none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def scored(texts: Iterable[Mapping[str, Outcome]]) -> dict[str, Score]:
    """Precision and recall of each field over the texts."""
    counts = {field: [0, 0, 0] for field in FIELDS}
    for text in texts:
        for field, outcome in text.items():
            for position, values in enumerate((outcome.right, outcome.wrong, outcome.missed)):
                counts[field][position] += len(values)
    return {field: Score(right=right, wrong=wrong, missed=missed) for field, (right, wrong, missed) in counts.items()}


def equal(expected: Iterable[str | None], found: Iterable[str | None]) -> Outcome:
    """Values that must be equal; an empty one is none."""
    there, read = frozenset(filter(None, expected)), frozenset(filter(None, found))
    return Outcome(right=there & read, wrong=read - there, missed=there - read)


def matching(expected: str | None, found: str | None, *, alike: bool) -> Outcome:
    """One value, right when the two are `alike`."""
    return equal([found], [found]) if expected and found and alike else _apart(expected, found)


def _apart(expected: str | None, found: str | None) -> Outcome:
    return Outcome(wrong=frozenset(filter(None, [found])), missed=frozenset(filter(None, [expected])))


def same_clause(expected: str | None, found: str | None) -> Outcome:
    """Clauses, right when most of their words are the same."""
    return matching(expected, found, alike=shared_words(expected or "", found or "") >= SAME_CLAUSE)


def shared_words(one: str, other: str) -> float:
    """F1 of the words the two have in common; of the characters where words aren't set apart."""
    first, second = words_of(one), words_of(other)
    common = sum(min(first.count(word), second.count(word)) for word in set(first))
    return 2 * common / (len(first) + len(second)) if common else 0.0


def words_of(text: str) -> list[str]:
    """Words in lower case; of scripts that don't set words apart, each character."""
    return re.findall(r"[぀-ヿ一-鿿]|[\w@']+", text.lower())
