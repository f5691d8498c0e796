"""The short way into the inbox: many events in one commit, past SQLAlchemy, which would be most of the cost.

Slack waits for every one of these writes. Rows are the same as those of `storage.repositories.inbox`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.inbox import Arrival
from storage.group_commit import GroupCommit
from storage.keyring import keyring_of
from storage.row_security import AS_MACHINERY
from storage.write_turns import WriteTurns

#: A commit that takes longer has failed: Slack waits three seconds, and sends again what is refused.
PATIENCE = 2.0

_WORTH_ANOTHER_TRY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # What asyncpg says of a connection that ended just as it was about to be used.
    asyncpg.InternalClientError,
    asyncpg.DeadlockDetectedError,
    OSError,
)

#: Workspace, event, fact, order, body and the moment of one event.
_Row = tuple[str, str, str, str, str, datetime]

_INTO = "INSERT INTO inbox (workspace_id, event_id, fact_key, order_key, body, received_at, due_at, state, attempts)"
#: So many share a commit on SQLite: one statement, for which the interpreter's lock is given away only once.
_TOGETHER = 64
_PLACES = "(?, ?, ?, ?, ?, ?, ?, 'waiting', 0)"
#: By the number of rows.
_SQLITE = [f"{_INTO} VALUES {', '.join([_PLACES] * rows)} ON CONFLICT DO NOTHING" for rows in range(_TOGETHER + 1)]

_POSTGRES = _INTO + (
    " SELECT w, e, f, o, b, t, t, 'waiting', 0 "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) "
    "AS arrived (w, e, f, o, b, t) ON CONFLICT DO NOTHING"
)


class _Connection(Protocol):
    together: int

    async def store(self, rows: Sequence[_Row]) -> None:
        """Commit these, leaving out what is there already."""

    async def close(self) -> None:
        """Give the connection back."""


class Arrivals:
    """Stores events as they arrive, each once by its event and by its fact."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._keyring = keyring_of(engine.dialect)
        self._connection: _Connection = _Postgres(engine) if engine.dialect.name == "postgresql" else _Sqlite(engine)
        self._group: GroupCommit[_Row] = GroupCommit(self._connection.store, together=self._connection.together)

    async def add(self, arrival: Arrival, now: datetime) -> None:
        """Store an event; what is already there is left as it is. When this returns, it is safe.

        Raises what the database's driver raises, and `QueueFull` when too many wait.
        """
        body = self._keyring.hold(arrival.body)
        keys = (arrival.workspace_id, arrival.event_id, arrival.fact_key, arrival.order_key)
        await self._group.add((*keys, body, now.astimezone(UTC)))

    async def close(self) -> None:
        """Store what still waits, and give the connection back."""
        await self._group.close()
        await self._connection.close()


class _Sqlite:
    """A connection in a thread of its own, so that commits hold up no one else."""

    together = _TOGETHER

    def __init__(self, engine: AsyncEngine) -> None:
        self._path = engine.url.database or ""
        self._turns: WriteTurns = engine.dialect.multiplier_write_turns  # type: ignore[attr-defined]
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="arrivals")
        self._open: sqlite3.Connection | None = None

    async def store(self, rows: Sequence[_Row]) -> None:
        if not await self._turns.take(PATIENCE, first=True):
            raise TimeoutError("another write takes too long")
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._insert, rows)
        finally:
            self._turns.give_back()

    def _insert(self, rows: Sequence[_Row]) -> None:
        if self._open is None:
            self._open = sqlite3.connect(
                self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=100
            )
            self._open.execute("PRAGMA synchronous = FULL")
        values = [value for row in rows for moment in [_as_sqlite(row[5])] for value in (*row[:5], moment, moment)]
        try:
            # Outside of a transaction, a statement is one.
            self._open.execute(_SQLITE[len(rows)], values)
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        # Closing rolls back; the next commit begins with a connection that knows of no trouble.
        if self._open is not None:
            self._open.close()
            self._open = None

    async def close(self) -> None:
        if self._open is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
        self._thread.shutdown(wait=False)


class _Postgres:
    """One connection, opened when it is needed and again when it was lost."""

    together = 500

    def __init__(self, engine: AsyncEngine) -> None:
        self._address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._open: asyncpg.Connection[Any] | None = None

    async def store(self, rows: Sequence[_Row]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        try:
            async with asyncio.timeout(PATIENCE):
                try:
                    await self._insert(columns)
                except _WORTH_ANOTHER_TRY:
                    # The server was restarted, or another process stores the same events in another order.
                    await self._let_go()
                    await self._insert(columns)
        except BaseException:
            await self._let_go()
            raise

    async def _insert(self, columns: Sequence[Sequence[Any]]) -> None:
        if self._open is None:
            settings = {**AS_MACHINERY, "statement_timeout": str(int(PATIENCE * 1000))}
            self._open = await asyncpg.connect(self._address, server_settings=settings)
        await self._open.execute(_POSTGRES, *columns)

    async def _let_go(self) -> None:
        if self._open is not None:
            self._open.terminate()
            self._open = None

    async def close(self) -> None:
        if self._open is not None:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await self._open.close(timeout=PATIENCE)
            self._open = None


def _as_sqlite(moment: datetime) -> str:
    # As SQLAlchemy writes it: UTC, to the microsecond, without saying so.
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
