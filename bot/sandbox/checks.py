"""What Slack refuses of messages and views, named rule by rule.

Errors: ``invalid_blocks`` for messages, ``invalid_arguments`` for views, each with Slack's lines in
``response_metadata.messages`` (docs.slack.dev/reference/methods/chat.postMessage, …/views.open).
"""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.block_rules import BLOCKS, SURFACES, TABLE_CHARACTERS, Surface
from bot.sandbox.errors import Refusal
from bot.sandbox.schema import Findings, Problem, array, boolean, by_type, one_of, shape, string, text
from bot.sandbox.state import Json

MAX_TEXT = 40_000
MAX_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
#: slackapi/bolt-js#2509 and #2867: about 12,000 characters of text in all blocks, containers counted with a little.
MAX_BLOCKS_TEXT = 12_000
BLOCK_WEIGHT = 20
MAX_CHARTS = 2
MAX_VIEW_BYTES = 250_000
MAX_METADATA_BYTES = 16_000

_VIEW_COMMON = {
    "type": one_of("modal", "home"),
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_VIEW_SHAPES = {
    "modal": (
        {"type": one_of("modal"), "title": text(24, plain=True)},
        {
            **_VIEW_COMMON,
            "submit": text(24, plain=True),
            "close": text(24, plain=True),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": ({"type": one_of("home")}, dict(_VIEW_COMMON)),
}


def check_text(words: str) -> None:
    """Refuse ``msg_too_long`` over 40,000 characters."""
    if len(words) > MAX_TEXT:
        raise Refusal("msg_too_long", [f"[ERROR] text must be less than {MAX_TEXT + 1} characters"])


def find_in_blocks(blocks: Any, surface: Surface, pointer: str = "/blocks") -> list[Problem]:
    """All that is wrong with a list of blocks on that surface."""
    findings = Findings()
    array(by_type(BLOCKS, SURFACES[surface]), MAX_BLOCKS[surface])(blocks, pointer, findings)
    if isinstance(blocks, list):
        _count_charts_and_tables(blocks, pointer, findings)
    return findings.problems


def _count_charts_and_tables(blocks: list[Any], pointer: str, findings: Findings) -> None:
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    if kinds.count("data_visualization") > MAX_CHARTS:
        findings.add(pointer, f"no more than {MAX_CHARTS} data_visualization blocks allowed", type="max_items")
    tables = [block for block in blocks if isinstance(block, dict) and block.get("type") in ("table", "data_table")]
    if sum(text_length(table.get("rows")) for table in tables) > TABLE_CHARACTERS:
        findings.add(pointer, f"table cells must be less than {TABLE_CHARACTERS + 1} characters", type="max_length")
    if sum(1 for table in tables if table["type"] == "table") > 1:
        findings.add(pointer, "no more than 1 table block allowed", type="max_items")


def text_length(value: Any) -> int:
    """The characters of every ``text`` string in a piece of JSON."""
    if isinstance(value, list):
        return sum(text_length(item) for item in value)
    if isinstance(value, dict):
        own = value.get("text")
        length = len(own) if isinstance(own, str) else 0
        return length + sum(text_length(item) for name, item in value.items() if not (name == "text" and length))
    return 0


def check_message_blocks(blocks: Any) -> list[Json]:
    """Refuse blocks that Slack would not take in a message; returns them as a list."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    problems = find_in_blocks(blocks, "message")
    if problems:
        raise _refusal("invalid_blocks", problems)
    if text_length(blocks) + BLOCK_WEIGHT * len(blocks) > MAX_BLOCKS_TEXT:
        raise Refusal("msg_blocks_too_long", [f"[ERROR] text of all blocks over {MAX_BLOCKS_TEXT} characters"])
    return blocks


def find_in_view(view: Any, surface: Surface) -> list[Problem]:
    """All that is wrong with a view of that kind."""
    findings = Findings()
    if not isinstance(view, dict):
        findings.add("/view", "must provide an object")
        return findings.problems
    required, optional = _VIEW_SHAPES[surface]
    skeleton = {name: value for name, value in view.items() if name not in ("blocks", *_IGNORED)}
    shape(required, optional)(skeleton, "/view", findings)
    if "blocks" not in view:
        findings.add("/view", "missing required field: blocks")
    else:
        findings.problems.extend(find_in_blocks(view["blocks"], surface, "/view/blocks"))
    has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in view.get("blocks") or [])
    if surface == "modal" and has_input and not view.get("submit"):
        findings.add("/view", "missing required field: submit")
    return findings.problems


#: What ``views.update`` may carry over from a view that Slack returned (the SDK's ``View`` model sends some).
_IGNORED = ("id", "team_id", "bot_id", "app_id", "hash", "state", "root_view_id", "previous_view_id")


def check_view(view: Any, surface: Surface) -> Json:
    """Refuse a view that Slack would not take; returns it."""
    problems = find_in_view(view, surface)
    if problems:
        raise _refusal("invalid_arguments", problems)
    body: Json = view
    if len(json.dumps(body).encode()) > MAX_VIEW_BYTES:
        raise Refusal("view_too_large")
    return body


def check_metadata(metadata: Any) -> Json | None:
    """Message metadata: ``event_type`` and ``event_payload``, at most 16 KB."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format", ["[ERROR] metadata needs event_type and event_payload"])
    if len(json.dumps(metadata).encode()) > MAX_METADATA_BYTES:
        raise Refusal("metadata_too_large")
    return metadata


def _refusal(error: str, problems: list[Problem]) -> Refusal:
    lines = [problem.line for problem in problems]
    return Refusal(error, lines, errors=[line.removeprefix("[ERROR] ") for line in lines])
