"""Having everything deleted: afterwards no table, and not even the file, knows the person any more."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.content.threads import load_thread_words
from bot.domain.outgoing import FirstMeeting
from bot.domain.people import Profile
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


@pytest.mark.parametrize("is_killed", [False, True])
async def test_a_persons_words_are_not_even_left_in_the_file(
    tmp_path: Path, is_killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bot.db"
    engine = create_engine(f"sqlite:///{file}", keyring=Keyring([new_key()]))
    await upgrade(engine)
    await fill_every_table(engine, "T1", SAM, SAMS)
    await fill_every_table(engine, "T1", DANA, MARKER, but=frozenset({"installations", "oauth_states"}))
    storage = Storage(engine)
    if is_killed:
        await delete_and_be_killed(storage, monkeypatch)
        # What the bot does every hour.
        await PrivacyService(storage, ManualClock(), load_thread_words()).sweep()
    else:
        await PrivacyService(storage, ManualClock(), load_thread_words()).delete_everything("T1", DANA)
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    async with storage.machinery_reading() as work:
        assert await work.sweeping.wanted() == 0
    await engine.dispose()
    left = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))  # noqa: ASYNC240
    assert SAMS.encode() in left
    for trace in (MARKER, DANA, "otter"):
        assert trace.encode() not in left, trace


async def delete_and_be_killed(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends when the deletion is committed, and the index is still to be swept."""

    async def killed(_: PrivacyService) -> None:
        raise KeyboardInterrupt

    privacy = PrivacyService(storage, ManualClock(), load_thread_words())
    with monkeypatch.context() as patch:
        patch.setattr(PrivacyService, "sweep", killed)
        with pytest.raises(KeyboardInterrupt):
            await privacy.delete_everything("T1", DANA)


@both_databases
async def test_everything_that_is_held_can_be_taken_away_first(storage: Storage) -> None:
    privacy = PrivacyService(storage, ManualClock(), load_thread_words())
    told = json.loads(await privacy.everything("T1", DANA))
    owned = {table.name for table in TABLES if {"user_id", "to_user"} & set(table.c.keys())}
    assert owned <= set(told["held"])
    assert SAMS not in json.dumps(told)
    assert "elsewhere" not in json.dumps(told)


@both_databases
async def test_a_name_that_was_looked_up_goes_after_a_month_unless_there_is_more_of_that_person(
    storage: Storage,
) -> None:
    clock = ManualClock(NOW)
    privacy = PrivacyService(storage, clock, load_thread_words())

    async def known() -> set[str]:
        async with storage.reading("T1") as work:
            return {user for user in people if await work.members.get(user)}

    people = ("UNAMED", "UHAPPY", "UQUIET", "UMETBOT", "USTAFF2", SAM)
    async with storage.work("T1") as work:
        for user in people:
            await work.members.put_profile(Profile(user_id=user, name=user.lower(), zone="UTC"), NOW)
        await work.post.add("UHAPPY", FirstMeeting(), once_key="hello", now=NOW)
        await work.members.set("UQUIET", wants_credits=False)
        await work.members.meet("UMETBOT", NOW)
        await work.members.set("USTAFF2", target_level="principal")
        await work.commit()
    await privacy.forget_names()
    assert await known() == set(people)
    clock.advance(timedelta(days=31))
    await privacy.forget_names()
    assert await known() == set(people) - {"UNAMED"}
