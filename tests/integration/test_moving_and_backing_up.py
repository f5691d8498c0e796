"""Copies, backups and restores: everything arrives, from one moment, and nothing is overwritten."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from bot.cli.db import db_app
from storage import row_security
from storage.backup import BackupFailed, back_up, restore
from storage.copying import NotEmpty, NotTheSame, contents, copy
from storage.engine import create_engine
from storage.keyring import Keyring, new_key
from storage.migrate import differences, upgrade
from storage.models import Base, InboxRow
from tests.filling import NOW, fill_every_table
from tests.integration.databases import both_databases, database_url

__all__ = ["database_url"]

KEYS = Keyring([new_key()], seals_evidence=True)


async def filled(url: str, *, keyring: Keyring = KEYS) -> AsyncEngine:
    engine = create_engine(url, keyring=keyring)
    await upgrade(engine)
    for user in ("U1", "U2"):
        await fill_every_table(engine, "T1", user, "the certificate")
    return engine


@pytest.mark.postgres
async def test_an_installation_moves_from_sqlite_to_postgresql_and_back_unchanged(
    tmp_path: Path, postgres_url: str
) -> None:
    source = await filled(f"sqlite:///{tmp_path}/a.db")
    other_keys = Keyring([new_key()])
    there, back = create_engine(postgres_url, keyring=other_keys), create_engine(f"sqlite:///{tmp_path}/b.db")
    back.dialect.multiplier_keyring = KEYS  # type: ignore[attr-defined]
    await upgrade(there)
    await upgrade(back)
    try:
        before = await contents(source)
        assert all(each.rows for each in before.values())
        assert await copy(source, there) == before
        assert await contents(there) == before
        assert await copy(there, back) == before
        await _store_an_event(there)
        await _store_an_event(back)
    finally:
        for engine in (source, there, back):
            await engine.dispose()


@both_databases
async def test_a_target_that_holds_anything_is_left_alone(database_url: str, tmp_path: Path) -> None:
    source, target = await filled(f"sqlite:///{tmp_path}/from.db"), await filled(database_url)
    try:
        before = await contents(target)
        with pytest.raises(NotEmpty):
            await copy(source, target)
        assert await contents(target) == before
    finally:
        await source.dispose()
        await target.dispose()


async def test_a_copy_that_arrives_changed_is_not_kept(tmp_path: Path) -> None:
    source, target = await filled(f"sqlite:///{tmp_path}/from.db"), create_engine(f"sqlite:///{tmp_path}/to.db")
    target.dialect.multiplier_keyring = KEYS  # type: ignore[attr-defined]
    await upgrade(target)
    async with target.begin() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER spoil AFTER INSERT ON reviews BEGIN UPDATE reviews SET quarter = 'lost'; END"
        )
    try:
        with pytest.raises(NotTheSame) as caught:
            await copy(source, target)
        assert caught.value.tables == ["reviews"]
        assert not any(each.rows for each in (await contents(target)).values())
    finally:
        await source.dispose()
        await target.dispose()


@both_databases
async def test_a_backup_made_while_events_arrive_is_one_moment_and_can_be_restored(
    database_url: str, tmp_path: Path
) -> None:
    engine = await filled(database_url)
    stop, begun = asyncio.Event(), asyncio.Event()

    async def keep_storing() -> int:
        stored = 0
        while not stop.is_set():
            await _store_an_event(engine, f"Ev{stored}")
            stored += 1
            if stored == 5:
                begun.set()
        return stored

    writing = asyncio.create_task(keep_storing())
    try:
        await begun.wait()
        file = tmp_path / "backup.db"
        await back_up(engine, file, keyring=KEYS)
        stop.set()
        stored = await writing
        held = await restore(file, f"sqlite:///{tmp_path}/restored.db", keyring=KEYS)
        now = await contents(engine)
        assert 5 <= held["inbox"].rows <= stored + 2
        assert {name: each for name, each in held.items() if name != "inbox"} == {
            name: each for name, each in now.items() if name != "inbox"
        }
    finally:
        stop.set()
        await writing
        await engine.dispose()


@pytest.mark.postgres
@pytest.mark.skipif(not shutil.which("pg_dump"), reason="needs PostgreSQL's client programs")
async def test_pg_dump_is_used_where_it_is_and_restored_behind_the_wall(
    postgres_url: str, postgres_server: str, tmp_path: Path
) -> None:
    from tests.postgres import create_database, drop_database

    engine = await filled(postgres_url)
    target = await asyncio.to_thread(create_database, postgres_server)
    restored = create_engine(target, keyring=KEYS)
    try:
        before = await contents(engine)
        assert await back_up(engine, tmp_path / "backup.dump", keyring=KEYS) == "pg_dump"
        assert await restore(tmp_path / "backup.dump", target, keyring=KEYS) == before
        assert await differences(restored) == []
        async with restored.begin() as connection:
            assert await connection.run_sync(row_security.protect) == []
        with pytest.raises(NotEmpty):
            await restore(tmp_path / "backup.dump", target, keyring=KEYS)
    finally:
        await engine.dispose()
        await restored.dispose()
        await asyncio.to_thread(drop_database, target)


async def test_neither_a_backup_nor_a_database_is_ever_overwritten(tmp_path: Path) -> None:
    engine = await filled(f"sqlite:///{tmp_path}/bot.db")
    try:
        file = tmp_path / "backup.db"
        await back_up(engine, file, keyring=KEYS)
        with pytest.raises(BackupFailed, match="is there already"):
            await back_up(engine, file, keyring=KEYS)
        with pytest.raises(NotEmpty):
            await restore(file, f"sqlite:///{tmp_path}/bot.db", keyring=KEYS)
        assert [name for name in os.listdir(tmp_path) if name.startswith("backup")] == ["backup.db"]  # noqa: PTH208
    finally:
        await engine.dispose()


@pytest.mark.parametrize("content", [b"", b"no backup", b"SQLite format 3\x00 and then nonsense" * 99])
async def test_a_file_that_is_no_backup_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.db"
    file.write_bytes(content)
    with pytest.raises(BackupFailed):
        await restore(file, f"sqlite:///{tmp_path}/new.db", keyring=KEYS)
    assert not (tmp_path / "new.db").exists()


def test_the_commands_upgrade_copy_back_up_and_restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///bot.db")
    run = CliRunner()
    assert run.invoke(db_app, ["upgrade"]).exit_code == 0
    assert "needed" in run.invoke(db_app, ["current"]).output
    with sqlite3.connect("bot.db") as connection:
        connection.execute(
            "INSERT INTO workspaces (id, name, url, bot_user_id, keep_emoji, credit_emoji, installed_at) "
            "VALUES ('T1', '', '', 'UBOT', 'seedling', 'star2', '2026-11-02 09:00:00.000000')"
        )
    connection.close()
    moved = run.invoke(db_app, ["copy", "--from", "sqlite:///bot.db", "--to", "sqlite:///moved.db"])
    assert json.loads(moved.stdout)["workspaces"]["rows"] == 1
    assert run.invoke(db_app, ["backup", "out.db"]).exit_code == 0
    restored = run.invoke(db_app, ["restore", "out.db", "--to", "sqlite:///again.db"])
    assert json.loads(restored.stdout) == json.loads(moved.stdout)
    again = run.invoke(db_app, ["restore", "out.db", "--to", "sqlite:///again.db"])
    assert again.exit_code == 1
    assert "nothing is overwritten" in again.stderr
    assert len(run.invoke(db_app, ["new-key"]).stdout.strip()) == 44


async def _store_an_event(engine: AsyncEngine, event_id: str = "Ev-after") -> None:
    row = {
        "workspace_id": "T1",
        "event_id": event_id,
        "fact_key": event_id,
        "order_key": "T1:U1",
        "body": "{}",
        "state": "waiting",
        "received_at": NOW,
        "due_at": NOW,
    }
    async with engine.begin() as connection:
        await connection.run_sync(row_security.enter, None)
        await connection.execute(insert(Base.metadata.tables[InboxRow.__tablename__]).values(row))
