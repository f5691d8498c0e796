"""The bot as it really runs, with the sandbox as its Slack and a clock that tests move."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import ManualClock, Sandbox
from bot.tagger import load_tagger
from bot.tagger.reading import TextTagger
from storage.engine import create_engine
from storage.migrate import upgrade
from tests.postgres import postgres_server, postgres_url, walled_postgres_url
from tests.running import PATIENCE, RunningBot, running_bot

__all__ = ["postgres_server", "postgres_url", "walled_postgres_url"]

MANIFEST = Path(__file__).parent.parent / "manifest.yml"

for name in list(os.environ):
    if name.startswith(("SLACK_", "LLM_", "OPENAI_")) or name == "DATABASE_URL":
        del os.environ[name]


@pytest.fixture(scope="session")
def tagger() -> TextTagger:
    """The tagger that ships with the bot; loading takes a second, so once for all tests."""
    loaded = load_tagger()
    # What stays until the end needn't be looked through for garbage again and again.
    gc.collect()
    gc.freeze()
    return loaded


@pytest.fixture
def clock() -> ManualClock:
    """Monday, 2 November 2026, 09:00 UTC, until a test moves it."""
    return ManualClock()


@pytest.fixture
async def slack(clock: ManualClock) -> AsyncIterator[Sandbox]:
    """A small Slack workspace: sam, dana, priya, mei, tom and aisha, with the bot in #payments and others."""
    async with Sandbox(manifest=MANIFEST, clock=clock, answer_timeout=PATIENCE) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all its tables, for tests to copy: making them takes a fifth of a second."""
    file = tmp_path_factory.mktemp("empty") / "bot.db"

    async def make() -> None:
        engine = create_engine(f"sqlite:///{file}")
        await upgrade(engine)
        await engine.dispose()

    asyncio.run(make())
    return file


@pytest.fixture
async def bot(
    slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path, empty_database: Path
) -> AsyncIterator[RunningBot]:
    """The bot on a new SQLite file, connected by Socket Mode."""
    shutil.copy(empty_database, tmp_path / "bot.db")
    async with running_bot(slack, clock, tagger, f"sqlite:///{tmp_path}/bot.db") as running:
        yield running
