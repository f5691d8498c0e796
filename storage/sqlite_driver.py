"""The connection to SQLite: `aiosqlite`'s, with few errands to its thread.

`aiosqlite` sends its thread four of them for each statement: to make a cursor, to execute, to fetch, to close. With
answers of a few rows, which nearly all are here, the errands take as long as everything else about a statement. Here it
is one. Who writes needs none between the first statement and the commit: to be given the one place to write may take
long, and so may reaching the disk; but as long as the place is taken nothing else can be stored, least of all an event
that Slack waits for. Only work that says it takes long sends its thread every statement, so that the loop can go on.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")

#: So many statements of one transaction follow each other before everything else in the process has its turn.
AT_A_STRETCH = 20
#: So many rows come with the answer to a statement. Of more, each further errand brings what is asked for.
AT_ONCE = 500


class Cursor:
    """What SQLAlchemy asks of an asynchronous cursor (its `AsyncIODBAPICursor`)."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        #: What has more rows to give.
        self._rest: sqlite3.Cursor | None = None
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Execute, and have the first rows."""
        await self._connection.run(lambda connection: self._take(connection.execute(statement, parameters)))

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Execute once for each of these."""
        await self._connection.run(lambda connection: self._take(connection.executemany(statement, parameters)))

    async def fetchone(self) -> Any:
        """The next row, or `None`."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next rows, so many at most; none when there are no more."""
        wanted, rest = size or self.arraysize, self._rest
        if not self._rows and rest is not None:
            return await self._connection.run(lambda _: rest.fetchmany(wanted))
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchall(self) -> Sequence[Any]:
        """All further rows."""
        rows, self._rows, rest = self._rows, [], self._rest
        if rest is not None:
            rows += await self._connection.run(lambda _: rest.fetchall())
        return rows

    async def close(self) -> None:
        """Let go of what was not fetched."""
        rest, self._rest = self._rest, None
        if rest is not None:
            await self._connection.run(lambda _: rest.close())

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description, self._rows = cursor.description, cursor.fetchmany(AT_ONCE) if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        if len(self._rows) == AT_ONCE:
            self._rest = cursor
        else:
            cursor.close()


class Connection(aiosqlite.Connection):
    """A connection whose cursors are those of this module, used by one task at a time.

    `was_left` says that somebody stopped waiting for an errand: the thread may still be about to begin a transaction.
    """

    was_left = False
    #: What is to begin with the next statement.
    _beginning: str | None = None
    #: Whether each statement of what is begun is left to the thread.
    _takes_long = False
    #: How many statements were executed since a transaction that writes has begun; `None` when there is none.
    _written: int | None = None

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor; nothing is sent to the thread yet."""
        return Cursor(self)

    def begin(self, *, to_write: bool, takes_long: bool = False) -> None:
        """Begin a transaction along with the next statement; to write, when the place to write is free.

        One that `takes_long` keeps out of the way of the loop, statement by statement.
        """
        self._beginning, self._takes_long = "BEGIN IMMEDIATE" if to_write else "BEGIN", takes_long

    async def run(self, errand: Callable[[sqlite3.Connection], T]) -> T:
        """What the errand comes back with, or raises."""
        if self._written is not None and not self.was_left:
            self._written += 1
            if self._written % AT_A_STRETCH == 0:
                await asyncio.sleep(0)
            return errand(self._conn)
        beginning = self._beginning
        found: T = await self._execute(lambda: self._begun(beginning, errand))
        if beginning == "BEGIN IMMEDIATE" and not self._takes_long:
            self._written = 1
        return found

    def _begun(self, beginning: str | None, errand: Callable[[sqlite3.Connection], T]) -> T:
        if beginning:
            self._conn.execute(beginning)
            # Not before: where beginning failed, the next statement must not be one by itself.
            self._beginning = None
        return errand(self._conn)

    async def commit(self) -> None:
        """Make what was written last, where anything was begun."""
        self._beginning = self._written = None
        if self._conn.in_transaction or self.was_left:
            await super().commit()

    async def rollback(self) -> None:
        """Undo what was begun. No disk has to be waited for."""
        self._beginning = self._written = None
        if self.was_left:
            await super().rollback()
        else:
            self._conn.rollback()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            self.was_left = True
            raise


def connect(*place: Any, **options: Any) -> Connection:
    """A connection not yet open, for SQLAlchemy's `async_creator_fn`; what is passed is `sqlite3.connect`'s."""
    # Its thread and that of the loop use it in turn.
    options["check_same_thread"] = False
    connection = Connection(lambda: sqlite3.connect(*place, **options), iter_chunk_size=AT_ONCE)
    # As SQLAlchemy has it: a process that ends waits for no connection.
    connection._thread.daemon = True
    return connection
