"""Everything the database holds of one person, found by walking all tables, so that none is forgotten."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, String, Table, Text, and_, cast, delete, false, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.evidence import Entry
from bot.domain.retry import WorkState
from storage.models import Base
from storage.models.base import table_of
from storage.models.entries import EntryRow, QuoteRow
from storage.models.inbox import InboxRow
from storage.repositories.base import WorkspaceRepository, words_are_sealed
from storage.repositories.entries import Entries, read_entries
from storage.repositories.sweeping import overwrite_what_goes, want_a_sweep
from storage.types import EvidenceJson, EvidenceText

_WORDS = (EvidenceText, EvidenceJson)
#: Columns by which a row belongs to a person; the rows go with them.
_OWNERS = ("user_id", "to_user", "by_user", "asked_user")
#: Events and messages, which go whole: words of an event can't be taken out of it.
_WORK = ("inbox", "outbox")


@dataclass
class Traces:
    """What of others' rows names a person: the changed words of each row, by table."""

    words: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = field(default_factory=dict)
    work: dict[str, list[int]] = field(default_factory=dict)
    quoting: list[Entry] = field(default_factory=list)


class PersonTraces(WorkspaceRepository):
    """One person's traces in one workspace."""

    def __init__(self, session: AsyncSession, workspace_id: str) -> None:
        super().__init__(session, workspace_id)
        self._entries = Entries(session, workspace_id)

    async def everything(self, user_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """All rows that are this person's, by table, as they are stored but opened."""
        found: dict[str, list[dict[str, Any]]] = {}
        for table in _tables():
            owners = [table.c[name] for name in _OWNERS if name in table.c]
            if not owners:
                continue
            rows = await self._session.execute(
                select(table).where(self._here(table), or_(*(owner == user_id for owner in owners)))
            )
            found[table.name] = [{str(name): value for name, value in row.items()} for row in rows.mappings()]
        entry_ids = [row["id"] for row in found.get("entries", [])]
        for table in _tables():
            if table.name in found or "entry_id" not in table.c:
                continue
            rows = await self._session.execute(select(table).where(self._here(table), table.c.entry_id.in_(entry_ids)))
            found[table.name] = [{str(name): value for name, value in row.items()} for row in rows.mappings()]
        return {name: rows for name, rows in found.items() if rows}

    async def find(self, user_id: str, name: str, stand_in: str) -> Traces:
        """What of others' rows names this person, with `stand_in` in their place. Changes nothing.

        Where words are sealed every row of the workspace is opened, which takes its time: about a minute
        for a million entries.
        """
        traces = Traces()
        person = re.compile(rf"<@{user_id}(?:\|[^>]*)?>|(?<![A-Z0-9]){user_id}(?![A-Z0-9])")
        about = re.compile("|".join([person.pattern, *await self._going(user_id)]))
        page = re.compile(rf"(?<!\w){re.escape(html.escape(name))}(?!\w)") if len(name) > 1 else None
        for table in _tables():
            if table.name in _WORK:
                traces.work[table.name] = await self._work_of(table, user_id, about)
                continue
            patterns = [person, page] if table.name == "shares" and page else [person]
            found = await self._words_in(table, user_id, name, patterns, stand_in)
            if found:
                traces.words[table.name] = found
        quoted = select(QuoteRow.entry_id).where(
            QuoteRow.workspace_id == self._workspace_id, QuoteRow.author == user_id
        )
        others = select(table_of(EntryRow)).where(
            EntryRow.workspace_id == self._workspace_id, EntryRow.user_id != user_id, EntryRow.id.in_(quoted)
        )
        traces.quoting = list(await read_entries(self._session, others))
        return traces

    async def forget_work(self, user_id: str, traces: Traces) -> None:
        """Remove the person's events and messages, to be done before anything else; what goes is overwritten.

        What is being done with one just now can then no longer be stored, and what was stored goes with the rest.
        """
        await overwrite_what_goes(self._session)
        inbox = table_of(InboxRow)
        theirs = and_(self._here(inbox), inbox.c.order_key == f"{self._workspace_id}:{user_id}")
        await self._session.execute(delete(inbox).where(theirs, inbox.c.state != WorkState.DONE))
        for name, ids in traces.work.items():
            table = Base.metadata.tables[name]
            for start in range(0, len(ids), 500):
                await self._session.execute(delete(table).where(table.c.id.in_(ids[start : start + 500])))
        await self._session.execute(update(inbox).where(theirs).values(order_key=""))

    async def save_others(self, entry: Entry) -> None:
        """Store an entry of someone else from which this person's words were taken."""
        await self._entries.save(entry)

    async def forget(self, user_id: str, traces: Traces) -> None:
        """Remove the person's own rows, and what was found of them in others', but for events and messages."""
        for name, found in traces.words.items():
            for key, values in found:
                table = Base.metadata.tables[name]
                await self._session.execute(
                    update(table).where(*(table.c[part] == value for part, value in key.items())).values(values)
                )
        for table in reversed(_tables()):
            await self._forget_in(table, user_id)
        await want_a_sweep(self._session)

    async def _forget_in(self, table: Table, user_id: str) -> None:
        owners = [table.c[name] for name in _OWNERS if name in table.c]
        if owners:
            await self._session.execute(
                delete(table).where(self._here(table), or_(*(owner == user_id for owner in owners)))
            )
        others = [each for each in table.columns if each.name not in _OWNERS and _may_hold_an_id(each)]
        named = select(literal(1)).where(self._here(table), or_(false(), *(each == user_id for each in others)))
        if not await self._session.scalar(named.limit(1)):
            return
        for column in others:
            theirs = and_(self._here(table), column == user_id)
            if column.nullable:
                await self._session.execute(update(table).where(theirs).values({column.name: None}))
            else:
                await self._session.execute(delete(table).where(theirs))

    async def _words_in(
        self, table: Table, user_id: str, name: str, patterns: Sequence[re.Pattern[str]], stand_in: str
    ) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        columns = [column for column in table.columns if isinstance(column.type, _WORDS)]
        if not columns:
            return []
        keys = list(table.primary_key.columns)
        query = select(*keys, *(column for column in columns if column not in keys)).where(self._here(table))
        query = query.where(*(table.c[owner] != user_id for owner in _OWNERS if owner in table.c))
        if not words_are_sealed(self._session):
            names = [user_id, html.escape(name)] if len(patterns) > 1 else [user_id]
            query = query.where(
                or_(*(cast(column, Text).contains(each, autoescape=True) for column in columns for each in names))
            )
        found = []
        rows = await self._session.stream(query.execution_options(yield_per=500))
        async for row in rows.mappings():
            changed = {
                column.name: without
                for column in columns
                if (without := _without(row[column.name], patterns, stand_in)) != row[column.name]
            }
            if changed:
                found.append(({key.name: row[key.name] for key in keys}, changed))
        return found

    async def _going(self, user_id: str) -> list[str]:
        """Ids of what goes with this person and was to be told to others."""
        ids: list[str] = []
        for name in ("credits", "confirm_requests"):
            table = Base.metadata.tables[name]
            owners = [table.c[owner] == user_id for owner in _OWNERS if owner in table.c]
            ids += await self._session.scalars(select(table.c.id).where(self._here(table), or_(*owners)))
        return [re.escape(id_) for id_ in ids]

    async def _work_of(self, table: Table, user_id: str, person: re.Pattern[str]) -> list[int]:
        """Events and messages that are theirs, or were given up and name them.

        Others' events that merely wait are worked in a moment, and their bodies go then.
        """
        own = table.c.order_key == f"{self._workspace_id}:{user_id}" if "order_key" in table.c else None
        theirs = []
        rows = await self._session.stream(select(table).where(self._here(table)).execution_options(yield_per=500))
        async for row in rows.mappings():
            said = json.dumps({str(key): value for key, value in row.items()}, default=str)
            if not person.search(said):
                continue
            waits_for_others = own is not None and row["state"] == WorkState.WAITING
            waits_for_others = waits_for_others and row["order_key"] != f"{self._workspace_id}:{user_id}"
            is_remembered = own is not None and row["state"] == WorkState.DONE
            if not waits_for_others and not is_remembered:
                theirs.append(row["id"])
        return theirs

    def _here(self, table: Table) -> Any:
        return table.c.workspace_id == self._workspace_id


def _tables() -> list[Table]:
    """All tables of a workspace, those that others refer to first."""
    return [table for table in Base.metadata.sorted_tables if "workspace_id" in table.c]


def _may_hold_an_id(column: Column[Any]) -> bool:
    return type(column.type) is String and not column.foreign_keys


def _without(value: Any, patterns: Sequence[re.Pattern[str]], stand_in: str) -> Any:
    if isinstance(value, str):
        for pattern in patterns:
            value = pattern.sub(stand_in, value)
        return value
    if isinstance(value, list):
        return [_without(each, patterns, stand_in) for each in value]
    if isinstance(value, dict):
        return {_without(key, patterns, stand_in): _without(each, patterns, stand_in) for key, each in value.items()}
    return value
