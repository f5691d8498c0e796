"""What all repositories of one workspace share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, and_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.engine import READ_ONLY
from storage.keyring import keyring_of
from storage.models.base import Base, table_of

R = TypeVar("R")


def words_are_sealed(session: AsyncSession) -> bool:
    """Whether the database can't look into people's words, so that whoever searches them reads them all."""
    return keyring_of(session.get_bind().dialect).seals_evidence


class WorkspaceRepository:
    """Bound to one workspace when built; each of its queries names that workspace."""

    def __init__(self, session: AsyncSession, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def _held(self, query: Select[R], of: Any) -> Select[R]:
        """The query; in work that may write, rows that it finds `of` this are this work's alone until that ends.

        What is saved then is made of what was read, and would undo what another process changed meanwhile. (SQLite
        has one writer at a time anyway.)
        """
        bind = self._session.get_bind()
        reads_only = bind.dialect.name == "sqlite" or bind.get_execution_options().get(READ_ONLY, False)
        return query if reads_only else query.with_for_update(of=of)

    async def _put(
        self,
        row: type[Base],
        values: Mapping[str, Any],
        changing: Iterable[str],
        *,
        key: Iterable[str] | None = None,
        newest_by: str | None = None,
    ) -> bool:
        """Insert a row of this workspace; where its key is there already, change these columns of it.

        A row that names its person is changed for the same person only: an id that came in with a file may be somebody
        else's, whose row stays as it is. With `newest_by`, only a row in which that column is less is changed. False
        when the row stays as it is.
        """
        put = insert_or_change(self._session, row, changing, key=key, newest_by=newest_by)
        result = await self._session.execute(put, {**values, "workspace_id": self._workspace_id})
        return bool(result.rowcount)  # type: ignore[attr-defined]


class CrossWorkspaceRepository:
    """For the workers, which serve all workspaces; never reachable from a person's request."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session


_INSERT_OF: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_or_leave(session: AsyncSession, row: type[Base]) -> Any:
    """An insert, past the mapping, that leaves what is there already as it is; the values come with its execution."""
    return _insert_or_leave(session.get_bind().dialect.name, row)


def insert_or_change(
    session: AsyncSession,
    row: type[Base],
    changing: Iterable[str],
    *,
    key: Iterable[str] | None = None,
    newest_by: str | None = None,
) -> Any:
    """An insert, past the mapping, that changes these columns where its key is there already: the primary, unless said.

    Where rows name their workspace and person, only a row of the same ones is changed; with `newest_by`, only one in
    which that column is less.
    """
    key = key or table_of(row).primary_key.columns.keys()
    return _insert_or_change(session.get_bind().dialect.name, row, tuple(key), tuple(changing), newest_by)


@cache
def _insert_or_leave(dialect: str, row: type[Base]) -> Any:
    return _INSERT_OF[dialect](table_of(row)).on_conflict_do_nothing()


@cache
def _insert_or_change(
    dialect: str, row: type[Base], key: tuple[str, ...], changing: tuple[str, ...], newest_by: str | None
) -> Any:
    table = table_of(row)
    insert = _INSERT_OF[dialect](table)
    new = insert.excluded
    only = [table.c[name] == new[name] for name in ("workspace_id", "user_id") if name in table.c]
    if newest_by:
        only.append(table.c[newest_by] < new[newest_by])
    return insert.on_conflict_do_update(
        index_elements=key,
        set_={name: new[name] for name in changing},
        where=and_(*only) if only else None,
    )
