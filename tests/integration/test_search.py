"""Finding by words and filters on both databases, and keeping the index true."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from threading import Event

import pytest

from bot.content.sample import sample_year
from bot.domain.errors import Unreachable
from bot.domain.people import Profile
from bot.domain.record import Record
from bot.domain.search import Query, read_query
from bot.domain.strength import Strength, strength_of
from bot.domain.threads import Thread
from bot.domain.workspaces import Workspace
from bot.sandbox import ManualClock
from bot.services.people import PeopleService
from bot.services.record import RecordService
from bot.services.search import SearchService
from bot.tagger.arrays import FloatArray
from bot.tagger.meaning import SentenceMeaning, rows
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.integration.databases import both_databases, database_url
from tests.running import PATIENCE

__all__ = ["database_url"]
pytestmark = both_databases

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
YEAR = sample_year("T1", "USAM", user_of=lambda handle: f"U{handle.upper()}")


class NobodySlack:
    """A Slack that knows nobody."""

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        raise Unreachable("not_connected")

    async def thread(self, workspace_id: str, channel: str, ts: str) -> Thread:
        raise Unreachable("not_connected")

    async def permalink(self, workspace_id: str, channel: str, ts: str) -> str | None:
        raise Unreachable("not_connected")

    async def open_dm(self, workspace_id: str, user_id: str) -> str:
        raise Unreachable("not_connected")


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    engine = create_engine(database_url)
    await upgrade(engine)
    storage = Storage(engine)
    async with storage.machinery() as machinery:
        await machinery.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=NOW))
        await machinery.commit()
    record = Record(exported_at=NOW, workspace_id="T1", user_id="USAM", entries=YEAR.entries, projects=YEAR.projects)
    await RecordService(storage, ManualClock()).restore(record, "T1", "USAM")
    yield storage
    await storage.close()


async def found(storage: Storage, line: str, *, every: bool = True) -> list[str]:
    query = read_query(line, NOW.date())
    async with storage.reading("T1") as work:
        if query.words:
            ids = await work.search.by_words("USAM", query, every=every, limit=50)
        else:
            ids = await work.search.by_filters("USAM", query, 100)
        return [entry.text for entry in await work.search.entries("USAM", ids)]


async def test_all_words_any_words_and_beginnings(storage: Storage) -> None:
    assert [text[:30] for text in await found(storage, "expired intermediate")] == ["<@UPRIYA> could not get the st"]
    assert await found(storage, "expir interm") == await found(storage, "expired intermediate")
    assert await found(storage, "expired zebra") == []
    assert len(await found(storage, "expired zebra", every=False)) == 2


async def test_words_that_begin_alike_are_told_apart(storage: Storage) -> None:
    assert len(await found(storage, "intermediate")) == 1
    for other in ("intermezzo", "intermediates", "intermediary zebra"):
        assert await found(storage, other) == [], other
        assert await found(storage, other, every=False) == [], other


async def test_of_any_words_the_one_that_few_entries_have_tells_more(storage: Storage) -> None:
    common = await found(storage, "payments", every=False)
    rare = await found(storage, "expired", every=False)
    assert len(rare) < len(common)
    both = await found(storage, "payments expired", every=False)
    assert set(both) == {*common, *rare}
    (best, *_) = both
    assert best in rare


@pytest.mark.parametrize("words", ["git.northwind.example/payments", "refunds pull 77", "northwind refunds", "REFUNDS"])
async def test_words_inside_addresses_are_found(storage: Storage, words: str) -> None:
    assert any("refund job would run twice" in text for text in await found(storage, words))


async def test_accents_and_capitals_make_no_difference(storage: Storage) -> None:
    async with storage.work("T1") as work:
        (entry,) = await work.entries.list("USAM", limit=1)
        await work.entries.save(entry.model_copy(update={"text": "Unblocked the café's Überweisung with José."}))
        await work.commit()
    for words in ("cafe", "CAFÉ", "uberweisung", "Überweisung", "jose"):
        assert len(await found(storage, words)) == 1, words


async def test_imports_are_placed_by_the_tick_and_then_found_by_meaning(storage: Storage) -> None:
    people = PeopleService(storage, NobodySlack(), ManualClock())
    search = SearchService(storage, people, SentenceMeaning())
    assert await search.place_some() == len(YEAR.entries)
    assert await search.place_some() == 0
    async with storage.reading("T1") as work:
        assert len(await work.search.embeddings("USAM", SentenceMeaning().model)) == len(YEAR.entries)
    answer = await search.find("T1", "USAM", "an expired TLS cert")
    assert "expired intermediate" in answer.entries[0].text


async def test_searches_that_wait_for_the_reading_of_their_words_hold_up_nobody_else(storage: Storage) -> None:
    begun, may_end = Event(), Event()

    def slow(texts: Sequence[str]) -> FloatArray:
        if len(texts) == 1:
            begun.set()
            may_end.wait(PATIENCE)
        return rows(texts)

    search = SearchService(storage, PeopleService(storage, NobodySlack(), ManualClock()), SentenceMeaning(slow))
    await search.place_some()
    # More than there are connections.
    searches = [asyncio.create_task(search.find("T1", "USAM", "an expired TLS cert")) for _ in range(30)]
    await asyncio.to_thread(begun.wait, PATIENCE)
    try:
        async with asyncio.timeout(PATIENCE / 2), storage.reading("T1") as work:
            assert await work.entries.list("USAM", limit=1)
    finally:
        may_end.set()
    assert all("expired intermediate" in each.entries[0].text for each in await asyncio.gather(*searches))


async def test_an_entry_deleted_while_it_is_being_placed_is_left_out(storage: Storage) -> None:
    async with storage.reading("T1") as work:
        gone, other = (await work.search.unembedded("USAM", "a model", 100))[:2]
    async with storage.work("T1") as work:
        await work.entries.delete("USAM", gone.id)
        await work.commit()
    async with storage.work("T1") as work:
        await work.search.put_embeddings("USAM", "a model", [(gone, b"1234"), (other, b"1234")])
        await work.commit()
    async with storage.reading("T1") as work:
        assert [entry_id for entry_id, _ in await work.search.embeddings("USAM", "a model")] == [other.id]


async def test_an_id_with_quotes_in_it_finds_nothing_of_anybody_elses(storage: Storage) -> None:
    for odd in ('U" OR "T1xUSAM', '"', "' OR 1=1 --", "U*", "U) OR body : (expired"):
        async with storage.reading("T1") as work:
            assert await work.search.by_words(odd, Query(words="expired"), every=True, limit=50) == []


async def test_labels_of_links_are_found_too_and_quotes_are_not(storage: Storage) -> None:
    assert len(await found(storage, "rfc 58")) == 1
    assert len(await found(storage, "boring handover")) == 0  # a quote is someone else's word, not the entry's


async def test_an_index_follows_changes_and_deletions(storage: Storage) -> None:
    async with storage.work("T1") as work:
        entry = (await work.search.entries("USAM", [YEAR.entries[0].id]))[0]
        await work.entries.save(entry.model_copy(update={"outcome": "A zebra crossing."}))
        await work.commit()
    assert len(await found(storage, "zebra")) == 1
    async with storage.work("T1") as work:
        await work.entries.delete("USAM", YEAR.entries[0].id)
        await work.commit()
    assert await found(storage, "zebra") == []


@pytest.mark.parametrize("strength", Strength)
async def test_the_database_knows_strength_as_the_rules_do(storage: Storage, strength: Strength) -> None:
    expected = {entry.text for entry in YEAR.entries if strength_of(entry) >= strength}

    assert set(await found(storage, f"strength:{strength.name.lower()}")) == expected


async def test_filters_narrow_together(storage: Storage) -> None:
    texts = await found(storage, 'project:"payments queue" kind:mentoring <@UDANA>')

    assert [text[:30] for text in texts] == ["Handed <@UDANA> the rollout of"]


@pytest.mark.parametrize("words", ['"', "a OR", "NEAR(", "body:x", "*", "' :* & |", "\\", "key:ent", "日本"])
async def test_no_words_break_the_query(storage: Storage, words: str) -> None:
    async with storage.reading("T1") as work:
        await work.search.by_words("USAM", Query(words=words), every=True, limit=5)


async def test_another_persons_entries_are_not_there(storage: Storage) -> None:
    async with storage.reading("T1") as work:
        assert await work.search.by_words("UDANA", Query(words="queue"), every=True, limit=5) == []
        assert await work.search.entries("UDANA", [YEAR.entries[0].id]) == []
