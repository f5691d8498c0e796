"""How many benefited: one person, a team, several teams, the organisation."""

from __future__ import annotations

import re

from bot.domain.evidence import Reach
from bot.domain.reading.effects import is_setback
from bot.domain.reading.patterns import any_of
from bot.domain.reading.prose import ToldSentence

_TEAMS = r"(?:teams|squads|tribes|groups|orgs|departments|divisions|domains|crews|(?:partner )?companies|studios|plants|offices)"
#: A team that was asked or told, or that somebody comes from, isn't one that benefited.
_NOT_WITH = r"(?<!from )(?<!asked )(?<!ask )(?<!with )(?<!told )(?<!by )"
_SOME = (
    r"(?:[2-9]|1\d|two|three|four|five|six|seven|eight|nine|ten|several|multiple|both|many|a couple of|a few|a dozen)"
)
_SORT_OF_TEAM = r"(?:of (?:the |our )?|the |our |other |more |different |product |feature |backend |platform |mobile |engineering |dev |partner |country )*"
_ORGANISATION = any_of(
    r"\b(?:org(?:ani[sz]ation)?|company|engineering|department|group|firm)[- ]?wide\b|\bcompany default\b",
    r"\b(?:all|most|the whole|whole|the entire|entire|across|everyone in|everybody in)(?: of)?(?: the| our)?"
    r" (?:engineering|company|org|organi[sz]ation|department|r&d|product org|eng)\b",
    r"\bevery (?:single )?(?:team|squad|tribe|engineer|service|app|product|department)\b(?!')",
    r"\bexecs? (?:said yes|agreed|approved|signed)\b",
    r"\ball (?:the |our |\d+ )?(?:teams|squads|engineers|developers)\b",
    r"\bunternehmensweit|\b(?:alle|allen) teams\b|\btoda la (?:empresa|organización)|\btodos los equipos",
    r"\btoute l'(?:entreprise|ingénierie|organisation)|\btoutes les équipes|\btoda a (?:empresa|engenharia)",
    r"\btodos os times|全社|全チーム|会社全体",
)
_SEVERAL = any_of(
    rf"\b{_SOME} {_SORT_OF_TEAM}(?:{_TEAMS}|leads|heads)\b|\beach (?:team|squad|tribe|region|department)\b",
    r"\b(?:all (?:of )?(?:the |our )?)(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:[\w-]+ )?"
    r"(?:services|repos|apps|products|leads|heads|domains|clients|families)\b|\b(?:team by team|squad by squad)\b",
    r"\b(?:for|in|into|across|by) (?:[4-9]|\d{2,3}|four|five|six|seven|eight|nine|ten) (?:[\w-]+ )?(?:services|repos|apps|products)\b",
    r"\bteams [A-Z][\w-]+(?:, [A-Z][\w-]+)* (?:and|&) [A-Z]|\bneither the [\w-]+ nor the (?:[\w-]+ ){1,3}?(?:team|people|folks)\b",
    r"\b(?:les|toutes les) (?:deux|trois|quatre|cinq|six|sept|huit) (?:domaines|équipes|services)\b",
    r"\b(?:ambos|los dos|las dos|os dois|as duas|die beiden|beide) (?:equipos|teams|times|jef[ea]s|leads|líderes)\b",
    r"\b(?:across|between)(?: the| our| all)? (?:teams|squads)\b|\bcross-team\b|\bother teams\b",
    r"(?:\bhave|'ve|\bhad) (?:all|both|each) (?:signed|agreed|said|accepted|approved|confirmed|committed|built|adopted|switched)\b",
    r"\b(?:both|all (?:the )?(?:three|four|five|six|seven|eight|\d+)) (?:[\w-]+ )?(?:leads|heads|directors|managers|pms|ems|tls|gms|parties|guilds"
    r"|offices|departments)\b|\ball (?:three|four|five|six|seven|eight) (?:signed|agreed|confirmed|said|put|committed|accepted)\b",
    r"\bteams (?:can|could|use|now|are|stopped|adopted|agreed|no longer)\b",
    r"\b(?:zwei|drei|vier|fünf|mehrere|beide) teams\b|\b(?:dos|tres|cuatro|cinco|varios|otros) equipos\b",
    r"\b(?:deux|trois|quatre|cinq|plusieurs) équipes\b|\b(?:dois|três|quatro|cinco|vários) times\b",
    r"(?:[2-9]|[二三四五]|複数の)つ?(?:の)?チーム|他チーム",
)
_TEAM = any_of(
    rf"{_NOT_WITH}\b(?:the|our|my|their|whole|entire|her|his) (?:whole |entire )?(?:[\w-]{{1,20}} ){{0,2}}?(?:team|squad)\b"
    r"(?! (?:lead|meeting|channel|sync|offsite|lunch|standup|mate|member|page|calendar|room|name))",
    r"\b(?:das|dem|unser|unserem|ganze) team\b|\b(?:el|nuestro|todo el) equipo\b",
    r"\b(?:l'|notre |toute l')équipe\b|\b(?:o|nosso|todo o) time\b|チーム(?:全体|全員|の皆)",
)
#: A part of the house by its trade; two of them in one effect are several teams.
_TRADE = any_of(
    r"\b(?:qa|finance|legal|support|sales|ops|operations|marketing|procurement|author|hr"
    r"|[\w-]{1,24} (?:people|folks|guys|team|squad))\b"
)
#: A group that an effect is about.
_GROUP = any_of(
    r"\b(?:[\w-]{1,20} )(?:team|squad|people|folks|guys|crew|shift)(?:'s)?\b",
)
_ALL_OF_THEM = any_of(r"\bthey(?:'ve| have)? (?:now )?(?:both|all)\b|\bboth (?:teams|sides|departments|leads)\b")
#: One other person who acts in an effect.
_SOMEBODY = any_of(
    r"^(?:and |but |then |so |now )*(?:she|he|ela|ele|elle|ella|él)(?:'s)?\b|^(?:his|her) (?:[\w-]+ )",
    r"^the (?:author|new (?:hire|grad|joiner))(?:'s)?\b",
)
#: One person, by a name that Slack doesn't know.
_HELPED_BY_NAME = re.compile(
    r"\b(?:[Hh]elp(?:ed|ing)|[Cc]oach(?:ed|ing)|[Mm]entor(?:ed|ing)|[Tt]aught|[Uu]nblock(?:ed|ing)|[Oo]nboard(?:ed|ing)"
    r"|[Tt]rain(?:ed|ing)|[Ss]ponsor(?:ed|ing)|(?:[Pp]air(?:ed|ing)|[Ss]at|1:1s?) with|[Ww]alked) "
    r"(?:her|him|(?!The|Our|A|All|QA|IT|SRE)[A-Z][^\W\d_]+(?! team| squad| people| folks|,? and |, [A-Z]|/))\b"
)
_WE = any_of(r"\b(?:we|us|our|ours|nos|nosotros|nous|notre|wir|uns|unser\w*|nós|nosso)\b|amos\b")
_I = any_of(r"(?<! and )\b(?:i|me|my|mine|yo|je|j'ai|ich|mir|mich|eu)\b")
_PERSON = any_of(
    r"\b(?:one|a|our|my|the|another) (?:single )?(?:colleague|teammate|team-mate|coworker|co-worker|new hire|new joiner"
    r"|newcomer|intern|junior(?: \w+)?|mentee|apprentice|grad)\b",
    r"\b(?:eine[nmr]?|unsere[nm]?) (?:kolleg(?:e|en|in)|neuen kolleg\w+)\b|\b(?:un|una) (?:compañer[oa]|colega)\b",
    r"\bune? collègue\b|\buma? colega\b|後輩|同僚",
)


def reach_in(
    told: tuple[ToldSentence, ...], *, helped: tuple[str, ...], outcome: str | None = None, by_another: bool = False
) -> Reach | None:
    """The widest circle the text names as benefiting; a single person helped by name is a circle of one.

    Where no circle is named, whoever acts in the `outcome` tells. In words `by_another` that is whoever gives
    thanks: "we" are a team, "I" am one person.
    """
    text = "\n".join(each.sentence for each in told if not is_setback(each.sentence))
    for reach, pattern in (
        (Reach.ORGANISATION, _ORGANISATION),
        (Reach.SEVERAL_TEAMS, _SEVERAL),
        (Reach.TEAM, _TEAM),
    ):
        if pattern.search(text):
            return reach
    if outcome and (acting := _acting_in(outcome, by_another=by_another)):
        return acting
    if by_another and helped and _WE.search(text) and not _I.search(text):
        return Reach.TEAM
    if len(helped) == 1 or (not helped and (_PERSON.search(text) or _HELPED_BY_NAME.search(text))):
        return Reach.PERSON
    return None


def _acting_in(outcome: str, *, by_another: bool) -> Reach | None:
    if _ALL_OF_THEM.search(outcome) or len({trade.lower() for trade in _TRADE.findall(outcome)}) > 1:
        return Reach.SEVERAL_TEAMS
    if by_another:
        if _WE.search(outcome):
            return Reach.TEAM
        return Reach.PERSON if _I.search(outcome) else None
    if _GROUP.search(outcome):
        return Reach.TEAM
    return Reach.PERSON if _SOMEBODY.search(outcome) else None
