"""Changing the keys: everything that is sealed, or should be, is written again under the newest key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table, bindparam, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import row_security, search_index
from storage.models import Base
from storage.types import SEALED_TYPES

_BATCH = 200


async def reseal(engine: AsyncEngine) -> int:
    """Write all sealed columns again, as the engine's keys and wishes are now; how many rows that were.

    May run while the bot does, and again after a break: each batch is a transaction of its own.
    """
    rows = 0
    for table in Base.metadata.sorted_tables:
        sealed = [column for column in table.columns if isinstance(column.type, SEALED_TYPES)]
        if not sealed:
            continue
        last: tuple[Any, ...] | None = None
        while True:
            async with engine.begin() as connection:
                await connection.run_sync(row_security.enter, None)
                last, count = await _some(connection, table, sealed, last)
            rows += count
            if last is None:
                break
    if engine.dialect.name == "sqlite":
        await _sweep(engine)
    return rows


async def _some(
    connection: AsyncConnection, table: Table, sealed: list[Column[Any]], after: tuple[Any, ...] | None
) -> tuple[tuple[Any, ...] | None, int]:
    keys = list(table.primary_key.columns)
    query = select(*keys, *sealed).order_by(*keys).limit(_BATCH).with_for_update()
    if after is not None:
        query = query.where(tuple_(*keys) > after)
    rows = [dict(row) for row in (await connection.execute(query)).mappings()]
    if not rows:
        return None, 0
    statement = (
        update(table)
        .where(*(key == bindparam(f"of_{key.name}", type_=key.type) for key in keys))
        .values({column.name: bindparam(f"new_{column.name}", type_=column.type) for column in sealed})
    )
    await connection.execute(
        statement,
        [
            {f"of_{key.name}": row[key.name] for key in keys}
            | {f"new_{column.name}": row[column.name] for column in sealed}
            for row in rows
        ],
    )
    return tuple(rows[-1][key.name] for key in keys), len(rows)


async def _sweep(engine: AsyncEngine) -> None:
    """Leave nothing of what was readable before in SQLite's index and free pages."""
    async with engine.begin() as connection:
        table = search_index.TABLE
        await connection.execute(text(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))  # noqa: S608
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        await raw.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
        await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
