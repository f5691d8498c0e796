"""The connection to SQLite: `aiosqlite`'s, with few errands to its thread.

`aiosqlite` sends its thread four of them for each statement: to make a cursor, to execute, to fetch, to close. With
answers of a few rows, which nearly all are here, SQLite itself takes some 10 us for a statement, and an errand 30 when
the process is idle and over 100 when it is busy. So a transaction stays in the loop but for what may take long: to be
given the one place to write where another process has it, and to reach the disk. One that says it takes long sends its
thread every statement, one errand each, so that the loop can go on. One that would be done again isn't waited for.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")

#: How a commit gets to the disk, by whether it is waited for (SQLite's documentation, "PRAGMA synchronous"): what isn't
#: gets there with the next that is, in the same order, and none of it is lost but by the machine losing power. To bring
#: the log into the file is left to those, too, as the loop would wait for it.
_TO_DISK = {
    True: ("PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 1000"),
    False: ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 0"),
}
#: So many statements of a transaction in the loop follow each other before everything else has its turn.
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
    #: So long its thread waits for another process that has the place to write. Milliseconds.
    patience: int
    #: What is to begin with the next statement.
    _beginning: str | None = None
    #: Whether each statement of what is begun is left to the thread.
    _takes_long = False
    #: Whether what is begun must have reached the disk when it is committed, and what the connection was last told.
    _to_disk, _told_to_disk = True, True
    #: How many statements of a transaction were executed in the loop; `None` when it doesn't stay there.
    _in_loop: int | None = None

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor; nothing is sent to the thread yet."""
        return Cursor(self)

    def begin(self, *, to_write: bool, takes_long: bool = False, to_disk: bool = True) -> None:
        """Begin a transaction along with the next statement; to write, when the place to write is free.

        The loop waits for each of its statements unless it `takes_long`. Once committed it lasts, also when the machine
        loses power, unless it needn't reach the disk.
        """
        self._beginning, self._takes_long = "BEGIN IMMEDIATE" if to_write else "BEGIN", takes_long
        self._to_disk = to_disk

    async def run(self, errand: Callable[[sqlite3.Connection], T]) -> T:
        """What the errand comes back with, or raises."""
        if self._in_loop is not None and not self.was_left:
            self._in_loop += 1
            if self._in_loop % AT_A_STRETCH == 0:
                await asyncio.sleep(0)
            return errand(self._conn)
        beginning = self._beginning
        if beginning is None or self._takes_long or self.was_left:
            found: T = await self._execute(lambda: self._begun(beginning, errand))
            return found
        try:
            found = self._at_once(beginning, errand)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            # Another process is at it. The loop doesn't wait for that.
            self._conn.rollback()
            self._beginning = beginning
            found = await self._execute(lambda: self._begun(beginning, errand))
        self._in_loop = 1
        return found

    def _at_once(self, beginning: str, errand: Callable[[sqlite3.Connection], T]) -> T:
        self._conn.execute("PRAGMA busy_timeout = 0")
        try:
            return self._begun(beginning, errand)
        finally:
            self._conn.execute(f"PRAGMA busy_timeout = {self.patience}")

    def _begun(self, beginning: str | None, errand: Callable[[sqlite3.Connection], T]) -> T:
        if beginning:
            if self._to_disk is not self._told_to_disk:
                for pragma in _TO_DISK[self._to_disk]:
                    self._conn.execute(pragma)
                self._told_to_disk = self._to_disk
            self._conn.execute(beginning)
            # Not before: where beginning failed, the next statement must not be one by itself.
            self._beginning = None
        return errand(self._conn)

    async def commit(self) -> None:
        """Make what was written last, where anything was begun."""
        at_once = self._in_loop is not None and not self._to_disk and not self.was_left
        self._beginning = self._in_loop = None
        if at_once:
            self._conn.commit()
        elif self._conn.in_transaction or self.was_left:
            await super().commit()

    async def rollback(self) -> None:
        """Undo what was begun. No disk has to be waited for."""
        self._beginning = self._in_loop = None
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
    connection.patience = int(options.get("timeout", 5.0) * 1000)
    # As SQLAlchemy has it: a process that ends waits for no connection.
    connection._thread.daemon = True
    return connection
