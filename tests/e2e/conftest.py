"""The sandbox as `multiplier sandbox` shows it, in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.sandbox import ManualClock, Sandbox
from bot.sandbox.page import Page as SandboxPage
from bot.sandbox.seed import load_seed
from bot.tagger.reading import TextTagger
from tests.conftest import MANIFEST
from tests.e2e.window import Window
from tests.running import RunningBot, running_bot

MISSING = "Chromium is missing: install the package chromium (Debian, Ubuntu) or Google Chrome"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Quiet, without a sandbox of its own (CI runs as root), and asking nothing of anybody.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def slack(clock: ManualClock) -> AsyncIterator[Sandbox]:
    """The seeded workspace, with its page."""
    seed = load_seed(clock.now())
    sandbox = Sandbox(manifest=MANIFEST, seed=seed.workspace, clock=clock)
    sandbox.add_routes(SandboxPage(seed.hints).routes())
    async with sandbox:
        yield sandbox


@pytest.fixture
async def bot(slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """The bot, working in the background as it does outside of tests."""
    async with (
        running_bot(slack, clock, tagger, f"sqlite:///{tmp_path}/bot.db") as running,
        running.multiplier.working(),
    ):
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium; skipped where there is none, but not in CI."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest.fixture
async def window(browser: Browser, slack: Sandbox, bot: RunningBot) -> AsyncIterator[Window]:
    """The page, opened as sam in #payments. Complaints of the page and requests to elsewhere fail the test."""
    window = await Window.open(browser, slack.url)
    yield window
    await window.page.close()
    assert window.complaints == []
    assert window.strangers == []
