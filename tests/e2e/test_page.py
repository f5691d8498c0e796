"""What the page shows and how it is used, the bot's own work apart."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.e2e.window import Window
from tests.running import RunningBot

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> </div><script>alert(1)</script> & <b>bold</b>"
CATEGORIES = ("May", "June")


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def every_block() -> list[dict[str, Any]]:
    """One of each block the bot may send, with words that must not come alive."""
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    series = {"name": "entries", "data": [{"label": label, "value": 7} for label in CATEGORIES]}
    cells = [[{"type": "raw_text", "text": HOSTILE}, {"type": "raw_text", "text": "count"}]]
    pie = {"type": "pie", "segments": [{"label": "multiplying", "value": 2}, {"label": "producing", "value": 1}]}
    bars = {"type": "bar", "series": [series], "axis_config": {"categories": list(CATEGORIES)}}
    return [
        {"type": "header", "text": plain(HOSTILE[:150])},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*strong* {escaped}"}, "fields": [plain(HOSTILE)]},
        {"type": "context", "elements": [plain("small print")]},
        {"type": "divider"},
        {
            "type": "markdown",
            "text": f"## Heading\n{HOSTILE} [word](javascript:alert(1))\n\n| a | b |\n|--|--|\n| 1 | 2 |",
        },
        {"type": "image", "image_url": "https://elsewhere.example/x.png", "alt_text": "a picture from elsewhere"},
        {"type": "table", "rows": cells},
        {"type": "data_visualization", "title": "Balance", "chart": pie},
        {"type": "data_visualization", "title": "By month", "chart": bars},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": HOSTILE}]}],
        },
        {"type": "actions", "elements": [{"type": "button", "action_id": "b", "text": plain(HOSTILE[:75])}]},
    ]


async def bot_says(slack: Sandbox, handle: str, blocks: list[dict[str, Any]]) -> None:
    client = AsyncWebClient(slack.bot_token(), base_url=slack.api_url)
    opened = await client.conversations_open(users=[slack.person(handle).id])
    await client.chat_postMessage(channel=opened["channel"]["id"], text="everything", blocks=blocks)


async def test_every_block_is_shown_and_none_comes_alive(window: Window, slack: Sandbox) -> None:
    blocks = every_block()
    await bot_says(slack, "sam", [block for block in blocks if block["type"] != "table"][:6])
    await bot_says(slack, "sam", [block for block in blocks if block["type"] != "markdown"][4:])
    await window.go("Multiplier · Messages")
    for words in ("strong", "small print", "Heading", "a picture from elsewhere", "count", "Balance", "By month"):
        await expect(window.main).to_contain_text(words)
    await expect(window.main.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert await window.main.locator("script, img[src='x'], b, a[href^='javascript']").count() == 0


async def test_what_people_type_is_formatted_but_never_markup(window: Window) -> None:
    await window.write(
        "Message #payments", f"*so* `x = 1` {HOSTILE} see https://docs.example/a @dana #general :seedling:"
    )
    said = window.message(window.main, "x = 1")
    await expect(said).to_contain_text("<script>alert(1)</script>")
    await expect(said.locator("strong", has_text="so")).to_be_visible()
    await expect(said.locator("code")).to_have_text("x = 1")
    await expect(said.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await expect(said.locator(".mention")).to_have_text(["@dana", "#general"])
    await expect(said).to_contain_text("🌱")


async def test_a_message_is_edited_answered_and_deleted(window: Window, slack: Sandbox) -> None:
    await window.write("Message #payments", "the frist draft")
    await window.menu(window.main, "the frist draft", "Edit message")
    await window.write("Edit message", "the first draft")
    message = window.message(window.main, "the first draft")
    await expect(message).to_contain_text("(edited)")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await window.write("Reply…", "and an answer")
    await expect(window.message(window.thread, "and an answer")).to_be_visible()
    await window.menu(window.thread, "and an answer", "Delete message")
    await window.dialog.get_by_role("button", name="Delete").click()
    await expect(window.thread).not_to_contain_text("and an answer")
    assert [one.text for one in slack.person("sam").messages("#payments")][-1] == "the first draft"


async def test_others_words_appear_by_themselves(window: Window, slack: Sandbox) -> None:
    await slack.person("tom").say("#payments", "good morning from Berlin")
    await expect(window.message(window.main, "good morning from Berlin")).to_be_visible()
    await slack.person("tom").say("#general", "cake in the kitchen")
    place = window.page.get_by_label("People and conversations").get_by_role("button", name="# general")
    await expect(place).to_contain_text("(new)")
    await place.click()
    await expect(window.message(window.main, "cake in the kitchen")).to_be_visible()


async def test_what_slack_refuses_is_said_and_the_words_stay(window: Window) -> None:
    await window.message(window.main, "I'm stuck").get_by_role("button", name="replies").click()
    await window.write("Reply…", "/evidence paired with Priya")
    await expect(window.page.get_by_role("status")).to_contain_text("not supported in threads")
    await expect(window.page.get_by_label("Reply…")).to_have_value("/evidence paired with Priya")


async def test_the_page_works_by_keyboard_alone(window: Window) -> None:
    field = window.page.get_by_label("Message #payments")
    await field.focus()
    await window.page.keyboard.type("/ev")
    await expect(window.page.get_by_role("option", name="/evidence")).to_be_visible()
    await window.page.keyboard.press("Enter")
    await expect(field).to_have_value("/evidence ")
    await window.page.keyboard.press("Enter")
    await expect(window.dialog).to_contain_text("What happened?")
    await expect(window.dialog.get_by_label("What happened?")).to_be_focused()
    await window.page.keyboard.press("Escape")
    await expect(window.dialog).to_have_count(0)


async def test_loading_again_keeps_person_place_and_thread(window: Window) -> None:
    await window.act_as("Priya Nair")
    await window.message(window.main, "I'm stuck").get_by_role("button", name="replies").click()
    await expect(window.thread).to_contain_text("That was it!")
    await window.page.reload()
    await expect(window.page.locator(".me")).to_contain_text("Priya Nair")
    await expect(window.thread).to_contain_text("That was it!")


async def test_a_file_is_handed_over_as_a_download(window: Window, bot: RunningBot) -> None:
    await window.write("Message #payments", "/evidence unblocked the release by finding the flag")
    await expect(window.message(window.main, "finding the flag")).to_contain_text("Only visible to you")
    await window.write("Message #payments", "/evidence export")
    await window.go("Multiplier · Messages")
    async with window.page.expect_download() as coming:
        await window.main.get_by_role("link", name=re.compile(r"evidence-.*\.json")).click()
    path = await (await coming.value).path()
    assert "finding the flag" in json.dumps(json.loads(path.read_text("utf-8")))


async def test_a_narrow_window_shows_one_thing_at_a_time(browser: Browser, slack: Sandbox, bot: RunningBot) -> None:
    window = await Window.open(browser, slack.url, width=390, height=780)
    side = window.page.get_by_label("People and conversations").first
    await expect(window.page.locator("#sidebar")).to_be_hidden()
    await window.page.get_by_role("button", name="People and conversations").click()
    await window.page.locator("#sidebar").get_by_role("button", name="# incidents").click()
    await expect(window.page.locator("#sidebar")).to_be_hidden()
    await expect(window.main.get_by_role("heading", name="# incidents")).to_be_visible()
    assert await window.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert window.complaints == []
    await side.page.close()
