"""Turning what a person picks or types into the value Slack keeps for an element, and what its client refuses."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.errors import NotSeen
from bot.sandbox.modals import INITIAL_FIELDS
from bot.sandbox.state import Json, View, Workspace

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_URL = re.compile(r"^(https?|mailto)://?\S+$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"^\d{2}:\d{2}$")

#: What Slack's client says (wording of the English desktop client).
REQUIRED = "Please complete this required field."


def options_of(element: Json) -> list[Json]:
    """All options of a menu, groups opened."""
    options: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group.get("options") or []
    return options


def pick_option(element: Json, wanted: str) -> Json:
    """The option with that text or value; raises ``NotSeen`` listing what there is."""
    options = options_of(element)
    for option in options:
        if wanted in (option["text"]["text"], option.get("value")):
            return option
    shown = ", ".join(repr(option["text"]["text"]) for option in options)
    raise NotSeen(f"no option {wanted!r}; there are {shown}")


def held_value(element: Json, value: Any, workspace: Workspace) -> Json:
    """The entry of ``state.values`` after a person gave an element that value; ``None`` empties it.

    Options are named by text or value, people by handle or id, channels by name or id, dates as ``YYYY-MM-DD``,
    times as ``HH:MM``; several as a list.
    """
    kind = str(element["type"])
    if kind not in INITIAL_FIELDS:
        raise NotSeen(f"a {kind} holds no value")
    held = INITIAL_FIELDS[kind][1]
    many = held.startswith("selected_") and held.endswith("s")
    if many:
        values = [] if value is None else value if isinstance(value, (list, tuple)) else [value]
        return {"type": kind, held: [_one(element, kind, one, workspace) for one in values]}
    return {
        "type": kind,
        held: None if value is None or value == "" else _one(element, kind, value, workspace),
    }


def _one(element: Json, kind: str, value: Any, workspace: Workspace) -> Any:
    if "static_select" in kind or "external_select" in kind or kind in ("radio_buttons", "checkboxes", "overflow"):
        return value if isinstance(value, dict) else pick_option(element, str(value))
    if "users_select" in kind:
        user = workspace.user(str(value))
        if user is None:
            raise NotSeen(f"nobody called {value!r}; there are {', '.join(sorted(workspace.users_by_name))}")
        return user.id
    if "channels_select" in kind or "conversations_select" in kind:
        channel = workspace.channel(str(value))
        if channel is None:
            raise NotSeen(f"no channel {value!r}")
        return channel.id
    if kind == "datepicker" and not _DATE.match(str(value)):
        raise NotSeen(f"a date picker gives YYYY-MM-DD, not {value!r}")
    if kind == "timepicker" and not _TIME.match(str(value)):
        raise NotSeen(f"a time picker gives HH:MM, not {value!r}")
    if kind == "datetimepicker":
        return int(value)
    return value if kind == "rich_text_input" else str(value)


def client_errors(view: View) -> dict[str, str]:
    """What Slack's own client would say under the fields before it sends anything: {block_id: words}."""
    errors: dict[str, str] = {}
    for block in view.body.get("blocks", []):
        if block.get("type") != "input":
            continue
        element = block["element"]
        state = view.values.get(block["block_id"], {}).get(element.get("action_id", ""), {})
        value = next((held for name, held in state.items() if name != "type"), None)
        words = _client_error(element, value, optional=bool(block.get("optional")))
        if words:
            errors[block["block_id"]] = words
    return errors


def _client_error(element: Json, value: Any, *, optional: bool) -> str:
    if value is None or value == "" or value == []:
        return "" if optional else REQUIRED
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_error(element, str(value))
    if kind == "email_text_input" and not _EMAIL.match(str(value)):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.match(str(value)):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _number_error(element, str(value))
    most = element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Please select no more than {most} items."
    return ""


def _length_error(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    if len(value) > most:
        return f"Please enter no more than {most} characters."
    return ""


def _number_error(element: Json, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if element.get("min_value") is not None and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if element.get("max_value") is not None and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""
