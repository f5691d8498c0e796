"""The person's own part in what happened, as the text states it."""

from __future__ import annotations

import re

from bot.domain.evidence import MyRole
from bot.domain.reading.patterns import any_of

#: Where the person speaks of themselves: the beginning of a note or clause, or after "I".
_I = r"(?:^|\bi(?:'ve| have)? |, |; |: |- |\band )(?:also |just |then |personally |basically )?"
_LEAD = (
    r"(?:led|leading|drove|driving|owned|owning|headed|spearheaded|chaired|facilitated|organi[sz]ed|coordinated|hosted)"
)
_EVENT = (
    r"(?:incident|outage|call|bridge|review|retro|postmortem|migration|project|rollout|launch|workshop|working group|session"
    r"|war room|response|cutover|debate|planning|forum|guild|interview loop|pilot|programme|program|week|weekend|debrief)"
)
_CO_LED = any_of(
    r"\bco-?(?:led|leading|owned|own|drove|ran|authored|organi[sz]ed|chaired|hosted|facilitated)\b",
    r"\bjointly (?:led|ran|owned|drove)\b",
    rf"{_I}(?:{_LEAD}|ran)\b[^.]{{0,60}}?\b(?:together|jointly) with\b",
    r"\b(?:led|drove|owned) (?:it |this |that )?(?:together )?with <@|<@\w+> and i (?:led|drove|ran|owned)\b",
    r"\bcodirig\w+|\bco-?liderei|\bmitgeleitet|\bco-?dirigé|\bcolider[éo]",
)
_LED = any_of(
    rf"{_I}{_LEAD} (?:the |a |an |our |this |that |it\b|both |all |two |three |[\w-]+ {_EVENT})",
    rf"{_I}(?:ran|running) (?:it\b|(?:the |a |an |our |this |that |both )?(?:[\w-]+ ){{0,3}}?{_EVENT}\b)",
    r"\bas (?:the )?(?:incident commander|ic|tech lead|lead|dri|driver)\b|\bunder my lead",
    r"\bi (?:was|am) (?:the )?(?:incident commander|ic|tech lead|lead|dri|owner)\b",
    r"\b(?:habe|hab)\b[^.]{0,80}\bgeleitet\b|\b(?:lideré|dirigí|liderei|conduzi)\b",
    r"\bj'ai (?:dirigé|mené|piloté|animé)\b|主導し|リードし",
)
_CONTRIBUTED = any_of(
    rf"{_I}(?:helped (?:with|on|out|to|the|draft|write|shape|plan|run)\b|contributed|pitched in|chipped in|assisted"
    r"|supported the|took part in|participated in|was part of|gave input|lent a hand|co-wrote)",
    r"\bcolaboré|\bcontribuí|\bj'ai (?:contribué|participé)|\bmitgeholfen|\bmitgearbeitet",
    r"\bajudei (?:com|na|no|em)\b|協力し|参加し",
)
#: What another says of somebody, right after their name.
_OF_SOMEBODY = {
    MyRole.CO_LED: r"co-?(?:led|owned|ran|organi[sz]ed)",
    MyRole.LED: r"(?:for )?(?:leading|driving|running|owning|facilitating|organi[sz]ing|coordinating"
    r"|led|drove|ran|owned|facilitated|organi[sz]ed|coordinated)",
    MyRole.CONTRIBUTED: r"(?:for )?(?:helped with|helping (?:with|on|out with)|pitched in|pitching in|contributed"
    r"|contributing|chipped in)",
}
_NOT_DONE = any_of(r"(?:\bnot|n't|\bwanted to|\bwill|'ll|\bcould|\bshould|\bgoing to)(?: \w+)? ?$")


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
        if match and not _NOT_DONE.search(sentence[max(0, match.start() - 20) : match.start()]):
            return role
    return None


def _credited(sentence: str, me: str) -> MyRole | None:
    mention = re.escape(f"<@{me}>")
    for role, verb in _OF_SOMEBODY.items():
        if re.search(rf"{mention}(?:,? who)? (?:also |has |kindly )?{verb}\b", sentence, re.IGNORECASE):
            return role
    return None
