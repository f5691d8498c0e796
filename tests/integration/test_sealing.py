"""Sealed words: nothing readable on disk, everything as before for its owner, keys that can be changed."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.evidence import Entry, Source, SourceType
from bot.domain.search import read_query
from bot.domain.tagging import Kind
from bot.domain.workspaces import Workspace
from storage import row_security
from storage.copying import contents
from storage.engine import create_engine
from storage.keyring import Keyring, KeyringError, new_key
from storage.migrate import upgrade
from storage.resealing import reseal
from storage.unit_of_work import Storage
from tests.filling import fill_every_table
from tests.integration.databases import both_databases, database_url

__all__ = ["database_url"]

OLD, NEW = new_key(), new_key()
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SAID = ["Paired with Dana until the deploy", "Wrote the RFC on certificates", "The deploy dashboard"]


@contextlib.asynccontextmanager
async def opened(url: str, *keys: str, seals: bool) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(url, keyring=Keyring(keys, seals_evidence=seals))
    await upgrade(engine)
    try:
        yield engine
    finally:
        await engine.dispose()


async def keep(engine: AsyncEngine, said: list[str]) -> None:
    storage = Storage(engine)
    async with storage.machinery() as work:
        await work.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=NOW))
        await work.commit()
    async with storage.work("T1") as work:
        await work.members.ensure("U1")
        for number, words in enumerate(said):
            entry = Entry(
                id=f"ent_{number}",
                workspace_id="T1",
                user_id="U1",
                text=words,
                kind=Kind.UNBLOCK,
                occurred_on=date(2026, 11, 1 + number),
                created_at=NOW,
                updated_at=NOW,
                source=Source(type=SourceType.COMMAND),
            )
            await work.entries.add(entry, f"key:{number}")
        await work.commit()


async def raw(engine: AsyncEngine, column: str, table: str) -> list[str]:
    async with engine.connect() as connection:
        await connection.run_sync(row_security.enter, None)
        return [str(row[0]) for row in await connection.execute(text(f"SELECT {column} FROM {table}"))]  # noqa: S608


@given(st.text(st.characters(codec="utf-8")), st.booleans())
def test_what_is_held_comes_back_as_it_was(words: str, seals: bool) -> None:
    keyring = Keyring([NEW, OLD], seals_evidence=seals)
    held = keyring.hold(words)
    assert keyring.open(held) == words
    assert Keyring([OLD, NEW]).open(held) == words
    if words and seals:
        assert held != words
        with pytest.raises(KeyringError):
            Keyring([new_key()]).open(held)


@pytest.mark.parametrize("keys", [["correct-horse"], ["a" * 44], ["ключ"]])
def test_what_is_no_key_is_refused_without_being_repeated(keys: list[str]) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring(keys)
    assert keys[0] not in str(caught.value)


def test_sealing_without_a_key_is_refused() -> None:
    with pytest.raises(KeyringError, match="ENCRYPTION_KEYS"):
        Keyring([], seals_evidence=True)


@both_databases
@pytest.mark.parametrize("seals", [False, True])
async def test_search_finds_the_same_whether_words_are_sealed_or_not(database_url: str, seals: bool) -> None:
    async with opened(database_url, NEW, seals=seals) as engine:
        await keep(engine, SAID)
        async with Storage(engine).reading("T1") as work:
            for line, every, found in [
                ("deploy", True, {"ent_0", "ent_2"}),
                ("dana deploy", True, {"ent_0"}),
                ("cert", True, {"ent_1"}),
                ("deploy certificates", False, {"ent_0", "ent_1", "ent_2"}),
                ("nothing", False, set()),
            ]:
                query = read_query(line, date(2026, 11, 9))
                assert set(await work.search.by_words("U1", query, every=every, limit=9)) == found, line
            query = read_query("deploy since:2026-11-02", date(2026, 11, 9))
            assert await work.search.by_words("U1", query, every=True, limit=9) == ["ent_2"]
            assert await work.search.by_words("U2", read_query("deploy", date(2026, 11, 9)), every=True, limit=9) == []
            assert [entry.id for entry in await work.entries.list("U1", words=["DEPLOY"])] == ["ent_2", "ent_0"]
            assert await work.entries.count("U1", words=["rfc"]) == 1


async def test_nothing_readable_is_left_in_the_file_and_not_in_the_index(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/bot.db", NEW, seals=True) as engine:
        await fill_every_table(engine, "T1", "U1", "fennel-otter")
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())  # noqa: ASYNC240
        assert files.count(b"fennel-otter in ") == 0
        assert b"otter" not in "".join(await raw(engine, "body", "entries_fts")).encode()


@both_databases
async def test_turning_sealing_on_changing_the_key_and_turning_it_off_keeps_every_word(
    database_url: str,
) -> None:
    async with opened(database_url, OLD, seals=False) as engine:
        await keep(engine, SAID)
        await fill_every_table(engine, "T1", "U2", "fennel-otter")
        before = await contents(engine)
    async with opened(database_url, OLD, seals=True) as engine:
        assert await contents(engine) == before
        await reseal(engine)
        assert await contents(engine) == before
        assert not [each for each in await raw(engine, "text", "entries") if "deploy" in each]
        assert "deploy" not in "".join(await raw(engine, "body", "entries_fts"))
    async with opened(database_url, NEW, OLD, seals=True) as engine:
        await reseal(engine)
    async with opened(database_url, OLD, seals=True) as engine:
        with pytest.raises(KeyringError):
            await contents(engine)
    async with opened(database_url, NEW, seals=False) as engine:
        await reseal(engine)
        assert await contents(engine) == before
        assert [each for each in await raw(engine, "text", "entries") if "deploy" in each]
        assert "deploy" in "".join(await raw(engine, "body", "entries_fts"))
    async with opened(database_url, seals=False) as engine, engine.connect() as connection:
        await connection.run_sync(row_security.enter, None)
        assert len((await connection.execute(text("SELECT * FROM entries"))).all()) == 4
