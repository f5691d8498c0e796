"""The clause of a text that states an effect, in the text's own words.

What was done is no outcome; what came of it is: a clause introduced as an effect ("so that …"), one
with a measure, one that says what is so now, or what others then did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bot.domain.reading import followed
from bot.domain.reading.effects import gives_thanks, is_setback, says_it_worked
from bot.domain.reading.numbers import Found
from bot.domain.reading.patterns import any_of
from bot.domain.reading.prose import ToldSentence, clauses_of

#: Longer than this it is a story, not an outcome.
LONGEST_OUTCOME = 300

_EFFECT_VERB = (
    r"(?:has |have |had )?(?:since |already |now |finally )?"
    r"(?:cuts?|reduce[ds]|save[ds]|unblock(?:s|ed)|lets?|free[ds]|ma[dk]es?|removes?d?|prevent(?:s|ed)|avoid(?:s|ed)"
    r"|means?|meant|gets?|got|brought|took(?! me| us)|fixe[ds]|turned(?! out)|halve[ds]|double[ds]|stop(?:s|ped)|ended|helped|allow(?:s|ed)"
    r"|enable[ds]|spare[ds]|caught|ga?ve|kept|shaved|lowered|improve[ds]|settle[ds]|close[ds])"
)
_SUBJECT = (
    r"(?:now )?(?!nobody (?:can|could|is|has)\b)(?:the |our |their |his |her |its |all |both |every |each |other |no |<@\w+>|we |they |she |he |it |nobody "
    r"|anyone |everyone |everybody |two |three |four |[\w-]+ (?:team|teams|squad|squads) )"
)
_HOLDS = (
    r"(?:can|could|no longer|is|are|now|went|got|goes|go|works?|runs?|moved|stopped|shipped|merged|deployed|launched|kept|made"
    r"|don't (?:have|need)|didn't (?:have|need)|has|have|saved|chose|agreed|dropped|finished|use)"
)
#: What introduces an effect; the effect is what follows, to the end of the sentence.
_INTRODUCED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:outcome|result|impact|effect|ergebnis|resultado|résultat|wirkung|結果|効果) ?[:：] ?(?P<said>.+)",
        r"(?:→|->|=>|⇒)(?! ?[~<>$€£v]?\d)(?! ?(?:zero|one|two|three|four|five|six)(?:[,.;]|$))(?= ?\S+ \S| ?[぀-鿿])(?! ?(?:told|asked|made|sent|wrote|posted|i|we)\b) ?(?P<said>.+)",
        r"\b(?:so that|with the result that|which means(?: that)?|meaning(?: that)?|as a result,?|resulting in"
        r"|leading to|which led to|sodass|so dass|damit|de modo que|de forma que|de sorte que|si bien que|así que"
        r"|de modo a|grâce à quoi) (?P<said>.+)",
        r"\bthe (?:only |main )?reason(?: why| that)? (?P<said>(?:we|i) (?:can|could|have|are|still) .+?) (?:is|was)\b",
        r"(?:\b(?:is|are|was)|'s) (?:why|the (?:only |main )?reason(?: why| that)?) (?P<said>(?:we|i|our) .+)",
        r"\bbecause of (?:it|this|that|you|him|her),? (?P<said>(?:we|i) (?!was\b|were\b)\w+ .+)",
        rf"\b(?:which|(?<!what )that) (?P<said>{_EFFECT_VERB} .+)",
        rf"(?:^|[,;)] ?| [–—-] |\band |\bnow |\w )so (?!(?:the|our) (?:thing|problem|question|real|issue|point)\b)(?P<said>{_SUBJECT}(?:[\w'-]+ ){{0,5}}?{_HOLDS}\b.*)",
        r"\b(?:until|till|bis|hasta que|jusqu'à ce que|até) (?P<said>(?:[\w'<>@-]{1,24} ){1,6}?(?:went through|worked"
        r"|passed|merged|was green|went green|shipped|ran|landed|deployed|compiled|built|was live|durchging|lief|funcionó|funcionou"
        r"|est passée?|passou))\b",
        r"(?:^|[,;:] |\band )(?:since then|ever since|seitdem|desde entonces|depuis lors|desde então),? (?P<said>.+)",
        r"(?:^|:)(?P<said>[^:]+?)(?:,? ever)? since then$",
    )
)
_TROUBLE = (
    r"(?:pages?|alerts?|incidents?|outages?|errors?|complaints?|tickets?|crash(?:es)?|rollbacks?|regressions?|escalations?"
    r"|downtime|data loss|reverts?|flakes?|bugs?|orders?|5xx|4xx|double \w+|duplicates?|surprises?|rework|retries|restarts?)"
)
#: Trouble that is gone or didn't come.
_SPARED = any_of(
    rf"\b(?:no|zero|0|not a single|without a|lost no)(?: more| single| manual)? (?:[\w-]{{1,20}} )?{_TROUBLE}\b",
    r"^(?:and )?no more [\w-]+",
    r"\b(?:nobody|no one) (?:\w+ ){0,2}(?:misses|pages|waits|asks|has to|had to|lost|noticed|called|pinged|pings|calls|needed)\b|\bno longer (?:has|have|need|page|wait)\w*\b",
    r"\b(?:one|two|three|\d+) (?:[\w-]{1,20} ){1,2}(?:gone|less|fewer|retired)\b",
    r"\b(?:keine?|sin|aucune?|plus de|nenhuma?|sem)\b[^,]{0,40}\b(?:mehr|más|depuis|desde|seit|mais)\b",
)
#: A problem found in time.
_IN_TIME = any_of(
    r"^(?:and |i |we )*(?:caught|found|spotted|noticed|prevented|stopped|discovered|flagged)\b.*\b(?:before|in time)\b",
    r"\b(?:fixed|fixing it|changed|corrected|caught) before (?:the )?(?:merge|launch|release|it|they|we|anyone)\b",
    r"\b(?:it|that|this|which|they|we) would have (?:\w+ )?(?:cost|broken|taken|lost|leaked|double|paged|been|meant|eaten)",
    r"\bachamos\b.*\bantes\b|\bencontramos\b.*\bantes\b|\bgefunden\b.*\bbevor\b",
)
#: How it is now.
_NOW = any_of(
    r"^(?!(?:and )?i (?!can|could))(?=.*\b(?:now|again|by itself)\b).*\b(?:is|are|'s|'re|can|could|has|have|runs?|works?|builds?|deploys?|uses?|takes?|gets?)\b.*\b(?:now|again|by itself)\b",
    r"\b(?:now|jetzt|ahora|agora|désormais) (?:\w+ )?(?:is|are|can|runs?|works?|builds?|deploys?|uses?|takes?|gets?|owns?)\b",
    r"^(?:and )?(?:the |our |their )?(?:[\w-]+ ){1,4}(?:is|are) (?:now )?(?:settled|closed|gone|agreed|live|approved|accepted"
    r"|retired|adopted|automated|unified)\b",
    r"^(?!(?:i|i'm|ok|right|looking|just)\b)(?:[\w'<@>-]+ ){3,}now$",
    r"\bwe now \w+|\bas of today\b|\bstarted using\b",
    r"\b(?:ya|já) (?:puede|pueden|funciona|pode|podem|consegue)\b|\bpeut (?:de nouveau|enfin|maintenant)\b|\bkann (?:jetzt|wieder)\b",
    r"\bkönn(?:en|te) es (?:jetzt )?allein|\bläuft (?:wieder|jetzt)\b|使われて|できるように",
)
_DONE = (
    r"(?:(?!(?:asked|wanted|needed|tried|failed|missed|waited|called|started|looked|seemed|stayed|turned|proposed|suggested|nodded|thanked|promised|ignored|rejected|refused|declined|continued|complained|argued|insisted|replied|mentioned|answered|arrived|laughed)\b)\w+ed|did|got|went(?! home| quiet| silent)|took|chose"
    r"|made|kept|built|ran|wrote|rewrote|found|held|became|began|gave|cut|came (?:round|around|back|down|on board|up with)|won|now|is (?:live|done|up|past|in)|are (?:in|past|up"
    r"|green|on it)|has already|have already|build on|(?:was|were) (?:asked|back|up|live|green|running|gone|done|in\b(?! the)"
    r"|(?!(?:needed|supposed|tired|bored|confused|blocked)\b)\w+ed))"
)
_CHANGE_OF_COURSE = (
    r"(?:rewrote|changed|switched|dropped|adopted|moved|chose|approved|agreed|endorsed|took (?:it|this|that|them|on|over|up|out|in|the|one|our|her|his|my)|merged|shipped|signed|closed"
    r"|cancelled|reversed|won|redirected|reworked|re-?ranked|re-?planned|swapped|bought|postponed|parked|scrapped|reopened|extended|stopped|picked|accepted|renewed|copied|(?:was|were|got) (?:cut|changed|dropped|moved|rewritten|cancelled))"
)
_TEAMS = r"(?:[\w-]+ ){0,2}(?:teams?|squads?|groups?|folks|leads?|product|ops|legal|support|sales|finance|security)"
#: What others then did.
_OTHERS_DID = any_of(
    r"^(?!.*\b(?:with|to|asked|told|helped|showed) (?:me|us)\b)(?!.*\banyway\b)(?:and |but |then |which |today |this week |hoy )*"
    rf"(?:they|she|he|it|both|all (?:three|of them)|everyone|<@\w+>(?: and i)?|who now|{_TEAMS})"
    rf"(?:'ve|'s since| have| has| all| both| then| later| finally| could| also| since)* {_DONE}\b",
    r"^(?:and )?who now \w+",
    r"^(?:and )?(?:they|she|he)(?:'re|'s| are| is) (?:now |already )?(?:in|up|back|past|live|unblocked"
    r"|(?!(?:waiting|looking|asking|trying|still|taking|having|being|getting)\b)\w+ing)\b",
    r"(?<!what )(?<!if )(?<!whether )(?<!how )(?<!when )(?<!that )\b(?:she|he|they) (?:could|can)(?!'t)(?: now| finally)? (?!not\b)\w+",
    r"^(?:and )?(?:first |the |her |his |their )?(?:\w+ )?(?:pr|deploy|release|launch|migration|branch|finding|change|fix|sync|ticket)s?"
    r" (?:was |were |got )?(?:merged|approved|shipped|closed|passed|went|moved|landed|held|is in\b|is live)\b",
    rf"^(?!(?:i|we|my|so|also|and i|and we|you|had|got|what|which)\b)(?:and (?!\w+ed\b|took\b|chose\b|rewrote\b))?(?:[\w'-]+ ){{1,3}}(?:have |has |then |since )?{_CHANGE_OF_COURSE}\b(?! anyway)",
    r"^(?:and )?we (?:all |then )?(?:agreed|settled on|landed on|recovered|were back|are back|are live|lost (?:no|nothing)|(?:left|came out|ended up) with)\b",
    r"^(?:elle|il|ils|elles|ella|él|ellos|sie|er|ela|ele|eles) (?:est|a|ont|sont|pudo|pudieron|hat|haben|ist|sind|foi|fez)\b",
    r"^(?:hoy )?lo hiz[oe]|一人でできました|無事に",
)
#: What an effect clause ends before: an objection, or the cause it came of.
_ENDS = any_of(
    r",? (?:but|although|though|however|aber|pero|mais(?! rápid)|mas) .*$",
    r",? (?:since|after|because|now that) (?:i|we|my|our|<@\w+>)(?!\w).*$",
    r"(?<=\w\w)[^\w)]{1,6}(?:big |many |huge )?(?:thanks|thank you|thx|ty|cheers|kudos|props|merci|danke|gracias|obrigad[oa]|valeu)\b.*$",
)
#: What the writer did is no effect, however it goes on.
_MY_DEED = re.compile(
    r"(?:and |then |but |so )*(?:i|i've|i'm)\b(?!'m (?:un|\w+ing again)| (?:now |finally |just )*(?:can|could|found|know|understand))",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:and |but |so )*(?:if|when|whenever|once|unless|until|because|as soon as|(?:which|who) had) |.*\b(?:in my (?:org|line|team)|report to me)\b",
    re.IGNORECASE,
)
#: How it was before isn't what came of it.
_BEFORE = re.compile(
    r"(?:before|earlier),|(?:previously|originally|initially)\b|for (?:years|months|weeks|ages|two|three|\d+)\b",
    re.IGNORECASE,
)
#: What a deed led to, where a measure stands in the same clause.
_THAT = re.compile(r"\b(?:that|which) (?=[\w ]{0,20}$)", re.IGNORECASE)
_SHE_OR_HE = re.compile(r"(?:and |then |but )*(?:she|he)\b", re.IGNORECASE)
_FILLER = re.compile(
    r"^(?:(?:and|but|then|und|aber|y|pero|et|mais|e|yesterday|today|gestern|ayer|hier|ontem|i think|apparently) )+"
    r"|^after [^,]{3,60}? (?=(?:they|she|he)\b)"
    r"|^(?:thanks|thank you|thx|kudos|props|gracias|danke|merci|obrigad[oa])(?: (?:to|a|à|an))? [\w'<@>-]+ (?=i |we )",
    re.IGNORECASE,
)
#: Full stops and emoji, which close a clause and don't change it.
_LAST_SIGNS = re.compile(r"[^\w)>%…'\"*]{1,20}$")
_OUTER = " ,;:.!-–—(\"“”'…。"

_Span = tuple[int, int]


class _Clause(NamedTuple):
    """Where a clause stands, its words, and whether they may be an effect at all."""

    start: int
    end: int
    words: str
    may_be: bool


class _InClauses(NamedTuple):
    """A sentence that tells of something, cut into its clauses: once, as it is gone through again and again."""

    told: ToldSentence
    clauses: list[_Clause]


def outcome_in(told: tuple[ToldSentence, ...], measured: Found | None, *, by_another: bool = False) -> str | None:
    """The clause that states an effect; `None` when the text only says what was done, asked or meant.

    `measured` is the text's measure, where it has one: its clause is an outcome. Words `by_another` tell of
    the effect on themselves, and of somebody's deeds that are no effect.
    """
    of_now = [each for each in told if not _BEFORE.match(each.sentence)]
    in_short = None
    for said in _in_order_of_trust(of_now, measured, by_another):
        if (tidied := _tidied(said)) is None:
            continue
        if not tidied.isalpha() or not tidied.isascii():
            return tidied
        in_short = in_short or tidied
    return in_short


def _in_order_of_trust(told: list[ToldSentence], measured: Found | None, by_another: bool) -> Iterator[str]:
    for each in told:
        for pattern in _INTRODUCED:
            if match := pattern.search(each.sentence):
                yield match.group("said")
    if measured:
        yield _clause_around(measured)
    cut = [_in_clauses(each) for each in told]
    yield from _clauses_that(cut, lambda clause: _SPARED.search(clause) or _IN_TIME.search(clause))
    yield from _clauses_that(cut, lambda clause: says_it_worked(clause) or _is_now(clause))
    if by_another:
        yield from _last_clauses_that(cut, followed.ON_WHO_THANKS.search)
        yield from _clauses_that(cut, followed.OF_WHOM_IS_THANKED.search)
    yield from _clauses_that(cut, _agreed)
    yield from _clauses_that(cut, followed.SINCE.search)
    yield from _last_clauses_that(cut, _others_did_in_thanks if by_another else _others_did)
    yield from _last_clauses_that(cut, followed.NEW_STATE.search)


def _in_clauses(told: ToldSentence) -> _InClauses:
    clauses = list[_Clause]()
    for start, end in clauses_of(told.sentence):
        words = _LAST_SIGNS.sub("", told.sentence[start:end]).strip()
        clauses.append(_Clause(start, end, words, not _MY_DEED.match(words) and not _CONDITION.match(words)))
    return _InClauses(told, clauses)


def _is_now(clause: str) -> object:
    """How it is now, where the clause doesn't begin with the writer's own deed ("started it now")."""
    return None if followed.OWN_DEED.match(clause) else _NOW.search(clause)


def _others_did(clause: str) -> object:
    return _OTHERS_DID.search(clause) or _others_took_up(clause)


def _others_did_in_thanks(clause: str) -> object:
    """In thanks, "she found it" is what is thanked for."""
    return None if _SHE_OR_HE.match(clause) else _others_did(clause)


def _agreed(clause: str) -> object:
    return None if followed.OWN_DEED.match(clause) else followed.AGREED.search(clause)


def _others_took_up(clause: str) -> object:
    if followed.OWN_DEED.match(clause):
        return None
    return followed.TAKEN_UP.search(clause) or followed.ELSEWHERE.search(clause)


def _last_clauses_that(sentences: Sequence[_InClauses], is_effect: Callable[[str], object]) -> Iterator[str]:
    """From the end, where a story has its effect, and never a text's first clause."""
    yield from reversed(list(_clauses_that(sentences, is_effect, after_another=True)))


def _clauses_that(
    sentences: Sequence[_InClauses], is_effect: Callable[[str], object], *, after_another: bool = False
) -> Iterator[str]:
    """The runs of neighbouring clauses that are effects; with `after_another`, never a text's first clause."""
    for told, clauses in sentences:
        run: _Span | None = None
        for position, clause in enumerate(clauses):
            may_be = clause.may_be and not (after_another and told.number == position == 0)
            if may_be and is_effect(clause.words):
                run = (run[0] if run else clause.start, clause.end)
            elif run:
                break
        if run:
            yield told.sentence[slice(*run)]


def _clause_around(measured: Found) -> str:
    """The clauses the measure stands in; with what is measured, where that stands before a colon."""
    sentence = measured.sentence
    spans = clauses_of(sentence)
    touched = [index for index, (start, end) in enumerate(spans) if start < measured.end and end > measured.start]
    if not touched:
        return sentence
    first, last = touched[0], touched[-1]
    if first > 0 and sentence[spans[first - 1][1]] == ":":
        first -= 1
    clause = sentence[spans[first][0] : spans[last][1]]
    if followed.OWN_DEED.match(clause.lstrip()) and (match := _THAT.search(sentence, spans[first][0], measured.start)):
        return sentence[match.end() : spans[last][1]]
    return clause


def _tidied(said: str) -> str | None:
    """Without what hangs over its ends; nothing when it is a setback, mere thanks, or too long to be one."""
    shortened = _ENDS.sub("", said)
    clause = _FILLER.sub("", (shortened if " " in shortened.strip() else said).strip(_OUTER)).strip(_OUTER)
    if not 3 <= len(clause) <= LONGEST_OUTCOME or is_setback(clause):
        return None
    return None if gives_thanks(clause) and not says_it_worked(clause) else clause
