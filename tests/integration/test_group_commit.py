"""Events are stored many in one commit: who shares it, who hears of its failure, and what survives the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.domain.envelope import event_of
from bot.domain.inbox import Arrival, arrival_of
from storage.arrivals import Arrivals
from storage.engine import create_engine
from storage.group_commit import GroupCommit, QueueFull
from storage.keyring import Keyring, new_key
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.integration.databases import both_databases, database_url, end_all_connections

__all__ = ["database_url"]

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Slow:
    """A store that commits when it is let; remembers the groups."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.error: Exception | None = None

    async def store(self, items: Sequence[int]) -> None:
        self.groups.append(list(items))
        self.begun.set()
        await self.go.wait()
        if self.error is not None:
            raise self.error


async def test_what_comes_during_a_commit_shares_the_next_one_and_waits_for_it() -> None:
    slow = Slow()
    commits = GroupCommit(slow.store, together=3)
    adding = [asyncio.create_task(commits.add(number)) for number in range(6)]
    await slow.begun.wait()
    assert not any(task.done() for task in adding)
    slow.go.set()
    await asyncio.gather(*adding)
    assert slow.groups == [[0, 1, 2], [3, 4, 5]]


async def test_a_failed_commit_is_told_to_all_who_shared_it_and_to_no_one_else() -> None:
    slow = Slow()
    commits = GroupCommit(slow.store)
    first = [asyncio.create_task(commits.add(number)) for number in range(3)]
    await slow.begun.wait()
    slow.error = OSError("the disk is full")
    slow.go.set()
    assert [type(each) for each in await asyncio.gather(*first, return_exceptions=True)] == [OSError] * 3
    slow.error = None
    await commits.add(4)
    assert slow.groups == [[0, 1, 2], [4]]


async def test_beyond_its_room_it_refuses_rather_than_grow() -> None:
    slow = Slow()
    slow.go.set()
    commits = GroupCommit(slow.store, room=2)
    outcomes = await asyncio.gather(*(commits.add(number) for number in range(3)), return_exceptions=True)
    assert [type(each) for each in outcomes] == [type(None), type(None), QueueFull]
    await commits.add(3)
    assert slow.groups == [[0, 1], [3]]


async def test_one_who_no_longer_waits_holds_up_nobody() -> None:
    slow = Slow()
    commits = GroupCommit(slow.store)
    gone, staying = asyncio.create_task(commits.add(1)), asyncio.create_task(commits.add(2))
    await slow.begun.wait()
    gone.cancel()
    slow.go.set()
    await staying
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_closing_waits_for_what_is_under_way() -> None:
    slow = Slow()
    commits = GroupCommit(slow.store)
    adding = asyncio.create_task(commits.add(1))
    await slow.begun.wait()
    closing = asyncio.create_task(commits.close())
    slow.go.set()
    await closing
    assert adding.done()


def event(number: int, **changes: str) -> Arrival:
    facts = {
        "workspace_id": "T1",
        "event_id": f"Ev{number}",
        "fact_key": f"fact{number}",
        "order_key": f"T1:U{number}",
        "body": "{}",
    }
    return Arrival(**{**facts, **changes})


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(create_engine(database_url, keyring=Keyring([new_key()], seals_evidence=True)))
    await upgrade(storage.engine)
    yield storage
    await storage.close()


async def stored(storage: Storage) -> list[tuple[str, str]]:
    async with storage.engine.connect() as connection:
        if storage.engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT set_config('app.machinery', 'on', true)"))
        found = await connection.execute(text("SELECT event_id, body FROM inbox ORDER BY id"))
        return [(row.event_id, row.body) for row in found]


@both_databases
async def test_each_event_and_each_fact_is_stored_once_even_within_one_commit(storage: Storage) -> None:
    told = [event(1), event(1), event(2, fact_key="fact1"), event(3), event(4, workspace_id="T2", fact_key="fact1")]
    await asyncio.gather(*(storage.arrivals.add(each, NOW) for each in told))
    await storage.arrivals.add(event(3), NOW)
    assert [event_id for event_id, _ in await stored(storage)] == ["Ev1", "Ev3", "Ev4"]


@both_databases
async def test_more_than_a_statement_takes_at_once_is_stored_in_the_order_it_came(storage: Storage) -> None:
    await asyncio.gather(*(storage.arrivals.add(event(number), NOW) for number in range(700)))
    assert [event_id for event_id, _ in await stored(storage)] == [f"Ev{number}" for number in range(700)]


@both_databases
async def test_what_people_wrote_is_sealed_where_evidence_is(storage: Storage) -> None:
    await storage.arrivals.add(event(1, body="the secret migration"), NOW)
    ((_, body),) = await stored(storage)
    assert "secret" not in body
    async with storage.machinery_reading() as work:
        (item,) = await work.inbox.claim(NOW, limit=1, lease=NOW - NOW, each=1)
    assert item.body == "the secret migration"


@both_databases
async def test_a_row_that_the_database_refuses_fails_its_group_and_leaves_nothing_of_it(storage: Storage) -> None:
    bad = event(2)._replace(order_key=None)  # type: ignore[arg-type]
    group = [event(1), bad, event(3)]
    outcomes = await asyncio.gather(*(storage.arrivals.add(each, NOW) for each in group), return_exceptions=True)
    assert all(isinstance(each, (asyncpg.PostgresError, sqlite3.Error)) for each in outcomes)
    assert await stored(storage) == []
    # Slack sends the others again.
    await asyncio.gather(*(storage.arrivals.add(each, NOW) for each in (event(1), event(3))))
    assert len(await stored(storage)) == 2


IDS = st.text("TU1._-", max_size=33) | st.text(max_size=80) | st.integers() | st.none() | st.booleans()
EVENT_IDS = st.text("Ev1", max_size=65) | IDS


@both_databases
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({"team": IDS, "id": EVENT_IDS, "user": IDS, "ts": IDS, "channel": IDS}), max_size=5)
)
@example([{"team": "T" * 32, "id": "E" * 64, "user": "U" * 32, "ts": "1" * 32, "channel": "C" * 32}])
def test_what_is_taken_for_an_event_makes_no_such_row(database_url: str, payloads: list[dict[str, object]]) -> None:
    async def store() -> None:
        engine = create_engine(database_url)
        await upgrade(engine)
        arrivals = Arrivals(engine)
        for told in payloads:
            fact = {"type": "reaction_added", "user": told["user"], "event_ts": told["ts"], "channel": told["channel"]}
            payload = {"type": "event_callback", "team_id": told["team"], "event_id": told["id"], "event": fact}
            envelope = event_of(payload)
            arrival = envelope and arrival_of(envelope, "{}")
            if arrival:
                await arrivals.add(arrival, NOW)
        await arrivals.close()
        await engine.dispose()

    asyncio.run(store())


async def test_a_full_or_locked_sqlite_file_refuses_and_later_takes(
    database_url: str, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.arrivals.PATIENCE", 0.05)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await storage.arrivals.add(event(1), NOW)
    other.execute("ROLLBACK")
    other.close()
    await storage.arrivals.add(event(1), NOW)
    assert len(await stored(storage)) == 1


@pytest.mark.postgres
async def test_a_lost_connection_is_opened_again_without_anyone_hearing_of_it(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    await upgrade(engine)
    storage = Storage(engine)
    await storage.arrivals.add(event(1), NOW)
    await end_all_connections(postgres_url)
    await asyncio.gather(*(storage.arrivals.add(event(number), NOW) for number in (2, 3)))
    assert [event_id for event_id, _ in await stored(storage)] == ["Ev1", "Ev2", "Ev3"]
    await storage.close()


@pytest.mark.postgres
async def test_a_database_that_is_away_or_stuck_refuses_within_slacks_time(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.arrivals.PATIENCE", 0.3)
    engine = create_engine(postgres_url)
    await upgrade(engine)
    away = Arrivals(create_engine("postgresql://postgres@127.0.0.1:9/none"))
    with pytest.raises(OSError, match="9"):
        await away.add(event(1), NOW)
    arrivals = Arrivals(engine)
    holding = await asyncpg.connect(postgres_url)
    async with holding.transaction():
        await holding.execute("LOCK TABLE inbox")
        with pytest.raises((TimeoutError, asyncpg.QueryCanceledError)):
            await arrivals.add(event(1), NOW)
    await arrivals.add(event(1), NOW)
    await holding.close()
    await arrivals.close()
    await engine.dispose()
