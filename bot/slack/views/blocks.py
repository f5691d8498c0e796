"""Block Kit's pieces, each kept within Slack's limits. Text given as `mrkdwn` must have been escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, time
from typing import Any

from bot.domain.text import shortened
from bot.slack import ids, limits
from bot.slack.text import escape, to_mrkdwn

Block = dict[str, Any]
Blocks = list[Block]

__all__ = ["Block", "Blocks", "escape", "to_mrkdwn"]


def section(mrkdwn: str, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    """A paragraph; what is longer than Slack takes is cut at its limit, so shorten with care before."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": _cut(mrkdwn, limits.SECTION_TEXT)}}
    if accessory:
        block["accessory"] = accessory
    if block_id:
        block["block_id"] = block_id
    return block


def paragraphs(mrkdwn: str) -> Blocks:
    """A text of any length as as many paragraphs as it takes, cut between lines or words."""
    pieces: Blocks = []
    rest = mrkdwn
    while len(rest) > limits.SECTION_TEXT:
        window = rest[: limits.SECTION_TEXT]
        cut = max(window.rfind("\n"), window.rfind(" "))
        cut = cut if cut > limits.SECTION_TEXT // 2 else limits.SECTION_TEXT
        pieces.append(section(rest[:cut]))
        rest = rest[cut:].lstrip()
    return [*pieces, section(rest)] if rest else pieces


def context(*mrkdwn: str) -> Block:
    """Small print: up to ten pieces on one line."""
    pieces = [piece for piece in mrkdwn if piece][: limits.CONTEXT_ELEMENTS]
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": _cut(piece, limits.SECTION_TEXT)} for piece in pieces],
    }


def header(text: str) -> Block:
    """A headline in plain text."""
    return {"type": "header", "text": _plain(text, limits.HEADER_TEXT)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def button(text: str, action_id: str, value: str = "", *, style: str | None = None, ask: str | None = None) -> Block:
    """A button. With `ask`, Slack asks that question before it counts."""
    element: Block = {
        "type": "button",
        "text": _plain(text, limits.BUTTON_TEXT),
        "action_id": action_id,
        "value": value or "-",
    }
    if style:
        element["style"] = style
    if ask:
        element["confirm"] = {
            "title": _plain(text, 100),
            "text": _plain(ask, 300),
            "confirm": _plain(text, 30),
            "deny": _plain("Cancel", 30),
        }
    return element


def actions(*elements: Block) -> Block:
    """A row of buttons and selects."""
    return {"type": "actions", "elements": list(elements)[: limits.ACTIONS_ELEMENTS]}


def option(text: str, value: str) -> Block:
    """One choice of a select."""
    return {"text": _plain(text, limits.OPTION_TEXT), "value": value[: limits.OPTION_VALUE]}


def select(options: Sequence[Block], *, initial: str | None = None, placeholder: str | None = None) -> Block:
    """Choose one of at most a hundred."""
    element: Block = {"type": "static_select", "action_id": ids.VALUE, "options": list(options)}
    chosen = next((each for each in options if each["value"] == initial), None)
    if chosen:
        element["initial_option"] = chosen
    if placeholder:
        element["placeholder"] = _plain(placeholder, 150)
    return element


def overflow(options: Sequence[Block], action_id: str) -> Block:
    """A menu behind three dots, of two to five choices."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def people_select(initial: Iterable[str] = ()) -> Block:
    """Choose any number of people."""
    element: Block = {"type": "multi_users_select", "action_id": ids.VALUE}
    chosen = list(initial)
    if chosen:
        element["initial_users"] = chosen
    return element


def date_picker(initial: date | None = None) -> Block:
    """Choose a day."""
    element: Block = {"type": "datepicker", "action_id": ids.VALUE}
    if initial:
        element["initial_date"] = initial.isoformat()
    return element


def time_picker(initial: time | None = None) -> Block:
    """Choose a time of day."""
    element: Block = {"type": "timepicker", "action_id": ids.VALUE}
    if initial:
        element["initial_time"] = f"{initial:%H:%M}"
    return element


def multi_select(options: Sequence[Block], *, initial: Collection[str] = ()) -> Block:
    """Choose any number of at most a hundred."""
    element: Block = {"type": "multi_static_select", "action_id": ids.VALUE, "options": list(options)}
    chosen = [each for each in options if each["value"] in initial]
    if chosen:
        element["initial_options"] = chosen
    return element


def text_field(
    initial: str | None = None,
    *,
    multiline: bool = False,
    placeholder: str | None = None,
    longest: int = limits.INPUT_TEXT,
) -> Block:
    """A field to type in. Slack takes at most 3,000 characters; check `fits_field` before pre-filling."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": ids.VALUE,
        "multiline": multiline,
        "max_length": longest,
    }
    if initial:
        element["initial_value"] = initial
    if placeholder:
        element["placeholder"] = _plain(placeholder, 150)
    return element


def fits_field(text: str | None) -> bool:
    """Whether a text can be edited in a form without losing any of it."""
    return len(text or "") <= limits.INPUT_TEXT


def field(label: str, block_id: str, element: Block, *, optional: bool = True, hint: str | None = None) -> Block:
    """A labelled field of a form."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label, 2_000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = _plain(hint, 2_000)
    return block


def modal(
    title: str,
    callback_id: str,
    blocks: Blocks,
    *,
    submit: str | None = None,
    close: str = "Close",
    metadata: str = "",
) -> Block:
    """A form or a window. `metadata` comes back with it, so it holds identifiers only."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(title, limits.MODAL_TITLE),
        "close": _plain(close, limits.MODAL_TITLE),
        "private_metadata": metadata,
        "blocks": blocks[: limits.VIEW_BLOCKS],
    }
    if submit:
        view["submit"] = _plain(submit, limits.MODAL_TITLE)
    return view


def home(blocks: Blocks) -> Block:
    """The App Home."""
    return {"type": "home", "blocks": blocks[: limits.VIEW_BLOCKS]}


def mention(user_id: str) -> str:
    """A person, as Slack shows them."""
    return f"<@{user_id}>"


def link(address: str, label: str) -> str:
    """A link; only web addresses become one."""
    if not address.startswith(("https://", "http://")):
        return escape(label)
    safe = escape(address).replace("|", "%7C")
    return f"<{safe}|{escape(label).replace('|', '¦')}>"


def _plain(text: str, longest: int) -> Block:
    return {"type": "plain_text", "text": shortened(text, longest), "emoji": True}


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
