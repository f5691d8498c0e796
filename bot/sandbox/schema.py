"""Small pieces to write Slack's rules on JSON with, and Slack's words for what breaks them.

A ``Rule`` looks at one value and adds what is wrong to ``Findings``, with the JSON pointer of the place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.state import Json


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, in Slack's words, and what was expected (as ``blocks.validate`` tells it)."""

    pointer: str
    message: str
    constraint: Json = field(default_factory=dict)

    @property
    def line(self) -> str:
        """As it stands in ``response_metadata.messages``."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


class Findings:
    """Collects problems; ``ids`` are the block_ids and action_ids met, to find doubles."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.block_ids: set[str] = set()
        self.action_ids: set[str] = set()

    def add(self, pointer: str, message: str, **constraint: Any) -> None:
        """Something is wrong there."""
        self.problems.append(Problem(pointer, message, constraint))


Rule = Callable[[Any, str, Findings], None]


def string(most: int | None = None, least: int = 0) -> Rule:
    """A string of so many characters."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add(pointer, "must provide a string", type="type", expected="string")
            return
        if most is not None and len(value) > most:
            findings.add(pointer, f"must be less than {most + 1} characters", type="max_length", expected=most)
        if len(value) < least:
            findings.add(pointer, f"must be more than {least - 1} characters", type="min_length", expected=least)

    return check


def one_of(*allowed: str) -> Rule:
    """One of these strings."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if value not in allowed:
            findings.add(pointer, f"value must be one of {', '.join(allowed)}", type="enum", expected=list(allowed))

    return check


def boolean(value: Any, pointer: str, findings: Findings) -> None:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        findings.add(pointer, "must provide a boolean", type="type", expected="boolean")


def number(least: float | None = None, most: float | None = None, *, whole: bool = False, above: bool = False) -> Rule:
    """A number in a range; ``above``: strictly more than ``least``."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        wanted = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted):
            findings.add(pointer, f"must provide a{'n integer' if whole else ' number'}", type="type")
        elif least is not None and (value <= least if above else value < least):
            findings.add(pointer, f"must be {'greater than' if above else 'at least'} {least:g}", type="minimum")
        elif most is not None and value > most:
            findings.add(pointer, f"must be at most {most:g}", type="maximum")

    return check


def anything(value: Any, pointer: str, findings: Findings) -> None:
    """No rule."""


def array(each: Rule, most: int | None = None, least: int = 0) -> Rule:
    """A list of so many items that all follow a rule."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, list):
            findings.add(pointer, "must provide an array", type="type", expected="array")
            return
        if most is not None and len(value) > most:
            findings.add(pointer, f"no more than {most} items allowed", type="max_items", expected=most)
        if len(value) < least:
            findings.add(pointer, f"no less than {least} items allowed", type="min_items", expected=least)
        for index, item in enumerate(value):
            each(item, f"{pointer}/{index}", findings)

    return check


def shape(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    """An object with these fields and no others."""
    rules = {**required, **(optional or {})}

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(pointer, "must provide an object", type="type", expected="object")
            return
        for name in required:
            if value.get(name) is None:
                findings.add(pointer, f"missing required field: {name}", type="required", expected=name)
        for name, item in value.items():
            rule = rules.get(name)
            if rule is None:
                findings.add(pointer, f"invalid additional property: {name}", type="additional_property", got=name)
            elif item is not None:
                rule(item, f"{pointer}/{name}", findings)

    return check


def by_type(rules: dict[str, Rule], allowed: frozenset[str] | None = None) -> Rule:
    """An object whose ``type`` says which rule it follows."""
    names = frozenset(rules) if allowed is None else allowed

    def check(value: Any, pointer: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add(pointer, "must provide an object", type="type", expected="object")
            return
        kind = value.get("type")
        if kind is None:
            findings.add(pointer, "missing required field: type", type="required", expected="type")
        elif not isinstance(kind, str) or kind not in names:
            findings.add(f"{pointer}/type", f"unsupported type: {kind}", type="enum", expected=sorted(names))
        else:
            rules[kind](value, pointer, findings)

    return check


def both(*rules: Rule) -> Rule:
    """All of these rules."""

    def check(value: Any, pointer: str, findings: Findings) -> None:
        for rule in rules:
            rule(value, pointer, findings)

    return check


def text(most: int, *, plain: bool = False, least: int = 1) -> Rule:
    """A text object; ``plain`` allows no ``mrkdwn``."""
    words = string(most, least)
    plain_rule = shape({"type": anything, "text": words}, {"emoji": boolean})
    rules = {"plain_text": plain_rule}
    if not plain:
        rules["mrkdwn"] = shape({"type": anything, "text": words}, {"verbatim": boolean})
    return by_type(rules)
