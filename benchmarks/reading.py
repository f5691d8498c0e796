"""How well does the bot read people, links, the day, outcome, number, role and reach from a text?

Run `python -m benchmarks.reading` in the project's folder; `--misses dev` lists what went wrong. The labels
(`tests/unit/reading/labelled.jsonl`) were written by hand before the rules were tuned; the part called `held`
was not looked at while tuning.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.evidence import Value
from bot.domain.reading import Reading, read

LABELLED = Path(__file__).parent.parent / "tests" / "unit" / "reading" / "labelled.jsonl"
FIELDS = ("helped", "witnesses", "links", "references", "date", "outcome", "number", "baseline", "role", "reach")
#: Share of words that a found clause must have in common with the labelled one (F1) to count as found.
SAME_CLAUSE = 0.6
SAID_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Lisbon")
ME = "USAM"


class Case(Value):
    """One text with what a careful reader takes from it; a field left out is empty in the text."""

    text: str
    split: str = "dev"
    author: str = ME
    helped: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    on: date | None = None
    outcome: str | None = None
    number: str | None = None
    baseline: str | None = None
    role: str | None = None
    reach: str | None = None
    notes: str = ""

    def reading(self) -> Reading:
        """What the rules take from it."""
        return read(self.text, said_at=SAID_AT, zone=ZONE, me=ME, author=self.author)


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


def cases(split: str | None = None) -> list[Case]:
    """The labelled texts of one part (`dev` or `held`), or all."""
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    return [case for line in lines if (case := Case.model_validate_json(line)) and split in (None, case.split)]


def scores(labelled: Iterable[Case]) -> dict[str, Score]:
    """Precision and recall of each field over the texts."""
    counts = {field: [0, 0, 0] for field in FIELDS}
    for case in labelled:
        for field, (right, wrong, missed) in compared(case).items():
            for position, values in enumerate((right, wrong, missed)):
                counts[field][position] += len(values)
    return {field: Score(right=right, wrong=wrong, missed=missed) for field, (right, wrong, missed) in counts.items()}


def compared(case: Case) -> dict[str, tuple[set[str], set[str], set[str]]]:
    """For each field the values found rightly, found wrongly, and missed."""
    found = case.reading()
    expected: dict[str, set[str]] = {
        "helped": set(case.helped),
        "witnesses": set(case.witnesses),
        "links": set(case.links),
        "references": set(case.refs),
        "date": {str(case.on)} if case.on and case.on != SAID_AT.date() else set(),
        "role": _one(case.role),
        "reach": _one(case.reach),
    }
    read_out: dict[str, set[str]] = {
        "helped": set(found.helped),
        "witnesses": set(found.witnesses),
        "links": {f"{link.type} {link.url}" for link in found.links},
        "references": {f"{reference.type} {reference.label}" for reference in found.references},
        "date": {str(found.occurred_on)} if found.occurred_on != SAID_AT.date() else set(),
        "role": _one(found.role),
        "reach": _one(found.reach),
    }
    result = {name: _sets(expected[name], read_out[name]) for name in expected}
    result["outcome"] = _clauses(case.outcome, found.outcome)
    result["number"] = _sets(_one(_bare(case.number)), _one(_bare(found.number)))
    result["baseline"] = _sets(_one(_bare(case.baseline)), _one(_bare(found.baseline)))
    return result


def _sets(expected: set[str], found: set[str]) -> tuple[set[str], set[str], set[str]]:
    return expected & found, found - expected, expected - found


def _clauses(expected: str | None, found: str | None) -> tuple[set[str], set[str], set[str]]:
    if expected and found and _alike(expected, found) >= SAME_CLAUSE:
        return {found}, set(), set()
    return set(), _one(found), _one(expected)


def _alike(one: str, other: str) -> float:
    """F1 of the words the two have in common; of the characters where words aren't set apart."""
    first, second = _words(one), _words(other)
    common = sum(min(first.count(word), second.count(word)) for word in set(first))
    return 2 * common / (len(first) + len(second)) if common else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[぀-ヿ一-鿿]|[\w@']+", text.lower())


def _one(value: str | None) -> set[str]:
    return {str(value)} if value else set()


def _bare(value: str | None) -> str | None:
    """Blanks and signs of rounding don't make another number; a unit may stand or be understood."""
    return re.sub(r"[~≈\s]", "", value).lower() if value else None


def milliseconds_a_text(labelled: Iterable[Case], rounds: int = 3) -> list[float]:
    """The time each text takes, best of some rounds, sorted."""
    times = []
    for case in labelled:
        best = float("inf")
        for _ in range(rounds):
            start = time.perf_counter()
            case.reading()
            best = min(best, time.perf_counter() - start)
        times.append(best * 1000)
    return sorted(times)


def main() -> None:
    """Print the table, the speed and, when asked, the misses; then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", choices=("dev", "held"))
    parser.add_argument("--splits", nargs="*", default=["dev", "held"])
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    for split in options.splits:
        table = scores(cases(split))
        print(f"\n{split}: {len(cases(split))} texts")
        print(f"{'field':<12} {'precision':>9} {'recall':>7}   right wrong missed")
        for field, score in table.items():
            counts = f"{score.right:>5} {score.wrong:>5} {score.missed:>6}"
            print(f"{field:<12} {score.precision:>9.2f} {score.recall:>7.2f}   {counts}")
        figures[split] = {field: [round(s.precision, 3), round(s.recall, 3)] for field, s in table.items()}
    if options.misses:
        _print_misses(options.misses)
    times = milliseconds_a_text(cases())
    figures["ms"] = {"median": round(times[len(times) // 2], 3), "p99": round(times[int(len(times) * 0.99)], 3)}
    print(json.dumps(figures))


def _print_misses(split: str) -> None:
    for case in cases(split):
        misses = {field: (wrong, missed) for field, (_, wrong, missed) in compared(case).items() if wrong or missed}
        if misses:
            print(f"\n{case.text}")
            for field, (wrong, missed) in misses.items():
                print(f"    {field}: found {sorted(wrong) or '-'}, expected {sorted(missed) or '-'}")


if __name__ == "__main__":
    main()
