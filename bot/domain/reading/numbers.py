"""A number that says how large an outcome was, with what it was before where the text tells.

Only numbers of an effect: "from 14 to 6 minutes", "cut by 40 %", "3x faster", "saved two weeks".
A count that merely stands in the text (a port, a ticket, a version) is none.
"""

from __future__ import annotations

import re

from bot.domain.evidence import Value

_N = r"(?<![\w.,#-])[~≈<>≤≥]?(?:[$€£¥] ?)?\d{1,3}(?:[.,   ']\d{3})*(?:[.,]\d{1,4})?(?:[kKmM]\b)?(?![\w]*-\d)"
_UNIT_WORDS = (
    r"%|percent|per cent|pp|ms|µs|us|ns|s|sec(?:ond)?s?|min(?:ute)?s?|mins|h|hrs?|hours?|days?|weeks?|months?|years?|quarters?|sprints?|tb|gb|mb|kb|[kmgt]ib|rps|qps|req/s|x"
    r"|engineer[- ](?:days|weeks|months)|person[- ](?:days|weeks|months)|dev[- ]days|eur|usd|euros?|dollars|pages?|alerts?|tickets?|incidents?|errors?|crashes|teams?|services?|people|engineers?|users?|customers?|repos?|builds?|deploys?|tests?|steps?|clicks?|queries|calls|requests|vulnerabilities|cves?|nodes?|instances?|pods?|meetings?|lines|rows|retries|rollbacks?|releases?|bugs?|escalations?|complaints?"
    r"|minuten|stunden?|tagen?|tage|wochen?|sekunden?|monate[n]?|prozent|minutos?|horas?|días?|dias?|semanas?|segundos?|meses|minutes|heures?|jours?|semaines?|secondes?|mois|分|秒|時間|日|週間|件|人|チーム|万円|円"
)
_PER = r"(?: ?/ ?(?:s|sec|min|h|hr|hour|day|d|week|wk|w|month|mo|year|yr|quarter|deploy|build|release|mes|monat|woche|mois|mês)\b| (?:a|per|each|every|im|pro|al|par|por|au|à la) (?:second|minute|hour|day|week|night|month|year|quarter|sprint|deploy|build|release|team|tag|woche|monat|jahr|día|semana|mes|año|jour|semaine|mois|an|dia|mês|ano))?"
_Q = rf"{_N}(?: ?(?:{_UNIT_WORDS})(?![\w]))?(?: (?:pages|alerts|tickets|errors))?{_PER}"
_WORD_N = r"zero|no|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen"
_Q_WORDS = rf"(?:{_Q}|(?:{_WORD_N})(?: (?:{_UNIT_WORDS}){_PER})?)"
_GAP = r"(?: [\w-]{1,20}){0,2}?"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: Both ends of a change; `a` is before, `b` is after.
_CHANGES = tuple(
    _compiled(pattern)
    for pattern in (
        rf"\b(?:from|von|de|desde|des?) (?:about |around |roughly |over |nearly |some |ca\. ?)?(?P<a>{_Q_WORDS}){_GAP},? (?:down |up |all the way )?(?:to|auf|a|à|para|hasta|bis) (?:about |around |roughly |under |over |just |nearly |ca\. ?)?(?P<b>{_Q_WORDS})",
        rf"(?P<a>{_Q}){_GAP} ?(?:→|->|=>|➔|⇒|⟶|>>) ?(?P<b>{_Q_WORDS})",
        rf"\b(?:down|up) to (?:about |around |roughly |under |just )?(?P<b>{_Q_WORDS}){_GAP},? from (?:about |around )?(?P<a>{_Q_WORDS})",
        rf"(?P<b>{_Q}){_GAP},? ?\(?(?:was|were|used to be|previously|instead of|rather than|compared to|vs\.?|versus|before it was|statt|vorher|antes|en lugar de|en vez de|au lieu de|em vez de|avant)(?: of| around| about| over)? (?P<a>{_Q_WORDS})",
        rf"\b(?:used to (?:take|be|cost|need)|took|was taking)(?: us| them| about| around)* (?P<a>{_Q_WORDS})[^.;]{{0,40}}?\b(?:now|and now|today)(?: it)?(?: takes| is| it's|'s| it is| costs| needs| about| under)* (?P<b>{_Q_WORDS})",
        rf"(?P<a>{_Q})から(?P<b>{_Q})",
    )
)
_SHRINKS = (
    r"cut(?:ting|s)?|reduc(?:ed|es|ing|tion)|drop(?:ped|s|ping)?|fell|lower(?:ed|s|ing)?|improv(?:ed|es|ing)|rose|grew|increas(?:ed|es|ing)|shrank|shrunk|shav(?:ed|es|ing)|decreas(?:ed|es)|boost(?:ed|s)|raised|down|up|trimmed|went (?:down|up)"
    r"|gesenkt|reduziert|verkürzt|schneller|gesunken|redujo|reducido|reducimos|bajó|baj[oa]ron|réduit|baissé|reduziu|reduzimos|caiu|diminu\w*"
)
#: A change or an amount without what it was before; `b` is the number.
_AMOUNTS = tuple(
    _compiled(pattern)
    for pattern in (
        rf"\b(?:{_SHRINKS})\b(?: [\w'/-]{{1,24}}){{0,7}}? (?:by|um|en un|en|de|em|por) (?:about |around |roughly |almost |nearly |over |more than |at least |un |ca\. ?)?(?P<b>{_Q_WORDS}|half|a third|a quarter|two thirds|la mitad|die hälfte|moitié|metade)(?!\w)",
        rf"(?P<b>{_N} ?(?:%|percent|per cent)) (?:\w+ )?(?:faster|fewer|less|lower|cheaper|smaller|more|better|higher|reduction|drop|decrease|improvement|shorter|weniger|schneller|günstiger|más rápid\w*|menos|de moins|plus rapide|mais rápid\w*|a menos)",
        rf"(?P<b>(?<![\w.]){_N} ?[x×](?!\w)|\b(?:twice|three times|four times|five times|ten times)(?= (?:as|faster|the|more|fewer))|\b{_N} times(?= (?:as|faster|fewer|more|less|cheaper|quicker)))",
        rf"\b(?:sav(?:ed|es|ing)|avoid(?:ed|s|ing)|freed(?: up)?|recovered|gained|won back|(?:ein)?gespart|spart|sparen|ahorr[aóéo]\w*|économis\w+|gagn[eé]\w*|economiz\w+|poup\w+)(?: [\w'/-]{{1,24}}){{0,5}}? (?:about |around |roughly |almost |nearly |over |more than |at least |ca\. ?|an estimated )?(?P<b>{_Q})(?!\w)",
        rf"\b(?:sav(?:ed|es|ing)|avoid(?:ed|s|ing)|freed(?: up)?)(?: [\w'/-]{{1,24}}){{0,5}}? (?P<b>(?:{_WORD_N}|a|an|a couple of|several|half a) (?:{_UNIT_WORDS}){_PER})(?!\w)",
        rf"(?P<b>{_Q}) (?:saved|faster|gespart|avoided|earlier|économisés?|ahorrad\w+|sooner)\b",
        rf"\b(?:used|adopted|followed|copied|picked up|taken up) (?:now )?by (?P<b>{_Q_WORDS})(?!\w)",
        rf"(?P<b>(?:{_N}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)) (?:other |more |product |different )?(?:teams|services|squads|repos|engineers|people|orgs|tribes|developers)) (?:now |have (?:now |since )?|already |since )?(?:use|used|adopt|adopted|run|moved|migrated|follow|build|switched|copied|onboarded|deploy)\w*",
        rf"\b(?:down|up|dropped|fell|rose|grew|now|back|cut|at|under|below|hits?) (?:to |at |below |under |above )?(?P<b>{_N} ?(?:%|percent|ms|s|min(?:ute)?s?|hours?|seconds?)(?!\w)(?! (?:cpu|of))){_PER}",
        rf"(?P<b>\b(?:zero|no|0) (?:[\w-]{{1,16}} )?(?:downtime|pages|incidents|alerts|rollbacks|errors|outages|tickets|escalations|regressions|data loss|complaints|reverts|flakes|flaky \w+))\b",
        r"(?P<b>\b(?:halv(?:ed|es|ing)|doubl(?:ed|es)|tripl(?:ed|es)|quadrupled))\b",
        rf"(?P<b>{_N} ?(?:%|分|時間|日|週間|件|円|万円))(?:短縮|削減|減|改善|節約|速く|向上)",
        rf"(?P<b>[$€£¥] ?{_N}{_PER})(?= (?:saved|less|cheaper|a |per ))",
    )
)
_INTENT = re.compile(r"\b(?:will|'ll|would|should|could save|going to|want to|hope to|plan to|aim to|target|goal|estimate[ds]? (?:that|it))\b", re.IGNORECASE)


class Measure(Value):
    """How large the outcome was, in the text's own words."""

    number: str | None = None
    baseline: str | None = None


def measure_in(sentences: tuple[str, ...]) -> Measure | None:
    """The first change with both its ends, else the first amount; `None` when there is neither."""
    candidates = [sentence for sentence in sentences if _has_amount(sentence) and not _INTENT.search(sentence)]
    for sentence in candidates:
        for pattern in _CHANGES:
            if match := pattern.search(sentence):
                return _change(match.group("a"), match.group("b"))
    for sentence in candidates:
        for pattern in _AMOUNTS:
            if match := pattern.search(sentence):
                return Measure(number=match.group("b").strip())
    return None


_AMOUNT = re.compile(r"\d|\b(?:zero|no|half|halv|doubl|tripl|quadrupl|twice|times|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a|an|hälfte|mitad|moitié|metade)", re.IGNORECASE)
_UNIT_AT_END = re.compile(rf"(?<=[\d ])(?P<unit>(?:{_UNIT_WORDS})(?!\w).*)$", re.IGNORECASE)


def _has_amount(sentence: str) -> bool:
    return _AMOUNT.search(sentence) is not None


def _change(before: str, after: str) -> Measure:
    """Both ends of the change; a unit said once holds for both."""
    before, after = before.strip(), after.strip()
    unit_before, unit_after = _UNIT_AT_END.search(before), _UNIT_AT_END.search(after)
    if unit_after and not unit_before and not re.match(r"[$€£¥]", before):
        before = f"{before}{_join(after, unit_after)}"
    elif unit_before and not unit_after and not re.match(r"[$€£¥]", after):
        after = f"{after}{_join(before, unit_before)}"
    return Measure(number=after, baseline=before)


def _join(said: str, unit: re.Match[str]) -> str:
    return said[len(said[: unit.start()].rstrip()) :]
