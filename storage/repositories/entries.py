"""Queries on entries of one workspace. Each names the person whose entries it is about."""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.evidence import Entry, EntryStatus, Source
from bot.domain.tagging import Dimension, Kind
from storage.models.base import table_of
from storage.models.entries import ConfirmationRow, EntryRow, PersonInEntryRow, QuoteRow
from storage.repositories.base import WorkspaceRepository, words_are_sealed
from storage.types import dimension_bits

_SOURCE_FIELDS = tuple(Source.model_fields)
# Read and written with every note and reaction, so past the mapping, and put together once.
_ENTRIES = table_of(EntryRow)
#: What belongs to an entry, by its field, and the column that gives its order.
_BELONGING = {
    "quotes": (table_of(QuoteRow), "ts"),
    "people": (table_of(PersonInEntryRow), "position"),
    "confirmations": (table_of(ConfirmationRow), "at"),
}
_PLAIN_FIELDS = tuple(name for name in Entry.model_fields if name not in ("source", *_BELONGING))
_ONE = select(_ENTRIES).where(
    _ENTRIES.c.workspace_id == bindparam("workspace_id"), _ENTRIES.c.user_id == bindparam("user_id")
)
_BY_ID = _ONE.where(_ENTRIES.c.id == bindparam("id"))
_BY_KEY = _ONE.where(_ENTRIES.c.capture_key == bindparam("capture_key"))
_BELONGING_TO = {
    name: select(table).where(table.c.entry_id.in_(bindparam("ids", expanding=True))).order_by(table.c[order])
    for name, (table, order) in _BELONGING.items()
}
#: Whose an entry is and when it was captured never changes.
_STAYING = frozenset({"id", "workspace_id", "user_id", "created_at"})
#: What belongs to so many entries is read at once.
_TOGETHER = 500


class Entries(WorkspaceRepository):
    """Entries of one workspace."""

    async def get(self, user_id: str, entry_id: str) -> Entry | None:
        """This person's entry with this id."""
        return await self._one(_BY_ID, user_id, id=entry_id)

    async def get_by_key(self, user_id: str, capture_key: str) -> Entry | None:
        """What this person captured under this key."""
        return await self._one(_BY_KEY, user_id, capture_key=capture_key)

    async def keys(self, user_id: str) -> Mapping[str, str]:
        """What each of this person's entries was captured under, by entry id."""
        rows = await self._session.execute(
            select(EntryRow.id, EntryRow.capture_key).where(
                EntryRow.workspace_id == self._workspace_id, EntryRow.user_id == user_id
            )
        )
        return {row.id: row.capture_key for row in rows}

    async def add(self, entry: Entry, capture_key: str) -> None:
        """Store a new entry. The caller has looked the key up in the same transaction."""
        key = {"workspace_id": self._workspace_id, "capture_key": capture_key}
        await self._session.execute(_ENTRIES.insert(), _columns(entry) | key)
        for name in _BELONGING:
            await self._add_belonging(entry, name)

    async def save(self, entry: Entry) -> None:
        """Store a changed entry. Raises `LookupError` when there is none with its id."""
        stored = await self.get(entry.user_id, entry.id)
        if stored is None:
            raise LookupError(entry.id)
        before, now = _columns(stored), _columns(entry)
        # Only what has changed: the index of words is renewed by any change of a text.
        changed = {name: now[name] for name in now if name not in _STAYING and now[name] != before[name]}
        if changed:
            this = (_ENTRIES.c.workspace_id == self._workspace_id, _ENTRIES.c.id == entry.id)
            await self._session.execute(update(_ENTRIES).where(*this).values(changed))
        for name, (table, _) in _BELONGING.items():
            if getattr(entry, name) != getattr(stored, name):
                await self._session.execute(delete(table).where(table.c.entry_id == entry.id))
                await self._add_belonging(entry, name)

    async def delete(self, user_id: str, entry_id: str) -> None:
        """Remove an entry for good."""
        await self._session.execute(
            delete(EntryRow).where(
                EntryRow.workspace_id == self._workspace_id,
                EntryRow.user_id == user_id,
                EntryRow.id == entry_id,
            )
        )

    async def list(
        self,
        user_id: str,
        *,
        status: EntryStatus = EntryStatus.KEPT,
        since: date | None = None,
        until: date | None = None,
        words: Collection[str] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> Sequence[Entry]:
        """This person's entries, newest first by the day they happened; `until` is exclusive.

        With `words`, those in which each of the words occurs.
        """
        if words and words_are_sealed(self._session):
            found = await self._read_for(user_id, status, since, until, words)
            return found[offset : None if limit is None else offset + limit]
        query = self._matching(user_id, status, since, until, words)
        query = query.order_by(EntryRow.occurred_on.desc(), EntryRow.id.desc()).limit(limit).offset(offset)
        return await read_entries(self._session, query)

    async def count(
        self,
        user_id: str,
        *,
        status: EntryStatus = EntryStatus.KEPT,
        since: date | None = None,
        until: date | None = None,
        words: Collection[str] = (),
    ) -> int:
        """How many `list` would find."""
        if words and words_are_sealed(self._session):
            return len(await self._read_for(user_id, status, since, until, words))
        query = self._matching(user_id, status, since, until, words)
        return await self._session.scalar(select(func.count()).select_from(query.subquery())) or 0

    async def latest(self, user_id: str) -> Entry | None:
        """The kept entry this person captured last."""
        query = self._of(user_id).where(EntryRow.status == EntryStatus.KEPT)
        newest = query.order_by(EntryRow.created_at.desc(), EntryRow.id.desc()).limit(1)
        return next(iter(await read_entries(self._session, newest)), None)

    async def captured(self, user_id: str, since: datetime, *, limit: int) -> tuple[Sequence[Entry], int]:
        """The latest that this person captured since then and keeps, and how many there are."""
        captured = (
            EntryRow.workspace_id == self._workspace_id,
            EntryRow.user_id == user_id,
            EntryRow.created_at >= since,
            EntryRow.status == EntryStatus.KEPT,
        )
        newest = select(_ENTRIES).where(*captured).order_by(EntryRow.created_at.desc(), EntryRow.id.desc())
        count = await self._session.scalar(select(func.count()).select_from(EntryRow).where(*captured))
        return await read_entries(self._session, newest.limit(limit)), count or 0

    async def all(self, user_id: str) -> AsyncIterator[Entry]:
        """Everything of this person's in the order it was captured, whatever its status."""
        query = self._of(user_id).order_by(EntryRow.created_at, EntryRow.id).execution_options(yield_per=200)
        rows = await self._session.stream(query)
        async for some in rows.partitions():
            for entry in await _entries_of(self._session, some):
                yield entry

    async def counts_by_dimension(
        self, user_id: str, *, since: date | None = None, until: date | None = None
    ) -> Mapping[Dimension, int]:
        """How many kept entries show each dimension; `until` is exclusive."""
        sums = [
            func.count().filter(EntryRow.dimensions.op("&")(dimension_bits([dimension])) != 0)
            for dimension in Dimension
        ]
        query = select(*sums).where(*self._conditions(user_id, EntryStatus.KEPT, since, until, ()))
        row = (await self._session.execute(query)).one()
        return dict(zip(Dimension, row, strict=True))

    async def counts_by_kind(
        self, user_id: str, *, since: date | None = None, until: date | None = None
    ) -> Mapping[Kind, int]:
        """How many kept entries are of each kind; kinds without any are left out; `until` is exclusive."""
        query = (
            select(EntryRow.kind, func.count())
            .where(*self._conditions(user_id, EntryStatus.KEPT, since, until, ()))
            .group_by(EntryRow.kind)
        )
        return {Kind(kind): count for kind, count in await self._session.execute(query)}

    async def quoting(self, channel: str, ts: str) -> Sequence[Entry]:
        """Entries of anyone in the workspace that stand on this message: for edits and deletions of it."""
        quoted = select(QuoteRow.entry_id).where(
            QuoteRow.workspace_id == self._workspace_id, QuoteRow.channel == channel, QuoteRow.ts == ts
        )
        query = select(_ENTRIES).where(
            EntryRow.workspace_id == self._workspace_id,
            or_(
                EntryRow.id.in_(quoted),
                and_(EntryRow.source_channel == channel, EntryRow.source_ts == ts),
            ),
        )
        return await read_entries(self._session, self._held(query.order_by(EntryRow.id), _ENTRIES))

    async def quoting_author(self, author: str) -> Sequence[Entry]:
        """Others' entries that quote this person: for when they have everything deleted."""
        quoted = select(QuoteRow.entry_id).where(QuoteRow.workspace_id == self._workspace_id, QuoteRow.author == author)
        query = select(_ENTRIES).where(
            EntryRow.workspace_id == self._workspace_id, EntryRow.user_id != author, EntryRow.id.in_(quoted)
        )
        return await read_entries(self._session, self._held(query.order_by(EntryRow.id), _ENTRIES))

    async def _read_for(
        self, user_id: str, status: EntryStatus, since: date | None, until: date | None, words: Collection[str]
    ) -> builtins.list[Entry]:
        """What `list` finds where the words are sealed: one after the other is opened and read."""
        wanted = [word.casefold() for word in words]
        everything = await self.list(user_id, status=status, since=since, until=until)
        return [
            entry
            for entry in everything
            if all(word in entry.text.casefold() or word in (entry.outcome or "").casefold() for word in wanted)
        ]

    async def _one(self, query: Select[Any], user_id: str, **which: str) -> Entry | None:
        which |= {"workspace_id": self._workspace_id, "user_id": user_id}
        return next(iter(await read_entries(self._session, self._held(query, _ENTRIES), which)), None)

    async def _add_belonging(self, entry: Entry, name: str) -> None:
        key = {"entry_id": entry.id, "workspace_id": self._workspace_id}
        rows = [each.model_dump() | key for each in getattr(entry, name)]
        if name == "people":
            rows = [row | {"position": position} for position, row in enumerate(rows)]
        if rows:
            await self._session.execute(_BELONGING[name][0].insert(), rows)

    def _of(self, user_id: str) -> Select[Any]:
        return select(_ENTRIES).where(EntryRow.workspace_id == self._workspace_id, EntryRow.user_id == user_id)

    def _matching(
        self,
        user_id: str,
        status: EntryStatus,
        since: date | None,
        until: date | None,
        words: Collection[str],
    ) -> Select[Any]:
        return select(_ENTRIES).where(*self._conditions(user_id, status, since, until, words))

    def _conditions(
        self,
        user_id: str,
        status: EntryStatus,
        since: date | None,
        until: date | None,
        words: Collection[str],
    ) -> builtins.list[ColumnElement[bool]]:
        conditions = [
            EntryRow.workspace_id == self._workspace_id,
            EntryRow.user_id == user_id,
            EntryRow.status == status,
        ]
        if since is not None:
            conditions.append(EntryRow.occurred_on >= since)
        if until is not None:
            conditions.append(EntryRow.occurred_on < until)
        conditions += [
            or_(
                EntryRow.text.icontains(word, autoescape=True),
                EntryRow.outcome.icontains(word, autoescape=True),
            )
            for word in words
        ]
        return conditions


def _columns(entry: Entry) -> dict[str, Any]:
    columns = {name: getattr(entry, name) for name in _PLAIN_FIELDS}
    columns |= {f"source_{name}": getattr(entry.source, name) for name in _SOURCE_FIELDS}
    return columns | {name: [each.model_dump(mode="json") for each in columns[name]] for name in ("ranked", "links")}


async def read_entries(
    session: AsyncSession, query: Select[Any], values: Mapping[str, Any] | None = None
) -> Sequence[Entry]:
    """What a query on the columns of `entries` finds, with all that belongs to them. `values` are its parameters."""
    return await _entries_of(session, (await session.execute(query, values)).all())


async def _entries_of(session: AsyncSession, rows: Sequence[Row[Any]]) -> Sequence[Entry]:
    entries = list[Entry]()
    for first in range(0, len(rows), _TOGETHER):
        some = rows[first : first + _TOGETHER]
        ids = {"ids": [row.id for row in some]}
        belonging = {name: defaultdict[str, list[Row[Any]]](list) for name in _BELONGING}
        for name, query in _BELONGING_TO.items():
            for each in await session.execute(query, ids):
                belonging[name][each.entry_id].append(each)
        entries += [_entry(row, {name: found[row.id] for name, found in belonging.items()}) for row in some]
    return entries


def _entry(row: Row[Any], belonging: Mapping[str, Sequence[Row[Any]]]) -> Entry:
    columns = row._mapping
    fields = {name: columns[name] for name in _PLAIN_FIELDS}
    source = {name: columns[f"source_{name}"] for name in _SOURCE_FIELDS}
    return Entry.model_validate({**fields, **belonging, "source": source})
