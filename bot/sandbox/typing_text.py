"""What Slack makes of what people type: escapes, mentions, links (docs.slack.dev/messaging/formatting-message-text)."""

from __future__ import annotations

import re

from bot.sandbox.state import Json, Workspace

_MENTION = re.compile(r"(?<![\w.])@([\w][\w.\-]*)")
_CHANNEL = re.compile(r"(?<![\w&])#([a-z0-9][a-z0-9_\-]*)")
_LINK = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
_EMAIL = re.compile(r"(?<![\w.])[\w.+\-]+@[\w\-]+\.[\w.\-]*\w")
_BROADCASTS = ("here", "channel", "everyone")
_TOKEN = re.compile(r"<([^<>]+)>|:([a-z0-9_+\-]+):")


def escape(text: str) -> str:
    """``&``, ``<`` and ``>`` as Slack writes them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of ``escape``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def message_text(typed: str, workspace: Workspace) -> str:
    """A message on the wire: ``@dana`` → ``<@U…>``, ``#payments`` → ``<#C…|payments>``, links in ``<>``."""
    return _resolve(typed, workspace, named=False, broadcasts=True)


def command_text(typed: str, workspace: Workspace, *, should_escape: bool) -> str:
    """The text of a slash command: escaped always, resolved only where the manifest says ``should_escape``."""
    if not should_escape:
        return escape(typed)
    return _resolve(typed, workspace, named=True, broadcasts=True)


def _resolve(typed: str, workspace: Workspace, *, named: bool, broadcasts: bool) -> str:
    """Escape, then replace what the client would have made live; links first, so that nothing in them changes."""
    kept: list[str] = []

    def keep(live: str) -> str:
        kept.append(live)
        return f"\x00{len(kept) - 1}\x00"

    def link(found: re.Match[str]) -> str:
        return keep(f"<{found[0]}>")

    def email(found: re.Match[str]) -> str:
        return keep(f"<mailto:{found[0]}|{found[0]}>")

    def mention(found: re.Match[str]) -> str:
        name = found[1]
        tail = ""
        while name and workspace.user(name) is None and name[-1] in ".-_":
            name, tail = name[:-1], name[-1] + tail
        if broadcasts and name in _BROADCASTS:
            return keep(f"<!{name}>") + tail
        user = workspace.user(name)
        if user is None:
            return found[0]
        return keep(f"<@{user.id}|{user.name}>" if named else f"<@{user.id}>") + tail

    def channel(found: re.Match[str]) -> str:
        known = workspace.channels_by_name.get(found[1])
        return keep(f"<#{known.id}|{known.name}>") if known is not None and known.kind == "channel" else found[0]

    text = typed.replace("\x00", "")
    text = escape(text)
    text = _LINK.sub(link, text)
    text = _EMAIL.sub(email, text)
    text = _MENTION.sub(mention, text)
    text = _CHANNEL.sub(channel, text)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text)


def rich_text_blocks(text: str, block_id: str) -> list[Json]:
    """The ``rich_text`` block Slack adds to what people type, from the wire text."""
    elements: list[Json] = []

    def words(part: str) -> None:
        if part:
            elements.append({"type": "text", "text": unescape(part)})

    at = 0
    for found in _TOKEN.finditer(text):
        element = _element(found)
        if element is None:
            continue
        words(text[at : found.start()])
        elements.append(element)
        at = found.end()
    words(text[at:])
    return [
        {
            "type": "rich_text",
            "block_id": block_id,
            "elements": [{"type": "rich_text_section", "elements": elements}],
        }
    ]


def _element(found: re.Match[str]) -> Json | None:
    if found[2] is not None:
        return {"type": "emoji", "name": found[2]}
    inner, _, label = found[1].partition("|")
    if inner.startswith("@"):
        return {"type": "user", "user_id": inner[1:]}
    if inner.startswith("#"):
        return {"type": "channel", "channel_id": inner[1:]}
    if inner.startswith("!"):
        return {"type": "broadcast", "range": inner[1:]}
    element: Json = {"type": "link", "url": unescape(inner)}
    if label:
        element["text"] = unescape(label)
    return element
