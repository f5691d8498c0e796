"""What Slack refuses of blocks and views, each rule named as Slack names it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.block_rules import Surface
from bot.sandbox.checks import find_in_blocks, find_in_view
from tests.sandbox.refusing import refused

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def marked(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def button(words: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(words), "action_id": "go", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(words: str = "A", value: str = "a") -> Json:
    return {"text": plain(words), "value": value}


def select(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option(value=str(n)) for n in range(count)], **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": element, **more}


def pie(count: int, **more: Any) -> Json:
    segments = [{"label": f"s{n}", "value": 1} for n in range(count)]
    chart = {"type": "pie", "segments": segments}
    return {"type": "data_visualization", "title": "Six dimensions", "chart": chart, **more}


def bar(series: int = 1, labels: tuple[str, ...] = ("Mon", "Tue")) -> Json:
    points = [{"label": label, "value": -1.5} for label in labels]
    lines = [{"name": f"n{n}", "data": points} for n in range(series)]
    chart = {"type": "bar", "series": lines, "axis_config": {"categories": ["Mon", "Tue"], "y_label": "n"}}
    return {"type": "data_visualization", "title": "Week", "chart": chart}


def table(rows: int, columns: int = 2, kind: str = "data_table") -> Json:
    cells = [[{"type": "raw_text", "text": "x"}] * columns] * rows
    return {"type": kind, "rows": cells, **({"caption": "c"} if kind == "data_table" else {})}


SECTION = {"type": "section", "text": marked("x")}

GOOD: list[Json] = [
    SECTION,
    {"type": "section", "fields": [marked("a")] * 10, "accessory": button()},
    {"type": "section", "text": marked("x" * 3000), "accessory": {"type": "overflow", "options": [option()]}},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider", "block_id": "b" * 255},
    {"type": "context", "elements": [marked("a"), plain("b"), {"type": "image", "image_url": "u", "alt_text": "a"}]},
    actions(*[button(action_id=f"a{n}") for n in range(25)]),
    actions(select(100)),
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"},
    {"type": "markdown", "text": "# hi"},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    table(101, 20),
    table(100, 20, "table"),
    pie(6),
    bar(6),
    {"type": "card", "title": marked("t"), "actions": [button()]},
    {"type": "container", "title": plain("t"), "child_blocks": [SECTION]},
]

BAD: list[tuple[Json, str]] = [
    ({"type": "section", "text": marked("x" * 3001)}, "must be less than 3001 characters [json-pointer:/0/text/text]"),
    ({"type": "section", "text": marked("")}, "must be more than 0 characters [json-pointer:/0/text/text]"),
    ({"type": "section"}, "missing required field: text [json-pointer:/0]"),
    ({"type": "section", "text": "x"}, "must provide an object [json-pointer:/0/text]"),
    ({"type": "section", "text": {"type": "text", "text": "x"}}, "unsupported type: text [json-pointer:/0/text/type]"),
    ({"type": "section", "fields": [marked("a")] * 11}, "no more than 10 items allowed [json-pointer:/0/fields]"),
    ({"type": "section", "fields": [marked("a" * 2001)]}, "must be less than 2001 characters"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters [json-pointer:/0/text/text]"),
    ({"type": "header", "text": marked("x")}, "unsupported type: mrkdwn [json-pointer:/0/text/type]"),
    ({"type": "divider", "block_id": "b" * 256}, "must be less than 256 characters [json-pointer:/0/block_id]"),
    ({"type": "context", "elements": [plain("a")] * 11}, "no more than 10 items allowed [json-pointer:/0/elements]"),
    (actions(*[button(action_id=f"a{n}") for n in range(26)]), "no more than 25 items allowed"),
    (actions(), "no less than 1 items allowed [json-pointer:/0/elements]"),
    (actions(button("x" * 76)), "must be less than 76 characters [json-pointer:/0/elements/0/text/text]"),
    (actions(button(action_id="a" * 256)), "must be less than 256 characters"),
    (actions(button(value="v" * 2001)), "must be less than 2001 characters"),
    (actions(button(style="loud")), "value must be one of primary, danger"),
    (actions(button(colour="red")), "invalid additional property: colour"),
    (actions(button(), button()), 'action_id "go" already exists [json-pointer:/0/elements/1/action_id]'),
    (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    (actions(select(101)), "no more than 100 items allowed [json-pointer:/0/elements/0/options]"),
    (actions(select(option_groups=[])), "must provide exactly one of options and option_groups"),
    (actions(select(options=[option("x" * 76)])), "must be less than 76 characters"),
    (actions(select(options=[option(value="v" * 151)])), "must be less than 151 characters"),
    (actions({"type": "overflow", "options": [option()] * 6}), "no more than 5 items allowed"),
    (field({"type": "plain_text_input", "max_length": 3001}), "must be at most 3000"),
    (field({"type": "plain_text_input", "placeholder": plain("x" * 151)}), "must be less than 151 characters"),
    (field(button()), "unsupported type: button [json-pointer:/0/element/type]"),
    ({"type": "input", "label": plain("L")}, "missing required field: element"),
    ({"type": "fancy"}, "unsupported type: fancy [json-pointer:/0/type]"),
    ({"text": "x"}, "missing required field: type"),
    ({"type": "image", "alt_text": "a"}, "must provide exactly one of image_url and slack_file"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters"),
    (pie(7), "no more than 6 items allowed [json-pointer:/0/chart/segments]"),
    (pie(1, title="x" * 51), "must be less than 51 characters [json-pointer:/0/title]"),
    (bar(7), "no more than 6 items allowed [json-pointer:/0/chart/series]"),
    (bar(labels=("Mon",)), "labels must match axis_config categories"),
    (table(102), "no more than 101 items allowed [json-pointer:/0/rows]"),
    (table(2, 21), "no more than 20 items allowed [json-pointer:/0/rows/0]"),
    ({"type": "data_table", "rows": table(2)["rows"]}, "missing required field: caption"),
    ({"type": "alert", "text": marked("x")}, "unsupported type: alert"),
]


def lines(blocks: list[Json], surface: Surface = "message") -> list[str]:
    return [problem.line for problem in find_in_blocks(blocks, surface, "")]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_good_block(block: Json) -> None:
    assert lines([block]) == []


@pytest.mark.parametrize(("block", "rule"), BAD, ids=[rule[:60] for _, rule in BAD])
def test_bad_block(block: Json, rule: str) -> None:
    found = lines([block])
    assert any(rule in line for line in found), found


def test_counts_over_a_whole_message() -> None:
    assert lines([SECTION] * 50) == []
    assert "no more than 50 items allowed" in lines([SECTION] * 51)[0]
    assert "no more than 2 data_visualization" in lines([pie(1)] * 3)[0]
    twice = [{**SECTION, "block_id": "b"}] * 2
    assert lines(twice) == ['[ERROR] block_id "b" already exists [json-pointer:/1/block_id]']
    assert "table cells" in lines([{**table(2), "rows": [[{"type": "raw_text", "text": "x" * 5001}]] * 2}])[0]


def test_the_same_action_id_in_two_blocks_is_fine() -> None:
    assert lines([actions(button()), actions(button())]) == []


@pytest.mark.parametrize("kind", ["table", "data_table", "markdown", "data_visualization", "container"])
def test_blocks_for_messages_only(kind: str) -> None:
    block = next(one for one in GOOD if one["type"] == kind)
    for surface in ("modal", "home"):
        assert f"unsupported type: {kind}" in lines([block], surface)[0]  # type: ignore[arg-type]


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("T"), "blocks": [SECTION], **more}


@pytest.mark.parametrize(
    ("view", "rule"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (modal(blocks=[SECTION] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(blocks=[field({"type": "plain_text_input"})]), "missing required field: submit"),
        (modal(colour="red"), "invalid additional property: colour"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        ({"type": "modal", "title": plain("T")}, "missing required field: blocks"),
    ],
)
def test_bad_view(view: Json, rule: str) -> None:
    found = [problem.line for problem in find_in_view(view, "modal")]
    assert any(rule in line for line in found), found


async def test_the_client_is_told_the_rule(client: AsyncWebClient, payments: str) -> None:
    blocks = [{"type": "section", "text": marked("x" * 3001)}]
    rule = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    await refused(client.chat_postMessage(channel=payments, text="x", blocks=blocks), "invalid_blocks", rule)


async def test_much_text_in_many_blocks(client: AsyncWebClient, payments: str) -> None:
    blocks = [{"type": "section", "text": marked("x" * 2500)}] * 5
    await refused(client.chat_postMessage(channel=payments, text="x", blocks=blocks), "msg_blocks_too_long")


async def test_blocks_validate(client: AsyncWebClient) -> None:
    assert (await client.api_call("blocks.validate", json={"view": modal()}))["ok"]
    body = await refused(client.api_call("blocks.validate", json={"blocks": [{"type": "fancy"}]}), "invalid_blocks")
    assert body["errors"][0]["pointer"] == "/0/type"
    await refused(client.api_call("blocks.validate", json={}), "invalid_arguments", "exactly one of")
