"""Between Slack's markup and the canonical text of `bot.domain.text`.

Slack escapes `&`, `<` and `>` in what it sends, and writes references as `<@U1|name>`, `<#C1|name>`,
`<!here>` and `<https://…|label>` (docs.slack.dev, "Formatting message text").
"""

from __future__ import annotations

import re

from bot.domain.text import MENTION

_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_SCHEMES = ("http://", "https://", "mailto:", "tel:")


def to_plain(markup: str) -> str:
    """What Slack sent, as canonical text: mentions stay tokens, everything else becomes what one reads."""
    return _unescaped(_REFERENCE.sub(_read_reference, markup))


def to_mrkdwn(text: str) -> str:
    """Canonical text, as `mrkdwn` in which mentions work and nothing else that a person typed does."""
    parts = []
    end = 0
    for match in MENTION.finditer(text):
        parts += [escape(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def escape(text: str) -> str:
    """Text that Slack shows as it stands: no mention, link or broadcast can come of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _read_reference(match: re.Match[str]) -> str:
    sign, target, label = match.groups()
    if sign == "@":
        return f"<@{target}>"
    if sign == "#":
        return f"#{label or target}"
    if sign == "!":
        return _read_special(target, label)
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not target.startswith(_SCHEMES) or label in (None, "", address, target):
        return address if target.startswith(_SCHEMES) else match.group()
    return f"{label} {address}"


def _read_special(target: str, label: str | None) -> str:
    if target.startswith("date^"):
        return label or ""
    if target.startswith("subteam^"):
        return label or "@group"
    return f"@{label.removeprefix('@')}" if label else f"@{target}"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
