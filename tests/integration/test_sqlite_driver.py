"""The connection to SQLite gives all rows, and keeps or undoes what was begun, with few errands to its thread."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import create_engine
from storage.sqlite_driver import AT_A_STRETCH, AT_ONCE, Connection, connect

_COUNT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n"


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(f"sqlite:///{tmp_path}/bot.db")
    async with engine.begin() as opened:
        await opened.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT UNIQUE)"))
        yield opened
    await engine.dispose()


@pytest.mark.parametrize("most", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7])
async def test_every_row_comes_in_order_however_many_there_are(connection: AsyncConnection, most: int) -> None:
    rows = (await connection.execute(text(_COUNT + " LIMIT :most"), {"most": most})).scalars().all()
    assert rows == list(range(1, most + 1))


@pytest.mark.parametrize("at_a_time", [1, 7, AT_ONCE, 2 * AT_ONCE])
async def test_every_row_comes_in_order_when_a_few_are_asked_for_at_a_time(
    connection: AsyncConnection, at_a_time: int
) -> None:
    most = 2 * AT_ONCE + 3
    result = await connection.stream(text(_COUNT), {"most": most}, execution_options={"yield_per": at_a_time})
    assert [row.i async for row in result] == list(range(1, most + 1))


async def test_what_is_not_read_to_its_end_holds_nothing_up(connection: AsyncConnection) -> None:
    result = await connection.stream(text(_COUNT), {"most": 10 * AT_ONCE}, execution_options={"yield_per": 10})
    assert (await anext(aiter(result))).i == 1
    await result.close()
    await connection.execute(text("DROP TABLE notes"))


async def test_a_change_says_how_many_rows_it_changed_and_which_it_added(connection: AsyncConnection) -> None:
    added = await connection.execute(text("INSERT INTO notes (words) VALUES ('one'), ('two') RETURNING id"))
    assert added.scalars().all() == [1, 2]
    many = await connection.execute(text("INSERT INTO notes (words) VALUES (:w)"), [{"w": "three"}, {"w": "four"}])
    assert many.rowcount == 2
    assert (await connection.execute(text("UPDATE notes SET words = words || '!'"))).rowcount == 4
    one = await connection.execute(text("INSERT INTO notes (words) VALUES ('five')"))
    assert one.lastrowid == 5


async def test_what_breaks_a_rule_is_refused_and_the_connection_goes_on(connection: AsyncConnection) -> None:
    await connection.execute(text("INSERT INTO notes (words) VALUES ('one')"))
    with pytest.raises(IntegrityError):
        await connection.execute(text("INSERT INTO notes (words) VALUES ('one')"))
    assert (await connection.execute(text("SELECT count(*) FROM notes"))).scalar_one() == 1


@pytest.fixture
def sent() -> list[object]:
    """The errands that `driver` has sent to its thread."""
    return []


@pytest.fixture
async def driver(sent: list[object], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connection]:
    """A connection that has a table of notes, and has sent nothing to its thread since."""
    opened = await open_connection(":memory:")
    await execute(opened, "CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT)")
    send = Connection._execute

    async def counted(self: Connection, errand: Callable[[], object]) -> object:
        sent.append(errand)
        return await send(self, errand)

    monkeypatch.setattr(Connection, "_execute", counted)
    yield opened
    await opened.close()


async def open_connection(path: str, patience: float = 10) -> Connection:
    connection = connect(path, isolation_level=None, timeout=patience)
    await connection
    return connection


async def two_of_whom_the_other_writes(folder: Path) -> tuple[Connection, Connection]:
    """Two connections to one file with a table of notes; the second has the place to write."""
    driver, other = [await open_connection(str(folder / "bot.db")) for _ in range(2)]
    await execute(other, "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    other.begin(to_write=True)
    await execute(other, "INSERT INTO notes DEFAULT VALUES")
    return driver, other


async def execute(connection: Connection, statement: str) -> Sequence[tuple[object, ...]]:
    cursor = await connection.cursor().__aenter__()
    await cursor.execute(statement)
    rows = await cursor.fetchall()
    await cursor.close()
    return rows


async def test_a_statement_is_one_errand(driver: Connection, sent: list[object]) -> None:
    assert await execute(driver, "SELECT 1 UNION SELECT 2") == [(1,), (2,)]
    assert len(sent) == 1


async def test_what_takes_long_is_an_errand_for_each_statement(driver: Connection, sent: list[object]) -> None:
    driver.begin(to_write=False, takes_long=True)
    await execute(driver, "SELECT 1")
    await execute(driver, "SELECT 2")
    assert driver.in_transaction
    await driver.rollback()
    assert len(sent) == 2
    # It has ended, so that another can begin.
    driver.begin(to_write=True, takes_long=True)
    await execute(driver, "INSERT INTO notes (words) VALUES ('one')")
    await driver.commit()
    assert len(sent) == 4


async def test_reading_a_little_is_no_errand(driver: Connection, sent: list[object]) -> None:
    driver.begin(to_write=False)
    await execute(driver, "SELECT 1")
    await execute(driver, "SELECT 2")
    assert driver.in_transaction
    await driver.rollback()
    assert not driver.in_transaction
    assert not sent


async def test_writing_is_one_errand_to_reach_the_disk(driver: Connection, sent: list[object]) -> None:
    driver.begin(to_write=True)
    for _ in range(3):
        await execute(driver, "INSERT INTO notes (words) VALUES ('one')")
    await driver.commit()
    assert len(sent) == 1
    assert await execute(driver, "SELECT words FROM notes") == [("one",)] * 3


async def test_what_would_be_done_again_is_stored_without_an_errand_and_left_to_the_next_to_reach_the_disk(
    driver: Connection, sent: list[object]
) -> None:
    for to_disk, as_sqlite_says, errands in ((False, 1, 0), (True, 2, 1), (False, 1, 0)):
        sent.clear()
        driver.begin(to_write=True, to_disk=to_disk)
        await execute(driver, "INSERT INTO notes (words) VALUES ('one')")
        assert await execute(driver, "PRAGMA synchronous") == [(as_sqlite_says,)]
        assert await execute(driver, "PRAGMA wal_autocheckpoint") == [(1000 * to_disk,)]
        await driver.commit()
        assert not driver.in_transaction
        assert len(sent) == errands
    assert await execute(driver, "SELECT count(*) FROM notes") == [(3,)]


async def test_the_loop_does_not_wait_while_another_process_has_the_place_to_write(
    tmp_path: Path,
) -> None:
    driver, other = await two_of_whom_the_other_writes(tmp_path)
    driver.begin(to_write=True)
    # Were it the loop that waits, nobody could commit.
    waiting = asyncio.create_task(execute(driver, "INSERT INTO notes DEFAULT VALUES"))
    await asyncio.sleep(0)
    await other.commit()
    await waiting
    await driver.commit()
    assert await execute(other, "SELECT count(*) FROM notes") == [(2,)]
    assert await execute(driver, "PRAGMA busy_timeout") == [(10_000,)]
    await driver.close()
    await other.close()


async def test_what_was_begun_without_a_statement_ends_without_an_errand(
    driver: Connection, sent: list[object]
) -> None:
    for end in (driver.commit, driver.rollback):
        driver.begin(to_write=True)
        await end()
        assert not sent
        await execute(driver, "SELECT 1")
        assert not driver.in_transaction
        sent.clear()


async def test_a_transaction_whose_first_statement_is_refused_is_undone_as_a_whole(driver: Connection) -> None:
    driver.begin(to_write=True)
    with pytest.raises(sqlite3.IntegrityError):
        await execute(driver, "INSERT INTO notes (id) VALUES (1), (1)")
    await execute(driver, "INSERT INTO notes (id) VALUES (2)")
    assert driver.in_transaction
    await driver.rollback()
    assert await execute(driver, "SELECT id FROM notes") == []


async def test_a_long_transaction_leaves_others_their_turn(driver: Connection) -> None:
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    driver.begin(to_write=True)
    await execute(driver, "INSERT INTO notes (words) VALUES ('first')")
    counting = asyncio.create_task(count_turns())
    for _ in range(10 * AT_A_STRETCH):
        await execute(driver, "INSERT INTO notes (words) VALUES ('another')")
    assert turns >= 10
    counting.cancel()
    await driver.rollback()


async def test_who_stops_waiting_for_the_first_write_leaves_nothing_begun(tmp_path: Path) -> None:
    driver, other = await two_of_whom_the_other_writes(tmp_path)
    driver.begin(to_write=True)
    waiting = asyncio.create_task(execute(driver, "INSERT INTO notes DEFAULT VALUES"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await other.commit()
    assert driver.was_left
    await driver.rollback()
    # Its thread has come to the end of all that it was sent.
    await execute(driver, "SELECT 1")
    assert not driver.in_transaction
    assert await execute(other, "SELECT count(*) FROM notes") == [(1,)]
    await driver.close()
    await other.close()


async def test_after_a_beginning_that_failed_nothing_is_stored_by_itself(tmp_path: Path) -> None:
    path = str(tmp_path / "bot.db")
    driver, other = await open_connection(path, patience=0.001), await open_connection(path)
    await execute(driver, "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    other.begin(to_write=True)
    await execute(other, "INSERT INTO notes (id) VALUES (1)")
    driver.begin(to_write=True)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await execute(driver, "INSERT INTO notes (id) VALUES (2)")
    await other.rollback()
    await execute(driver, "INSERT INTO notes (id) VALUES (3)")
    await driver.rollback()
    assert await execute(other, "SELECT id FROM notes") == []
    await driver.close()
    await other.close()
