"""The whole bot on both databases, on PostgreSQL behind the wall between workspaces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import ManualClock, Sandbox
from bot.tagger.reading import TextTagger
from tests.running import RunningBot, running_bot

#: SQLite, and PostgreSQL as an ordinary role, whom its row-level security holds.
on_both = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the kind asked for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    url: str = request.getfixturevalue("walled_postgres_url")
    return url


@pytest.fixture
async def bot(slack: Sandbox, clock: ManualClock, tagger: TextTagger, database_url: str) -> AsyncIterator[RunningBot]:
    """The bot on that database."""
    async with running_bot(slack, clock, tagger, database_url) as running:
        yield running
