"""Work on SQLite that may take long: the loop goes on meanwhile, and others can write between its steps."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.content.threads import load_thread_words
from bot.domain.inbox import Arrival
from bot.domain.workspaces import Workspace
from bot.sandbox import ManualClock
from bot.services.inbox import InboxService
from bot.services.installations import InstallationService
from bot.services.privacy import PrivacyService
from bot.services.workspaces import WorkspaceService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.builders import entry

ENTRIES = 120

Work = Callable[[Storage, ManualClock], Awaitable[object]]


class Seen:
    """The statements that SQLite was given, each with the thread that gave it."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, threading.Thread]] = []

    def watch(self, connection: Any, _record: object) -> None:
        connection.driver_connection._conn.set_trace_callback(
            lambda statement: self.statements.append((statement, threading.current_thread()))
        )

    def of(self, beginning: str) -> list[threading.Thread]:
        """The threads that gave it statements with this beginning."""
        return [thread for statement, thread in self.statements if statement.startswith(beginning)]


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
async def storage(tmp_path: Path, clock: ManualClock, seen: Seen) -> AsyncIterator[Storage]:
    """A removed workspace, in it a person with many entries, of many words each, and an event that was worked."""
    engine = create_engine(f"sqlite:///{tmp_path}/bot.db")
    await upgrade(engine)
    event.listen(engine.sync_engine, "connect", seen.watch)
    await engine.dispose()
    storage = Storage(engine)
    async with storage.machinery() as machinery:
        await machinery.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=clock.now()))
        await machinery.workspaces.mark_removed("T1", clock.now())
        await machinery.commit()
    for number in range(ENTRIES):
        words = " ".join(f"word{number * 100 + each}" for each in range(100))
        kept = entry(id=f"ent_{number}", text=words, created_at=clock.now(), updated_at=clock.now())
        async with storage.work("T1") as work:
            await work.members.ensure("USAM")
            await work.entries.add(kept, f"note {number}")
            await work.commit()
    inbox = InboxService(storage, clock)
    inbox.dispatch_to(lambda _: asyncio.sleep(0))
    await inbox.accept(Arrival("T1", "E1", "fact", "T1:USAM", "{}"))
    assert await inbox.work_once() == 1
    yield storage
    await storage.close()


async def delete_everything(storage: Storage, clock: ManualClock) -> None:
    privacy = PrivacyService(storage, clock, load_thread_words())
    await privacy.delete_everything("T1", "USAM")
    await privacy.sweep()


async def forget_old(storage: Storage, clock: ManualClock) -> None:
    clock.advance(timedelta(days=31))
    assert await PrivacyService(storage, clock, load_thread_words(), kept_days=30).forget_old() == ENTRIES


async def forget_removed(storage: Storage, clock: ManualClock) -> None:
    service = InstallationService(storage, WorkspaceService(storage, clock), clock)
    clock.advance(timedelta(days=31))
    assert await service.forget_removed() == 1


async def prune(storage: Storage, clock: ManualClock) -> None:
    clock.advance(timedelta(days=365))
    assert await InboxService(storage, clock).prune() == 1


@pytest.mark.parametrize("work", [delete_everything, forget_old, forget_removed, prune])
async def test_while_much_is_deleted_the_loop_goes_on(
    storage: Storage, clock: ManualClock, seen: Seen, work: Work
) -> None:
    seen.statements.clear()
    await work(storage, clock)
    assert seen.of("DELETE FROM entries ") or seen.of("DELETE FROM inbox ")
    assert threading.current_thread() not in seen.of("DELETE FROM ") + seen.of("INSERT INTO entries_fts ")


async def test_a_workspace_is_forgotten_in_steps_between_which_others_can_write(
    storage: Storage, clock: ManualClock, seen: Seen
) -> None:
    seen.statements.clear()
    await forget_removed(storage, clock)
    assert len(seen.of("DELETE FROM entries ")) > ENTRIES / 50
    assert len(seen.of("COMMIT")) > ENTRIES / 50


async def test_the_index_is_swept_in_steps_between_which_others_can_write(
    storage: Storage, clock: ManualClock, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.repositories.sweeping._AT_ONCE", 1)
    async with storage.work("T1") as work:
        await work.members.ensure("UDANA")
        await work.commit()
    seen.statements.clear()
    privacy = PrivacyService(storage, clock, load_thread_words())
    await privacy.delete_everything("T1", "UDANA")
    await privacy.sweep()
    steps = len(seen.of("INSERT INTO entries_fts "))
    assert steps > 3
    assert len(seen.of("COMMIT")) > steps
