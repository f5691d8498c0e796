"""Finding entries by words, by meaning and by filters, one person's at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from math import log
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, column, exists, func, or_, select, table, text, type_coerce

from bot.domain.evidence import Entry, EntryStatus
from bot.domain.search import Query
from storage import search_index
from storage.models.base import table_of
from storage.models.entries import EntryRow, PersonInEntryRow
from storage.models.packets import EmbeddingRow, ProjectRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository, words_are_sealed
from storage.repositories.entries import read_entries
from storage.repositories.standings import entry_strength
from storage.types import dimension_bits

_INDEX = search_index.TABLE
_HITS = f"SELECT key FROM {_INDEX} WHERE {_INDEX} MATCH :match"  # noqa: S608
#: The index as PostgreSQL has it.
_LEXEMES = table(_INDEX, column("entry_id"), column("body"))


class Unplaced(CrossWorkspaceRepository):
    """Whose entries are not all placed by meaning yet, as after an import."""

    async def owners(self, model: str, limit: int) -> Sequence[tuple[str, str]]:
        """Some people, by workspace and id, who have kept entries without an embedding of this model."""
        rows = await self._session.execute(
            select(EntryRow.workspace_id, EntryRow.user_id)
            .where(
                EntryRow.status == EntryStatus.KEPT,
                ~exists().where(
                    EmbeddingRow.entry_id == EntryRow.id,
                    EmbeddingRow.model == model,
                    EmbeddingRow.of_updated_at == EntryRow.updated_at,
                ),
            )
            .distinct()
            .limit(limit)
        )
        return [(workspace_id, user_id) for workspace_id, user_id in rows]


class Search(WorkspaceRepository):
    """Searching the entries of one workspace."""

    async def by_words(self, user_id: str, query: Query, *, every: bool, limit: int) -> Sequence[str]:
        """Ids of kept entries in which the query's words occur, all of them or any, best first."""
        wanted = search_index.Wanted(query.words)
        if not wanted:
            return []
        rows = await self._session.stream(
            select(EntryRow.id, *self._words())
            .where(*await self._passing(user_id, query), *self._may_have(user_id, query.words, every=every))
            .order_by(EntryRow.occurred_on.desc(), EntryRow.id.desc())
            .execution_options(yield_per=500)
        )
        hits: list[tuple[list[bool], str]] = []
        async for some in rows.partitions():
            for id_, *texts in some:
                found = wanted.found_in(" ".join(str(each) for each in texts if each))
                if all(found) if every else any(found):
                    hits.append((found, id_))
            if every and len(hits) >= limit:
                await rows.close()
                break
        # The fewer of the person's entries have a word, the more it tells. Sorting keeps the newest first.
        tells = [log(1 + len(hits) / max(1, sum(found[place] for found, _ in hits))) for place in range(len(wanted))]
        hits.sort(key=lambda hit: -sum(weight for weight, there in zip(tells, hit[0], strict=True) if there))
        return [id_ for _, id_ in hits[:limit]]

    async def by_filters(self, user_id: str, query: Query, limit: int) -> Sequence[str]:
        """Ids of kept entries that pass the filters alone, newest first."""
        rows = await self._session.scalars(
            select(EntryRow.id)
            .where(*await self._passing(user_id, query))
            .order_by(EntryRow.occurred_on.desc(), EntryRow.id.desc())
            .limit(limit)
        )
        return list(rows)

    async def passing(self, user_id: str, query: Query, ids: Collection[str]) -> set[str]:
        """Those of these entries that pass the filters."""
        if not ids:
            return set()
        rows = await self._session.scalars(
            select(EntryRow.id).where(*await self._passing(user_id, query), EntryRow.id.in_(ids))
        )
        return set(rows)

    async def entries(self, user_id: str, ids: Sequence[str]) -> Sequence[Entry]:
        """These entries of this person, in this order; those that are gone are left out."""
        these = select(table_of(EntryRow)).where(
            EntryRow.workspace_id == self._workspace_id, EntryRow.user_id == user_id, EntryRow.id.in_(ids)
        )
        found = {entry.id: entry for entry in await read_entries(self._session, these)}
        return [found[id_] for id_ in ids if id_ in found]

    async def unembedded(self, user_id: str, model: str, limit: int) -> Sequence[Entry]:
        """Entries whose embedding is missing, of another model, or older than the entry."""
        query = (
            select(table_of(EntryRow))
            .outerjoin(
                EmbeddingRow,
                and_(
                    EmbeddingRow.entry_id == EntryRow.id,
                    EmbeddingRow.model == model,
                    EmbeddingRow.of_updated_at == EntryRow.updated_at,
                ),
            )
            .where(
                EntryRow.workspace_id == self._workspace_id,
                EntryRow.user_id == user_id,
                EntryRow.status == EntryStatus.KEPT,
                EmbeddingRow.entry_id.is_(None),
            )
            .limit(limit)
        )
        return await read_entries(self._session, query)

    async def put_embeddings(self, user_id: str, model: str, vectors: Sequence[tuple[Entry, bytes]]) -> None:
        """Store where these entries lie, those that were deleted meanwhile left out."""
        there = set(
            await self._session.scalars(
                select(EntryRow.id)
                .where(EntryRow.workspace_id == self._workspace_id, EntryRow.id.in_([entry.id for entry, _ in vectors]))
                .with_for_update(read=True, key_share=True)
            )
        )
        for entry, vector in ((entry, vector) for entry, vector in vectors if entry.id in there):
            key = {"entry_id": entry.id, "user_id": user_id}
            values = {"model": model, "of_updated_at": entry.updated_at, "vector": vector}
            await self._put(EmbeddingRow, key | values, values)

    async def record_state(self, user_id: str) -> tuple[int, Any]:
        """Something that changes whenever this person's kept entries do."""
        row = (
            await self._session.execute(
                select(func.count(), func.max(EntryRow.updated_at)).where(
                    EntryRow.workspace_id == self._workspace_id,
                    EntryRow.user_id == user_id,
                    EntryRow.status == EntryStatus.KEPT,
                )
            )
        ).one()
        return row[0], row[1]

    async def embeddings(self, user_id: str, model: str) -> Sequence[tuple[str, bytes]]:
        """All embeddings of this person's entries."""
        rows = await self._session.execute(
            select(EmbeddingRow.entry_id, EmbeddingRow.vector).where(*self._embedded(user_id, model))
        )
        return [(entry_id, vector) for entry_id, vector in rows]

    def _embedded(self, user_id: str, model: str) -> tuple[ColumnElement[bool], ...]:
        return (
            EmbeddingRow.workspace_id == self._workspace_id,
            EmbeddingRow.user_id == user_id,
            EmbeddingRow.model == model,
        )

    def _words(self) -> list[ColumnElement[Any]]:
        """What is read of an entry: texts one by one where they must be opened, otherwise joined by the database."""
        texts = [getattr(EntryRow, name) for name in search_index.TEXTS]
        if words_are_sealed(self._session):
            return [*texts, EntryRow.links]
        plain = [*(func.coalesce(type_coerce(each, Text), "") for each in texts), cast(EntryRow.links, Text)]
        return [reduce(lambda joined, each: joined.op("||")(" ").op("||")(each), plain)]

    def _may_have(self, user_id: str, words: str, *, every: bool) -> list[ColumnElement[bool]]:
        """What the index narrows to, before the entries themselves are read and ranked.

        Where words are sealed no index may hold them. What an index could rank by is what everybody wrote.
        """
        if words_are_sealed(self._session):
            return []
        if self._session.get_bind().dialect.name == "sqlite":
            match = search_index.sqlite_query(words, self._workspace_id, user_id, every=every)
            return [EntryRow.id.in_(text(_HITS).bindparams(match=match))] if match else []
        wanted = search_index.postgres_query(words, every=every)
        hit = _LEXEMES.c.body.op("@@")(func.to_tsquery("simple", wanted))
        return [exists().where(_LEXEMES.c.entry_id == EntryRow.id, hit)] if wanted else []

    async def _projects_called(self, user_id: str, part: str) -> Sequence[str]:
        rows = await self._session.execute(
            select(ProjectRow.id, ProjectRow.name).where(
                ProjectRow.workspace_id == self._workspace_id, ProjectRow.user_id == user_id
            )
        )
        return [row.id for row in rows if part.casefold() in row.name.casefold()]

    async def _passing(self, user_id: str, query: Query) -> list[ColumnElement[bool]]:
        conditions = [
            EntryRow.workspace_id == self._workspace_id,
            EntryRow.user_id == user_id,
            EntryRow.status == EntryStatus.KEPT,
        ]
        if query.period is not None:
            conditions += [EntryRow.occurred_on >= query.period.since, EntryRow.occurred_on < query.period.until]
        if query.kind is not None:
            conditions.append(EntryRow.kind == query.kind)
        if query.dimension is not None:
            conditions.append(EntryRow.dimensions.op("&")(dimension_bits([query.dimension])) != 0)
        for user in query.people:
            in_it = (PersonInEntryRow.entry_id == EntryRow.id, PersonInEntryRow.user == user)
            conditions.append(or_(exists().where(*in_it), EntryRow.text.contains(f"<@{user}>", autoescape=True)))
        if query.project is not None and words_are_sealed(self._session):
            conditions.append(EntryRow.project_id.in_(await self._projects_called(user_id, query.project)))
        elif query.project is not None:
            named = ProjectRow.name.icontains(query.project, autoescape=True)
            conditions.append(exists().where(ProjectRow.id == EntryRow.project_id, named))
        if query.strength is not None:
            conditions.append(entry_strength >= int(query.strength))
        return conditions
