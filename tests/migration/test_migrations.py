"""Migrations lead from an empty database to exactly what the models say."""

from __future__ import annotations

from pathlib import Path

from storage.engine import create_engine
from storage.migrate import current, differences, newest, upgrade


async def test_upgrading_an_empty_database_gives_the_models_schema(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/new.db")
    try:
        await upgrade(engine)
        assert await current(engine) == newest()
        assert await differences(engine) == []
    finally:
        await engine.dispose()


async def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/new.db")
    try:
        await upgrade(engine)
        await upgrade(engine)
        assert await differences(engine) == []
    finally:
        await engine.dispose()
