"""Sentences put together from an entry's own fields, and from counts. Nothing is added to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.domain.evidence import Entry
from bot.domain.text import MENTION


class Say(Protocol):
    """The sentence of `prompts/` with this key, with these facts put in."""

    def __call__(self, key: str, **facts: object) -> str: ...


NameOf = Callable[[str], str]


def spoken(text: str, name_of: NameOf) -> str:
    """The text as a reader outside Slack sees it: people by name, one blank between words."""
    return " ".join(MENTION.sub(lambda match: name_of(match.group(1)), text).split())


def sentence(text: str) -> str:
    """The text with a full stop at its end, unless it ends a sentence already."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…。！？؟" else text + "."


def impact(entry: Entry, say: Say, name_of: NameOf) -> str:
    """What happened, what came of it, how much, and what would have been otherwise, as far as it is said.

    Where the owner has a statement of their own, it is that.
    """
    return spoken(entry.statement, name_of) if entry.statement else composed(entry, say, name_of)


def composed(entry: Entry, say: Say, name_of: NameOf) -> str:
    """The statement put together from the entry's fields, whether or not its owner has one of their own."""
    parts = [sentence(spoken(entry.text, name_of))]
    if entry.outcome:
        parts.append(say("impact.outcome", outcome=sentence(spoken(entry.outcome, name_of))))
    if measured := measure(entry, say, name_of):
        parts.append(measured)
    if entry.otherwise:
        parts.append(say("impact.otherwise", otherwise=sentence(spoken(entry.otherwise, name_of))))
    return " ".join(parts)


def measure(entry: Entry, say: Say, name_of: NameOf) -> str:
    """The number with what it was before; empty without a number."""
    if not entry.number:
        return ""
    number = spoken(entry.number, name_of).rstrip(".")
    if not entry.baseline:
        return say("impact.number", number=number)
    return say("impact.number_with_baseline", number=number, baseline=spoken(entry.baseline, name_of).rstrip("."))


def named_in(entry: Entry) -> tuple[str, ...]:
    """The ids of everyone an entry names in any of its fields, each once."""
    texts = (entry.text, entry.outcome, entry.number, entry.baseline, entry.otherwise, entry.statement)
    found = [user for text in texts if text for user in MENTION.findall(text)]
    found += [person.user for person in entry.people]
    found += [confirmation.by for confirmation in entry.confirmations]
    found += [quote.author for quote in entry.quotes]
    return tuple(dict.fromkeys(found))
