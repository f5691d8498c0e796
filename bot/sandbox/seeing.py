"""What a person sees: messages, views and files flattened to the words on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.modals import elements_of
from bot.sandbox.shapes import message_json, view_json
from bot.sandbox.state import Canvas, File, Json, Message, View, Workspace
from bot.sandbox.typing_text import unescape

_LIVE = re.compile(r"<([^<>]+)>")
#: Elements that are pressed and hold nothing.
_PRESSED = ("button", "overflow", "workflow_button", "icon_button", "feedback_buttons")


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file or canvas, with its content."""

    id: str
    name: str
    title: str
    content: bytes
    mimetype: str = ""
    channels: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The content as UTF-8."""
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message as one person sees it at one moment."""

    ts: str
    channel: str
    author: str
    author_id: str
    text: str
    ephemeral: bool = False
    thread_ts: str | None = None
    edited: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    buttons: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    files: tuple[SeenFile, ...] = ()
    raw: Json = field(default_factory=dict)

    @property
    def live(self) -> list[str]:
        """What Slack makes live in it: ``!channel``, ``@U…``, ``#C…``, link addresses (text and ``mrkdwn`` alike)."""
        return live_tokens(self.raw.get("text", "")) + live_tokens(self.blocks)

    @property
    def blocks(self) -> list[Json]:
        """The blocks as Slack keeps them."""
        return list(self.raw.get("blocks", []))

    @property
    def fallback(self) -> str:
        """The ``text`` beside the blocks: what notifications show."""
        return str(self.raw.get("text", ""))


@dataclass(frozen=True, slots=True)
class SeenView:
    """A modal or Home as one person sees it at one moment. ``errors`` stand under fields: {label: words}."""

    id: str
    kind: str
    title: str
    text: str
    buttons: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    submit: str = ""
    close: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    callback_id: str = ""
    raw: Json = field(default_factory=dict)

    @property
    def live(self) -> list[str]:
        """What Slack makes live in it, as in ``SeenMessage.live``."""
        return live_tokens(self.blocks)

    @property
    def blocks(self) -> list[Json]:
        """The blocks as Slack keeps them."""
        return list(self.raw.get("blocks", []))


def see_message(message: Message, workspace: Workspace, base_url: str) -> SeenMessage:
    """A message as shown."""
    author = workspace.users.get(message.user)
    words = blocks_text(message.blocks, workspace) if message.blocks else marked(message.text, workspace)
    extra = [attachment_text(one, workspace) for one in message.attachments]
    files = [workspace.files[file_id] for file_id in message.files if file_id in workspace.files]
    return SeenMessage(
        ts=message.ts,
        channel=message.channel,
        author=message.username or (author.name if author else message.user),
        author_id=message.user,
        text="\n".join(part for part in (words, *extra) if part),
        ephemeral=message.ephemeral_to is not None,
        thread_ts=message.thread_ts if message.thread_ts != message.ts else None,
        edited=message.edited is not None,
        reactions={
            name: [workspace.users[user].name for user in users if user in workspace.users]
            for name, users in message.reactions.items()
        },
        buttons=button_labels(message.blocks, workspace),
        fields=field_labels(message.blocks, workspace),
        files=tuple(see_file(file) for file in files),
        raw=message_json(message, workspace, base_url=base_url, metadata=True),
    )


def see_view(view: View, workspace: Workspace, app_id: str) -> SeenView:
    """A view as shown."""
    body = view.body
    blocks = body.get("blocks", [])
    labels = {block["block_id"]: _label(block, workspace) for block in blocks if block.get("type") == "input"}
    values = {
        labels.get(block_id) or action_id: plain_value(value)
        for block_id, actions in view.values.items()
        for action_id, value in actions.items()
    }
    return SeenView(
        id=view.id,
        kind=view.kind,
        title=text_of(body.get("title"), workspace),
        text=blocks_text(blocks, workspace),
        buttons=button_labels(blocks, workspace),
        fields=field_labels(blocks, workspace),
        values=values,
        submit=text_of(body.get("submit"), workspace),
        close=text_of(body.get("close"), workspace) or "Cancel",
        errors={labels.get(block_id, block_id): words for block_id, words in view.errors.items()},
        callback_id=str(body.get("callback_id", "")),
        raw=view_json(view, workspace, app_id),
    )


def see_file(file: File) -> SeenFile:
    """A file as downloaded."""
    return SeenFile(file.id, file.name, file.title, file.content or b"", file.mimetype, tuple(file.shared_in))


def see_canvas(canvas: Canvas) -> SeenFile:
    """A canvas as its Markdown."""
    return SeenFile(canvas.id, canvas.title, canvas.title, canvas.markdown.encode(), "text/markdown")


def live_tokens(value: Any) -> list[str]:
    """The ``<…>`` of a text or of every ``mrkdwn`` in blocks, labels left out; escaped and plain text has none."""
    if isinstance(value, str):
        return [found.partition("|")[0] for found in _LIVE.findall(value)]
    if isinstance(value, list):
        return [token for one in value for token in live_tokens(one) if not isinstance(one, str)]
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            return live_tokens(str(value.get("text", "")))
        return [token for one in value.values() if isinstance(one, (dict, list)) for token in live_tokens(one)]
    return []


def plain_value(value: Json) -> Any:
    """What an element holds, without its wrapping: text, option values, ids."""
    for name, held in value.items():
        if name == "type":
            continue
        if isinstance(held, dict) and "value" in held:
            return held["value"]
        if isinstance(held, list):
            return [one["value"] if isinstance(one, dict) and "value" in one else one for one in held]
        return held
    return None


def marked(words: str, workspace: Workspace) -> str:
    """``mrkdwn`` or message text as read: mentions by name, links by their label, entities undone."""

    def live(found: re.Match[str]) -> str:
        inner, _, label = found[1].partition("|")
        if inner.startswith("@"):
            user = workspace.users.get(inner[1:])
            return f"@{user.name}" if user else (label or inner)
        if inner.startswith("#"):
            channel = workspace.channels.get(inner[1:])
            return f"#{channel.name}" if channel else f"#{label or inner[1:]}"
        if inner.startswith("!date"):
            return label
        if inner.startswith("!"):
            return f"@{inner[1:]}"
        return label or inner.removeprefix("mailto:")

    return unescape(_LIVE.sub(live, words))


def text_of(text: Any, workspace: Workspace) -> str:
    """A text object's words."""
    if not isinstance(text, dict):
        return ""
    words = str(text.get("text", ""))
    return marked(words, workspace) if text.get("type") == "mrkdwn" else words


def attachment_text(attachment: Json, workspace: Workspace) -> str:
    """The words of a legacy attachment."""
    parts = [str(attachment.get(name, "")) for name in ("pretext", "title", "text")]
    parts.append(blocks_text(attachment.get("blocks") or [], workspace))
    return "\n".join(marked(part, workspace) for part in parts if part)


def blocks_text(blocks: list[Json], workspace: Workspace) -> str:
    """The words of blocks, one line a block; buttons are not among them (see ``button_labels``)."""
    return "\n".join(line for line in (_block_text(block, workspace) for block in blocks) if line)


def _block_text(block: Json, workspace: Workspace) -> str:
    kind = block.get("type")
    if kind in ("section", "header", "alert"):
        parts = [text_of(block.get("text"), workspace)]
        parts += [text_of(one, workspace) for one in block.get("fields") or []]
        return "\n".join(part for part in parts if part)
    if kind == "context":
        return " ".join(text_of(one, workspace) or str(one.get("alt_text", "")) for one in block["elements"])
    if kind == "input":
        parts = [_label(block, workspace), text_of(block.get("hint"), workspace)]
        return "\n".join(part for part in parts if part)
    if kind == "markdown":
        return str(block.get("text", ""))
    if kind == "image":
        return text_of(block.get("title"), workspace) or str(block.get("alt_text", ""))
    if kind == "rich_text":
        return _rich_text(block.get("elements") or [], workspace)
    if kind in ("table", "data_table"):
        rows = [" | ".join(_cell(cell, workspace) for cell in row) for row in block.get("rows") or []]
        return "\n".join([str(block.get("caption", "")), *rows]).strip()
    if kind == "data_visualization":
        return _chart_text(block)
    return _nested_text(block, workspace)


def _nested_text(block: Json, workspace: Workspace) -> str:
    """Cards, carousels, containers."""
    parts = [text_of(block.get(name), workspace) for name in ("title", "subtitle", "body")]
    for name in ("child_blocks", "elements", "tasks"):
        inner = [one for one in block.get(name) or [] if isinstance(one, dict) and block.get("type") != "actions"]
        parts.append(blocks_text(inner, workspace))
    return "\n".join(part for part in parts if part)


def _chart_text(block: Json) -> str:
    chart = block["chart"]
    lines = [str(block["title"])]
    lines += [f"{one['label']}: {one['value']:g}" for one in chart.get("segments", [])]
    for series in chart.get("series", []):
        points = ", ".join(f"{point['label']}: {point['value']:g}" for point in series["data"])
        lines.append(f"{series['name']}: {points}")
    return "\n".join(lines)


def _cell(cell: Json, workspace: Workspace) -> str:
    if cell.get("type") == "rich_text":
        return _rich_text(cell.get("elements") or [], workspace)
    return str(cell.get("text") or cell.get("value", ""))


def _rich_text(elements: list[Json], workspace: Workspace) -> str:
    lines: list[str] = []
    for element in elements:
        kind = element.get("type", "")
        if kind == "rich_text_list":
            lines += [f"• {_rich_text([item], workspace)}" for item in element.get("elements", [])]
        else:
            lines.append("".join(_rich_part(part, workspace) for part in element.get("elements", [])))
    return "\n".join(lines)


def _rich_part(part: Json, workspace: Workspace) -> str:
    kind = part.get("type")
    if kind == "user":
        user = workspace.users.get(str(part.get("user_id")))
        return f"@{user.name}" if user else f"@{part.get('user_id')}"
    if kind == "channel":
        channel = workspace.channels.get(str(part.get("channel_id")))
        return f"#{channel.name}" if channel else "#unknown"
    if kind == "emoji":
        return f":{part.get('name')}:"
    if kind == "broadcast":
        return f"@{part.get('range')}"
    if kind == "date":
        return str(part.get("fallback", ""))
    return str(part.get("text") or part.get("url", ""))


def _label(block: Json, workspace: Workspace) -> str:
    return text_of(block.get("label"), workspace)


def all_blocks(blocks: list[Json]) -> list[Json]:
    """Blocks with those inside containers, carousels and cards."""
    found: list[Json] = []
    for block in blocks:
        found.append(block)
        inner = block.get("child_blocks") if block.get("type") == "container" else None
        if block.get("type") == "carousel":
            inner = block.get("elements")
        found += all_blocks(inner or [])
    return found


def button_labels(blocks: list[Json], workspace: Workspace) -> tuple[str, ...]:
    """What can be pressed: buttons by their words, overflow menus by their options."""
    labels: list[str] = []
    for block in all_blocks(blocks):
        pressable = [*elements_of(block), *(block.get("actions") or [])]
        for element in pressable:
            if element.get("type") in ("button", "workflow_button", "icon_button"):
                labels.append(text_of(element.get("text"), workspace))
            elif element.get("type") == "overflow":
                labels += [text_of(option.get("text"), workspace) for option in element.get("options", [])]
    return tuple(labels)


def field_labels(blocks: list[Json], workspace: Workspace) -> tuple[str, ...]:
    """What can be filled in: labels of inputs; other menus and pickers by placeholder or action_id."""
    labels: list[str] = []
    for block in all_blocks(blocks):
        if block.get("type") == "input":
            labels.append(_label(block, workspace))
            continue
        labels += [
            text_of(element.get("placeholder"), workspace) or str(element.get("action_id"))
            for element in elements_of(block)
            if element.get("type") not in _PRESSED
        ]
    return tuple(labels)
