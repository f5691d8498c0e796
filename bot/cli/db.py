"""`multiplier db …`: bring the database up to date, back it up, bring it back, move it, change its keys."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.bootstrap import engine_from, keyring_from
from bot.cli.say import fail, tell
from bot.settings import Settings
from storage import backup as backups
from storage import migrate
from storage.copying import Content, NotEmpty, NotTheSame
from storage.copying import copy as copy_all
from storage.engine import Engine
from storage.keyring import KeyringError
from storage.keyring import new_key as fresh_key
from storage.resealing import reseal as write_again

db_app = typer.Typer(help="Look after the database.", no_args_is_help=True)

Result = TypeVar("Result")
Work = Callable[[Engine], Awaitable[Result]]


def _with_engine(work: Work[Result], database_url: str | None = None) -> Result:
    async def run() -> Result:
        engine = engine_from(Settings(), database_url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(run())
    except (KeyringError, backups.BackupFailed, NotTheSame, ValueError) as error:
        fail(str(error))
    except NotEmpty as error:
        fail(f"there is something in the target already ({error}), and nothing is overwritten; name an empty one")
    except OSError as error:
        fail(f"the database can't be reached ({error.strerror or type(error).__name__}); check DATABASE_URL")


def _show(held: Mapping[str, Content]) -> None:
    """One line of JSON: rows and digest of each table that holds something."""
    typer.echo(
        json.dumps({name: {"rows": each.rows, "digest": each.digest} for name, each in held.items() if each.rows})
    )


@db_app.command()
def upgrade() -> None:
    """Apply all migrations that the database lacks. `multiplier run` does it by itself."""
    _with_engine(migrate.upgrade)
    tell("The database is up to date.")


@db_app.command()
def current() -> None:
    """Say which revision the database is at, and which this version needs."""
    typer.echo(f"{_with_engine(migrate.current) or 'new'} (needed: {migrate.newest()})")


@db_app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(help="The file to write; with PostgreSQL, a name in .db makes a SQLite file.")
    ],
) -> None:
    """Write one consistent moment of the database into a file, while the bot runs."""
    keyring = keyring_from(Settings())
    kind = _with_engine(lambda engine: backups.back_up(engine, file, keyring=keyring))
    tell(f"Written: {file} ({kind}, {file.stat().st_size:,} bytes)")


@db_app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `multiplier db backup` wrote.")],
    to: Annotated[str | None, typer.Option(help="The database, empty or new (default: DATABASE_URL).")] = None,
) -> None:
    """Bring a backup back into an empty database, and say what it holds."""
    settings = Settings()

    async def bring_back(_engine: Engine) -> Mapping[str, Content]:
        return await backups.restore(file, to or settings.database_url, keyring=keyring_from(settings))

    _show(_with_engine(bring_back))


@db_app.command()
def copy(
    source: Annotated[str, typer.Option("--from", help="The database to read, e.g. sqlite:///multiplier.db")],
    target: Annotated[str, typer.Option("--to", help="The empty database to fill, e.g. postgresql://…")],
) -> None:
    """Move an installation to another database; rows and digests of all tables are compared."""

    async def move(given: Engine) -> Mapping[str, Content]:
        taking = engine_from(Settings(), target)
        try:
            await migrate.upgrade(given)
            await migrate.upgrade(taking)
            return await copy_all(given, taking)
        finally:
            await taking.dispose()

    _show(_with_engine(move, source))
    tell("Everything arrived: rows and digests of all tables agree.")


@db_app.command()
def reseal() -> None:
    """Seal everything anew with the first of ENCRYPTION_KEYS, as ENCRYPT_EVIDENCE says now."""
    rows = _with_engine(write_again)
    tell(f"Written again: {rows} rows. Keys after the first are no longer needed.")


@db_app.command("new-key")
def new_key() -> None:
    """Print a fresh key for ENCRYPTION_KEYS. Keep it where the backups are not."""
    typer.echo(fresh_key())
