"""The wall that the repositories keep by themselves, under which SQLite has no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.domain.evidence import PersonInEntry, PersonRole
from bot.domain.projects import Project
from bot.domain.workspaces import Workspace
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.builders import entry
from tests.integration.databases import database_url

__all__ = ["database_url"]
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """A database with Sam in one workspace and Tom in another."""
    storage = Storage(create_engine(database_url))
    await upgrade(storage.engine)
    for workspace, person in (("T1", "USAM"), ("T2", "UTOM")):
        async with storage.machinery() as machinery:
            await machinery.workspaces.put(Workspace(id=workspace, bot_user_id="UBOT", installed_at=NOW))
            await machinery.commit()
        async with storage.work(workspace) as work:
            await work.members.ensure(person)
            await work.commit()
    yield storage
    await storage.close()


async def test_what_is_stored_in_one_workspace_changes_nothing_of_another_whatever_it_says_of_itself(
    storage: Storage,
) -> None:
    def project(name: str) -> Project:
        return Project(id="prj_1", workspace_id="T2", user_id="UTOM", name=name, created_at=NOW)

    async with storage.work("T2") as work:
        await work.projects.put(project("theirs"))
        await work.commit()
    async with storage.work("T1") as work:
        await work.members.ensure("UTOM")
        await work.projects.put(project("forged"))
        await work.commit()
    async with storage.reading("T2") as work:
        (kept,) = await work.projects.list("UTOM")
    assert kept.name == "theirs"


async def test_a_changed_entry_stays_with_its_owner_and_its_moment(storage: Storage) -> None:
    mine = entry(id="ent_1", workspace_id="T1", user_id="USAM", text="as it was")
    async with storage.work("T1") as work:
        await work.entries.add(mine, "key")
        later = {"text": "as it is", "created_at": NOW, "people": (PersonInEntry(user="UX", role=PersonRole.HELPED),)}
        await work.entries.save(mine.model_copy(update=later))
        await work.commit()
    async with storage.reading("T1") as work:
        kept = await work.entries.get("USAM", "ent_1")
    assert kept == mine.model_copy(update=later | {"created_at": mine.created_at})


async def test_an_entry_that_is_not_there_is_not_saved(storage: Storage) -> None:
    async with storage.work("T1") as work:
        await work.entries.add(entry(id="ent_1", workspace_id="T1", user_id="USAM"), "key")
        await work.commit()
    async with storage.work("T2") as work:
        with pytest.raises(LookupError):
            await work.entries.save(entry(id="ent_1", workspace_id="T2", user_id="USAM", text="forged"))
