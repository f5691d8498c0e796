"""A record one can take along: names become roles, numbers ranges, links go.

What is left is the person's own account. Names of products, customers and projects are words like
any other and can't be known here: whoever takes a redacted copy along reads it first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.evidence import Entry, Quote, Source, Value
from bot.domain.packet import Packet, PacketProject, Part
from bot.domain.statement import named_in
from bot.domain.text import MENTION

_ADDRESS = re.compile(r"(?:https?://|mailto:|file:)\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TICKET = re.compile(r"(?<![/\w])[A-Z][A-Z0-9]{1,9}-\d{1,7}\b|(?<!\w)#\d{1,7}\b")
_CHANNEL = re.compile(r"(?<!\w)#[a-z0-9][\w-]{1,79}|<#C[A-Z0-9]+(?:\|[^>]*)?>")
_NUMBER = re.compile(
    r"(?<![\w.])(?P<currency>[$€£¥]\s?)?(?P<digits>\d{1,3}(?:[,\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?P<unit>\s?(?:%|percent\b|[kKmMbB]\b|ms\b|x\b|×))?(?!\w)(?! (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Words(Value):
    """What stands in for what is taken out."""

    colleague: str = "colleague {letter}"
    link: str = "[link removed]"
    ticket: str = "[ticket]"
    channel: str = "[channel]"


class Redactor:
    """Takes names, links and exact numbers out of texts, the same person always under the same letter."""

    def __init__(self, names: Mapping[str, str], own: Iterable[str] = (), words: Words | None = None) -> None:
        """`names` are display names by Slack id; `own` the names of the record's owner, also taken out."""
        self._words = words or Words()
        self._letters = {user: _letter(position) for position, user in enumerate(names)}
        patterns = [(part, user) for user, name in names.items() for part in _parts(name)] + [
            (part, None) for name in own for part in _parts(name)
        ]
        self._user_of = {part.casefold(): user for part, user in reversed(patterns)}
        self._names = _any_of(self._user_of)

    def person(self, user: str) -> str:
        """What this person is called in the redacted copy."""
        if user not in self._letters:
            self._letters[user] = _letter(len(self._letters))
        return self._words.colleague.format(letter=self._letters[user])

    def text(self, text: str) -> str:
        """The text with names as roles, numbers as ranges, and no addresses, tickets or channels."""
        text = _ADDRESS.sub(self._words.link, text)
        text = _CHANNEL.sub(self._words.channel, _TICKET.sub(self._words.ticket, text))
        text = MENTION.sub(lambda match: self.person(match.group(1)), text)
        if self._names is not None:
            text = self._names.sub(self._named, text)
        return _NUMBER.sub(lambda match: in_a_range(match), text)

    def entry(self, entry: Entry) -> Entry:
        """The entry with everything taken out of it that points at others or can be looked up."""
        changes: dict[str, object] = {
            name: self.text(value)
            for name in ("text", "outcome", "number", "baseline", "otherwise")
            if (value := getattr(entry, name)) is not None
        }
        changes["links"] = ()
        changes["source"] = Source(type=entry.source.type, state=entry.source.state)
        changes["quotes"] = tuple(self._quote(quote) for quote in entry.quotes)
        changes["confirmations"] = tuple(
            each.model_copy(update={"quote": self.text(each.quote) if each.quote else None})
            for each in entry.confirmations
        )
        return entry.model_copy(update=changes)

    def entries(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """All of them, redacted."""
        return tuple(self.entry(entry) for entry in entries)

    def _quote(self, quote: Quote) -> Quote:
        return quote.model_copy(update={"text": self.text(quote.text), "channel": "", "ts": quote.ts})

    def _named(self, match: re.Match[str]) -> str:
        user = self._user_of[match.group(1).casefold()]
        return self._words.colleague.format(letter="").strip() if user is None else self.person(user)


def in_a_range(match: re.Match[str]) -> str:
    """The number found as a range that holds it: one digit kept below, the next one above; years stay."""
    digits, unit, currency = match["digits"], match["unit"] or "", match["currency"] or ""
    if _YEAR.match(digits) and not unit and not currency:
        return match.group()
    decimal = digits.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", digits) else digits
    value = float(re.sub(r"[,\u202f ]", "", decimal))
    low, high = _range(value)
    shown = f"{low:,}–{high:,}" if high > low else "0"
    return f"{currency}{shown}{unit}"


def _range(value: float) -> tuple[int, int]:
    if value == 0:
        return 0, 0
    if value < 10:
        return (0, 5) if value < 5 else (5, 10)
    size = 10 ** int(math.log10(value))
    low = int(value // size * size)
    return low, low + size


def _letter(position: int) -> str:
    round_, index = divmod(position, len(_LETTERS))
    return _LETTERS[index] + (str(round_ + 1) if round_ else "")


def _parts(name: str) -> list[str]:
    # The whole name first, then each part long enough not to be an ordinary short word.
    parts = [part for part in re.split(r"[\s.,_/()-]+", name) if len(part) > 2]
    return [name, *parts] if name.strip() else []


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    longest_first: Sequence[str] = sorted(names, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(r"(?<!\w)@?(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)


def redacted(packet: Packet) -> Packet:
    """The packet with everything taken out of it that names people, gives exact numbers or can be looked up."""
    redactor = Redactor(packet.names, own=[packet.name])

    def text(words: str | None) -> str | None:
        return redactor.text(words) if words else words

    def all_of(groups: Mapping[Part, tuple[Entry, ...]]) -> dict[Part, tuple[Entry, ...]]:
        return {part: redactor.entries(entries) for part, entries in groups.items()}

    bets = tuple(
        bet.model_copy(update={"expects": text(bet.expects), "what_came": text(bet.what_came)}) for bet in packet.bets
    )
    log = redactor.entries(packet.log)
    people = dict.fromkeys([*packet.names, *(user for entry in log for user in named_in(entry))])
    return packet.model_copy(
        update={
            "name": "",
            "thesis": text(packet.thesis),
            "summary": tuple(redactor.text(line) for line in packet.summary),
            "body": redactor.entries(packet.body),
            "statements": {id_: redactor.text(words) for id_, words in packet.statements.items()},
            "projects": tuple(_redacted_project(project, redactor) for project in packet.projects),
            "sections": all_of(packet.sections),
            "see_also": all_of(packet.see_also),
            "bets": bets,
            "advocates": tuple(each.model_copy(update={"quote": text(each.quote)}) for each in packet.advocates),
            "plan": text(packet.plan),
            "log": log,
            "names": {user: redactor.person(user) for user in people},
            "redacted": True,
        }
    )


def _redacted_project(project: PacketProject, redactor: Redactor) -> PacketProject:
    told = {name: getattr(project, name) for name in ("name", "problem", "scope")}
    words = {name: redactor.text(text) if text else text for name, text in told.items()}
    return project.model_copy(update={**words, "entries": redactor.entries(project.entries)})
