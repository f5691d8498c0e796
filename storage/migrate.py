"""Bringing a database to the schema this version of the code needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import row_security
from storage.models import Base
from storage.search_index import belongs_to_models

# A number of our own among PostgreSQL's advisory locks.
_ONE_AT_A_TIME = 7_204_611
_MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Apply all migrations that the database lacks; a new SQLite file is made whole.

    On PostgreSQL every new table is put behind the wall between workspaces, too, and processes that
    start at the same time do this one after the other.
    """

    def run(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            # One process after the other, however long each takes.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
            row_security.enter(connection, None)
        command.upgrade(_config(connection), revision)
        row_security.protect(connection)

    async with engine.begin() as connection:
        await connection.run_sync(run)


async def current(engine: AsyncEngine) -> str | None:
    """The revision the database is at; `None` for one that was never migrated."""

    def run(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with engine.connect() as connection:
        return await connection.run_sync(run)


def newest() -> str | None:
    """The revision that this version of the code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def differences(engine: AsyncEngine) -> list[Any]:
    """What the database's schema lacks or has beyond the models, in Alembic's own terms; empty when equal."""

    def run(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": belongs_to_models}
        )
        return list(compare_metadata(context, Base.metadata))

    async with engine.connect() as connection:
        return await connection.run_sync(run)


async def write_revision(engine: AsyncEngine, message: str, number: str) -> None:
    """Write a new revision from what the models have and the database lacks (for developers)."""

    def run(connection: Connection) -> None:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=number)

    async with engine.begin() as connection:
        await connection.run_sync(run)
