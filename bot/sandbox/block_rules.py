"""Slack's rules for blocks and where each may stand (docs.slack.dev/reference/block-kit/blocks, …/blocks.json)."""

from __future__ import annotations

from typing import Any, Literal

from bot.sandbox.elements import (
    IMAGE_ELEMENT,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    elements,
)
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

Surface = Literal["message", "modal", "home"]

_CHARTS = frozenset({"pie", "bar", "line", "area"})


def _block(required: dict[str, Rule], optional: dict[str, Rule] | None = None, *more: Rule) -> Rule:
    return both(
        _unique_block_id,
        shape({"type": anything, **required}, {"block_id": string(255, 1), **(optional or {})}),
        *more,
    )


def _unique_block_id(value: Any, pointer: str, findings: Findings) -> None:
    findings.action_ids.clear()  # action_ids must differ within one block only
    block_id = value.get("block_id") if isinstance(value, dict) else None
    if not isinstance(block_id, str):
        return
    if block_id in findings.block_ids:
        findings.add(f"{pointer}/block_id", f'block_id "{block_id}" already exists', type="unique")
    findings.block_ids.add(block_id)


def _text_or_fields(value: Any, pointer: str, findings: Findings) -> None:
    if not value.get("text") and not value.get("fields"):
        findings.add(pointer, "missing required field: text", type="required", expected="text")


def _image_source(value: Any, pointer: str, findings: Findings) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        findings.add(pointer, "must provide exactly one of image_url and slack_file", type="one_of")


def _context_element(value: Any, pointer: str, findings: Findings) -> None:
    rules: dict[str, Rule] = {"image": IMAGE_ELEMENT, "plain_text": text(2000), "mrkdwn": text(2000)}
    by_type(rules)(value, pointer, findings)


_POINT = shape({"label": string(20, 1), "value": number()})
_SERIES = shape({"name": string(20, 1), "data": array(_POINT, 20, 1)})
_AXIS = shape({"categories": array(string(20, 1), 20, 1)}, {"x_label": string(50), "y_label": string(50)})
_XY = shape({"type": anything, "series": array(_SERIES, 6, 1), "axis_config": _AXIS})
_PIE = shape(
    {
        "type": anything,
        "segments": array(shape({"label": string(20, 1), "value": number(0, above=True)}), 6, 1),
    }
)


def _series_fit_axis(value: Any, pointer: str, findings: Findings) -> None:
    """Series names differ, and every series has one point per category, in the categories' own words."""
    series = value.get("series")
    categories = (value.get("axis_config") or {}).get("categories")
    if not isinstance(series, list) or not isinstance(categories, list):
        return
    names = [one.get("name") for one in series if isinstance(one, dict)]
    if len(set(map(str, names))) < len(names):
        findings.add(f"{pointer}/series", "series names must be unique", type="unique")
    for index, one in enumerate(series):
        points = one.get("data") if isinstance(one, dict) else None
        labels = [point.get("label") for point in points if isinstance(point, dict)] if isinstance(points, list) else []
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            findings.add(f"{pointer}/series/{index}/data", "labels must match axis_config categories", type="enum")


_CHART = by_type({"pie": _PIE, **{kind: both(_XY, _series_fit_axis) for kind in ("bar", "line", "area")}}, _CHARTS)

_RAW_TEXT = shape({"type": anything, "text": string(None, 1)})
_RAW_NUMBER = shape({"type": anything, "value": number()}, {"text": string(None, 1)})
_RICH = shape({"type": anything, "elements": array(anything)}, {"block_id": string(255)})
_CELL = by_type({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": _RICH})

#: All cells of the tables of one message together.
TABLE_CHARACTERS = 10_000


def _even_rows(value: Any, pointer: str, findings: Findings) -> None:
    rows = value.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        findings.add(f"{pointer}/rows", "all rows must have the same number of cells", type="even")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
    for index, cell in enumerate(first):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            findings.add(f"{pointer}/rows/0/{index}/type", "unsupported type: rich_text", type="enum")


_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_SLACK_FILE: dict[str, Rule] = {"image_url": string(3000), "slack_file": anything}
_BUTTONS = array(elements(frozenset({"button"})), 5)

_CARD = _block(
    {},
    {
        "hero_image": IMAGE_ELEMENT,
        "icon": IMAGE_ELEMENT,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": _BUTTONS,
    },
)

BLOCKS: dict[str, Rule] = {
    "actions": _block({"elements": array(elements(IN_ACTIONS), 25, 1)}),
    "alert": _block({"text": text(3000)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": _block({"elements": array(by_type({"card": _CARD}), 10, 1)}),
    "context": _block({"elements": array(_context_element, 10, 1)}),
    "context_actions": _block({"elements": array(elements(IN_CONTEXT_ACTIONS), 5, 1)}),
    "data_table": _block(
        {"rows": array(array(_CELL, 20, 1), 101, 2), "caption": string(None, 1)},
        {"page_size": number(1, 100, whole=True), "row_header_column_index": number(0, 19, whole=True)},
        _even_rows,
    ),
    "data_visualization": _block({"title": string(50, 1), "chart": _CHART}),
    "divider": _block({}),
    "file": _block({"external_id": string(), "source": one_of("remote")}),
    "header": _block({"text": text(150, plain=True)}),
    "image": _block({"alt_text": string(2000)}, {**_SLACK_FILE, "title": text(2000, plain=True)}, _image_source),
    "input": _block(
        {"label": text(2000, plain=True), "element": elements(IN_INPUT)},
        {"hint": text(2000, plain=True), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": _block({"text": string(12_000, 1)}),
    "plan": _block({"title": string(None, 1)}, {"tasks": array(anything)}),
    "rich_text": _block({"elements": array(anything)}),
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": array(text(2000), 10, 1),
            "accessory": elements(IN_SECTION),
            "expand": boolean,
        },
        _text_or_fields,
    ),
    "table": _block({"rows": array(array(_CELL, 20, 1), 100, 1)}, {"column_settings": array(_COLUMN, 20)}),
    "task_card": _block(
        {
            "task_id": string(),
            "title": string(),
            "status": one_of("pending", "in_progress", "complete", "error"),
        },
        {"details": anything, "output": anything, "sources": array(anything)},
    ),
    "video": _block(
        {
            "alt_text": string(),
            "title": text(200, plain=True),
            "video_url": string(),
            "thumbnail_url": string(),
        },
        {
            "author_name": string(50),
            "description": text(200, plain=True),
            "provider_icon_url": string(),
            "provider_name": string(),
            "title_url": string(),
        },
    ),
}

_EVERYWHERE = frozenset(
    {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
)

#: Where each block may stand (docs.slack.dev/blocks.json). ``data_visualization`` is for messages only
#: (slack-edge/slack-web-api-client#57), as are ``table``, ``data_table`` and ``markdown``.
SURFACES: dict[Surface, frozenset[str]] = {
    "message": frozenset(BLOCKS) - {"alert"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE | {"carousel"},
}
SURFACES["message"] = SURFACES["message"] | {"container"}


def _container(value: Any, pointer: str, findings: Findings) -> None:
    children = array(by_type(BLOCKS, SURFACES["message"] - {"container"}), 10, 1)
    _block(
        {"child_blocks": children},
        {
            "title": text(150, plain=True),
            "rich_text_title": anything,
            "subtitle": text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": IMAGE_ELEMENT,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
    )(value, pointer, findings)


BLOCKS["container"] = _container
