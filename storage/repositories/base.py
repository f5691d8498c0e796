"""What all repositories of one workspace share."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.engine import READ_ONLY
from storage.keyring import keyring_of
from storage.models.base import Base

R = TypeVar("R")


def words_are_sealed(session: AsyncSession) -> bool:
    """Whether the database can't look into people's words, so that whoever searches them reads them all."""
    return keyring_of(session.get_bind().dialect).seals_evidence


class WorkspaceRepository:
    """Bound to one workspace when built; each of its queries names that workspace."""

    def __init__(self, session: AsyncSession, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def _held(self, query: Select[R], row: type[Base]) -> Select[R]:
        """The query; in work that may write, what it finds is this work's alone until that ends.

        What is saved then is made of what was read, and would undo what another process changed meanwhile. (SQLite
        has one writer at a time anyway.)
        """
        reads_only = self._session.get_bind().get_execution_options().get(READ_ONLY, False)
        return query if reads_only else query.with_for_update(of=row)


class CrossWorkspaceRepository:
    """For the workers, which serve all workspaces; never reachable from a person's request."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session


_INSERT_OF: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_into(session: AsyncSession, row: type[Base]) -> Any:
    """An insert in the database's own dialect, which knows `on_conflict_do_nothing` and `…_do_update`.

    Into the table, past the mapping: nobody wants the rows back as objects, and many at once cost a third less.
    """
    return _INSERT_OF[session.get_bind().dialect.name](row.__table__)
