"""Finding in one's own record: words and meaning together, narrowed by filters."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from typing import Any

from bot.domain.errors import Refused
from bot.domain.evidence import Entry, Value
from bot.domain.ports import Meaning
from bot.domain.search import Query, read_query
from bot.services.people import PeopleService
from storage.unit_of_work import Storage, WorkspaceWork

#: How many entries an answer shows.
MOST_FOUND = 10
#: How many of each sort of hit are looked at before they are put together.
_POOL = 50
#: Entries that are placed in the encoder's space while someone waits; the rest follow with the next ones.
EMBEDDED_AT_ONCE = 32
#: What one tick places at most: people, rounds for each, entries a round.
PLACED_PEOPLE, PLACED_ROUNDS, PLACED_AT_ONCE = 20, 20, 256
#: Records held ready in memory: each takes 2 KB an entry.
_HELD_RECORDS = 16
#: Below this likeness two texts have nothing to do with each other (cosine, measured on the sample year).
_LIKE = 0.3
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,20}$")
#: Reciprocal rank fusion: a hit counts 1 / (60 + its place), as in Cormack, Clarke and Büttcher (2009).
_FUSION = 60


class Found(Value):
    """What was found, best first."""

    query: Query
    entries: tuple[Entry, ...]


class SearchService:
    """Searches one person's entries. The answer is entries, never prose."""

    def __init__(self, storage: Storage, people: PeopleService, meaning: Meaning) -> None:
        self._storage, self._people, self._meaning = storage, people, meaning
        self._held: OrderedDict[tuple[str, str], tuple[Any, Any]] = OrderedDict()

    async def find(self, workspace_id: str, user_id: str, line: str, limit: int = MOST_FOUND) -> Found:
        """Entries that suit a line such as `kind:unblock since:2026-05 expired certificate`.

        Raises `Refused` for a filter with a value it doesn't have, and for a name that nobody or several have.
        """
        query = read_query(line, await self._people.today(workspace_id, user_id))
        if query.people:
            async with self._storage.reading(workspace_id) as work:
                people = [await _person(work, each) for each in query.people]
            query = query.model_copy(update={"people": tuple(people)})
        near = await self._near(workspace_id, user_id, query) if query.words else []
        async with self._storage.reading(workspace_id) as work:
            ids = await self._ids(work, user_id, query, near, limit)
            return Found(query=query, entries=tuple(await work.search.entries(user_id, ids)))

    async def embed(self, workspace_id: str, user_id: str, limit: int) -> int:
        """Place up to `limit` new or changed entries in the encoder's space. How many were."""
        async with self._storage.reading(workspace_id) as work:
            entries = await work.search.unembedded(user_id, self._meaning.model, limit)
        if not entries:
            return 0
        texts = [f"{entry.text} {entry.outcome or ''}" for entry in entries]
        vectors = await asyncio.to_thread(self._meaning.embed, texts)
        async with self._storage.work(workspace_id) as work:
            pairs = list(zip(entries, vectors, strict=True))
            await work.search.put_embeddings(user_id, self._meaning.model, pairs)
            await work.commit()
        return len(entries)

    async def place_some(self) -> int:
        """Place what waits, as after an import, so that it is found by meaning. How many entries were."""
        async with self._storage.machinery_reading() as work:
            owners = await work.unplaced.owners(self._meaning.model, PLACED_PEOPLE)
        placed = 0
        for workspace_id, user_id in owners:
            for _ in range(PLACED_ROUNDS):
                count = await self.embed(workspace_id, user_id, PLACED_AT_ONCE)
                placed += count
                if count < PLACED_AT_ONCE:
                    break
        return placed

    async def _ids(self, work: WorkspaceWork, user_id: str, query: Query, near: list[str], limit: int) -> list[str]:
        if not query.words:
            return list(await work.search.by_filters(user_id, query, limit))
        telling = query.telling
        exact = await work.search.by_words(user_id, telling, every=True, limit=_POOL)
        any_ = [] if len(exact) >= limit else await work.search.by_words(user_id, telling, every=False, limit=_POOL)
        passing = await work.search.passing(user_id, query, near)
        alike = [id_ for id_ in near if id_ in passing][:_POOL]
        scores: dict[str, float] = {}
        for ranked in (exact, any_, alike):
            for place, id_ in enumerate(ranked, 1):
                scores[id_] = scores.get(id_, 0.0) + 1 / (_FUSION + place)
        return sorted(scores, key=lambda id_: (-scores[id_], id_))[:limit]

    async def _ready(self, workspace_id: str, user_id: str) -> object:
        """The person's embeddings, those of new and changed entries among them, as far as time allows."""
        key = (workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            state = await work.search.record_state(user_id)
        if key in self._held and self._held[key][0] == state:
            self._held.move_to_end(key)
            return self._held[key][1]
        placed = await self.embed(workspace_id, user_id, EMBEDDED_AT_ONCE)
        async with self._storage.reading(workspace_id) as work:
            held = self._meaning.hold(await work.search.embeddings(user_id, self._meaning.model))
        # With some still to place, what is held is not the whole record yet: look again next time.
        if placed < EMBEDDED_AT_ONCE:
            self._held[key] = (state, held)
            while len(self._held) > _HELD_RECORDS:
                self._held.popitem(last=False)
        return held

    async def _near(self, workspace_id: str, user_id: str, query: Query) -> list[str]:
        """The person's entries that mean something like it, the nearest first. No transaction waits for the reading."""
        held = await self._ready(workspace_id, user_id)
        near = await asyncio.to_thread(self._meaning.nearest, query.words, held, _POOL * 4)
        return [id_ for id_, likeness in near if likeness >= _LIKE]


async def _person(work: WorkspaceWork, said: str) -> str:
    """The id of the person meant by a mention or by a part of a name."""
    if _USER_ID.match(said):
        return said
    called = await work.members.called(said)
    if len(called) != 1:
        key = "errors.several_called" if called else "errors.nobody_called"
        raise Refused(key, given=said[:60], names=", ".join(sorted(called.values())[:5]))
    return next(iter(called))
