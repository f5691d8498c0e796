"""Which of the people mentioned were helped, and which were there.

A person the text says benefited was helped. Anyone else who took part, saw it or is thanked can
vouch for it and is a witness. Somebody only copied in, or asked to do something, is neither.
"""

from __future__ import annotations

import re

from bot.domain.evidence import Value
from bot.domain.text import MENTION

#: How much around a mention is looked at, in characters.
_BACK, _ON = 80, 100


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_FEW_WORDS = r"(?: [\w'/-]{1,24}){0,6}?"
_HELPED_BEFORE = _compiled(
    r"(?:\b(?:help(?:ed|ing)?|unblock(?:ed|ing)?|unstuck|coach(?:ed|ing)?|mentor(?:ed|ing)?|onboard(?:ed|ing)?|teach(?:ing)?|taught"
    r"|guid(?:ed|ing)|train(?:ed|ing)?|sponsor(?:ed|ing)?|rescued|show(?:ed|ing|n)|support(?:ed|ing)|walk(?:ed|ing)|nudged|encouraged"
    r"|got|let|gave|sent|pointed|handed|lent|offered|told|took|steered|freed|saved|answered)(?: out)?"
    r"|\b(?:pair(?:ed|ing)|sat|sitting|debug(?:ged|ging)|screenshar(?:ed|ing)|1:1s?|dug in) (?:down |up |in )?with"
    rf"|\b(?:answer(?:ed|ing)?|explain(?:ed|ing)?|show(?:ed|n)|gave|given|giving|hand(?:ed|ing)|pass(?:ed|ing)|sent|pointed out|demoed|wrote"
    rf"|delegat(?:ed|ing)|gave up){_FEW_WORDS} (?:to|for)"
    rf"|\b(?:solved|fixed|approved|reviewed|debugged|untangled|rebased|sorted|found|tracked down|unblocked|cleared|reproduced){_FEW_WORDS} for"
    rf"|\b(?:ayud[éeo]|ayudado|desbloqu[eé][éeo]?|enseñ[éo]|expliqu[éeo]|acompañ[éo]|mostré){_FEW_WORDS} a"
    rf"|\b(?:aidé|débloqué|accompagné|formé)|\b(?:expliqué|montré|appris){_FEW_WORDS} à"
    rf"|\b(?:ajudei|desbloqueei|ensinei|acompanhei)(?: [ao])?|\b(?:expliquei|mostrei){_FEW_WORDS} (?:para|ao?|à)"
    r"|\b(?:pareé con|pair(?:é|ing) avec|pareei com)"
    r") (?:the |our |my |a )?(?:new hire |new joiner |intern |junior )?$"
)
_NOT_HELPED_BEFORE = _compiled(r"\b(?:didn't|did not|couldn't|could not|can't|cannot|wasn't able to|failed to|to|will|'ll|please|should) [\w ]{1,30}$")
_AIM_BEFORE = _compiled(r"\b(?:able|managed|got|stayed late|used) to [\w ]{1,30}$")

_MOVES_ON = (
    r"unblocked|unstuck|moving|deploying|shipping|merging|going|back (?:on|to|in)|up and running|running|set up|live|green|past|free|good|confident"
    r"|on (?:his|her|their) own|able"
)
_HELPED_AFTER = _compiled(
    rf"^(?:'s [\w -]{{1,40}}?)? ?(?:(?:can|could|is|are|was|were|got|has been|been|'s|'re)(?: now| finally| then| both| all| able to)* (?:{_MOVES_ON})\b"
    r"|(?:can|could)(?: now| finally| then)? (?!you\b|u\b)[a-z]+"
    r"|(?:was|were|is|has been|had been|got)(?: totally| completely| really| both)? (?:stuck|blocked|lost|struggling|waiting|locked out)"
    r"|(?:merged|shipped|deployed|moved on|carried on|got (?:unstuck|unblocked|moving|going|it working|through|the|her|his|their)|went on|finished"
    r"|now (?:runs|owns|leads|ships|writes|does)|took over|gave (?:her|his|their) first|closed|unblocked$)"
    r"|(?:through|with|past|on|over|how|until|til|unstuck|up to speed|onto|into|out|back|find|debug|get|fix|set up|understand|ship|land|move|write|solve"
    r"|see|work out|figure)\b)"
)
_THEIR_THING_AFTER = _compiled(
    r"^'s (?:[\w-]{1,20} ){0,4}(?:went through|goes through|passes|passed|merged|works|is (?:green|unblocked|merged|live|running|moving)|question)"
)
_GERMAN_AFTER = _compiled(r"^[^.!?]{0,80}\b(?:geholfen|gezeigt|erklärt|unterstützt|entblockt|weitergeholfen|eingearbeitet|beigebracht|begleitet)\b")
_JAPANESE_AFTER = re.compile(r"^ ?(?:さん)?(?:を|に|の|が).{0,40}?(?:手伝|助け|教え|サポート|説明|支援|できるように|解消|解決)")
_DID_IT_AFTER = _compiled(
    r"^,? ?(?:also |kindly |just |who |then )?(?:has |had )?(?:helped|unblocked|reviewed|showed|shown|taught|pointed|told|caught|spotted|confirmed|approved|explained|suggested"
    r"|asked|paired|saw|noticed|fixed|said|says|thanked|wrote|led|ran|found|merged my|answered|ayudó|revisó|hat|a (?:aidé|relu)|ajudou|revisou)\b"
)
_TO_ME_AFTER = _compiled(r"^[^.!?]{0,60}\b(?:me|my|us|our|mich|mir|uns|m')\b")

_COPIED_BEFORE = _compiled(
    r"(?:\b(?:cc|/cc|fyi|cc'ing|ccing|copying|ping(?:ing|ed)?|ask(?:ing)?|asked|waiting (?:on|for)|hey|hi|hello|tagging|adding|attn|over to|remind|poke|poking"
    r"|assigned to|reviewer|see|follow up with|check with|talk to|sync with)|/cc):? ?$"
)
_ASKED_AFTER = _compiled(
    r"^[,:]? (?:can|could|would|will) (?:you|u)\b|^[,:]? (?:please|pls|plz|any (?:idea|chance)|do you|did you|are you|have you|when|what|where|puedes|kannst du"
    r"|peux-tu|pode)\b|^ ?(?:さん)?、?(?:お願い|教えて)"
)
_THANKS = _compiled(
    r"\b(?:thanks?|thank you|thx|tysm|ty|cheers|ta|kudos|props|shout-?out|hats off|credit to|gracias|danke|vielen dank|merci|obrigad[oa]|valeu)\b|ありがと|感謝|助かり"
)
_LIST_JOIN = re.compile(r"^(?:さん)?(?:,? (?:and|&|y|und|et|e) |, |/| & |と|、| ?\+ ?| )$")


class People(Value):
    """The people in a text beside the one it is about, by Slack id, each once and in one of the two."""

    helped: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()


def people_in(sentences: tuple[str, ...], *, me: str, author: str) -> People:
    """Who was helped by `me` and who was there, in the words of `author`.

    Another author who thanks `me` by name was helped; one who only mentions `me` is a witness.
    """
    helped: dict[str, None] = {}
    seen: dict[str, None] = {}
    thanked = False
    for sentence in sentences:
        for person, role in _roles(sentence):
            if person == me:
                thanked = thanked or _THANKS.search(sentence) is not None
            elif role == "helped":
                helped.setdefault(person)
            elif role == "witness":
                seen.setdefault(person)
    if author != me:
        (helped if thanked else seen).setdefault(author)
    return People(helped=tuple(helped), witnesses=tuple(person for person in seen if person not in helped))


def _roles(sentence: str) -> list[tuple[str, str]]:
    """Each mention with its part; names joined in a list share the part of the list."""
    found: list[tuple[str, str]] = []
    matches = list(MENTION.finditer(sentence))
    last = len(matches) - 1
    inherited = ""
    for index, match in enumerate(matches):
        start, end = match.span()
        joins_next = index < last and _LIST_JOIN.match(sentence[end : matches[index + 1].start()]) is not None
        before = sentence[max(0, start - _BACK) : start]
        role = inherited or _role(before, "" if joins_next else sentence[end : end + _ON])
        if joins_next and role == "witness":
            found.append((match.group(1), "open"))
            continue
        for position, (person, part) in enumerate(found):
            if part == "open":
                found[position] = (person, role)
        found.append((match.group(1), role))
        inherited = role if joins_next else ""
    return found


def _role(before: str, after: str) -> str:
    if _COPIED_BEFORE.search(before) or _ASKED_AFTER.match(after):
        return "neither"
    if _DID_IT_AFTER.match(after) and (_TO_ME_AFTER.match(after) or not _HELPED_AFTER.match(after)):
        return "witness"
    if _HELPED_BEFORE.search(before):
        return "witness" if _NOT_HELPED_BEFORE.search(before) and not _AIM_BEFORE.search(before) else "helped"
    if _HELPED_AFTER.match(after) and not _only_joined(before, after):
        return "helped"
    if _THEIR_THING_AFTER.match(after) or _GERMAN_AFTER.match(after) or _JAPANESE_AFTER.match(after):
        return "helped"
    return "witness"


def _only_joined(before: str, after: str) -> bool:
    """Whether what follows is a preposition of the sentence and not something the person did or could do."""
    preposition = re.match(r"^ ?(?:through|with|past|on|over|how|until|til|onto|into|out|back|up to speed|[a-z]+)\b", after)
    moves = re.match(r"^(?:'s [\w -]{1,40}?)? ?(?:can|could|is|are|was|were|got|has|had|been|'s|'re|merged|shipped|deployed|moved|carried|went|finished|now|took|closed)\b", after)
    return moves is None and preposition is not None
