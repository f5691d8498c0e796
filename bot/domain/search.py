"""Asking one's own record: words and filters in one line."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.errors import Refused
from bot.domain.evidence import Value
from bot.domain.periods import Period, read_period
from bot.domain.strength import Strength
from bot.domain.tagging import Dimension, Kind
from bot.domain.text import MENTION

_FILTER = re.compile(
    r"\b(kind|dimension|project|strength|period|in|since|until|person):(?:\"([^\"]*)\"|“([^”]*)”|(\S+))",
    re.IGNORECASE,
)
_IN_EVERY_QUESTION = frozenset(
    """
    a about all an and any anything are at did do does for from have how i in is it me my of on or our that the
    there they to us was we were what when where which who whom why with
    """.split()  # noqa: SIM905
)
_Choice = Kind | Dimension | Strength
#: What may stand after each filter: the full names first, then what people call them.
_CHOICES: dict[str, dict[str, _Choice]] = {
    "kind": {
        **{str(kind): kind for kind in Kind},
        "review": Kind.REVIEW_CATCH,
        "decision": Kind.BETTER_DECISION,
        "problem": Kind.PROBLEM_FRAMING,
        "bet": Kind.LONG_TERM_BET,
        "judgment": Kind.JUDGMENT_CALL,
    },
    "dimension": {
        **{str(dimension): dimension for dimension in Dimension},
        "horizon": Dimension.TIME_HORIZON,
        "problems": Dimension.PROBLEM_DEFINITION,
    },
    "strength": {strength.name.lower(): strength for strength in Strength},
}


class Query(Value):
    """What someone looks for in their own record. `people` are Slack ids; `project` part of a name."""

    words: str = ""
    period: Period | None = None
    kind: Kind | None = None
    dimension: Dimension | None = None
    people: tuple[str, ...] = ()
    project: str | None = None
    strength: Strength | None = None
    """At least this strength."""

    @property
    def telling(self) -> Query:
        """The same without the words that every question has; as it is when it has no others."""
        kept = [word for word in self.words.split() if word.casefold().strip("?!.,") not in _IN_EVERY_QUESTION]
        return self.model_copy(update={"words": " ".join(kept)}) if kept else self

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing in particular."""
        return self == Query()


def read_query(text: str, today: date) -> Query:
    """The query in a line such as `kind:unblock since:2026-05 strength:outcome @dana expired certificate`.

    Raises `Refused` for a filter with a value it doesn't have, with the values it has.
    """
    found: dict[str, object] = {}
    spans: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name, value = match[1].lower(), next(group for group in match.groups()[1:] if group is not None)
        if name in ("in", "period", "since", "until"):
            spans["in" if name == "period" else name] = value
        elif name == "person":
            found["people"] = (*_people(found), value.lstrip("@"))
        else:
            found[name] = value if name == "project" else _choice(name, value)
        return " "

    rest = _FILTER.sub(take, MENTION.sub(lambda match: f" person:{match[1]} ", text))
    return Query.model_validate({"words": " ".join(rest.split()), "period": _period(spans, today), **found})


def _people(found: dict[str, object]) -> tuple[str, ...]:
    people = found.get("people", ())
    return people if isinstance(people, tuple) else ()


def _choice(name: str, value: str) -> _Choice:
    key = value.strip().lower().replace(" ", "_").replace("-", "_")
    choices = _CHOICES[name]
    if key not in choices:
        raise Refused("errors.not_a_filter", name=name, given=value[:40], choices=", ".join(choices))
    return choices[key]


def _period(spans: dict[str, str], today: date) -> Period | None:
    if "in" in spans:
        return read_period(spans["in"], today)
    if not spans:
        return None
    all_time = read_period("all", today)
    since = read_period(spans["since"], today).since if "since" in spans else all_time.since
    until = read_period(spans["until"], today).until if "until" in spans else all_time.until
    if until <= since:
        raise Refused("errors.not_a_period", given=" ".join(spans.values())[:60])
    return Period(since=since, until=until)
