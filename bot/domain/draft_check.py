"""Does a drafted statement say only what its entry says? Numbers, names and links that aren't the entry's are refused.

It errs towards refusing: what is refused costs its owner a draft, what slips through could cost them their word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from bot.domain.evidence import Entry
from bot.domain.statement import named_in
from bot.domain.text import MENTION

#: A draft is two sentences, and no longer than a button can carry.
MOST_SENTENCES, LONGEST = 2, 600


class Fault(StrEnum):
    """Why a draft is not shown."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    LINK = "link"
    NUMBER = "number"
    NAME = "name"


_LINK = re.compile(r"(?:https?://|www\.|mailto:)\S+|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?:[/:]\S*)?(?!\w)")
_NUMBER = re.compile(
    r"(?P<digits>\d(?:[\d.,']*\d)?)(?:(?P<size>k|m|mio|bn|x)(?![^\W\d_]))?(?P<share> ?(?:%|percent\b|per cent\b))?"
    r"|(?P<word>[^\W\d_]+)|(?P<sign>[^\w\s])",
    re.IGNORECASE,
)
#: "One" where it counts nothing.
_NO_NUMBER = re.compile(
    r"\b(?:no|any|every|some|each|this|that|which) one\b|\bone (?:of|another|by|day)\b", re.IGNORECASE
)
_WORD = re.compile(r"[@#]?\w+(?:['’]\w+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|(?<=[。！？])")
_WORDS_FOR = {
    0: "zero null cero zéro",
    1: "one",
    2: "two zwei dos deux dois duas twice both double doubled doppelt verdoppelt zweimal doble",
    3: "three drei tres trois três triple tripled thrice dreimal verdreifacht",
    4: "four vier cuatro quatre quatro",
    5: "five fünf cinco cinq",
    6: "six sechs seis",
    7: "seven sieben siete sept sete",
    8: "eight acht ocho huit oito",
    9: "nine neun nueve neuf nove",
    10: "ten zehn diez dix dez tens tenfold",
    11: "eleven elf once onze",
    12: "twelve zwölf doce douze doze dozen dozens dutzend dutzende docena docenas douzaine dúzia dúzias",
    20: "twenty zwanzig veinte vingt vinte",
    30: "thirty dreißig treinta trente trinta",
    50: "fifty fünfzig cincuenta cinquante cinquenta",
    100: "hundred hundreds hundert cien ciento cientos cent cem",
    1000: "thousand thousands tausend mil mille milhares",
    1000000: "million millions million millionen millón millones",
}
_HALF = Decimal("0.5")
_VALUE_OF = {word: Decimal(value) for value, words in _WORDS_FOR.items() for word in words.split()} | dict.fromkeys(
    ["half", "halved", "halving", "halb", "halbiert", "hälfte", "mitad", "moitié", "metade"], _HALF
)
#: In English "once" is a word like any other.
_VALUE_OF.pop("once")
#: What may stand at the beginning of a sentence though the entry doesn't have it: words that are no names.
_OPENERS = frozenset(
    """
    i i'm i've i'd i'll my we our by as at in on to with without when while after before because since so then this
    that these those the a an it its they their he she once now from for during through and but having had if until
    no nobody nothing none instead otherwise today later together both all each every thanks
    paired pairing helped helping reviewed reviewing found finding caught wrote writing led leading asked asking
    showed showing proposed proposing unblocked unblocking taught teaching mentored mentoring decided deciding
    ich mein meine wir mit ohne als nach vor weil durch dadurch damit danach so das die der ein eine es sie er seit bei
    yo mi con sin cuando después antes porque gracias así esto esta este el la los las un una desde al por para tras
    je j'ai mon ma avec sans quand après avant parce grâce ainsi cela cette ce le les une depuis par pour
    eu meu minha com sem quando depois antes porque graças assim isso essa esse o os as um uma desde por para
    """.split()  # noqa: SIM905
)


def fault_in(draft: str, entry: Entry) -> Fault | None:
    """The first thing in the draft that the entry doesn't have, or `None`.

    What it can't see: a name written small that the entry lacks, a number moved to another unit, a plain
    untruth. Where a script has no capitals, every word must be the entry's.
    """
    if not draft.strip():
        return Fault.EMPTY
    sentences = [part for part in _SENTENCE_END.split(draft.strip()) if part]
    if len(sentences) > MOST_SENTENCES or len(draft) > LONGEST:
        return Fault.TOO_LONG
    if set(MENTION.findall(draft)) - set(named_in(entry)):
        return Fault.NAME
    known = _facts(entry)
    bare = [MENTION.sub(" ", part) for part in sentences]
    has = known.casefold()
    if any(match.group().rstrip(".,;:!?)").casefold() not in has for part in bare for match in _LINK.finditer(part)):
        return Fault.LINK
    if set(_numbers(" ".join(bare))) - set(_numbers(known)):
        return Fault.NUMBER
    words = {word.casefold().removesuffix("'s") for word in _pieces(known)}
    if any(_is_strange(word, place, words, has) for part in bare for place, word in enumerate(_pieces(part))):
        return Fault.NAME
    return None


def _facts(entry: Entry) -> str:
    fields = (entry.text, entry.outcome, entry.number, entry.baseline, entry.otherwise)
    links = (f"{link.url} {link.label or ''}" for link in entry.links)
    return MENTION.sub(" ", " \n ".join([*(field for field in fields if field), *links]))


def _numbers(text: str) -> Iterator[tuple[Decimal | str, str]]:
    """Every number in the text, in digits, words or signs, with what makes another number of it (k, %)."""
    for match in _NUMBER.finditer(_NO_NUMBER.sub(" ", unicodedata.normalize("NFKC", text).replace("’", "'"))):
        if word := match["word"]:
            value = _VALUE_OF.get(word.casefold())
            if value is not None:
                yield value, ""
        elif sign := match["sign"]:
            # What is left of "½" and its like after they were taken apart.
            if unicodedata.category(sign) in ("No", "Nl"):
                yield sign, ""
        elif digits := match["digits"]:
            yield _value(digits), f"{(match['size'] or '').casefold()}{'%' if match['share'] else ''}"


def _value(digits: str) -> Decimal:
    plain = "".join(str(unicodedata.digit(each)) if each.isdigit() else each for each in digits)
    plain = plain.replace("'", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain):
        return Decimal(re.sub(r"[.,]", "", plain))
    whole, *rest = re.split(r"[.,]", plain)
    return Decimal(f"{whole}.{''.join(rest) or '0'}").normalize()


def _pieces(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).replace("’", "'"))


def _is_strange(word: str, place: int, words: set[str], has: str) -> bool:
    """Whether a word is, or may be, a name that the entry doesn't have."""
    plain = word.casefold()
    if plain.removesuffix("'s") in words:
        return False
    if word[0] in "@#" or "_" in word:
        return True
    if any(unicodedata.category(each) == "Lo" for each in word):
        return plain not in has
    if not any(each.isupper() for each in word):
        return False
    if plain in ("i", "i'm", "i've", "i'd", "i'll"):
        return False
    is_capitalised = word[0].isupper() and word[1:] == word[1:].lower()
    return not (place == 0 and is_capitalised and plain in _OPENERS)
