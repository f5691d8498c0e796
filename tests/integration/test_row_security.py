"""PostgreSQL's own wall: a query that forgets its workspace still sees one workspace only."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import cause, row_security
from storage.engine import create_engine
from storage.keyring import Keyring, new_key
from storage.migrate import upgrade
from storage.models import Base
from storage.models.base import table_of
from storage.models.inbox import InboxRow
from storage.unit_of_work import Storage
from tests.filling import NOW, fill_every_table

pytestmark = pytest.mark.postgres

SCOPED = [table for table in Base.metadata.sorted_tables if table.name not in ("installations", "oauth_states")]
MACHINERY_ONLY = [Base.metadata.tables[name] for name in ("installations", "oauth_states")]


@pytest.fixture
async def storage(walled_postgres_url: str) -> AsyncIterator[Storage]:
    """Two workspaces, seen by an ordinary role."""
    engine = create_engine(walled_postgres_url, keyring=Keyring([new_key()]))
    await upgrade(engine)
    for workspace in ("T1", "T2"):
        await fill_every_table(engine, workspace, "U1", f"words of {workspace}")
    yield Storage(engine)
    await engine.dispose()


async def seen(engine: AsyncEngine, table: object, setting: str | None, value: str) -> int:
    async with engine.begin() as connection:
        if setting:
            await connection.execute(text("SELECT set_config(:s, :v, true)"), {"s": setting, "v": value})
        return len((await connection.execute(select(table))).all())  # type: ignore[call-overload]


@pytest.mark.parametrize("table", SCOPED, ids=lambda table: table.name)
async def test_a_query_without_a_workspace_sees_only_its_units_own(storage: Storage, table: object) -> None:
    assert await seen(storage.engine, table, row_security.WORKSPACE, "T1") == 1
    assert await seen(storage.engine, table, row_security.WORKSPACE, "T3") == 0
    assert await seen(storage.engine, table, None, "") == 0
    assert await seen(storage.engine, table, row_security.MACHINERY, "on") == 2


@pytest.mark.parametrize("table", MACHINERY_ONLY, ids=lambda table: table.name)
async def test_tokens_are_out_of_reach_of_every_workspace(storage: Storage, table: object) -> None:
    assert await seen(storage.engine, table, row_security.WORKSPACE, "T1") == 0
    assert await seen(storage.engine, table, row_security.MACHINERY, "on") == 2


async def test_a_unit_of_work_can_neither_read_nor_write_in_another_workspace(storage: Storage) -> None:
    async with storage.work("T1") as work:
        found = await work._session.execute(text("SELECT DISTINCT workspace_id FROM entries"))
        assert [row.workspace_id for row in found] == ["T1"]
        changed = await work._session.execute(text("UPDATE entries SET text = 'spoilt' WHERE workspace_id = 'T2'"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    async with storage.work("T1") as work:
        with pytest.raises(DBAPIError, match="row-level security"):
            await work._session.execute(
                insert(Base.metadata.tables["inbox"]).values(
                    workspace_id="T2",
                    event_id="E",
                    fact_key="F",
                    order_key="O",
                    body="{}",
                    state="waiting",
                    received_at=NOW,
                    due_at=NOW,
                )
            )


async def test_what_one_unit_may_see_ends_with_it(storage: Storage) -> None:
    async with storage.machinery() as work:
        assert len((await work._session.execute(text("SELECT id FROM entries"))).all()) == 2
        await work.commit()
    async with storage.engine.connect() as connection:
        assert (await connection.execute(text("SELECT id FROM entries"))).all() == []


async def test_every_table_is_behind_the_wall_and_it_says_who_passes_through(
    storage: Storage, postgres_url: str
) -> None:
    async with storage.engine.begin() as connection:
        assert await connection.run_sync(row_security.protect) == []
        assert not await connection.run_sync(row_security.passes_through)
    administrator = create_engine(postgres_url)
    async with administrator.begin() as connection:
        assert await connection.run_sync(row_security.passes_through)
    await administrator.dispose()


async def test_what_is_done_because_of_another_workspaces_event_sees_its_own_workspace_only(storage: Storage) -> None:
    inbox = table_of(InboxRow)
    async with storage.machinery_reading() as machinery:
        event = (await machinery._session.execute(select(inbox.c.id).where(inbox.c.workspace_id == "T2"))).scalar_one()
    with cause.stored("inbox", event, "T2", is_redone=True):
        async with storage.work("T1") as work:
            found = await work._session.execute(text("SELECT DISTINCT workspace_id FROM entries"))
            assert found.scalars().all() == ["T1"]
