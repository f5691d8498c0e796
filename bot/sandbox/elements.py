"""Slack's rules for block elements and composition objects (docs.slack.dev/reference/block-kit/block-elements)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.schema import (
    Findings,
    Rule,
    anything,
    array,
    boolean,
    both,
    by_type,
    number,
    one_of,
    shape,
    string,
    text,
)

CONFIRM = shape(
    {
        "title": text(100, plain=True),
        "text": text(300),
        "confirm": text(30, plain=True),
        "deny": text(30, plain=True),
    },
    {"style": one_of("primary", "danger")},
)
PLACEHOLDER = text(150, plain=True)
DISPATCH = shape({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"))})
_ACTION = {"action_id": string(255, 1)}


def _option(*, plain: bool) -> Rule:
    return shape(
        {"text": text(75, plain=plain), "value": string(150, 1)},
        {"description": text(75, plain=plain), "url": string(3000)},
    )


OPTION = _option(plain=True)
MARKED_OPTION = _option(plain=False)
OPTION_GROUP = shape({"label": text(75, plain=True), "options": array(OPTION, 100, 1)})


def _unique_action_id(value: Any, pointer: str, findings: Findings) -> None:
    """Action ids must differ within their block."""
    action_id = value.get("action_id") if isinstance(value, dict) else None
    if not isinstance(action_id, str):
        return
    if action_id in findings.action_ids:
        findings.add(f"{pointer}/action_id", f'action_id "{action_id}" already exists', type="unique")
    findings.action_ids.add(action_id)


def _element(required: dict[str, Rule], optional: dict[str, Rule]) -> Rule:
    return both(shape({"type": anything, **required}, {**_ACTION, **optional}), _unique_action_id)


def _options_or_groups(value: Any, pointer: str, findings: Findings) -> None:
    if ("options" in value) == ("option_groups" in value):
        findings.add(pointer, "must provide exactly one of options and option_groups", type="one_of")


def _static(extra: dict[str, Rule]) -> Rule:
    menu = {"options": array(OPTION, 100, 1), "option_groups": array(OPTION_GROUP, 100, 1)}
    return both(_element({}, {**menu, **_MENU, **extra}), _options_or_groups)


_FOCUS: dict[str, Rule] = {"focus_on_load": boolean}
_MENU: dict[str, Rule] = {"placeholder": PLACEHOLDER, "confirm": CONFIRM, **_FOCUS}
_MANY: dict[str, Rule] = {"max_selected_items": number(1, whole=True)}
_IN_MESSAGES: dict[str, Rule] = {"response_url_enabled": boolean}
_FILTER: dict[str, Rule] = {
    "default_to_current_conversation": boolean,
    "filter": shape(
        {},
        {
            "include": array(one_of("im", "mpim", "private", "public"), least=1),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
    ),
}
_TYPED: dict[str, Rule] = {"placeholder": PLACEHOLDER, "dispatch_action_config": DISPATCH, **_FOCUS}

IMAGE_ELEMENT = shape(
    {"type": anything, "alt_text": string(2000)},
    {"image_url": string(3000), "slack_file": shape({}, {"id": string(), "url": string()})},
)

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        {"text": text(75, plain=True)},
        {
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "checkboxes": _element(
        {"options": array(MARKED_OPTION, 10, 1)},
        {"initial_options": array(MARKED_OPTION, 10, 1), "confirm": CONFIRM, **_FOCUS},
    ),
    "radio_buttons": _element(
        {"options": array(MARKED_OPTION, 10, 1)},
        {"initial_option": MARKED_OPTION, "confirm": CONFIRM, **_FOCUS},
    ),
    "overflow": _element({"options": array(OPTION, 5, 1)}, {"confirm": CONFIRM}),
    "datepicker": _element({}, {**_MENU, "initial_date": string(10, 10)}),
    "timepicker": _element({}, {**_MENU, "initial_time": string(5, 5), "timezone": string()}),
    "datetimepicker": _element({}, {"initial_date_time": number(whole=True), "confirm": CONFIRM, **_FOCUS}),
    "static_select": _static({"initial_option": OPTION}),
    "multi_static_select": _static({"initial_options": array(OPTION, 100, 1), **_MANY}),
    "external_select": _element({}, {**_MENU, "initial_option": OPTION, "min_query_length": number(0, whole=True)}),
    "multi_external_select": _element(
        {}, {**_MENU, "initial_options": array(OPTION), "min_query_length": number(0, whole=True), **_MANY}
    ),
    "users_select": _element({}, {**_MENU, "initial_user": string()}),
    "multi_users_select": _element({}, {**_MENU, "initial_users": array(string()), **_MANY}),
    "conversations_select": _element({}, {**_MENU, "initial_conversation": string(), **_FILTER, **_IN_MESSAGES}),
    "multi_conversations_select": _element({}, {**_MENU, "initial_conversations": array(string()), **_FILTER, **_MANY}),
    "channels_select": _element({}, {**_MENU, "initial_channel": string(), **_IN_MESSAGES}),
    "multi_channels_select": _element({}, {**_MENU, "initial_channels": array(string()), **_MANY}),
    "plain_text_input": _element(
        {},
        {
            **_TYPED,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": number(0, 3000, whole=True),
            "max_length": number(1, 3000, whole=True),
        },
    ),
    "email_text_input": _element({}, {**_TYPED, "initial_value": string()}),
    "url_text_input": _element({}, {**_TYPED, "initial_value": string()}),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": _element({}, {**_TYPED, "initial_value": anything}),
    "file_input": _element({}, {"filetypes": array(string()), "max_files": number(1, 10, whole=True)}),
    "image": IMAGE_ELEMENT,
    "feedback_buttons": _element({"positive_button": anything, "negative_button": anything}, {}),
    "icon_button": _element({"icon": string(), "text": text(75, plain=True)}, {"value": string(), "confirm": CONFIRM}),
    "workflow_button": _element({"text": text(75, plain=True), "workflow": anything}, {"style": string()}),
}

_SELECTS = frozenset(
    f"{prefix}{kind}_select"
    for prefix in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_PICKERS = frozenset({"checkboxes", "radio_buttons", "datepicker", "timepicker"})

#: Which elements a block takes (``compatible-block-elements`` in docs.slack.dev/blocks.json).
IN_ACTIONS = _SELECTS | _PICKERS | {"button", "overflow", "datetimepicker", "rich_text_input", "workflow_button"}
IN_SECTION = _SELECTS | _PICKERS | {"button", "overflow", "image", "workflow_button"}
IN_INPUT = (
    _SELECTS
    | _PICKERS
    | {"datetimepicker", "plain_text_input", "email_text_input", "url_text_input", "number_input"}
    | {"rich_text_input", "file_input"}
)
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})


def elements(allowed: frozenset[str]) -> Rule:
    """One element out of those a block takes."""
    return by_type(ELEMENTS, allowed)
