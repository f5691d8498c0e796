"""What may go to a language model, what a person said to that, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.domain.draft_check import Fault
from bot.domain.evidence import Entry, PersonRole, Sensitivity, TextBy, Value
from bot.domain.people import Member
from bot.domain.statement import named_in
from bot.domain.tagging import Kind
from bot.domain.text import MENTION

_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")
_STAND_IN = re.compile(r"\[?Person ([A-Z])\b\]?")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: How much of one field goes out.
_LONGEST = 2_000
#: The fields that are told, by the names the prompt gives them.
_FIELDS = ("text", "outcome", "number", "baseline", "otherwise")


class Consent(StrEnum):
    """What a person said when asked whether words of theirs may go to the language model."""

    ASKED = "asked"
    """They were asked, and haven't said yet: they aren't asked again, and nothing goes out."""
    YES = "yes"
    NO = "no"


class KindsProposal(Value):
    """The two kinds a language model proposes for an entry."""

    entry: Entry
    first: Kind
    second: Kind


class StatementProposal(Value):
    """A drafted statement; or, where the draft said what the entry doesn't, why it isn't shown."""

    entry: Entry
    draft: str = ""
    fault: Fault | None = None


def consent_of(member: Member | None, destination: str) -> Consent | None:
    """What the person said to this destination. Another model or another place is another question."""
    answer, _, said_to = ((member and member.language_model) or "").partition(" ")
    return Consent(answer) if said_to == destination and answer in list(Consent) else None


def remembered(consent: Consent, destination: str) -> str:
    """The answer as it is stored with the person."""
    return f"{consent} {destination}"


def may_be_sent(entry: Entry) -> bool:
    """Whether an entry's words may go out at all: its owner's own words, and not marked as never to be shown.

    What a thread said is other people's, and they weren't asked.
    """
    return entry.text_by is TextBy.PERSON and entry.sensitivity is not Sensitivity.NEVER


def sendable(text: str, entry: Entry) -> str:
    """A text of the entry as it goes out: people mentioned are letters, addresses are gone."""
    letters = {user: letter for letter, user in _people(entry).items()}
    named = MENTION.sub(lambda match: f"[Person {letters[match[1]]}]" if match[1] in letters else "[someone]", text)
    return _ADDRESS.sub("(link)", named)[:_LONGEST]


def facts_of(entry: Entry) -> Mapping[str, str]:
    """Everything a draft is made from: the entry's own fields, as they go out."""
    facts = {name: sendable(value, entry) for name in _FIELDS if (value := getattr(entry, name))}
    letters = {user: letter for letter, user in _people(entry).items()}
    helped = [f"[Person {letters[user]}]" for user in entry.people_as(PersonRole.HELPED) if user in letters]
    return {**facts, "helped": ", ".join(helped)} if helped else facts


def with_people(draft: str, entry: Entry) -> str:
    """The draft on one line, its people as mentions again; a letter nobody has stays, for the check to find."""
    people = _people(entry)
    line = " ".join(draft.split()).strip("\"“”'*_` ")
    return _STAND_IN.sub(lambda match: f"<@{people[match[1]]}>" if match[1] in people else match[0], line)


def _people(entry: Entry) -> dict[str, str]:
    return dict(zip(_LETTERS, named_in(entry), strict=False))
