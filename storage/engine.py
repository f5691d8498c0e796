"""The connection to the database: SQLite for one machine, PostgreSQL for many."""

from __future__ import annotations

import json
import sqlite3
from time import monotonic
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from storage import sqlite_driver
from storage.keyring import Keyring
from storage.write_turns import WriteTurns

_ASYNC_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}

#: What a composition root passes on without knowing SQLAlchemy.
Engine = AsyncEngine

#: Marks the connection that has the turn to write.
_HAS_TURN = "multiplier_write_turn"
#: When a connection to PostgreSQL was given back last.
_LAST_USED = "multiplier_last_used"
#: For so long after it was used a connection is taken as good unless the server has closed it. Seconds.
TRUSTED = 2.0
#: Execution options of a connection that only reads, and of one whose statements may take long: see `_prepare_sqlite`,
#: and for the latter `sqlite_driver`.
READ_ONLY, TAKES_LONG = "multiplier_read_only", "multiplier_takes_long"
#: Of one whose work would be done again if the machine lost power: it needn't have reached the disk, on SQLite.
IS_REDONE = "multiplier_is_redone"


def async_url(database_url: str) -> URL:
    """The address with the asynchronous driver for its database.

    Raises `ValueError` for any database but SQLite and PostgreSQL.
    """
    url = make_url(database_url)
    backend = url.get_backend_name() if "+" in url.drivername else url.drivername
    if backend not in _ASYNC_DRIVERS:
        raise ValueError(f"DATABASE_URL names {backend!r}; Multiplier runs on sqlite and postgresql")
    return url.set(drivername=_ASYNC_DRIVERS[backend])


def create_engine(
    database_url: str,
    *,
    pool_size: int = 5,
    pool_overflow: int = 5,
    statement_timeout_ms: int = 10_000,
    keyring: Keyring | None = None,
) -> AsyncEngine:
    """An engine with the house settings. Nothing connects until it is used.

    At most `pool_size + pool_overflow` connections are open at a time. `statement_timeout_ms` ends a
    statement on PostgreSQL; on SQLite it is how long to wait for the one writer that SQLite allows at a
    time. `keyring` seals tokens and people's words; without one no token can be stored.
    """
    url = async_url(database_url)
    options: dict[str, Any] = {
        "json_serializer": lambda value: json.dumps(value, ensure_ascii=False),
        # Errors would otherwise quote the values of a query: people's words.
        "hide_parameters": True,
    }
    if url.get_backend_name() == "postgresql":
        options |= {
            "pool_size": pool_size,
            "max_overflow": pool_overflow,
            "connect_args": {"server_settings": {"statement_timeout": str(statement_timeout_ms)}},
        }
    else:
        connecting = {"async_creator_fn": sqlite_driver.connect, "timeout": statement_timeout_ms / 1000}
        options |= {"connect_args": connecting, "pool_reset_on_return": None}
        if url.database not in (None, "", ":memory:"):
            options |= {"pool_size": pool_size, "max_overflow": pool_overflow}
    engine = create_async_engine(url, **options)
    # Types find the keys through the dialect, which each engine has for itself.
    engine.dialect.multiplier_keyring = keyring or Keyring()  # type: ignore[attr-defined]
    if url.get_backend_name() == "sqlite":
        _prepare_sqlite(engine, statement_timeout_ms)
    else:
        _prepare_postgres(engine)
    return engine


def _prepare_postgres(engine: AsyncEngine) -> None:
    dialect = engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def note(_connection: object, record: Any) -> None:
        if record is not None:
            record.info[_LAST_USED] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def look(connection: Any, record: Any, _proxy: object) -> None:
        # As SQLAlchemy's `pool_pre_ping`, which asks the server each time: three journeys before every transaction.
        last_used = record.info.get(_LAST_USED)
        if last_used is None:
            return
        try:
            if connection.driver_connection.is_closed():
                raise InvalidatePoolError
            if monotonic() - last_used > TRUSTED:
                dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _prepare_sqlite(engine: AsyncEngine, busy_timeout_ms: int) -> None:
    turns = WriteTurns()
    # Arrivals, which have a connection of their own, find the line they stand in here.
    engine.dialect.multiplier_write_turns = turns  # type: ignore[attr-defined]

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        _write_ahead(cursor)
        # Until a transaction says otherwise; see `sqlite_driver`.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What goes is overwritten in the file.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that starts as a reader and writes later fails at once when another wrote
        # in between; one that says at its start that it will write waits for its turn instead.
        options = connection.get_execution_options()
        to_write, takes_long = not options.get(READ_ONLY, False), options.get(TAKES_LONG, False)
        # Without its turn it finds out from the database itself what holds it up.
        if to_write and await_only(turns.take(busy_timeout_ms / 1000)):
            connection.info[_HAS_TURN] = True
        to_disk = not options.get(IS_REDONE, False)
        connection.connection.driver_connection.begin(to_write=to_write, takes_long=takes_long, to_disk=to_disk)

    def give_back(_connection: object, record: Any, *_: object) -> None:
        if record is not None and record.info.pop(_HAS_TURN, False):
            turns.give_back()

    event.listen(engine.sync_engine, "reset", _reset_sqlite)
    # A connection goes back to the pool when its transaction is over; a broken one leaves it by the other ways.
    for way in ("checkin", "invalidate", "soft_invalidate", "close"):
        event.listen(engine.sync_engine, way, give_back)


def _write_ahead(cursor: Any) -> None:
    """Have the file written ahead (WAL).

    SQLite doesn't wait with this while another process makes the same file, but says at once that it is locked.
    To begin a transaction it waits, so after one it is tried again.
    """
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            cursor.execute("BEGIN EXCLUSIVE")
            cursor.execute("ROLLBACK")
        else:
            return


def _reset_sqlite(connection: Any, _record: object, state: Any) -> None:
    # Nearly always the transaction has ended already, and asking its thread costs as much as a statement.
    driver = connection.driver_connection
    if state.asyncio_safe and (driver.in_transaction or driver.was_left):
        connection.rollback()
        driver.was_left = False
