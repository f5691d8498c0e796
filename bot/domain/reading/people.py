"""Which of the people mentioned were helped, and which were there.

A person the text says benefited was helped. Anyone else who took part, saw it or is thanked can
vouch for it and is a witness. Somebody only copied in, or asked to do something, is neither.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from itertools import zip_longest

from bot.domain.evidence import Value
from bot.domain.reading.effects import says_it_worked
from bot.domain.reading.patterns import FEW_WORDS, any_of
from bot.domain.text import MENTION

#: How much around a mention is looked at, in characters.
_BACK, _ON = 80, 100

_HELPING = any_of(
    r"\b(?:help|unblock|coach|mentor|onboard|train|sponsor|support|walk|teach|show)(?:ed|ing|n)?(?: out)?",
    r"\b(?:taught|unstuck|guided|guiding|rescued|nudged|encouraged|steered|freed|saved|answered|told)",
    r"\b(?:got|let|gave|sent|pointed|handed|lent|offered|took)",
    r"\b(?:pair(?:ed|ing)|sat|sitting|debug(?:ged|ging)|screenshar(?:ed|ing)|dug in|1:1s?)"
    r"(?: down| up| in)? with",
    r"\b(?:spent|office hours)(?: [\w.'/-]{1,12}){0,5}? with",
    rf"\b(?:answer|explain|show|hand|pass|delegat)(?:ed|ing|n){FEW_WORDS} (?:to|for)",
    rf"\b(?:gave|given|giving|sent|pointed out|demoed|wrote){FEW_WORDS} (?:to|for)",
    rf"\b(?:solved|fixed|approved|reviewed|debugged|untangled|rebased|sorted|found|cleared){FEW_WORDS} for",
    rf"\b(?:tracked down|unblocked|reproduced|wrote up|unstuck|(?:got|won) [\w' ]{{1,30}}){FEW_WORDS} for",
    rf"\b(?:ayud[éeo]|ayudado|desbloqueé|enseñé|expliqu[éeo]|acompañé|mostré){FEW_WORDS} a",
    r"\bpareé con|\bpareei com|\bpairé avec|\baidé|\bdébloqué|\baccompagné|\bformé",
    rf"\b(?:expliqué|montré|appris){FEW_WORDS} à",
    r"\b(?:ajudei|desbloqueei|ensinei|acompanhei)(?: [ao])?",
    rf"\b(?:expliquei|mostrei|ensinei){FEW_WORDS} (?:para|ao?|à)",
)
_HELPED_BEFORE = any_of(
    rf"(?:{_HELPING.pattern}) (?:the |our |my |a |el |la |o )?(?:new hire |new joiner |intern |junior )?$"
)
_IN_VAIN_BEFORE = any_of(
    r"\b(?:didn't|did not|couldn't|could not|can't|cannot|unable to|failed to|didn't manage to)(?: [\w']{1,20}){0,3} $",
    r"(?:\btried|\bwant(?:ed)?|\bhop(?:e|ing)|\basked|\bplan(?:ning)?|\bwilling|\btrying) to(?: [\w']{1,20}){0,3} $",
    r"\b(?:will|'ll|please|should|could you|can you)(?: [\w']{1,20}){0,3} $",
)
_MOVES_ON = (
    r"(?:unblocked|unstuck|moving|deploying|shipping|merging|publishing|testing|running|back (?:on|to|in)|up and running"
    r"|set up|live|green|past|free|confident|able|on (?:his|her|their) own)"
)
_HELPED_AFTER = any_of(
    r"^(?:'s)? ?(?:can|could)(?: now| finally| then| both| all)* (?!you\b|u\b|we\b|i\b)[a-z]+",
    rf"^ ?(?:'s|'re|is|are|was|were|got|has been)(?: now| finally| then| both| all)* {_MOVES_ON}\b",
    r"^ (?:was|were|is|has been|had been|got)(?: totally| completely| really| both)? (?:stuck|blocked|lost|struggling"
    r"|locked out|waiting)\b",
    r"^ (?:got (?:unstuck|unblocked|moving|going|it working|through|the|her|his|their)|merged|shipped|deployed|moved on"
    r"|carried on|went on|took over|could move)\b",
    r"^(?:,? who)? now (?:runs|owns|leads|ships|writes|does)\b",
    r"^ (?:and i )?finished\b",
    r"^'s (?:[\w-]{1,20} ){0,4}(?:went through|goes through|passes|passed|merged|works|question"
    r"|is (?:green|unblocked|merged|live|running))",
    r"^ (?:ya puede|puede|peut|pode|já pode|conseguiu|kann (?:jetzt|wieder|nun))\b",
    r"^[^.!?]{0,80}\b(?:geholfen|gezeigt|erklärt|unterstützt|weitergeholfen|eingearbeitet|beigebracht|begleitet)\b",
    r"^ ?(?:さん)?(?:を|に|の|が).{0,40}?(?:手伝|助け|教え|サポート|説明|支援|できるように|解消|解決)",
)
_DID_IT_AFTER = any_of(
    r"^,? ?(?:also |kindly |just |who |then )?(?:has |had )?(?:helped|unblocked|reviewed|showed|shown|taught|pointed"
    r"|told|caught|spotted|confirmed|approved|explained|suggested|asked|paired|saw|noticed|fixed|said|says|thanked"
    r"|led|ran|found|answered|ayudó|revisó|hat|a aidé|a relu|ajudou|revisou)\b",
)
_COPIED_BEFORE = any_of(
    r"(?:\bcc|/cc|\bfyi|\bcc'ing|\bcopying|\bping(?:ing|ed)?|\bask(?:ing)?|\bwaiting (?:on|for)|\bhey|\bhi|\bhello"
    r"|\btagging|\badding|\battn|\bremind|\bpok(?:e|ing)|\bassigned to|\breviewers?|\bfollow up with|\bcheck with"
    r"|\btalk to|\bsync with|さん、):? ?$",
)
_ASKED_AFTER = any_of(
    r"^[,:]? (?:can|could|would|will) (?:you|u)\b",
    r"^[,:]? (?:please|pls|plz|any (?:idea|chance)|kannst du|peux-tu)\b",
    r"^[,:]? (?:do|did|are|have|when|what|where|why|how|puedes|pode)\b[^.!]{0,90}\?",
    r"^ ?(?:さん)?、?(?:お願い|教えて)",
)
_THANKS = any_of(
    r"\b(?:thanks?|thank you|thx|tysm|ty|cheers|ta|kudos|props|shout-?out|hats off|credit to)\b",
    r"\b(?:gracias|danke|merci|obrigad[oa]|valeu)\b|ありがと|感謝|助かり",
)
_LIST_JOIN = re.compile(
    r"^(?: \([^()<>]{1,30}\))?(?:さん)?(?:,? (?:and|&|y|und|et|e) |, |/|、|と| ?\+ ?| )$", re.IGNORECASE
)


class People(Value):
    """The people in a text beside the one it is about, by Slack id, each once and in one of the two."""

    helped: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()


class _Part(Enum):
    HELPED = auto()
    WITNESS = auto()
    NEITHER = auto()


def people_in(sentences: tuple[str, ...], *, me: str, author: str) -> People:
    """Who was helped by `me` and who was there, in the words of `author`.

    Another author who thanks `me` by name was helped; one who only mentions `me` is a witness.
    """
    parts: dict[_Part, dict[str, None]] = {part: {} for part in _Part}
    thanked = False
    for sentence in sentences:
        for person, part in _parts(sentence):
            if person == me:
                thanked = thanked or _THANKS.search(sentence) is not None or says_it_worked(sentence)
            else:
                parts[part].setdefault(person)
    if author != me:
        parts[_Part.HELPED if thanked else _Part.WITNESS].setdefault(author)
    helped = parts[_Part.HELPED]
    return People(
        helped=tuple(helped),
        witnesses=tuple(person for person in parts[_Part.WITNESS] if person not in helped),
    )


def _parts(sentence: str) -> list[tuple[str, _Part]]:
    """Each mention with its part. Names joined in a list ("A, B and C") share one, from either of its ends."""
    found: list[tuple[str, _Part]] = []
    listed: list[re.Match[str]] = []
    matches = list(MENTION.finditer(sentence))
    for match, following in zip_longest(matches, matches[1:]):
        listed.append(match)
        if following and _LIST_JOIN.match(sentence[match.end() : following.start()]):
            continue
        start, end = listed[0].start(), match.end()
        part = _part(sentence[max(0, start - _BACK) : start], sentence[end : end + _ON])
        found += [(each.group(1), part) for each in listed]
        listed = []
    return found


def _part(before: str, after: str) -> _Part:
    if _COPIED_BEFORE.search(before) or _ASKED_AFTER.match(after):
        return _Part.NEITHER
    if _DID_IT_AFTER.match(after):
        return _Part.WITNESS
    if _HELPED_BEFORE.search(before):
        return _Part.WITNESS if _IN_VAIN_BEFORE.search(before) else _Part.HELPED
    return _Part.HELPED if _HELPED_AFTER.match(after) else _Part.WITNESS
