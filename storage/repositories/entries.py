"""Queries on entries of one workspace. Each names the person whose entries it is about."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select

from bot.domain.evidence import (
    Confirmation,
    Entry,
    EntryStatus,
    Link,
    PersonInEntry,
    Quote,
    Source,
)
from bot.domain.tagging import Dimension, Kind, RankedKind
from storage.models.entries import ConfirmationRow, EntryRow, PersonInEntryRow, QuoteRow
from storage.repositories.base import WorkspaceRepository, words_are_sealed
from storage.types import dimension_bits

_SOURCE_FIELDS = ("type", "channel", "ts", "thread_ts", "permalink", "author", "state")


class Entries(WorkspaceRepository):
    """Entries of one workspace."""

    async def get(self, user_id: str, entry_id: str) -> Entry | None:
        """This person's entry with this id."""
        query = self._of(user_id).where(EntryRow.id == entry_id)
        row = await self._session.scalar(self._held(query, EntryRow))
        return entry_of(row) if row else None

    async def get_by_key(self, user_id: str, capture_key: str) -> Entry | None:
        """What this person captured under this key."""
        query = self._of(user_id).where(EntryRow.capture_key == capture_key)
        row = await self._session.scalar(self._held(query, EntryRow))
        return entry_of(row) if row else None

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
        row = EntryRow(id=entry.id, workspace_id=self._workspace_id, capture_key=capture_key)
        self._fill(row, entry)
        row.created_at = entry.created_at
        self._session.add(row)
        await self._session.flush()

    async def save(self, entry: Entry) -> None:
        """Store a changed entry."""
        row = await self._session.scalar(self._of(entry.user_id).where(EntryRow.id == entry.id))
        if row is None:
            raise LookupError(entry.id)
        self._fill(row, entry)
        await self._session.flush()

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
        return [entry_of(row) for row in await self._session.scalars(query)]

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
        row = await self._session.scalar(query.order_by(EntryRow.created_at.desc(), EntryRow.id.desc()).limit(1))
        return entry_of(row) if row else None

    async def captured(self, user_id: str, since: datetime, *, limit: int) -> tuple[Sequence[Entry], int]:
        """The latest that this person captured since then and keeps, and how many there are."""
        captured = (
            EntryRow.workspace_id == self._workspace_id,
            EntryRow.user_id == user_id,
            EntryRow.created_at >= since,
            EntryRow.status == EntryStatus.KEPT,
        )
        newest = select(EntryRow).where(*captured).order_by(EntryRow.created_at.desc(), EntryRow.id.desc())
        rows = await self._session.scalars(newest.limit(limit))
        count = await self._session.scalar(select(func.count()).select_from(EntryRow).where(*captured))
        return [entry_of(row) for row in rows], count or 0

    async def all(self, user_id: str) -> AsyncIterator[Entry]:
        """Everything of this person's in the order it was captured, whatever its status."""
        query = self._of(user_id).order_by(EntryRow.created_at, EntryRow.id).execution_options(yield_per=200)
        async for row in await self._session.stream_scalars(query):
            yield entry_of(row)

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
        query = select(EntryRow).where(
            EntryRow.workspace_id == self._workspace_id,
            or_(
                EntryRow.id.in_(quoted),
                and_(EntryRow.source_channel == channel, EntryRow.source_ts == ts),
            ),
        )
        return [entry_of(row) for row in await self._session.scalars(self._held(query.order_by(EntryRow.id), EntryRow))]

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

    def _of(self, user_id: str) -> Select[EntryRow]:
        return select(EntryRow).where(EntryRow.workspace_id == self._workspace_id, EntryRow.user_id == user_id)

    def _matching(
        self,
        user_id: str,
        status: EntryStatus,
        since: date | None,
        until: date | None,
        words: Collection[str],
    ) -> Select[EntryRow]:
        return select(EntryRow).where(*self._conditions(user_id, status, since, until, words))

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

    def _fill(self, row: EntryRow, entry: Entry) -> None:
        row.user_id = entry.user_id
        for name in (
            *("text", "kind", "dimensions", "confidence", "tagged_by", "tagger_version", "occurred_on"),
            *("updated_at", "status", "outcome", "number", "baseline", "otherwise", "role", "reach"),
            *("text_by", "sensitivity", "follow_up_on", "project_id", "statement"),
        ):
            setattr(row, name, getattr(entry, name))
        for name in _SOURCE_FIELDS:
            setattr(row, f"source_{name}", getattr(entry.source, name))
        row.ranked = [ranked.model_dump(mode="json") for ranked in entry.ranked]
        row.links = [link.model_dump(mode="json") for link in entry.links]
        self._fill_quotes(row, entry)
        self._fill_people(row, entry)
        self._fill_confirmations(row, entry)

    def _fill_quotes(self, row: EntryRow, entry: Entry) -> None:
        known = {quote.ts: quote for quote in row.quotes}
        row.quotes = []
        for quote in entry.quotes:
            child = known.get(quote.ts) or QuoteRow(entry_id=entry.id, ts=quote.ts)
            child.workspace_id, child.channel = self._workspace_id, quote.channel
            child.author, child.role, child.text = quote.author, quote.role, quote.text
            row.quotes.append(child)

    def _fill_people(self, row: EntryRow, entry: Entry) -> None:
        known = {(person.user, person.role): person for person in row.people}
        row.people = []
        for position, person in enumerate(entry.people):
            child = known.get((person.user, person.role)) or PersonInEntryRow(
                entry_id=entry.id, user=person.user, role=person.role
            )
            child.workspace_id, child.position = self._workspace_id, position
            row.people.append(child)

    def _fill_confirmations(self, row: EntryRow, entry: Entry) -> None:
        known = {confirmation.by: confirmation for confirmation in row.confirmations}
        row.confirmations = []
        for confirmation in entry.confirmations:
            child = known.get(confirmation.by) or ConfirmationRow(entry_id=entry.id, by=confirmation.by)
            child.workspace_id, child.at = self._workspace_id, confirmation.at
            child.state, child.quote = confirmation.state, confirmation.quote
            child.words = confirmation.words
            row.confirmations.append(child)


def entry_of(row: EntryRow) -> Entry:
    """The value that a row holds."""
    plain = {
        name: getattr(row, name)
        for name in Entry.model_fields
        if name not in ("source", "quotes", "people", "confirmations", "links", "ranked")
    }
    return Entry(
        **plain,
        source=Source(**{name: getattr(row, f"source_{name}") for name in _SOURCE_FIELDS}),
        ranked=tuple(RankedKind.model_validate(ranked) for ranked in row.ranked),
        links=tuple(Link.model_validate(link) for link in row.links),
        quotes=tuple(Quote.model_validate(quote) for quote in row.quotes),
        people=tuple(PersonInEntry.model_validate(person) for person in row.people),
        confirmations=tuple(Confirmation.model_validate(each) for each in row.confirmations),
    )
