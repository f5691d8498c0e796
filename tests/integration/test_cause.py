"""What is being done for somebody who has everything deleted is not stored, in whichever process; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.content.threads import load_thread_words
from bot.domain.errors import Forgotten
from bot.domain.evidence import Quote, QuoteRole
from bot.domain.inbox import Arrival, InboxItem
from bot.domain.outgoing import FirstMeeting
from bot.domain.retry import WorkState
from bot.domain.workspaces import Workspace
from bot.sandbox import ManualClock
from bot.services.inbox import InboxService
from bot.services.people import greet_on_first_use
from bot.services.privacy import PrivacyService
from storage import cause
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.models.outbox import OutboxRow
from storage.repositories.traces import PersonTraces
from storage.unit_of_work import Storage
from tests.builders import entry
from tests.integration.databases import both_databases, database_url

__all__ = ["database_url"]
pytestmark = both_databases


@pytest.fixture
async def storages(database_url: str, clock: ManualClock) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two processes' ways into one database, in which Sam has met the bot."""
    pair = (Storage(create_engine(database_url)), Storage(create_engine(database_url)))
    await upgrade(pair[0].engine)
    async with pair[0].machinery() as machinery:
        await machinery.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=clock.now()))
        await machinery.commit()
    await meet(pair[0], clock)
    yield pair
    for storage in pair:
        await storage.close()


async def meet(storage: Storage, clock: ManualClock) -> None:
    """Sam uses the bot for the first time."""
    async with storage.work("T1") as work:
        await greet_on_first_use(work, await work.members.ensure("USAM"), clock)
        await work.commit()


async def delete_everything(storage: Storage, clock: ManualClock) -> None:
    await PrivacyService(storage, clock, load_thread_words()).delete_everything("T1", "USAM")


async def serve(storage: Storage, user_id: str) -> None:
    """What is done when a request of theirs has come in."""
    async with storage.reading("T1") as work:
        cause.asked_by(await work.members.get(user_id))


def apart(request: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """As a request of its own, which has nothing to do with what else is going on."""
    return asyncio.get_running_loop().create_task(request, context=Context())


async def keep(storage: Storage) -> None:
    async with storage.work("T1") as work:
        await work.members.ensure("USAM")
        await work.entries.add(entry(), "a note")
        await work.commit()


async def kept(storage: Storage) -> int:
    async with storage.reading("T1") as work:
        return await work.entries.count("USAM")


async def test_an_event_in_work_is_neither_stored_nor_tried_again(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    here, there = storages

    async def dispatch(_: InboxItem) -> None:
        await apart(delete_everything(there, clock))
        await keep(here)

    inbox = InboxService(here, clock)
    inbox.dispatch_to(dispatch)
    await inbox.accept(Arrival("T1", "Ev1", "fact", "T1:USAM", "{}"))
    assert await inbox.work_once() == 1
    assert await kept(here) == 0
    async with here.machinery_reading() as work:
        for state in WorkState:
            assert await work.inbox.list(state) == []


async def test_what_an_event_is_just_storing_is_waited_for_and_goes_too(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    here, there = storages
    inbox = InboxService(here, clock)
    await inbox.accept(Arrival("T1", "Ev1", "fact", "T1:USAM", "{}"))
    (item,) = await inbox.take(1)
    with cause.stored(inbox.name, item.id, item.workspace_id, is_redone=inbox.is_redone):
        async with here.work("T1") as work:
            await work.post.add("USAM", FirstMeeting(), once_key="another", now=clock.now())
            deleting = apart(delete_everything(there, clock))
            # Without waiting it would be over by then.
            await asyncio.wait({deleting}, timeout=1)
            await work.commit()
    await deleting
    async with here.machinery_reading() as work:
        left = select(func.count()).select_from(OutboxRow)
        assert (await work.belongs_to[0].execute(left)).scalar_one() == 0


async def test_a_request_stores_nothing_for_who_is_gone_nor_for_who_came_back(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    here, there = storages

    async def request() -> None:
        await serve(here, "USAM")
        await keep(here)
        assert await kept(here) == 1
        await apart(delete_everything(there, clock))
        with pytest.raises(Forgotten):
            await keep(here)
        clock.advance(timedelta(seconds=1))
        await apart(meet(there, clock))
        with pytest.raises(Forgotten):
            await keep(here)

    await apart(request())
    assert await kept(here) == 0


@pytest.mark.parametrize("user_id", ["UMEI", "UNAMED"])
async def test_a_person_who_has_not_met_the_bot_yet_is_served_as_ever(
    storages: tuple[Storage, Storage], clock: ManualClock, user_id: str
) -> None:
    here, _ = storages
    async with here.work("T1") as work:
        await work.members.ensure("UNAMED")
        await work.commit()

    async def request() -> None:
        await serve(here, user_id)
        await keep(here)

    await apart(request())
    assert await kept(here) == 1


async def test_who_asks_for_it_twice_at_once_is_told_that_it_is_done(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    here, there = storages
    await keep(here)

    async def request(storage: Storage) -> None:
        await serve(storage, "USAM")
        await delete_everything(storage, clock)

    await asyncio.gather(apart(request(here)), apart(request(there)))
    assert await kept(here) == 0


async def test_what_a_request_is_just_storing_is_waited_for_and_goes_too(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    here, there = storages
    mine, danas = entry(), entry(user_id="UDANA")
    async with here.work("T1") as work:
        await work.members.ensure("UDANA")
        await work.entries.add(mine, "mine")
        await work.entries.add(danas, "hers")
        await work.commit()

    async def request() -> None:
        await serve(here, "USAM")
        async with here.work("T1") as work:
            await work.members.get("USAM")
            deleting = apart(delete_everything(there, clock))
            # Without waiting it would have gone on to the entries by then.
            await asyncio.wait({deleting}, timeout=1)
            await work.entries.save(mine.model_copy(update={"text": "changed"}))
            await work.entries.save(danas.confirmed_by(("USAM",), clock.now()))
            await work.commit()
        await deleting

    await apart(request())
    assert await kept(here) == 0
    async with here.reading("T1") as work:
        hers = await work.entries.get("UDANA", danas.id)
    assert hers
    assert hers.confirmations == ()


async def test_two_who_quote_each_other_can_have_everything_deleted_at_the_same_time(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    here, there = storages
    for turn in range(5):
        async with here.work("T1") as work:
            for number, (owner, quoted) in enumerate([("USAM", "UDANA"), ("UDANA", "USAM")] * 5):
                await work.members.ensure(owner)
                quote = Quote(channel="C1", ts=f"{turn}.{number}", author=quoted, role=QuoteRole.MESSAGE, text="words")
                await work.entries.add(entry(user_id=owner, quotes=(quote,)), f"{turn} {number}")
            await work.commit()
        one, other = (PrivacyService(storage, clock, load_thread_words()) for storage in storages)
        await asyncio.gather(apart(one.delete_everything("T1", "USAM")), apart(other.delete_everything("T1", "UDANA")))
    assert await kept(there) == 0


async def test_a_colleagues_edit_made_meanwhile_stays(
    storages: tuple[Storage, Storage], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = storages
    quote = Quote(channel="C1", ts="1.1", author="USAM", role=QuoteRole.MESSAGE, text="words")
    quoting, naming = entry(user_id="UDANA", quotes=(quote,)), entry("with <@USAM>", user_id="UDANA")
    async with here.work("T1") as work:
        await work.members.ensure("UDANA")
        await work.entries.add(quoting, "quoting")
        await work.entries.add(naming, "naming")
        await work.commit()
    take_away = PersonTraces.take_away

    async def meanwhile(self: PersonTraces, *given: Any) -> None:
        async with there.work("T1") as work:
            await work.entries.save(quoting.model_copy(update={"text": "her own words"}))
            await work.entries.save(naming.model_copy(update={"text": "better with <@USAM>"}))
            await work.commit()
        await take_away(self, *given)

    monkeypatch.setattr(PersonTraces, "take_away", meanwhile)
    await delete_everything(here, clock)
    async with here.reading("T1") as work:
        entries = [await work.entries.get("UDANA", each.id) for each in (quoting, naming)]
    assert [each and each.text for each in entries] == ["her own words", "better with someone"]


async def test_whoever_goes_on_all_the_same_stores_nothing(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    here, there = storages

    async def request() -> None:
        await serve(here, "USAM")
        await apart(delete_everything(there, clock))
        async with here.work("T1") as work:
            with pytest.raises(Forgotten):
                await work.members.get("USAM")
            with suppress(Exception):
                await work.members.ensure("USAM")
            with pytest.raises(Forgotten):
                await work.commit()

    await apart(request())
    async with here.reading("T1") as work:
        assert await work.members.get("USAM") is None
