"""What must have reached the disk on SQLite, in case the machine loses power: all but what would be done again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.inbox import Arrival
from bot.domain.outgoing import FirstMeeting, OutboxItem
from bot.domain.workspaces import Workspace
from bot.sandbox import ManualClock
from bot.services.inbox import InboxService
from bot.services.outbox import OutboxService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import CrossWorkspaceWork, Storage, WorkspaceWork

FULL, NORMAL = 2, 1


@pytest.fixture
async def storage(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Storage]:
    storage = Storage(create_engine(f"sqlite:///{tmp_path}/bot.db"))
    await upgrade(storage.engine)
    async with storage.machinery() as machinery:
        await machinery.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=clock.now()))
        await machinery.commit()
    yield storage
    await storage.close()


async def waits_for_the_disk(work: WorkspaceWork | CrossWorkspaceWork) -> bool:
    """Whether what this work stores has reached the disk when it is committed."""
    session = work.belongs_to[0]
    mode = (await session.execute(text("PRAGMA synchronous"))).scalar_one()
    assert mode in (FULL, NORMAL)
    return bool(mode == FULL)


async def test_what_a_person_asks_for_has_reached_the_disk_when_they_are_told(storage: Storage) -> None:
    async with storage.work("T1") as work:
        assert await waits_for_the_disk(work)


async def test_what_an_event_brings_about_is_left_to_the_next_commit_since_the_event_itself_is_safe(
    storage: Storage, clock: ManualClock
) -> None:
    seen: list[bool] = []

    async def dispatch(_: object) -> None:
        async with storage.work("T1") as work:
            seen.append(await waits_for_the_disk(work))

    inbox = InboxService(storage, clock)
    inbox.dispatch_to(dispatch)
    await inbox.accept(Arrival("T1", "Ev1", "fact", "T1:USAM", "{}"))
    arrivals: Any = storage.arrivals
    assert arrivals._connection._open.execute("PRAGMA synchronous").fetchone() == (FULL,)
    assert await inbox.work_once() == 1
    assert seen == [False]


async def test_a_message_is_known_as_taken_on_the_disk_before_it_is_sent_and_with_it_all_it_tells_of(
    storage: Storage, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool | str] = []
    taking = storage.taking

    def watched(*, is_redone: bool) -> CrossWorkspaceWork:
        work = taking(is_redone=is_redone)
        commit = work.commit

        async def noting() -> None:
            seen.append(await waits_for_the_disk(work))
            await commit()

        monkeypatch.setattr(work, "commit", noting)
        return work

    monkeypatch.setattr(storage, "taking", watched)
    outbox = OutboxService(storage, clock)
    outbox.deliver_with(Postbox(seen))
    async with storage.work("T1") as work:
        await work.post.add("USAM", FirstMeeting(), once_key="hello", now=clock.now())
        await work.commit()
    assert await outbox.work_once() == 1
    assert seen == [True, "delivered"]


class Postbox:
    """Notes that it was given something."""

    def __init__(self, seen: list[bool | str]) -> None:
        self._seen = seen

    async def deliver(self, item: OutboxItem) -> None:
        self._seen.append("delivered")
