"""The main job on the sandbox's page, as a newcomer lives it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.domain.evidence import ConfirmationState, PersonRole
from bot.domain.tagging import Kind
from tests.e2e.window import Window
from tests.running import RunningBot

pytestmark = pytest.mark.browser


async def test_a_newcomer_keeps_completes_and_finds_evidence(window: Window, bot: RunningBot) -> None:
    await window.write("Message #payments", "/evidence paired with @dana until her deploy went through")
    note = window.message(window.main, "paired with @dana until")
    await expect(note).to_contain_text("Only visible to you")
    await expect(note).to_contain_text("helped @dana")
    await window.act_as("Dana Ruiz")
    await expect(window.main).to_contain_text("before you merge")
    await expect(window.main).not_to_contain_text("paired with")

    await window.act_as("Sam Okafor")
    await window.message(window.main, "I'm stuck").get_by_role("button", name="replies").click()
    await window.react(window.thread, "That was it!", "seedling")
    kept = window.message(window.thread, "Only visible to you")
    await expect(kept).to_contain_text("Unblocked someone")
    await expect(kept).to_contain_text("witness: @priya")

    await kept.get_by_role("button", name="Add outcome").click()
    await window.dialog.get_by_label("What came of it?").fill("all three services deploy again")
    await window.dialog.get_by_label("A number, if there is one").fill("3 services")
    await window.dialog.get_by_role("button", name="Save").click()
    await expect(window.dialog).to_have_count(0)
    await expect(kept).to_contain_text("all three services deploy again")

    await window.go("Multiplier · Home")
    await expect(window.main).to_contain_text("November: ")
    await expect(window.main).to_contain_text("paired with @dana")
    entries = await bot.entries("sam")
    assert [entry.kind for entry in entries if entry.outcome == "all three services deploy again"] == [Kind.UNBLOCK]
    assert {bot.user_id("priya")} == {user for entry in entries for user in entry.people_as(PersonRole.WITNESS)}


async def test_a_colleague_keeps_what_another_credits(window: Window, bot: RunningBot) -> None:
    await window.act_as("Mei Tanaka")
    await window.react(window.main, "before you merge", "star2")
    news = window.page.get_by_role("button", name="Act as Dana Ruiz (new messages)")
    await news.click()
    await window.go("Multiplier · Messages")
    offer = window.message(window.main, "@mei thinks this is worth keeping")
    await offer.get_by_role("button", name="Keep", exact=True).click()
    await expect(window.main).to_contain_text("confirmed by @mei")

    (entry,) = await bot.entries("dana")
    assert [(one.by, one.state) for one in entry.confirmations] == [(bot.user_id("mei"), ConfirmationState.CONFIRMED)]


async def test_a_message_is_captured_where_the_bot_is_no_member(window: Window, bot: RunningBot) -> None:
    await window.go("# platform")
    await expect(window.main).to_contain_text("Multiplier is not a member here")
    await window.menu(window.main, "We have three things", "Capture as evidence")
    draft = window.message(window.main, "What was your part?")
    await draft.get_by_role("button", name="Tell my part").click()
    await window.dialog.get_by_role("button", name="Keep").click()
    await expect(window.dialog).to_contain_text("Please complete this required field.")
    await window.dialog.get_by_label("What was your part?").fill("I compared the three and asked both teams")
    await window.dialog.get_by_label("Mei Tanaka").check()
    await window.dialog.get_by_role("button", name="Keep").click()
    await expect(window.dialog).to_have_count(0)

    (entry,) = await bot.entries("sam")
    assert entry.text.startswith("I compared the three")
    assert bot.user_id("mei") in entry.people_as(PersonRole.HELPED)


async def test_the_hints_lead_through_and_are_ticked_off(window: Window) -> None:
    hints = window.page.locator(".hints")
    await expect(hints).to_contain_text("0 of 5")
    await hints.get_by_role("button", name="Show me").click()
    field = window.page.get_by_label("Message #payments")
    await expect(field).to_have_value("/evidence paired with @dana until her deploy went through")
    await expect(field).to_be_focused()
    await field.press("Enter")
    await expect(hints).to_contain_text("1 of 5")
    await hints.get_by_role("button", name="Show me").click()
    await expect(window.thread).to_contain_text("That was it!")
