"""Addresses in a text and what they point at; artifacts named without an address."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from bot.domain.evidence import Link, LinkType, Value

#: A longer address is no artifact anybody can look up.
LONGEST_ADDRESS = 2_000

_ADDRESS = re.compile(r"(?<![\w])https?://[^\s<>\"'`{}|\\^\[\]、。，）」]+", re.IGNORECASE)
#: Well-known hosts are recognised without a scheme too.
_BARE_ADDRESS = re.compile(
    r"(?<![\w@./:-])(?:(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|notion\.so|linear\.app)|docs\.google\.com"
    r"|[\w-]{1,60}\.(?:atlassian\.net|slack\.com|pagerduty\.com|grafana\.net))/[^\s<>\"'`{}|\\^\[\]]+",
    re.IGNORECASE,
)
#: Stands for an address taken out; no text holds it.
_GONE = "\x00"
_TRAILING = ".,;:!?*_~'\"…"
_PAIRS = {")": "(", "]": "[", "}": "{"}

#: First match wins; tried on the host followed by the path, in lower case.
_TYPES: tuple[tuple[LinkType, re.Pattern[str]], ...] = tuple(
    (type_, re.compile(pattern))
    for type_, pattern in (
        (
            LinkType.MESSAGE,
            r"^[\w-]+\.slack\.com/archives/|^teams\.microsoft\.com/l/message|^discord\.com/channels/",
        ),
        (
            LinkType.PULL_REQUEST,
            r"/(?:pull|pulls|merge_requests|pull-requests|pullrequest)/\d+|^app\.graphite\.dev/github/pr/"
            r"|/c/[\w./-]{1,200}/\+/\d+",
        ),
        (LinkType.COMMIT, r"/commits?/[0-9a-f]{7,40}(?![0-9a-z])"),
        (LinkType.RFC, r"(?:^|[/_.-])(?:rfcs?|adrs?)(?:[/_.-]|\d|$)"),
        (
            LinkType.INCIDENT,
            r"^[\w.-]*(?:pagerduty\.com|incident\.io|statuspage\.io|opsgenie\.com|firehydrant\.\w+|rootly\.(?:com|io))/"
            r"|^(?:www\.)?status\.|/(?:incidents?|post-?mortems?)(?:[/_.-]|\d|$)",
        ),
        (
            LinkType.DASHBOARD,
            r"^[\w.-]*(?:grafana|datadoghq|looker|kibana|newrelic|honeycomb|metabase|superset|tableau|amplitude|mixpanel"
            r"|powerbi|chronosphere|signalfx)[\w.-]*/|^(?:lookerstudio|datastudio)\.google\.com/|/dashboards?(?:[/_.?-]|$)",
        ),
        (
            LinkType.ISSUE,
            r"/issues?/[\w-]*\d|/browse/[a-z][a-z0-9_]+-\d+|selectedissue=[a-z][a-z0-9_]+-\d+|^linear\.app/|^trello\.com/c/"
            r"|^app\.asana\.com/|^app\.shortcut\.com/|/show_bug\.cgi\?id=\d|/_workitems/edit/\d+|/tickets?/\d+"
            r"|sentry\.io/|^jira[\w.-]*/[a-z][a-z0-9_]+-\d",
        ),
        (
            LinkType.DOCUMENT,
            r"^(?:docs|drive|slides|sheets)\.google\.com/|^(?:[\w-]+\.)?notion\.(?:so|site|com)/|^[\w.-]*confluence[\w.-]*/"
            r"|\.atlassian\.net/wiki/|/wikis?(?:/|$)|^wiki\.|^docs\.|/docs?/|^coda\.io/|^paper\.dropbox\.com/|^quip\.com/"
            r"|\.sharepoint\.com/|^(?:www\.)?figma\.com/|^miro\.com/|^hackmd\.io/|^gist\.github\.com/"
            r"|\.(?:md|rst|adoc|pdf|docx?|pptx?|xlsx?)(?:[?#]|$)|/discussions/\d+|/runbooks?(?:[/_.-]|$)",
        ),
    )
)

#: What looks like a ticket's number and is the name of a standard.
_NOT_TICKETS = (
    "AES|AMD|APOLLO|ARM|AVX|BASE|CAT|CET|CP|COVID|CRC|CUDA|CVE|CWE|DDR|ES|EU|FIPS|GMT|GPT|H|HTTP|IEC|IEEE|IPV|ISO|LTE|MD|MP"
    r"|NIST|P|PBKDF|PKCS|PCI|PEP|PST|RS|RSA|SEV|SHA|SOC|SQL|SSE|TLS|UCS|USB|UTC|UTF|WIN|WPA|X|XC"
)
_REFERENCES: tuple[tuple[LinkType, re.Pattern[str]], ...] = (
    (LinkType.RFC, re.compile(r"(?<![\w/-])(?:RFC|ADR)[- #]?\d{1,5}(?![\w-])", re.IGNORECASE)),
    (
        LinkType.RFC,
        re.compile(r"(?<![\w./-])(?:[\w.-]{1,60}/){1,6}?(?:rfcs?|adrs?)/[\w.-]{1,100}\w", re.IGNORECASE),
    ),
    (LinkType.INCIDENT, re.compile(r"(?<![\w/-])(?:INC-?|incident #?)\d{1,7}(?![\w-])", re.IGNORECASE)),
    (
        LinkType.PULL_REQUEST,
        re.compile(r"(?<![\w/-])(?:PRs?|MRs?|pull request|merge request) ?[#!]?\d{1,7}(?![\w%-])", re.IGNORECASE),
    ),
    (
        LinkType.COMMIT,
        re.compile(r"(?<![\w/-])commit (?=[0-9a-f]{0,39}\d)[0-9a-f]{7,40}(?!\w)", re.IGNORECASE),
    ),
    (
        LinkType.ISSUE,
        re.compile(rf"(?<![\w/-])(?!(?:{_NOT_TICKETS})-)[A-Z][A-Z0-9]{{1,9}}-\d{{1,6}}(?![\w-])"),
    ),
    (
        LinkType.ISSUE,
        re.compile(r"(?<![\w&#/])(?:[\w.-]{1,39}/[\w.-]{1,100}|issue )?#\d{2,7}(?![\w-])", re.IGNORECASE),
    ),
)


class Reference(Value):
    """An artifact named in the text by its number or path, with no address."""

    label: str
    type: LinkType


def links_in(text: str) -> tuple[Link, ...]:
    """The web addresses in the text, in order, each once. Only `http` and `https` ever become links.

    The label is the artifact's name right in front of its address ("PR 812 https://…"), where there is one.
    """
    found: dict[str, Link] = {}
    for start, address in _addresses(text):
        url = address if "://" in address[:9] else f"https://{address}"
        parts = _parts(url)
        if parts is None or url in found:
            continue
        found[url] = Link(url=url, type=_type_of(parts), label=_label_before(text, start))
    return tuple(found.values())


def references_in(text: str) -> tuple[Reference, ...]:
    """Artifacts that the text names without an address, in order, each once."""
    bare = without_addresses(text, mark=_GONE)
    taken: list[tuple[int, int, Reference]] = []
    covered: set[int] = set()
    for type_, pattern in _REFERENCES:
        for match in pattern.finditer(bare):
            has_address = bare[match.end() : match.end() + 5].lstrip(" (<:").startswith(_GONE)
            if has_address or match.start() in covered or match.end() - 1 in covered:
                continue
            covered.update(range(*match.span()))
            taken.append((*match.span(), Reference(label=match.group(), type=type_)))
    taken.sort(key=lambda item: item[0])
    return tuple(dict.fromkeys(reference for _, _, reference in taken))


def without_addresses(text: str, mark: str = "…") -> str:
    """The text with each address replaced by `mark`, so that no rule reads words out of one."""
    return _BARE_ADDRESS.sub(f" {mark} ", _ADDRESS.sub(f" {mark} ", text))


def _addresses(text: str) -> list[tuple[int, str]]:
    matches = [*_ADDRESS.finditer(text), *_BARE_ADDRESS.finditer(text)]
    return [(match.start(), _trimmed(match.group())) for match in sorted(matches, key=lambda match: match.start())]


def _trimmed(address: str) -> str:
    """Without the sentence's own punctuation: a closing bracket belongs to the address only when it opened there."""
    if len(address) > LONGEST_ADDRESS * 2:
        return address
    while address:
        last = address[-1]
        opening = _PAIRS.get(last)
        if last in _TRAILING or (opening and address.count(last) > address.count(opening)):
            address = address[:-1]
        else:
            break
    return address


def _parts(url: str) -> SplitResult | None:
    """The address taken apart; `None` for what is none."""
    if len(url) > LONGEST_ADDRESS:
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts if host and host.strip(".") else None


def _type_of(parts: SplitResult) -> LinkType:
    place = f"{parts.hostname}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    place = place.lower()
    return next((type_ for type_, pattern in _TYPES if pattern.search(place)), LinkType.OTHER)


def _label_before(text: str, start: int) -> str | None:
    before = text[max(0, start - 60) : start].rstrip(" (<:\n")
    for _, pattern in _REFERENCES:
        for match in pattern.finditer(before):
            if match.end() == len(before):
                return match.group()
    return None
