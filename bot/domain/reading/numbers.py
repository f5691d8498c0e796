"""A number that says how large an outcome was, with what it was before where the text tells.

Only numbers of an effect: "from 14 to 6 minutes", "cut by 40 %", "3x faster", "saved two weeks".
A count that merely stands in the text (a port, a ticket, a version) is none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.domain.evidence import Value
from bot.domain.reading.patterns import FEW_WORDS
from bot.domain.reading.prose import ToldSentence

_N = (
    r"(?<![\w.,#-])[~≈<>≤≥]?(?:[$€£¥] ?)?\d{1,3}(?:[.,'\u00a0\u202f]\d{3})*(?:[.,:]\d{1,4})?"
    r"(?:h\d\d|k|m|mio|bn)?(?: ?[€£](?!\d))?(?!\w*-\d)(?!\.\d)"
)
_N_JA = r"(?<![\d.,])\d{1,3}(?:[.,]\d{1,4}){0,3} ?(?:%|分|秒|時間|日|週間|件|人|万円|円|チーム|GB|MB|ms)"
#: Who or what can take something up, so that their number says how far it went.
_WHO = (
    r"squads?|tribes?|departments?|divisions?|domains?|domaines|leads?|products?|apps|projects?|clients?|partners?|vendors?"
    r"|countries|markets|sites|plants|companies|families|boards|équipes|equipos|equipas|times"
)
_COUNTED = (
    r"pages?|alerts?|tickets?|incidents?|errors?|crashes|teams?|services?|people|engineers?|developers|users?|customers?"
    r"|repos?|builds?|deploys?|tests?|steps?|clicks?|queries|calls|requests|cves?|nodes?|instances?|pods?|meetings?|lines"
    rf"|rows|retries|rollbacks?|releases?|bugs?|escalations?|complaints?|forks|{_WHO}"
)
_UNIT = (
    r"(?:%|percent|per cent|prozent|pp|ms|µs|us|ns|s|sec(?:ond)?s?|min(?:ute)?s?|h|hrs?|hours?|days?|weeks?|months?|years?"
    r"|quarters?|sprints?|tb|gb|mb|kb|[kmgt]ib|rps|qps|x|(?:engineer|person|dev|man)[- ](?:hours|days|weeks|months)"
    r"|eur|usd|euros?|dollars|minuten?|stunden?|tagen?|wochen?|sekunden?|monaten?|minutos?|horas?|d[ií]as?|semanas?"
    rf"|segundos?|meses|minutes|heures?|jours?|semaines?|secondes?|mois|{_COUNTED})"
)
_SPAN_OF_TIME = (
    r"(?:second|minute|hour|day|night|week|month|year|quarter|sprint|deploy|build|release|team|tag|woche|monat|jahr|d[ií]a"
    r"|semana|mes|mês|ano|año|jour|semaine|mois|an)"
)
_TIME = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|quarters?|sprints?)"
_PER = (
    r"(?: ?/ ?(?:s|sec|min|h|hr|hour|day|d|week|wk|w|month|mo|year|yr|quarter|deploy|build|release)\b"
    rf"| (?:a|per|each|every|im|pro|al|par|por|au|à la|am) {_SPAN_OF_TIME}\b)?"
)
_Q = rf"(?:(?<![\w.])\d{{1,4}} in \d{{1,7}}(?![\w-])|{_N}(?:[ -]?{_UNIT}(?!\w))?{_PER})"
_WORD = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|a hundred)(?![a-z])"
)
_SMALL = (
    rf"(?:{_WORD}|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|dos|tres|cuatro|cinco|seis|siete|ocho|dois|três|quatro)"
)
_SOME_MORE = r"(?:(?:other|more|different|product|partner|backend|platform) )?"
_OFTEN = r"(?:(?:once|twice|three times) (?:a|per|every) \w+|every (?:day|week|hour|month)|daily|weekly|monthly)"
_Q_OR_WORD = rf"(?:{_Q}|(?:{_WORD}|none)(?: {_UNIT}(?!\w))?{_PER})"
_GAP = r"(?: [\w-]{1,20}){0,2}?"
_ABOUT = r"(?:(?:about|around|roughly|almost|nearly|over|under|only|just|some|more than|at least|an estimated|ca\.|un|unas|unos|rund|etwa|environ) )?"
_SAVED = (
    r"(?:sav(?:ed|es|ing)|avoid(?:ed|s|ing)|freed(?: up)?|recovered|gained|won back|gespart|eingespart|spart|sparen"
    r"|ahorr[aóéo]\w*|économis\w+|gagn[eé]\w*|economiz\w+|poup\w+)"
)
_CHANGED = (
    r"(?:cut(?:ting|s)?|reduc(?:ed|es|ing)|drop(?:ped|s|ping)?|fell|lower(?:ed|s|ing)?|improv(?:ed|es|ing)|rose|grew"
    r"|increas(?:ed|es|ing)|shrank|shrunk|shav(?:ed|es|ing)|decreas(?:ed|es)|boost(?:ed|s)|raised|down|up|trimmed"
    r"|gesenkt|reduziert|verkürzt|gesunken|redu[jc]\w+|bajó|bajaron|bajamos|réduit|baissé|reduzi\w+|caiu|diminu\w*)"
)
_MORE_OR_LESS = (
    r"(?:faster|fewer|less|lower|cheaper|smaller|more|better|higher|shorter|quicker|reduction|drop|decrease|improvement"
    r"|weniger|schneller|günstiger|más rápid\w*|menos|de moins|plus rapide|mais rápid\w*|a menos)"
)
_WAS = (
    r"(?:was|were|used to be|it used to be|it was|it took|previously|instead of|rather than|compared to|statt"
    r"|vorher|antes|antes eran|en lugar de|en vez de|au lieu de|em vez de|avant)"
)


def _ways(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


#: Both ends of a change: `a` is before, `b` is after.
_CHANGES = _ways(
    rf"\b(?:from|von|de|desde|des) {_ABOUT}(?P<a>{_Q_OR_WORD}){_GAP},? (?:down |up |all the way )?"
    rf"(?:to|auf|a|à|para|hasta) {_ABOUT}(?P<b>{_Q_OR_WORD})",
    rf"(?P<a>{_Q}){_GAP} ?(?:→|->|=>|⇒) ?(?P<b>{_Q_OR_WORD})",
    rf"(?P<a>{_Q_OR_WORD})(?: [\w-]{{1,20}}){{0,3}}? ?(?:→|->|=>|⇒) ?(?P<b>{_Q_OR_WORD})(?=[,.;)!]|$)",
    rf"(?P<a>{_Q_OR_WORD})(?: [\w-]{{1,20}}){{0,3}}? (?:yesterday|before|last \w+|in \w+|earlier|previously),? (?P<b>{_Q_OR_WORD})"
    r"(?: [\w-]{1,20}){0,2}? (?:today|now|this \w+)\b",
    rf"\bwas (?P<a>{_Q_OR_WORD})\b[^.;]{{0,40}}?,? (?:today|now)(?: it)?(?: is|'s) (?P<b>{_Q_OR_WORD})",
    rf"(?P<a>{_Q_OR_WORD}){_GAP} (?:became|turned into|went (?:down |up )?to|dropped to|fell to|is now|are now|now) {_ABOUT}(?P<b>{_Q_OR_WORD})",
    rf"(?P<b>(?:{_N}|\b{_WORD}) {_TIME}),? (?:not|instead of|rather than) {_ABOUT}(?P<a>(?:{_N}|{_WORD}) {_TIME})(?!\w)",
    rf"\b(?:down|up) to {_ABOUT}(?P<b>{_Q_OR_WORD}){_GAP},? from {_ABOUT}(?P<a>{_Q_OR_WORD})",
    rf"(?P<b>{_Q}){_GAP},? ?\(?{_WAS} {_ABOUT}(?P<a>{_Q_OR_WORD})",
    rf"(?P<b>\b{_OFTEN}){_GAP},? ?\(?{_WAS} {_ABOUT}(?P<a>{_OFTEN}|{_Q_OR_WORD})",
    rf"\b(?:used to (?:take|be|cost|need)|took|was taking)(?: us| them)? {_ABOUT}(?P<a>{_Q_OR_WORD})[^.;]{{0,40}}?"
    rf"\bnow(?: it)?(?: takes| is|'s| costs| needs| runs in)? {_ABOUT}(?P<b>{_Q_OR_WORD})",
    rf"\bnow (?:takes|is|costs|needs|runs in) {_ABOUT}(?P<b>{_Q_OR_WORD})[^.;]{{0,30}}?"
    rf"\b(?:it took|took|was|were|used to be) {_ABOUT}(?P<a>{_Q_OR_WORD})",
    rf"(?P<a>{_N_JA})から(?P<b>{_N_JA})",
)
#: A change or an amount without what it was before: `b` is the number.
_AMOUNTS = _ways(
    rf"\b{_CHANGED}\b{FEW_WORDS} (?:by|um|en un|en|de|em|por) {_ABOUT}"
    rf"(?P<b>{_Q_OR_WORD}|half|a third|a quarter|two thirds|la mitad|die hälfte|moitié|metade)(?!\w)",
    rf"(?P<b>{_N} ?(?:%|percent|per cent)) (?:\w+ )?{_MORE_OR_LESS}\b",
    rf"(?P<b>(?<![\w.]){_N} ?[x×](?= (?:{_MORE_OR_LESS}|as|the|more)\b)|\b{_N} times(?= (?:as|faster|fewer|more|less|cheaper|quicker)))",
    r"(?P<b>\b(?:twice|(?:three|four|five|ten) times)(?= (?:as|faster|more|fewer)))",
    rf"(?P<b>{_N} (?:fewer|less|more) (?:{_COUNTED}){_PER})(?!\w)",
    rf"(?P<b>(?<![\w])[$€£¥] ?{_N}{_PER}|{_N}(?:[$€£¥]|eur|usd)?{_PER}) (?:lower|less|cheaper|saved)\b",
    rf"\b{_SAVED}{FEW_WORDS} {_ABOUT}(?P<b>{_Q})(?!\w)",
    rf"\b{_SAVED}{FEW_WORDS} (?P<b>(?:{_WORD}|a|an|a couple of|several|half a) {_UNIT}{_PER})(?!\w)",
    rf"(?P<b>{_Q}) (?:saved|faster|gespart|avoided|earlier|économisés?|ahorrad\w+|sooner)\b",
    rf"\b(?:cut|shav(?:ed|es)|trimmed|knocked|took) {_ABOUT}(?P<b>{_Q}) (?:off|out of|from)\b",
    rf"\b{_CHANGED}{FEW_WORDS} {_ABOUT}(?P<b>{_N} ?[x×])(?!\w)|\b(?:is|are|now) {_ABOUT}(?P<c>{_N} ?[x×])(?!\w)",
    rf"\b(?:used|adopted|followed|copied|picked up|taken up|adopté\w*|utilisé\w*|adoptad\w*|usad\w*) (?:now )?"
    rf"(?:by|in|at|across|par|por) (?:all |the |les |los |as |os )*(?P<b>{_N} {_SOME_MORE}{_UNIT}|{_SMALL} {_SOME_MORE}{_UNIT})(?!\w)",
    rf"\b(?:standard|default|starting point|template|basis|base) (?:for|in|of|at|across) (?:all |the )?"
    rf"(?P<b>(?:{_N}|{_SMALL}) {_SOME_MORE}(?:{_COUNTED}))(?!\w)",
    rf"(?:^|[,;:] |\band )(?:so |now |since \w+,? )*all(?: of)?(?: the| our)? (?P<b>(?:{_N}|{_SMALL}) (?:[\w-]{{1,20}} )?"
    rf"(?:teams|services|repos|{_WHO}))"
    r" (?!to\b|need|should|that\b|with\b|still\b|fail)\w+",
    rf"(?P<b>{_N}/{_N} (?:{_COUNTED}))(?!\w)",
    rf"\b(?:landed|came|stays?|stayed|is|are|was|were) (?P<b>within {_N} ?(?:%|percent|ms|s|minutes?|hours?|days?))(?!\w)",
    rf"(?P<b>(?:{_N}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))(?: (?:other|more|product|different))?"
    rf" (?:{_COUNTED})) (?:now |have (?:all |now |since )?|has |already |since |then )*"
    r"(?:are on it|(?:us|adopt|run|mov|migrat|follow|buil[dt]|switch|cop(?:y|ied)|onboard|deploy|rotat|agree|sign|commit|reus"
    r"|approv|accept|tak|took|fork|derive)\w*)",
    rf"\b{_CHANGED} (?:to |at )?{_ABOUT}(?P<b>{_N} ?(?:%|percent|ms|s|min(?:ute)?s?|hours?|seconds?)(?!\w)(?! (?:cpu|of)){_PER})",
    rf"(?P<b>\b(?:zero|0) (?:[\w-]{{1,16}} )?(?:downtime|data loss|outages|regressions|reverts|flakes|(?!people)(?:{_COUNTED})))\b",
    r"(?P<b>\b(?:zero|0) (?:failed|lost|missed|broken|dropped|duplicate|false|late|manual|unplanned) [a-z]{3,16})\b",
    r"(?P<b>\b(?:halv(?:ed|es|ing)|doubled|tripl(?:ed|es)|quadrupled))\b",
    rf"(?P<b>{_N_JA})(?:短縮|削減|減|改善|節約|速く|向上)",
)
#: What comes after didn't happen.
_NOT_SO = re.compile(r"\b(?:would|could|might) have $|\b(?:upgrad\w+|bump\w*)(?: [\w-]+){0,3} $", re.IGNORECASE)
_DIGIT_OR_WORD = re.compile(
    rf"\d|\b(?:{_SMALL}|half|halv|doubl|tripl|quadrupl|twice|{_SAVED}|daily|every|hälfte|mitad|moitié|metade)",
    re.IGNORECASE,
)


class Measure(Value):
    """How large the outcome was, in the text's own words."""

    number: str | None = None
    baseline: str | None = None


class Found(NamedTuple):
    """A measure, and where in which sentence it stands."""

    measure: Measure
    sentence: str
    start: int
    end: int


def measure_in(told: tuple[ToldSentence, ...]) -> Found | None:
    """The first change with both its ends, else the first amount; `None` when there is neither."""
    candidates = [each.sentence for each in told if _DIGIT_OR_WORD.search(each.sentence)]
    for sentence in candidates:
        for pattern in _CHANGES:
            if (match := pattern.search(sentence)) and not _NOT_SO.search(sentence[: match.start()]):
                return Found(_change(match.group("a"), match.group("b")), sentence, *match.span())
    for sentence in candidates:
        for pattern in _AMOUNTS:
            if (match := pattern.search(sentence)) and not _NOT_SO.search(sentence[: match.start()]):
                return Found(Measure(number=match.group(match.lastgroup or "b").strip()), sentence, *match.span())
    return None


def _change(before: str, after: str) -> Measure:
    """Both ends of the change; a unit said once holds for both."""
    before, after = before.strip(), after.strip()
    if before[0] in "$€£¥" or after[0] in "$€£¥":
        return Measure(number=after, baseline=before)
    unit_before, unit_after = _unit_of(before), _unit_of(after)
    if unit_after and not unit_before and before[-1].isdecimal():
        before += unit_after
    elif unit_before and not unit_after and after[-1].isdecimal():
        after += unit_before
    return Measure(number=after, baseline=before)


def _unit_of(quantity: str) -> str:
    """What follows the digits, with the blank between; empty for a number word or a bare number."""
    match = re.match(r"[~≈<>≤≥]?[\d.,:'\u00a0\u202f]+", quantity)
    return quantity[match.end() :] if match else ""
