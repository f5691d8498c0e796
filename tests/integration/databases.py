"""The databases that integration tests run on."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

#: An empty database of each kind, as its address.
both_databases = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; of the kind asked for, by default SQLite."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


async def end_all_connections(postgres_url: str) -> None:
    """What a restart of the server does to those who are connected."""
    administrator = await asyncpg.connect(postgres_url)
    await administrator.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )
    await administrator.close()
