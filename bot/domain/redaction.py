"""A record one can take along: names become roles, numbers ranges, links go.

What is left is the person's own account. Names of products, customers and projects are words like
any other and can't be known here: whoever takes a redacted copy along reads it first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.evidence import Entry, Link, Quote, Source, Value
from bot.domain.packet import Packet, PacketProject, Part
from bot.domain.ranges import in_ranges
from bot.domain.statement import named_in
from bot.domain.text import MENTION

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|mailto:|file:)\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[\w-]+(?:\.[\w-]+)+/\S+|\b(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|dev|app|cloud|internal|local|corp|example|test)\b",
    re.IGNORECASE,
)
_TICKET = re.compile(
    r"(?<![/\w])[A-Z][A-Z0-9]{1,9}-\d{1,7}\b|(?:[\w./-]+)?[#!]\d{1,7}\b"
    r"|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b"
)
_CHANNEL = re.compile(r"(?<!\w)#[^\W_][\w-]{1,79}|<#C[A-Z0-9]+(?:\|[^>]*)?>")
_HANDLE = re.compile(r"(?<![\w@])@[^\W\d_][\w.-]*")
#: First and last name of one person, as in a handle.
_TWICE = re.compile(r"(colleague [A-Z]\d*)(?:[._ -]\1(?![\w]))+")
#: A stand-in that begins a sentence.
_BEGINS = re.compile(r"(^|[.!?…]\s+)([cts])(?=olleague [A-Z]|he author\b|omeone\b)")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Names that are also ordinary words are taken for a name only when they are written like one.
_ORDINARY = frozenset(
    """
    angel april art august bill bob booker brown carol chance chase christian clay cliff cook crystal dale dawn
    dean don drew duke eve ever faith fox frank gene grace grant gray green guy hall hill hope hunter iris jack jan jean
    joy june king lane lee long major mark mason may max miles mike nick noble olive park pat penny pierce price
    ray reed rich rob robin rod rose ruby rusty sage sky sol stone sue summer sunny swift victor violet
    wade ward west white will winter wood wright young van von der den
    """.split()  # noqa: SIM905
)


class Words(Value):
    """What stands in for what is taken out."""

    colleague: str = "colleague {letter}"
    author: str = "the author"
    someone: str = "someone"
    link: str = "[link removed]"
    ticket: str = "[ticket]"
    channel: str = "[channel]"


class Redactor:
    """Takes names, links and exact numbers out of texts, the same person always under the same letter."""

    def __init__(self, names: Mapping[str, str], own: Iterable[str] = (), owner: str = "") -> None:
        """`names` are display names by Slack id; `own` the names of the record's owner, also taken out."""
        self._words, self._owner = Words(), owner
        self._letters: dict[str, str] = {}
        said: list[tuple[str, str | None]] = [(part, None) for name in own for part in _ways_to_say(name)]
        said += [(part, user) for user, name in names.items() for part in _ways_to_say(name)]
        self._user_of: dict[str, str | None] = {}
        for part, user in said:
            self._user_of.setdefault(part.casefold(), user)
        loose = [part for part in self._user_of if _stands_out(part)]
        # The others are looked for as they are written in the name, and in capitals.
        strict = {way for part, _ in said if not _stands_out(part) for way in (part, part.upper())}
        self._names = _any_of(loose, re.IGNORECASE), _any_of(strict, re.NOFLAG)

    def person(self, user: str) -> str:
        """What this person is called in the redacted copy; letters go by first appearance."""
        if user == self._owner:
            return self._words.author
        letter = self._letters.setdefault(user, _letter(len(self._letters)))
        return self._words.colleague.format(letter=letter)

    def text(self, text: str) -> str:
        """The text with names as roles, numbers as ranges, and no addresses, tickets or channels."""
        text = _ADDRESS.sub(self._words.link, unicodedata.normalize("NFC", text))
        text = _CHANNEL.sub(self._words.channel, _TICKET.sub(self._words.ticket, text))
        text = MENTION.sub(lambda match: self.person(match[1]), in_ranges(text))
        for names in self._names:
            text = names.sub(self._named, text) if names else text
        text = _HANDLE.sub(self._words.someone, _TWICE.sub(r"\1", text))
        return _BEGINS.sub(lambda match: match[1] + match[2].upper(), text)

    def entry(self, entry: Entry) -> Entry:
        """The entry with everything taken out of it that points at others or can be looked up."""
        changes: dict[str, object] = {
            name: self.text(value)
            for name in ("text", "outcome", "number", "baseline", "otherwise", "statement")
            if (value := getattr(entry, name)) is not None
        }
        # What there was to look it up in is gone; that there was something, and of what sort, stays.
        changes["links"] = tuple(
            Link(url="", type=each.type, label=f"[{str(each.type).replace('_', ' ')}]") for each in entry.links
        )
        permalink = None if entry.source.permalink is None else ""
        changes["source"] = Source(type=entry.source.type, state=entry.source.state, permalink=permalink)
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
        return self._words.author if user is None else self.person(user)


def _letter(position: int) -> str:
    round_, index = divmod(position, len(_LETTERS))
    return _LETTERS[index] + (str(round_ + 1) if round_ else "")


def _ways_to_say(name: str) -> list[str]:
    """The whole name, its parts, and the handles people make of them."""
    name = unicodedata.normalize("NFC", name).strip()
    parts = [part for part in re.split(r"[\s.,_/()\u2010-\u2015-]+", name) if part]
    ways = [name, *(part for part in parts if len(part) > 1 or _is_unspaced(part))]
    if len(parts) > 1:
        first, last = parts[0], parts[-1]
        ways += [f"{a}{b}" for a, b in ((first, last), (first[0], last), (last, first[0]), (first, last[0]))]
    return [way for way in ways if way]


def _stands_out(part: str) -> bool:
    return part.casefold() not in _ORDINARY and (len(part) > 2 or not part.isascii())


def _is_unspaced(text: str) -> bool:
    """Whether it is of a script in which words stand without blanks, so that a name has no edges."""
    return any(unicodedata.name(each, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO")) for each in text)


def _any_of(names: Iterable[str], flags: re.RegexFlag) -> re.Pattern[str] | None:
    longest_first: Sequence[str] = sorted(set(names), key=lambda name: (-len(name), name))
    if not longest_first:
        return None
    edged = "|".join(re.escape(name) for name in longest_first if not _is_unspaced(name))
    bare = "|".join(re.escape(name) for name in longest_first if _is_unspaced(name))
    # An underscore joins handles and file names: it is an edge, too.
    shapes = [rf"(?<![^\W_])(?:{edged})(?![^\W_])"] if edged else []
    return re.compile("@?(" + "|".join([*shapes, *([bare] if bare else [])]) + ")", flags)


def redacted(packet: Packet, everyone: Mapping[str, str] | None = None) -> Packet:
    """The packet with everything taken out of it that names people, gives exact numbers or can be looked up.

    `everyone` are the names of further people who may stand in its texts, by id.
    """
    names = {user: name for user, name in {**(everyone or {}), **packet.names}.items() if user != packet.user_id}
    redactor = Redactor(names, own=[packet.name, packet.names.get(packet.user_id, "")], owner=packet.user_id)

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
            "claims": redactor.entries(packet.claims),
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
