"""Everything the database holds of one person, found by walking all tables, so that none is forgotten."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    String,
    Table,
    Text,
    and_,
    cast,
    delete,
    false,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.evidence import Entry
from bot.domain.retry import WorkState
from storage.models import Base
from storage.models.base import table_of
from storage.models.inbox import InboxRow
from storage.models.members import MemberRow
from storage.models.workspaces import WorkspaceRow
from storage.repositories.base import WorkspaceRepository, words_are_sealed
from storage.repositories.entries import Entries
from storage.repositories.sweeping import want_a_sweep
from storage.types import EvidenceJson, EvidenceText

_WORDS = (EvidenceText, EvidenceJson)
#: Columns by which a row belongs to a person; the rows go with them.
_OWNERS = ("user_id", "to_user", "by_user", "asked_user")
#: Events and messages, which go whole: words of an event can't be taken out of it.
_WORK = ("inbox", "outbox")


#: Keys of rows, by table.
Named = Mapping[str, Sequence[Mapping[str, Any]]]


class PersonTraces(WorkspaceRepository):
    """One person's traces in one workspace."""

    def __init__(self, session: AsyncSession, workspace_id: str) -> None:
        super().__init__(session, workspace_id)
        self._entries = Entries(session, workspace_id)
        self._saved: list[Mapping[str, Any]] = []

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

    async def work_of(self, user_id: str) -> Mapping[str, Sequence[int]]:
        """The person's events and messages, and others' messages that name them: their numbers, by table."""
        about = re.compile("|".join([_person(user_id).pattern, *await self._going(user_id)]))
        return {name: await self._work_in(Base.metadata.tables[name], user_id, about) for name in _WORK}

    async def naming(self, user_id: str, name: str) -> Named:
        """Others' rows whose words name this person.

        Where words are sealed every row of the workspace is opened, which takes its time: about a minute
        for a million entries.
        """
        return {
            table.name: found
            for table in _tables()
            if table.name not in _WORK and (found := await self._named_in(table, user_id, name))
        }

    async def take_away(self, user_id: str, work: Mapping[str, Sequence[int]]) -> None:
        """Take away what anything is done because of for this person, before anything else: themselves, and their work.

        What is being stored for them at that moment is waited for and goes with the rest; what comes later is refused
        (`storage.cause`). Of a workspace's people one goes at a time, as they may stand in each other's entries.
        """
        here = select(WorkspaceRow.id).where(WorkspaceRow.id == self._workspace_id)
        await self._session.execute(here.with_for_update(key_share=True))
        member = select(MemberRow.user_id).where(self._here(table_of(MemberRow)), MemberRow.user_id == user_id)
        await self._session.execute(member.with_for_update())
        inbox = table_of(InboxRow)
        await self._session.execute(delete(inbox).where(self._line_of(user_id), inbox.c.state != WorkState.DONE))
        for name, ids in work.items():
            table = Base.metadata.tables[name]
            for start in range(0, len(ids), 500):
                await self._session.execute(delete(table).where(table.c.id.in_(ids[start : start + 500])))

    async def quoting(self, user_id: str) -> Sequence[Entry]:
        """Others' entries that quote this person, for this work alone."""
        return await self._entries.quoting_author(user_id)

    async def save_others(self, entry: Entry) -> None:
        """Store an entry of someone else from which this person's words were taken."""
        await self._entries.save(entry)
        # Its words have just been put together anew.
        self._saved.append({"id": entry.id})

    async def forget(self, user_id: str, name: str, stand_in: str, named: Named) -> None:
        """Remove the person's own rows, and put `stand_in` where others' rows name them."""
        for table_name, keys in (*named.items(), ("entries", self._saved)):
            table = Base.metadata.tables[table_name]
            for key in keys:
                await self._unname(table, key, _patterns(table, user_id, name), stand_in)
        for table in reversed(_tables()):
            await self._forget_in(table, user_id)
        await self._session.execute(update(table_of(InboxRow)).where(self._line_of(user_id)).values(order_key=""))
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

    async def _named_in(self, table: Table, user_id: str, name: str) -> list[Mapping[str, Any]]:
        columns, keys = _words(table), list(table.primary_key.columns)
        if not columns:
            return []
        patterns = _patterns(table, user_id, name)
        query = select(*keys, *(column for column in columns if column not in keys)).where(self._here(table))
        query = query.where(*(table.c[owner] != user_id for owner in _OWNERS if owner in table.c))
        if not words_are_sealed(self._session):
            names = [user_id, html.escape(name)] if len(patterns) > 1 else [user_id]
            query = query.where(
                or_(*(cast(column, Text).contains(each, autoescape=True) for column in columns for each in names))
            )
        rows = await self._session.stream(query.execution_options(yield_per=500))
        return [
            {key.name: row[key.name] for key in keys}
            async for row in rows.mappings()
            if any(_without(row[column.name], patterns, "") != row[column.name] for column in columns)
        ]

    async def _unname(
        self, table: Table, key: Mapping[str, Any], patterns: Sequence[re.Pattern[str]], stand_in: str
    ) -> None:
        # Read anew, as its owner may have changed it since it was found.
        this = and_(*(table.c[part] == value for part, value in key.items()))
        rows = await self._session.execute(select(*_words(table)).where(this).with_for_update())
        row = rows.mappings().one_or_none()
        changed = {
            column: without
            for column, value in (row or {}).items()
            if (without := _without(value, patterns, stand_in)) != value
        }
        if changed:
            await self._session.execute(update(table).where(this).values(changed))

    async def _going(self, user_id: str) -> list[str]:
        """Ids of what goes with this person and was to be told to others."""
        ids: list[str] = []
        for name in ("credits", "confirm_requests"):
            table = Base.metadata.tables[name]
            owners = [table.c[owner] == user_id for owner in _OWNERS if owner in table.c]
            ids += await self._session.scalars(select(table.c.id).where(self._here(table), or_(*owners)))
        return [re.escape(id_) for id_ in ids]

    async def _work_in(self, table: Table, user_id: str, person: re.Pattern[str]) -> list[int]:
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

    def _line_of(self, user_id: str) -> ColumnElement[bool]:
        """Their events."""
        inbox = table_of(InboxRow)
        return and_(self._here(inbox), inbox.c.order_key == f"{self._workspace_id}:{user_id}")

    def _here(self, table: Table) -> Any:
        return table.c.workspace_id == self._workspace_id


def _tables() -> list[Table]:
    """All tables of a workspace, those that others refer to first."""
    return [table for table in Base.metadata.sorted_tables if "workspace_id" in table.c]


def _person(user_id: str) -> re.Pattern[str]:
    return re.compile(rf"<@{user_id}(?:\|[^>]*)?>|(?<![A-Z0-9]){user_id}(?![A-Z0-9])")


def _patterns(table: Table, user_id: str, name: str) -> list[re.Pattern[str]]:
    """What names the person in this table: their id, and on shared pages the name that stands there."""
    if table.name != "shares" or len(name) < 2:
        return [_person(user_id)]
    return [_person(user_id), re.compile(rf"(?<!\w){re.escape(html.escape(name))}(?!\w)")]


def _words(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, _WORDS)]


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
