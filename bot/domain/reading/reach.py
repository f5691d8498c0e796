"""How many benefited: one person, a team, several teams, the organisation."""

from __future__ import annotations

from bot.domain.evidence import Reach
from bot.domain.reading.patterns import any_of
from bot.domain.reading.prose import is_told

#: A team that was asked or told, or that somebody comes from, isn't one that benefited.
_NOT_WITH = r"(?<!from )(?<!asked )(?<!ask )(?<!with )(?<!told )(?<!by )"
_SOME = (
    r"(?:[2-9]|1\d|two|three|four|five|six|seven|eight|nine|ten|several|multiple|both|many|a couple of|a few|a dozen)"
)
_SORT_OF_TEAM = (
    r"(?:other |more |different |product |feature |backend |platform |mobile |engineering |dev |partner |country )*"
)
_ORGANISATION = any_of(
    r"\b(?:org(?:ani[sz]ation)?|company|engineering|department|group|firm)[- ]?wide\b|\bcompany default\b",
    r"\b(?:all|most|the whole|whole|the entire|entire|across|everyone in|everybody in)(?: of)?(?: the| our)?"
    r" (?:engineering|company|org|organi[sz]ation|department|r&d|product org|eng)\b",
    r"\b(?:every|each) (?:single )?(?:team|squad|engineer)\b",
    r"\ball (?:the |our |\d+ )?(?:teams|squads|engineers|developers)\b",
    r"\bunternehmensweit|\b(?:alle|allen) teams\b|\btoda la (?:empresa|organización)|\btodos los equipos",
    r"\btoute l'(?:entreprise|ingénierie|organisation)|\btoutes les équipes|\btoda a (?:empresa|engenharia)",
    r"\btodos os times|全社|全チーム|会社全体",
)
_SEVERAL = any_of(
    rf"\b{_SOME} {_SORT_OF_TEAM}(?:teams|squads|tribes|groups|orgs)\b",
    r"\b(?:across|between)(?: the| our| all)? (?:teams|squads)\b|\bcross-team\b|\bother teams\b",
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
_PERSON = any_of(
    r"\b(?:one|a|our|my|the|another) (?:single )?(?:person|colleague|teammate|team-mate|coworker|co-worker|new hire|new joiner"
    r"|newcomer|intern|junior(?: \w+)?|mentee|apprentice|grad)\b",
    r"\b(?:eine[nmr]?|unsere[nm]?) (?:kolleg(?:e|en|in)|neuen kolleg\w+)\b|\b(?:un|una) (?:compañer[oa]|colega)\b",
    r"\bune? collègue\b|\buma? colega\b|後輩|同僚",
)


def reach_in(sentences: tuple[str, ...], *, helped: tuple[str, ...]) -> Reach | None:
    """The widest circle the text names as benefiting; a single person helped by name is a circle of one."""
    text = "\n".join(sentence for sentence in sentences if is_told(sentence))
    for reach, pattern in (
        (Reach.ORGANISATION, _ORGANISATION),
        (Reach.SEVERAL_TEAMS, _SEVERAL),
        (Reach.TEAM, _TEAM),
    ):
        if pattern.search(text):
            return reach
    if len(helped) == 1 or (not helped and _PERSON.search(text)):
        return Reach.PERSON
    return None
