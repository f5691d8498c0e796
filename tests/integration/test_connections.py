"""Connections that the pool holds: a dead one is noticed before it is used, and none is given back mid-way."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from storage.engine import READ_ONLY, create_engine
from tests.integration.databases import both_databases, database_url, end_all_connections

__all__ = ["database_url"]


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database_url, pool_size=1, pool_overflow=0)
    yield engine
    await engine.dispose()


async def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection under this one."""
    return (await connection.get_raw_connection()).driver_connection


@pytest.mark.postgres
async def test_a_connection_that_the_server_closed_just_now_is_replaced_before_anyone_uses_it(
    postgres_url: str,
) -> None:
    engine = create_engine(postgres_url)
    ended = asyncio.Event()
    async with engine.connect() as connection:
        before = await driver_of(connection)
        before.add_termination_listener(lambda _: ended.set())
    await end_all_connections(postgres_url)
    async with asyncio.timeout(30):
        await ended.wait()
    async with engine.connect() as connection:
        assert await driver_of(connection) is not before
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await engine.dispose()


@pytest.mark.postgres
async def test_a_connection_that_was_not_used_for_a_while_is_tried_before_anyone_uses_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.TRUSTED", 0.0)
    engine = create_engine(postgres_url)
    async with engine.connect() as connection:
        before = await driver_of(connection)
    await end_all_connections(postgres_url)
    with monkeypatch.context() as not_known_yet:
        # On this side nothing has come of its end, as where the network between the two has gone.
        not_known_yet.setattr(type(before), "is_closed", lambda _: False)
        async with engine.connect() as connection:
            now = await driver_of(connection)
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    assert now is not before
    await engine.dispose()


@both_databases
@pytest.mark.parametrize("reads_only", [False, True])
async def test_what_was_not_committed_is_undone_before_the_next_one_gets_the_connection(
    engine: AsyncEngine, reads_only: bool
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE notes (words TEXT)"))
    async with engine.connect() as connection:
        await connection.execute(text("INSERT INTO notes VALUES ('one')"))
    async with engine.execution_options(**{READ_ONLY: reads_only}).connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM notes"))).scalar_one() == 0


async def test_a_transaction_that_was_begun_past_sqlalchemy_does_not_stay_open(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE notes (words TEXT)"))
        driver = await driver_of(connection)
    raw = await engine.raw_connection()
    await driver.execute("BEGIN IMMEDIATE")
    await driver.execute("INSERT INTO notes VALUES ('one')")
    # Giving it back resets it, and nothing else knows that something is open.
    await greenlet_spawn(raw.close)
    assert not driver.in_transaction
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM notes"))).scalar_one() == 0


async def test_a_process_that_starts_while_another_makes_the_file_waits_for_it(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waited = []

    def watch(connection: Any, _record: object) -> None:
        connection.driver_connection._conn.set_trace_callback(let_go)

    def let_go(statement: str) -> None:
        if statement.startswith("BEGIN"):
            waited.append(statement)
            other.close()

    engine = create_engine(f"sqlite:///{file}")
    event.listen(engine.sync_engine, "connect", watch, insert=True)
    async with engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
    assert waited
    await engine.dispose()


async def test_a_process_waits_for_another_that_makes_the_file_only_as_long_as_it_was_told(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        engine = create_engine(f"sqlite:///{file}", statement_timeout_ms=1)
        with pytest.raises(OperationalError, match="locked"):
            async with engine.connect():
                pass
    await engine.dispose()
