"""SQLite keeps for a while what was deleted: in free parts of its pages, and in the index of words.

Where everything of a person is deleted, the free parts are overwritten at once, and the index is swept after it.
On PostgreSQL there is nothing to do here.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import search_index
from storage.repositories.base import CrossWorkspaceRepository

#: So many pages of the index are put together anew in one step.
_AT_ONCE = 200
_OVERWRITE = text("PRAGMA secure_delete = ON")
# A number in the file's head that is the application's to use, changed within a transaction like any row.
_WANTED = text("PRAGMA user_version")
_MERGE = text(f"INSERT INTO {search_index.TABLE} ({search_index.TABLE}, rank) VALUES ('merge', :pages)")  # noqa: S608
_CHANGES = text("SELECT total_changes()")


async def overwrite_what_goes(session: AsyncSession) -> None:
    """What this connection deletes from now on is overwritten in its pages."""
    if _is_sqlite(session):
        await session.execute(_OVERWRITE)


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
        await overwrite_what_goes(self._session)
        before = (await self._session.execute(_CHANGES)).scalar_one()
        await self._session.execute(_MERGE, {"pages": -_AT_ONCE if first else _AT_ONCE})
        # SQLite's documentation of FTS5, "merge": a step that changes fewer than two rows had nothing to do.
        return bool((await self._session.execute(_CHANGES)).scalar_one() - before >= 2)

    async def swept(self, wanted: int) -> None:
        """All is swept of what was `wanted` when it began; deletions that came meanwhile still wait."""
        if await self.wanted() == wanted:
            await self._session.execute(text("PRAGMA user_version = 0"))


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
