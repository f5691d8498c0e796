"""Moving a whole installation from one database to another, and proving that it arrived."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import row_security
from storage.engine import READ_ONLY
from storage.models import Base

_BATCH = 1000
_MODULUS = 1 << 256


class NotEmpty(Exception):
    """The target holds rows already, and nothing is ever overwritten. Name an empty database."""


class NotTheSame(Exception):
    """What arrived differs from what was sent; nothing was kept. Attributes: `tables`, the names of those that do."""

    def __init__(self, tables: list[str]) -> None:
        self.tables = tables
        super().__init__(f"these tables differ: {', '.join(tables)}")


@dataclass(frozen=True)
class Content:
    """What a table holds: how many rows, and a digest that doesn't depend on their order."""

    rows: int
    digest: str


async def copy(source: AsyncEngine, target: AsyncEngine) -> Mapping[str, Content]:
    """Copy everything into an empty, migrated database, in one transaction, and compare what arrived.

    The source may be in use: what is copied is one moment of it. Values pass through the types, so that
    each database seals with its own keys. Raises `NotEmpty` and `NotTheSame`.
    """
    reading = source.execution_options(**{READ_ONLY: True})
    async with reading.connect() as given, target.begin() as taking:
        if source.dialect.name == "postgresql":
            await given.execution_options(isolation_level="REPEATABLE READ")
        await given.run_sync(row_security.enter, None)
        await taking.run_sync(row_security.enter, None)
        tables = Base.metadata.sorted_tables
        for table in tables:
            if await taking.scalar(select(func.count()).select_from(table)):
                raise NotEmpty(table.name)
        sent = {}
        for table in tables:
            sent[table.name] = await _copy_table(given, taking, table)
        arrived = {table.name: await content(taking, table) for table in tables}
        different = [name for name in sent if sent[name] != arrived[name]]
        if different:
            raise NotTheSame(different)
        await _set_sequences(taking)
    return sent


async def contents(engine: AsyncEngine) -> Mapping[str, Content]:
    """What each table holds, at one moment."""
    reading = engine.execution_options(**{READ_ONLY: True})
    async with reading.connect() as connection:
        await connection.run_sync(row_security.enter, None)
        return {table.name: await content(connection, table) for table in Base.metadata.sorted_tables}


async def content(connection: AsyncConnection, table: Table) -> Content:
    """What this table holds."""
    rows, total = 0, 0
    async for batch in _batches(connection, table):
        rows += len(batch)
        total = (total + sum(map(_number_of, batch))) % _MODULUS
    return Content(rows=rows, digest=f"{total:064x}")


async def _copy_table(given: AsyncConnection, taking: AsyncConnection, table: Table) -> Content:
    rows, total = 0, 0
    async for batch in _batches(given, table):
        await taking.execute(insert(table), batch)
        rows += len(batch)
        total = (total + sum(map(_number_of, batch))) % _MODULUS
    return Content(rows=rows, digest=f"{total:064x}")


async def _batches(connection: AsyncConnection, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
    result = await connection.stream(select(table).execution_options(yield_per=_BATCH))
    async for rows in result.mappings().partitions(_BATCH):
        yield [dict(row) for row in rows]


def _number_of(row: Mapping[str, Any]) -> int:
    told = json.dumps({name: _plain(value) for name, value in row.items()}, sort_keys=True, ensure_ascii=True)
    return int.from_bytes(hashlib.sha256(told.encode("ascii")).digest(), "big")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return list(value) if isinstance(value, tuple) else value


async def _set_sequences(connection: AsyncConnection) -> None:
    """PostgreSQL counts on from the numbers that were copied."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            statement = (
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608
                f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {table.name}), false)"
            )
            await connection.execute(text(statement))
