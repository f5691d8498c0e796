"""SQLite keeps for a while what was deleted: in the index of words, and in the log of what was written.

Where everything of a person is deleted, both are swept after it. (The free parts of its pages are overwritten at once:
`storage.engine`.) On PostgreSQL there is nothing to do here.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import search_index
from storage.repositories.base import CrossWorkspaceRepository

#: So many pages of the index are put together anew in one step.
_AT_ONCE = 200
# A number in the file's head that is the application's to use, changed within a transaction like any row.
_WANTED = text("PRAGMA user_version")
_MERGE = text(f"INSERT INTO {search_index.TABLE} ({search_index.TABLE}, rank) VALUES ('merge', :pages)")  # noqa: S608
_CHANGES = text("SELECT total_changes()")


async def want_a_sweep(session: AsyncSession) -> None:
    """Have the index swept once this is committed, whatever becomes of the process."""
    if _is_sqlite(session):
        wanted = (await session.execute(_WANTED)).scalar_one()
        await session.execute(text(f"PRAGMA user_version = {int(wanted) + 1}"))


class Sweeping(CrossWorkspaceRepository):
    """Has the index of words let go of those that were deleted."""

    async def wanted(self) -> int:
        """How many deletions wait for it."""
        return int((await self._session.execute(_WANTED)).scalar_one()) if _is_sqlite(self._session) else 0

    async def sweep_some(self, *, first: bool) -> bool:
        """Put some of its pages together anew, beginning with the `first`; false when nothing was left to do."""
        before = (await self._session.execute(_CHANGES)).scalar_one()
        await self._session.execute(_MERGE, {"pages": -_AT_ONCE if first else _AT_ONCE})
        # SQLite's documentation of FTS5, "merge": a step that changes fewer than two rows had nothing to do.
        return bool((await self._session.execute(_CHANGES)).scalar_one() - before >= 2)

    async def swept(self, wanted: int) -> None:
        """All is swept of what was `wanted` when it began; deletions that came meanwhile still wait."""
        left = max(await self.wanted() - wanted, 0)
        await self._session.execute(text(f"PRAGMA user_version = {left}"))


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
