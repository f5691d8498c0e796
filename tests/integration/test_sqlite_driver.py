"""The connection to SQLite gives all rows, in as few errands to its thread as there are statements."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import create_engine
from storage.sqlite_driver import AT_ONCE, Connection, connect

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


async def test_a_statement_is_one_errand(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = list[object]()
    send = Connection._execute

    async def counted(self: Connection, errand: object) -> object:
        sent.append(errand)
        return await send(self, errand)

    connection = await connect(":memory:")
    monkeypatch.setattr(Connection, "_execute", counted)
    cursor = await connection.cursor().__aenter__()
    await cursor.execute("SELECT 1 UNION SELECT 2")
    assert await cursor.fetchall() == [(1,), (2,)]
    await cursor.close()
    assert len(sent) == 1
    await connection.close()
