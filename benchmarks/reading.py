"""How well does the bot read people, links, the day, outcome, number, role and reach from a text?

Run `python -m benchmarks.reading` in the project's folder; `--misses dev` lists what went wrong. Two sets of texts
are labelled, each with a part `dev` that the rules were tuned on and a part `held` that was not looked at. The first
(`tests/unit/reading/labelled.jsonl`) was labelled by the hand that wrote the rules, before they were tuned; the
second (`labelled_by_others.jsonl`) by a reader who had never seen them, from texts of many writers.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from benchmarks.reading_others import compared_with_other, other_cases
from benchmarks.reading_scores import LABELLED, ME, SAID_AT, ZONE, Outcome, Score, equal, same_clause, scored
from bot.domain.evidence import Value
from bot.domain.reading import Reading, read


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


def cases(split: str | None = None) -> list[Case]:
    """The labelled texts of one part (`dev` or `held`), or all."""
    lines = (LABELLED / "labelled.jsonl").read_text(encoding="utf-8").splitlines()
    return [case for line in lines if (case := Case.model_validate_json(line)) and split in (None, case.split)]


def scores(split: str) -> dict[str, Score]:
    """Precision and recall of each field over one part of the texts labelled by the rules' own hand."""
    return scored(map(compared, cases(split)))


def scores_of_others(split: str) -> dict[str, Score]:
    """The same over the texts labelled by the reader who hadn't seen the rules."""
    return scored(map(compared_with_other, other_cases(split)))


def compared(case: Case) -> dict[str, Outcome]:
    """For each field the values found rightly, found wrongly, and missed."""
    found = case.reading()
    today = SAID_AT.date()
    return {
        "helped": equal(case.helped, found.helped),
        "witnesses": equal(case.witnesses, found.witnesses),
        "links": equal(case.links, (f"{link.type} {link.url}" for link in found.links)),
        "references": equal(case.refs, (f"{reference.type} {reference.label}" for reference in found.references)),
        "date": equal(*([str(day)] if day and day != today else [] for day in (case.on, found.occurred_on))),
        "outcome": same_clause(case.outcome, found.outcome),
        "number": equal([_bare(case.number)], [_bare(found.number)]),
        "baseline": equal([_bare(case.baseline)], [_bare(found.baseline)]),
        "role": equal([case.role], [found.role]),
        "reach": equal([case.reach], [found.reach]),
    }


def _bare(value: str | None) -> str | None:
    """Blanks and signs of rounding don't make another number; a unit may stand or be understood."""
    return re.sub(r"[~≈\s]", "", value).lower() if value else None


def milliseconds_a_text(readings: Iterable[Callable[[], Reading]], rounds: int = 3) -> list[float]:
    """The time each text takes, best of some rounds, sorted."""
    times = []
    for reading in readings:
        best = float("inf")
        for _ in range(rounds):
            start = time.perf_counter()
            reading()
            best = min(best, time.perf_counter() - start)
        times.append(best * 1000)
    return sorted(times)


def main() -> None:
    """Print the tables, the speed and, when asked, the misses; then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", choices=("dev", "held"))
    parser.add_argument("--splits", nargs="*", default=["dev", "held"])
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    for split in options.splits:
        own, others = cases(split), other_cases(split)
        figures[split] = _print_table(f"{split}: {len(own)} texts", scores(split))
        figures[f"{split} of others"] = _print_table(
            f"{split}, labelled by others: {len(others)} texts", scores_of_others(split)
        )
        bare = sum(len(case.bare_names) for case in others)
        print(f"People named without a mention, which aren't read: {bare}")
    if options.misses:
        _print_misses((case.text, compared(case)) for case in cases(options.misses))
        _print_misses((case.plain, compared_with_other(case)) for case in other_cases(options.misses))
    times = milliseconds_a_text([case.reading for case in [*cases(), *other_cases()]])
    figures["ms"] = {"median": round(times[len(times) // 2], 3), "p99": round(times[int(len(times) * 0.99)], 3)}
    print(json.dumps(figures))


def _print_table(title: str, table: dict[str, Score]) -> dict[str, list[float]]:
    print(f"\n{title}")
    print(f"{'field':<12} {'precision':>9} {'recall':>7}   right wrong missed")
    for field, score in table.items():
        counts = f"{score.right:>5} {score.wrong:>5} {score.missed:>6}"
        print(f"{field:<12} {score.precision:>9.2f} {score.recall:>7.2f}   {counts}")
    return {field: [round(score.precision, 3), round(score.recall, 3)] for field, score in table.items()}


def _print_misses(texts: Iterable[tuple[str, dict[str, Outcome]]]) -> None:
    for text, fields in texts:
        misses = {field: outcome for field, outcome in fields.items() if outcome.wrong or outcome.missed}
        if misses:
            print(f"\n{text}")
            for field, outcome in misses.items():
                print(f"    {field}: found {sorted(outcome.wrong) or '-'}, expected {sorted(outcome.missed) or '-'}")


if __name__ == "__main__":
    main()
