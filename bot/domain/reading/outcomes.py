"""The clause of a text that states an effect, in the text's own words."""

from __future__ import annotations

import re

from bot.domain.reading.effects import is_setback, says_it_worked

#: Longer than this it is a story, not an outcome.
LONGEST_OUTCOME = 300


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_EFFECT_VERB = (
    r"cut|cuts|reduced|reduces|saved|saves|unblocked|unblocks|let|lets|freed|frees|made|makes|dropped|removed|removes|prevented|prevents|avoided|avoids|meant|means|got|brought|took|fixed|turned|halved|doubled"
    r"|stopped|ended|helped|allowed|allows|enabled|enables|spared|caught|gave|kept|shaved|lowered|improved"
)
#: What introduces an effect; the clause begins after it.
_INTRODUCED = tuple(
    _compiled(pattern)
    for pattern in (
        r"\b(?:outcome|result|impact|effect|ergebnis|resultado|résultat|wirkung|結果|効果) ?[:：] ?(?P<said>.+)",
        r"(?:→|->|=>|⇒|➔)(?! ?[~<>$€£]?\d) ?(?P<said>.+)",
        r"\b(?:so that|with the result that|which means(?: that)?|meaning(?: that)?|as a result,?|resulting in|leading to|which led to|sodass|so dass|damit|de modo que|de forma que|de sorte que|si bien que|así que|de modo a) (?P<said>.+)",
        rf"\b(?:which|that) (?P<said>(?:has |have |had )?(?:since |already |now )?(?:{_EFFECT_VERB})\b.+)",
        r"(?:^|[,;—–-] ?|\b(?:and|now) )so (?P<said>(?:now )?(?:the |our |their |all |both |every |other |no |<@\w+> |we |they |she |he |nobody |anyone |everyone |[\w-]+ team )[^.]+)",
        r"\b(?:until|til|till|bis|hasta que|jusqu'à ce que|até) (?P<said>(?:the |her |his |their |our |it |she |he |they |ihr |sein |su |la |o |a |son |sa )?[^.,]{0,60}?\b(?:went through|worked|passed|merged|was green|shipped|ran|landed|deployed|compiled|built|was live|durchging|lief|funcionó|funcionou|est passé))\b",
        r"\b(?P<said>(?:no|not a single|zero|0|sin|keine|aucun|nenhum)(?: more| single)? [\w -]{2,40}? (?:since|anymore|any more|desde|seitdem|depuis)\b.*)",
        r"\b(?:since then|ever since|seitdem|desde entonces|depuis lors|desde então),? (?P<said>.+)",
    )
)
_NOW = _compiled(
    r"(?P<said>(?:\b(?:the |our |their |all |both |my |her |his |three |two |[\w-]+ )?[\w'<>@-]{1,24} (?:is|are|can|could|has been|have been|went|runs?|works?|builds?|deploys?|uses?) (?:\w+ ){0,3}?(?:again|now|unblocked|green|through|by lunch|the same day|moving|live)\b[^.]*)"
    r"|\b(?:we|they|she|he|i|everyone|<@\w+>|[\w-]+ team)(?:'re|'s| are| is|'m| am| was| were) (?:now )?(?:deploying|moving|shipping|unblocked|unstuck|building|carrying on|back|back in|on to|in)\b[^.]*"
    r"|\b(?:she|he|they|we|<@\w+>|[\w-]+ (?:team|folks)) (?:now |then |could |can |finally )?(?:merged|shipped|deployed|moved on|carried on|went live|unblocked|ship|deploy|merge|launched|adopted|agreed|switched|can(?: now)? \w+|could(?: finally)? \w+)\b[^.]*)"
)
_NUMBERED = _compiled(
    rf"(?P<said>\b(?:{_EFFECT_VERB}|went|fell|down|rose|grew|shrank|takes|now takes)\b[^.;]{{0,120}}?\d[^;]*)"
)
_ADOPTED = _compiled(
    r"(?P<said>\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|all|both|most|every) (?:other |more |product )?(?:teams?|services|squads|people|engineers|repos)\b (?:now |have |has |already |since )?(?:use|used|adopt|run|moved|migrated|follow|switched|agreed|copied|dropped|onboarded|build)\w*\b[^.]*"
    r"|\b(?:used|adopted|followed) (?:now )?by [^.,;]+)"
)
_NOT_YET = _compiled(
    r"\b(?:i'll|we'll|will|going to|gonna|should|would|let's|lets|plan(?:ning)? to|want(?:ed)? to|need(?:s)? to|hop(?:e|ing) to|trying to|could we|can we|can you|could you|maybe|if we|if i|perhaps|einmal|werde|voy a|vamos a|je vais|vou)\b"
)
_CUT = re.compile(r"(?:,? (?:but|although|though|however|aber|pero|mais|mas)\b.*| \($)", re.IGNORECASE)
_OUTER = " ,;:.!-–—()\"“”'…"


def outcome_in(sentences: tuple[str, ...]) -> str | None:
    """The first clause that states an effect; `None` when the text only says what was done, asked or meant."""
    able = [sentence for sentence in sentences if not sentence.endswith(("?", "？")) and not _NOT_YET.search(sentence)]
    for patterns in (_INTRODUCED, (_NUMBERED, _ADOPTED), (_NOW,)):
        for sentence in able:
            for pattern in patterns:
                if (match := pattern.search(sentence)) and (said := _tidy(match.group("said"))):
                    return said
    for sentence in able:
        if says_it_worked(sentence):
            return _tidy(sentence)
    return None


def _tidy(said: str) -> str | None:
    """The clause without what hangs over its ends; nothing when it is a setback or too long to be one."""
    clause = _CUT.sub("", said).strip(_OUTER)
    if not 3 <= len(clause) <= LONGEST_OUTCOME or is_setback(clause):
        return None
    return clause
