"""Having everything deleted: afterwards no table, and not even the file, knows the person any more."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.content.threads import load_thread_words
from bot.sandbox import ManualClock
from bot.services.privacy import PrivacyService
from storage import row_security
from storage.engine import create_engine
from storage.keyring import Keyring, new_key
from storage.migrate import upgrade
from storage.models import Base
from storage.types import EvidenceJson, EvidenceText
from storage.unit_of_work import Storage
from tests.filling import NOW, PEOPLE, fill_every_table
from tests.integration.databases import both_databases, database_url

__all__ = ["database_url"]

DANA, SAM = "U0DANA1", "U0SAM22"
MARKER, SAMS = "fennel-otter", "basil-heron"
TABLES = [table for table in Base.metadata.sorted_tables if "workspace_id" in table.c]


async def dump(engine: AsyncEngine) -> dict[str, str]:
    """All that each table holds, opened, as text."""
    found = {}
    async with engine.connect() as connection:
        await connection.run_sync(row_security.enter, None)
        for table in Base.metadata.sorted_tables:
            rows = (await connection.execute(select(table))).mappings().all()
            found[table.name] = "\n".join(repr(dict(row)) for row in rows)
    return found


async def name_in_all_of(engine: AsyncEngine, owner: str, person: str) -> None:
    """Have this owner's rows name another person wherever that can be."""
    async with engine.begin() as connection:
        await connection.run_sync(row_security.enter, None)
        for table in TABLES:
            if table.name in ("members", "inbox", "outbox"):
                continue
            values: dict[str, object] = {}
            for column in table.columns:
                if isinstance(column.type, EvidenceText) and table.name != "entry_quotes":
                    values[column.name] = f"{SAMS}: paired with <@{person}> and <@{person}|dana>"
                elif isinstance(column.type, EvidenceJson):
                    values[column.name] = [
                        {"label": f"{SAMS} {person}", "url": f"https://x.example/{person}", "type": "rfc"}
                    ]
                elif (
                    column.name in PEOPLE
                    and column.name not in ("user_id", "to_user", "by_user")
                    and not column.foreign_keys
                ):
                    values[column.name] = person
            mine = [
                table.c[name] == owner for name in ("user_id", "to_user", "user", "author", "by") if name in table.c
            ]
            if values and mine:
                await connection.execute(update(table).where(mine[0]).values(values))
        work = Base.metadata.tables["outbox"]
        await connection.execute(
            insert(work).values(
                workspace_id="T1",
                user_id=owner,
                once_key="tell-sam",
                lane=f"T1:{owner}",
                message={"type": "notice", "facts": {"by": person}},
                state="waiting",
                attempts=0,
                created_at=NOW,
                due_at=NOW,
            )
        )


@pytest.fixture(params=[False, True], ids=["readable", "sealed"])
async def storage(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    keyring = Keyring([new_key()], seals_evidence=request.param)
    engine = create_engine(database_url, keyring=keyring)
    await upgrade(engine)
    # Filling makes tokens too, which need a key; here they are sealed in both cases.
    await fill_every_table(engine, "T1", DANA, MARKER)
    await fill_every_table(engine, "T1", SAM, SAMS)
    await fill_every_table(engine, "T2", DANA, "elsewhere")
    yield Storage(engine)
    await engine.dispose()


@both_databases
async def test_no_table_knows_a_person_who_had_everything_deleted(storage: Storage) -> None:
    await name_in_all_of(storage.engine, SAM, DANA)
    before = await dump(storage.engine)
    privacy = PrivacyService(storage, ManualClock(), load_thread_words())
    await privacy.delete_everything("T1", DANA)
    after = await dump(storage.engine)
    for table in TABLES:
        here = "\n".join(line for line in after[table.name].splitlines() if "'T2'" not in line)
        assert DANA in before[table.name] or MARKER in before[table.name], f"nothing planted in {table.name}"
        assert DANA not in here, table.name
        assert MARKER not in here, table.name
    assert MARKER not in after["share_views"]
    async with storage.machinery_reading() as work:
        installation = await work.installations.serving("T1", None)
        assert installation
        assert installation.installed_by != DANA


@both_databases
async def test_entries_go_when_their_time_is_over_and_only_where_that_is_set(storage: Storage) -> None:
    clock = ManualClock(NOW)
    words = load_thread_words()
    forever, a_month = PrivacyService(storage, clock, words), PrivacyService(storage, clock, words, kept_days=30)
    assert await a_month.forget_old() == 0
    clock.advance(timedelta(days=31))
    assert await forever.forget_old() == 0
    assert await a_month.forget_old() == 3
    after = await dump(storage.engine)
    for name in ("entries", "entry_quotes", "entry_people", "bets"):
        assert after[name] == "", name
    assert DANA in after["members"]


@both_databases
async def test_what_is_others_and_what_is_elsewhere_stays(storage: Storage) -> None:
    await name_in_all_of(storage.engine, SAM, DANA)
    await PrivacyService(storage, ManualClock(), load_thread_words()).delete_everything("T1", DANA)
    after = await dump(storage.engine)
    for name in ("entries", "members", "checkins", "checkin_answers", "projects", "packet_drafts", "shares", "bets"):
        assert SAM in after[name], name
        assert DANA in after[name], f"the same id in another workspace is somebody else: {name}"
    assert f"{SAMS}: paired with someone and someone" in after["entries"]


async def test_a_persons_words_are_not_even_left_in_the_file(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/bot.db", keyring=Keyring([new_key()]))
    await upgrade(engine)
    await fill_every_table(engine, "T1", SAM, SAMS)
    await fill_every_table(engine, "T1", DANA, MARKER, but=frozenset({"installations", "oauth_states"}))
    storage = Storage(engine)
    await PrivacyService(storage, ManualClock(), load_thread_words()).delete_everything("T1", DANA)
    # What the bot does every minute, also after it was killed meanwhile.
    privacy = PrivacyService(storage, ManualClock(), load_thread_words())
    async with storage.machinery_reading() as reader:
        assert await reader.sweeping.wanted() == 1
        await privacy.sweep()
        assert await wanted(storage) == 1, "the log stays as long as somebody reads in it"
    await privacy.sweep()
    assert await wanted(storage) == 0
    left = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))  # noqa: ASYNC240
    assert SAMS.encode() in left
    for trace in (MARKER, DANA, "otter"):
        assert trace.encode() not in left, trace
    await engine.dispose()


async def wanted(storage: Storage) -> int:
    async with storage.machinery_reading() as work:
        return await work.sweeping.wanted()


async def test_a_deletion_during_a_sweep_is_swept_for_the_next_time(tmp_path: Path) -> None:
    storage = Storage(create_engine(f"sqlite:///{tmp_path}/bot.db"))
    await upgrade(storage.engine)
    async with storage.work("T1") as work:
        await work.traces.forget("UDANA", "", "someone", {})
        await work.commit()
    began_with = await wanted(storage)
    async with storage.work("T1") as work:
        await work.traces.forget("USAM", "", "someone", {})
        await work.commit()
    async with storage.machinery() as machinery:
        await machinery.sweeping.swept(began_with)
        await machinery.commit()
    assert await wanted(storage) == 1
    await storage.close()


async def test_every_connection_to_sqlite_overwrites_what_goes(storage: Storage) -> None:
    async with storage.engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA secure_delete"))).scalar_one() == 1


@both_databases
async def test_everything_that_is_held_can_be_taken_away_first(storage: Storage) -> None:
    privacy = PrivacyService(storage, ManualClock(), load_thread_words())
    told = json.loads(await privacy.everything("T1", DANA))
    owned = {table.name for table in TABLES if {"user_id", "to_user"} & set(table.c.keys())}
    assert owned <= set(told["held"])
    assert SAMS not in json.dumps(told)
    assert "elsewhere" not in json.dumps(told)
