"""Backups that are consistent while the bot runs, and bringing them back."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.copying import Content, NotEmpty, contents, copy
from storage.engine import async_url, create_engine
from storage.keyring import Keyring
from storage.migrate import upgrade
from storage.row_security import MACHINERY

_SQLITE_BEGINS, _DUMP_BEGINS = b"SQLite format 3\x00", b"PGDMP"


class BackupFailed(Exception):
    """A backup could not be made or brought back; nothing was overwritten. The message says what went wrong."""


async def back_up(engine: AsyncEngine, file: Path, *, keyring: Keyring) -> str:
    """Write one moment of the database into a new file; what kind of file it is.

    SQLite: a SQLite file, by its online backup. PostgreSQL: `pg_dump`'s own format where that program
    is, unless the name ends in `.db`; else a SQLite file. Sealed words and tokens stay sealed.
    """
    unfinished = await asyncio.to_thread(_fresh, file)
    try:
        if engine.dialect.name == "sqlite":
            await asyncio.to_thread(_copy_sqlite, _file_of(engine.url), unfinished)
            kind = "sqlite"
        elif shutil.which("pg_dump") and file.suffix != ".db":
            await _run("pg_dump", engine.url, "--format=custom", "--no-owner", f"--file={unfinished}", *_WALLED)
            kind = "pg_dump"
        else:
            await _copy_into(engine, unfinished, keyring)
            kind = "sqlite"
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return kind


async def restore(file: Path, database_url: str, *, keyring: Keyring) -> Mapping[str, Content]:
    """Bring a backup back into a database that is empty or not there yet; what it then holds.

    An older backup is brought to this version's schema. Raises `BackupFailed` and `NotEmpty`.
    """
    begins = _beginning(file)
    url = async_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    if not begins.startswith((_SQLITE_BEGINS, _DUMP_BEGINS)):
        raise BackupFailed(f"{file} is no backup of Multiplier")
    if begins.startswith(_DUMP_BEGINS) and is_sqlite:
        raise BackupFailed(f"{file} was made by pg_dump; it can be restored into PostgreSQL alone")
    if is_sqlite:
        await asyncio.to_thread(_put_sqlite, file, _file_of(url))
    engine = create_engine(database_url, statement_timeout_ms=600_000, keyring=keyring)
    try:
        if begins.startswith(_DUMP_BEGINS):
            await _restore_dump(engine, file)
        await upgrade(engine)
        if not is_sqlite and begins.startswith(_SQLITE_BEGINS):
            await _copy_from(file, engine, keyring)
        return await contents(engine)
    finally:
        await engine.dispose()


async def _copy_into(engine: AsyncEngine, file: Path, keyring: Keyring) -> None:
    target = create_engine(f"sqlite:///{file}", keyring=keyring)
    try:
        await upgrade(target)
        await copy(engine, target)
    finally:
        await target.dispose()


async def _copy_from(file: Path, engine: AsyncEngine, keyring: Keyring) -> None:
    # Opening a SQLite file writes beside it, and an old one is migrated: both happen to a copy.
    own = file.with_name(file.name + ".restoring")
    await asyncio.to_thread(_copy_sqlite, file, own)
    source = create_engine(f"sqlite:///{own}", keyring=keyring)
    try:
        await upgrade(source)
        await copy(source, engine)
    finally:
        await source.dispose()
        for leftover in own.parent.glob(own.name + "*"):
            leftover.unlink()


def _put_sqlite(file: Path, target: Path) -> None:
    if target.exists():
        raise NotEmpty(str(target))
    try:
        _copy_sqlite(file, target)
    except BackupFailed:
        target.unlink(missing_ok=True)
        raise


def _fresh(file: Path) -> Path:
    """Where a backup is written until it is whole."""
    if file.exists():
        raise BackupFailed(f"{file} is there already, and nothing is overwritten; choose another name")
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    return unfinished


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup in one step: one moment of the source, whoever writes to it meanwhile."""
    if not source.exists():
        raise BackupFailed(f"there is no database at {source}")
    given, taking = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        given.backup(taking, pages=-1)
        if taking.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupFailed(f"{source} is damaged")
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{source} can't be read ({error})") from None
    finally:
        given.close()
        taking.close()


async def _restore_dump(engine: AsyncEngine, file: Path) -> None:
    async with engine.connect() as connection:
        tables = await connection.exec_driver_sql(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        if tables.scalar():
            raise NotEmpty(str(engine.url.database))
    if not shutil.which("pg_restore"):
        raise BackupFailed("pg_restore is needed to bring back what pg_dump made; install PostgreSQL's client programs")
    await _run("pg_restore", engine.url, "--single-transaction", "--exit-on-error", "--no-owner", str(file))


_WALLED = ("--enable-row-security",)


async def _run(program: str, url: URL, *options: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where nobody else reads it."""
    own = make_url(url).set(drivername="postgresql")
    environment = os.environ | {"PGOPTIONS": f"-c {MACHINERY}=on -c statement_timeout=0"}
    if own.password:
        environment["PGPASSWORD"] = str(own.password)
    address = own.set(password=None).render_as_string(hide_password=False)
    process = await asyncio.create_subprocess_exec(
        program, f"--dbname={address}", *options, env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        raise BackupFailed(f"{program} failed: {said.decode('utf-8', 'replace').strip()[:500]}")


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(len(_SQLITE_BEGINS))
    except OSError as error:
        raise BackupFailed(f"{file} can't be read ({error.strerror})") from None


def _file_of(url: URL) -> Path:
    if url.database in (None, "", ":memory:"):
        raise BackupFailed("a database in memory has no file")
    return Path(str(url.database))
