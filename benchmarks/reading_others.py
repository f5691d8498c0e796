"""The texts that a reader labelled who had never seen the rules, and how a reading compares with that.

The reader copied words, so words are compared, in three ways of their own. Who was helped or a witness
counts where the text mentions them as Slack does; bare first names are counted apart. The day is right when
it is read from the words that the reader copied. A number is right when the two copied the same quantity,
one perhaps with a word more around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from benchmarks.reading_scores import LABELLED, ME, SAID_AT, ZONE, Outcome, equal, matching, same_clause, words_of
from bot.domain.evidence import Value
from bot.domain.reading import Reading, read
from bot.domain.text import mentions
from bot.slack.text import to_plain

WRITER = "UWRITER"
_HANDLE = re.compile(r"(?<![\w.@<])@([A-Za-z][\w.-]{1,20}\w)")
_QUANTITY = re.compile(r"\d[\d.,:/]*|[^\W\d_]+")
_NUMBER_WORD = re.compile(
    r"no|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|twice|dos|tres|cuatro|cinco|zwei"
    r"|drei|vier|fünf|sechs|deux|trois|quatre|cinq|dix|dois|três|quatro"
)


class OtherCase(Value):
    """One text with what the reader copied from it; a field left out wasn't there."""

    id: int
    split: str
    form: str
    text: str
    helped: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    when: str | None = None
    outcome: str | None = None
    number: str | None = None
    baseline: str | None = None
    role: str | None = None
    reach: str | None = None

    @property
    def plain(self) -> str:
        """The text as the bot holds it; a handle is a mention, as it is when typed in Slack."""
        return _as_mentions(to_plain(self.text))

    def reading(self, text: str | None = None) -> Reading:
        """What the rules take from it. Thanks are another's words about whom they mention first."""
        text = self.plain if text is None else text
        if self.form != "thanks":
            return read(text, said_at=SAID_AT, zone=ZONE, me=ME)
        me = next(iter(mentions(self.plain)), ME)
        return read(text, said_at=SAID_AT, zone=ZONE, me=me, author=WRITER)

    @property
    def bare_names(self) -> tuple[str, ...]:
        """Who was helped or a witness by a name that Slack doesn't know; such names aren't read."""
        return tuple(name for name in self.helped + self.witnesses if not mentions(_as_mentions(to_plain(name))))


def other_cases(split: str | None = None) -> list[OtherCase]:
    """The texts of one part (`dev` or `held`), or all."""
    lines = (LABELLED / "labelled_by_others.jsonl").read_text(encoding="utf-8").splitlines()
    return [case for line in lines if (case := OtherCase.model_validate_json(line)) and split in (None, case.split)]


def compared_with_other(case: OtherCase) -> dict[str, Outcome]:
    """For each field the values found rightly, found wrongly, and missed."""
    found = case.reading()
    return {
        "helped": equal(_people(case.helped), _without_writer(found.helped)),
        "witnesses": equal(_people(case.witnesses), _without_writer(found.witnesses)),
        "links": equal(case.links, (link.url for link in found.links)),
        "references": equal(case.refs, (reference.label for reference in found.references)),
        "date": _day(case, found),
        "outcome": same_clause(case.outcome and to_plain(case.outcome), found.outcome),
        "number": matching(case.number, found.number, alike=_same_quantity(case.number, found.number)),
        "baseline": matching(case.baseline, found.baseline, alike=_same_quantity(case.baseline, found.baseline)),
        "role": equal([case.role], [found.role]),
        "reach": equal([case.reach], [found.reach]),
    }


def _day(case: OtherCase, found: Reading) -> Outcome:
    """Another day than today, which goes when the reader's words are taken out."""
    today = SAID_AT.date()
    read_out = str(found.occurred_on) if found.occurred_on != today else None
    without = case.reading(case.plain.replace(case.when, "…", 1)) if case.when else found
    return matching(case.when, read_out, alike=without.occurred_on != found.occurred_on)


def _same_quantity(expected: str | None, found: str | None) -> bool:
    if not expected or not found:
        return False
    one, other = words_of(expected), words_of(found)
    within = not set(one) - set(other) or not set(other) - set(one)
    return within and _quantities(expected) == _quantities(found)


def _quantities(text: str) -> list[str]:
    words = _QUANTITY.findall(text.lower())
    return [word.rstrip(".,:") for word in words if word[0].isdecimal() or _NUMBER_WORD.fullmatch(word)]


def _people(names: Iterable[str]) -> set[str]:
    return {person for name in names for person in mentions(_as_mentions(to_plain(name)))}


def _without_writer(people: Iterable[str]) -> list[str]:
    return [person for person in people if person != WRITER]


def _as_mentions(text: str) -> str:
    return _HANDLE.sub(lambda match: f"<@U{re.sub('[^A-Z0-9]', '', match.group(1).upper())}>", text)
