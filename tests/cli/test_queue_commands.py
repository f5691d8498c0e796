"""`multiplier inbox` and `multiplier outbox`: what was given up is listed without its words, and put back to work."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import app
from bot.domain.inbox import Arrival, InboxItem
from bot.domain.outgoing import Notice, OutboxItem
from bot.domain.retry import RetryPolicy
from bot.sandbox import ManualClock
from bot.services.inbox import InboxService
from bot.services.outbox import OutboxService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage

SECRET = "the quinoa migration"


class Failing:
    """Nothing that is given to it succeeds."""

    async def dispatch(self, item: InboxItem) -> None:
        raise ValueError(SECRET)

    async def deliver(self, item: OutboxItem) -> None:
        raise ValueError(SECRET)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """A database in which an event and a message were given up."""
    url = f"sqlite:///{tmp_path}/bot.db"

    async def fill() -> None:
        storage = Storage(create_engine(url))
        await upgrade(storage.engine)
        clock, once = ManualClock(), RetryPolicy(tries=1)
        inbox, outbox = InboxService(storage, clock, once), OutboxService(storage, clock, once)
        inbox.dispatch_to(Failing().dispatch)
        outbox.deliver_with(Failing())
        await inbox.accept(Arrival(workspace_id="T1", event_id="Ev1", fact_key="f", order_key="o", body=SECRET))
        await outbox.leave("T1", "U1", Notice(message_key="dm.hello", facts={"x": SECRET}), once_key="k")
        assert await inbox.work_once() + await outbox.work_once() == 2
        await storage.close()

    asyncio.run(fill())
    return url


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"DATABASE_URL": url})


@pytest.mark.parametrize(
    ("queue", "line"),
    [("inbox", "1\tT1\t1 tries\tValueError"), ("outbox", "1\tT1\tnotice\t1 tries\tValueError")],
)
def test_what_was_given_up_is_listed_with_its_reason_and_replayed_once(
    database_url: str, queue: str, line: str
) -> None:
    listed = run(database_url, queue, "list")
    assert listed.stdout.splitlines() == [line]
    assert SECRET not in listed.output
    replayed = run(database_url, queue, "replay", "1")
    assert replayed.exit_code == 0, replayed.output
    assert run(database_url, queue, "list").stdout == ""
    again = run(database_url, queue, "replay", "1")
    assert again.exit_code == 1
    assert f"`multiplier {queue} list` shows what there is" in again.stderr
