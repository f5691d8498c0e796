"""How English tells done from planned, I from we, and plain words from jargon.

Rough on purpose: each pattern is tried on good and bad examples in the tests, and leans to silence.
"""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE

_TELLING = frozenset(
    """
    the a an and of to in on for with was were is are i we my our it that this they he she his her
    their by from at as not but so after before until which who
    """.split()  # noqa: SIM905
)
_IRREGULAR = (
    "was|were|did|had|made|wrote|found|led|built|got|gave|went|came|took|saw|said|told|showed|brought|caught|"
    "chose|cut|drew|drove|fell|felt|held|kept|knew|left|lost|met|put|ran|read|sat|sent|set|spent|spoke|stood|"
    "taught|thought|threw|understood|wound|won|became|began|broke|paid|sold|dug|grew|rewrote|rethought|shrank"
)
_NOT_PAST = (
    "need|feed|speed|seed|embed|indeed|proceed|exceed|shed|red|bed|hundred|unlimited|shared|distributed|based|"
    "related|managed|detailed|expected|planned|required|advanced|supposed|dedicated|embedded|typed|nested"
)
_PAST = re.compile(rf"\b(?:{_IRREGULAR}|(?!(?:{_NOT_PAST})\b)[a-z]+ed)\b", _FLAGS)

INTENT = re.compile(
    r"\b(?:i|we)(?:'ll| will| would like to| want to| plan to| intend to| hope to| need to| should|"
    r"(?:'m| am|'re| are) (?:going to|planning(?: to)?|hoping to))\b"
    r"|\b(?:going to|planning to|plan is to|will be able to|next (?:week|month|quarter|year),? (?:i|we))\b"
    r"|^(?:to ?do|plan|goal|idea)\s*:",
    _FLAGS,
)
ONGOING = re.compile(
    r"\b(?:(?:i'm|i am|we're|we are|am|currently|still) (?:currently |still |now )?(?:working|trying|looking|"
    r"writing|building|drafting|pushing|preparing|exploring|[a-z]{3,}ing)\b|in progress\b|\bwip\b|ongoing\b)",
    _FLAGS,
)
HABIT = re.compile(
    r"\b(?:i|we) (?:usually|always|often|regularly|tend to|try to|help|mentor|support|review|lead|drive|own|"
    r"am responsible|am known)\b|\bresponsible for\b",
    _FLAGS,
)
WE = re.compile(r"\b(?:we|we've|we'd|our|ours|us|the team)\b", _FLAGS)
I_DID = re.compile(r"\b(?:i|i've|i'd|my|mine|me|myself)\b", _FLAGS)
HANGING = re.compile(r"\s*(?:it|this|that|they|these|those|he|she|same)\b(?!\s+(?:is|was) (?:i|me)\b)", _FLAGS)
VAGUE = re.compile(
    r"\b(?:a lot|lots of|various|several things|some stuff|stuff|things like|etc|and so on|significantly|"
    r"massively|hugely|greatly|much better|way better|a bunch|numerous|countless|many people|everyone)\b",
    _FLAGS,
)
SEE_ELSEWHERE = re.compile(
    r"\b(?:see (?:the )?(?:thread|above|below|link|doc|attached)|as (?:discussed|mentioned|above)|"
    r"you know the one|the usual|same as last (?:time|week))\b",
    _FLAGS,
)
DEAD_ADDRESS = re.compile(
    r"^https?://(?:localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\]|"
    r"[^/]*\.(?:local|test|invalid)(?:[:/]|$)|example\.(?:com|org|net)(?:[:/]|$))"
    r"|^file:",
    _FLAGS,
)
HAS_NUMBER = re.compile(r"\d|\b(?:none|zero|half|twice|two|three|four|five|six|seven|eight|nine|ten|a dozen)\b", _FLAGS)

_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")
_ACRONYM = re.compile(r"\b(?=[A-Z0-9]*[A-Z][A-Z0-9]*[A-Z])[A-Z][A-Z0-9]{1,5}s?\b(?!-\d)")
_TICKET = re.compile(r"(?<![/\w])[A-Z][A-Z0-9]{1,9}-\d{1,6}\b")
#: What a reader of any engineering ladder knows.
_KNOWN = frozenset(
    """
    API APIs APP AWS CD CEO CFO CI CLI CPU CPUs CSS CSV CTO DB DBA DBs DM DMs DNS EU FAQ GB GCP GPU
    HR HTML HTTP HTTPS ID IDs IDE IO IP IT JSON JS KB KPI LLM MB ML MR OK OKR OKRs OS PDF PM PMs PR
    PRs QA RAM REST RFC RFCs ROI SDK SDKs SLA SLO SLOs SQL SRE SREs SSH SSO TB TLS TV UI UK URL URLs
    US USA USB UTC UX VM VMs VP VPN XML YAML ADR ADRs SEV SEV1 SEV2 Q1 Q2 Q3 Q4 H1 H2 P50 P95 P99 V1
    V2 TODO FYI ETA I A PII GDPR SOC2 K8S CDN TTL ASAP NOT AND OR NO
    """.split()  # noqa: SIM905
)


def is_english(text: str) -> bool:
    """Whether the text reads as English: enough of its short words are English ones."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if not words:
        return False
    return sum(word in _TELLING for word in words) / len(words) >= 0.12 or (
        len(words) <= 12 and all(word.isascii() for word in words) and bool(_PAST.search(text))
    )


def past_verb(text: str) -> str | None:
    """The first verb that says something was done, if there is one."""
    match = _PAST.search(text)
    return match.group() if match else None


def without_addresses(text: str) -> str:
    """The text with its web addresses taken out."""
    return _ADDRESS.sub(" ", text)


def unexplained(text: str) -> str | None:
    """The first abbreviations and ticket numbers that nothing around them explains, up to three."""
    bare = without_addresses(text)
    found = []
    for match in [*_ACRONYM.finditer(bare), *_TICKET.finditer(bare)]:
        word = match.group()
        opened = bare[max(0, match.start() - 1) : match.start()] == "("
        followed = re.match(r"\s*\((?=[^)]{4,}\))", bare[match.end() :])
        if word not in _KNOWN and not opened and not followed:
            found.append(word)
    return ", ".join(dict.fromkeys(found[:3])) or None
