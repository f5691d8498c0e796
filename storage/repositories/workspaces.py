"""Queries on workspaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.domain.workspaces import Workspace
from storage.models.workspaces import WorkspaceRow
from storage.repositories.base import CrossWorkspaceRepository, insert_or_change


class Workspaces(CrossWorkspaceRepository):
    """All workspaces the bot was installed in."""

    async def get(self, workspace_id: str) -> Workspace | None:
        """The workspace with this team id."""
        row = await self._session.get(WorkspaceRow, workspace_id)
        return Workspace.model_validate(row) if row else None

    async def all_active(self) -> Sequence[Workspace]:
        """Those the bot is still installed in."""
        rows = await self._session.scalars(
            select(WorkspaceRow).where(WorkspaceRow.removed_at.is_(None)).order_by(WorkspaceRow.id)
        )
        return [Workspace.model_validate(row) for row in rows]

    async def put(self, workspace: Workspace) -> None:
        """Store a workspace at its (re)installation; its own choice of emoji stays as it was."""
        values = workspace.model_dump()
        changing = [name for name in values if name not in ("id", "keep_emoji", "credit_emoji", "installed_at")]
        await self._session.execute(insert_or_change(self._session, WorkspaceRow, changing), values)

    async def set_emoji(self, workspace_id: str, *, keep: str, credit: str) -> None:
        """Change the two emoji that the bot listens to."""
        await self._session.execute(
            update(WorkspaceRow).where(WorkspaceRow.id == workspace_id).values(keep_emoji=keep, credit_emoji=credit)
        )

    async def of_organisation(self, enterprise_id: str) -> Sequence[str]:
        """Ids of the known workspaces of an Enterprise organisation."""
        rows = await self._session.scalars(
            select(WorkspaceRow.id).where(WorkspaceRow.enterprise_id == enterprise_id).order_by(WorkspaceRow.id)
        )
        return list(rows)

    async def revive(self, enterprise_id: str, *, bot_user_id: str, bot_id: str | None) -> None:
        """The app was installed again for an organisation: its known workspaces live on with what they had."""
        await self._session.execute(
            update(WorkspaceRow)
            .where(WorkspaceRow.enterprise_id == enterprise_id)
            .values(removed_at=None, bot_user_id=bot_user_id, bot_id=bot_id)
        )

    async def mark_removed(self, workspace_id: str, now: datetime) -> None:
        """The app was uninstalled there."""
        await self._session.execute(update(WorkspaceRow).where(WorkspaceRow.id == workspace_id).values(removed_at=now))
