"""The person's own part in what happened, as the text states it."""

from __future__ import annotations

import re

from bot.domain.evidence import MyRole


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_LEAD = r"(?:led|lead|leading|drove|driving|ran|running|owned|owning|headed|spearheaded|chaired|facilitated|organi[sz]ed|coordinated|hosted)"
_CO_LED = _compiled(
    r"\bco-?(?:led|lead|leading|owned|own|drove|ran|authored|organi[sz]ed|chaired|hosted|facilitated)\b|\bjointly (?:led|ran|owned)\b"
    rf"|(?:^|\bi |\bwe |, |and ){_LEAD}\b[^.]{{0,60}}?\b(?:together|jointly) with\b|\b(?:led|drove|ran|owned) (?:it |this |that )?(?:together )?with <@|<@\w+> and i (?:led|drove|ran|owned)\b"
    r"|\bcodirig\w+|\bco-?liderei|\bmitgeleitet|\bco-?dirigé|\bcolider[éo]"
)
_LED = _compiled(
    rf"(?:^|\bi(?:'ve| have)? |\bi also |, |; |\band |\bthen |: |- )(?:also |just |personally |basically )?{_LEAD} (?:the |a |an |our |this |that |it|us |both |all |two |three |[a-z-]+ (?:migration|review|effort|incident|project|response|rollout|design|working group|session))"
    r"|\bas (?:the )?(?:incident commander|ic|tech lead|lead|dri|driver)\b|\bi (?:was|am) (?:the )?(?:incident commander|ic|tech lead|lead|dri|owner)\b|\bmy project\b|\bunder my lead"
    r"|\b(?:habe|hab)\b[^.]{0,80}\bgeleitet\b|^(?:lideré|dirigí|liderei|conduzi)\b|\b(?:lideré|dirigí|liderei)\b|\bj'ai (?:dirigé|mené|piloté|animé)\b|主導し|リードし"
)
_CONTRIBUTED = _compiled(
    r"(?:^|\bi(?:'ve| have)? |, |; |\band |\balso |: |- )(?:also |just )?(?:helped (?:with|on|out|to|the|draft|write|shape|plan|run)\b|contributed|pitched in|chipped in|assisted|supported the|took part in|participated in|was part of|gave input|lent a hand|co-wrote|played a (?:small )?part)"
    r"|\bcolaboré|\bcontribuí|\bj'ai (?:contribué|participé)|\bmitgeholfen|\bmitgearbeitet|\bajudei (?:com|na|no|em)\b|協力し|参加し"
)
_OF_ME = {
    MyRole.CO_LED: r"co-?(?:led|owned|ran|organi[sz]ed)",
    MyRole.LED: r"(?:for )?(?:leading|driving|running|owning|led|drove|ran|owned|facilitat(?:ed|ing)|organi[sz](?:ed|ing)|coordinat(?:ed|ing))",
    MyRole.CONTRIBUTED: r"(?:for )?(?:helped with|helping (?:with|on|out with)|pitched in|pitching in|contributed|contributing|chipped in)",
}
_NEGATED = re.compile(r"(?:\bnot|n't|\bwanted to|\bwill|'ll|\bcould|\bshould|\bgoing to)(?: \w+)? ?$", re.IGNORECASE)


def role_in(sentences: tuple[str, ...], *, me: str, author: str) -> MyRole | None:
    """The part of `me`: in the first person when they wrote it, by their mention when another did."""
    for sentence in sentences:
        role = _own(sentence) if author == me else _credited(sentence, me)
        if role is not None:
            return role
    return None


def _own(sentence: str) -> MyRole | None:
    if sentence.endswith("?"):
        return None
    for role, pattern in ((MyRole.CO_LED, _CO_LED), (MyRole.LED, _LED), (MyRole.CONTRIBUTED, _CONTRIBUTED)):
        match = pattern.search(sentence)
        if match and not _NEGATED.search(sentence[max(0, match.start() - 20) : match.start()]):
            return role
    return None


def _credited(sentence: str, me: str) -> MyRole | None:
    mention = re.escape(f"<@{me}>")
    for role, verb in _OF_ME.items():
        if re.search(rf"{mention}(?:,? who)? (?:also |has |kindly )?{verb}\b", sentence, re.IGNORECASE):
            return role
    return None
