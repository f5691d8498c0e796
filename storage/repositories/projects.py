"""Queries on projects, packet drafts and shares of one workspace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.domain.evidence import ConfirmationState, EntryStatus, Sensitivity
from bot.domain.packet import PacketDraft
from bot.domain.projects import Project
from bot.domain.shares import Held, Share, ShareView
from storage.models.entries import ConfirmationRow, EntryRow
from storage.models.packets import PacketDraftRow, ProjectRow, ShareRow, ShareViewRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository


class Projects(WorkspaceRepository):
    """What people told apart as one piece of work."""

    async def list(self, user_id: str) -> Sequence[Project]:
        """This person's projects, oldest first."""
        rows = await self._session.scalars(
            select(ProjectRow)
            .where(ProjectRow.workspace_id == self._workspace_id, ProjectRow.user_id == user_id)
            .order_by(ProjectRow.created_at, ProjectRow.id)
        )
        return [Project.model_validate(row) for row in rows]

    async def put(self, project: Project) -> None:
        """Store a project, new or changed."""
        changing = ("name", "problem", "scope")
        await self._put(ProjectRow, project.model_dump(), changing)

    async def assign(self, user_id: str, project_id: str | None, entry_ids: Collection[str]) -> None:
        """Put these entries of this person into the project, or into none."""
        await self._session.execute(
            update(EntryRow)
            .where(
                EntryRow.workspace_id == self._workspace_id,
                EntryRow.user_id == user_id,
                EntryRow.id.in_(entry_ids),
            )
            .values(project_id=project_id)
        )

    async def remove(self, user_id: str, project_id: str) -> None:
        """Remove a project; its entries stay, without one."""
        mine = (EntryRow.workspace_id == self._workspace_id, EntryRow.user_id == user_id)
        await self._session.execute(
            update(EntryRow).where(*mine, EntryRow.project_id == project_id).values(project_id=None)
        )
        await self._session.execute(
            delete(ProjectRow).where(
                ProjectRow.workspace_id == self._workspace_id,
                ProjectRow.user_id == user_id,
                ProjectRow.id == project_id,
            )
        )


class PacketDrafts(WorkspaceRepository):
    """What people chose for their packets."""

    async def get(self, user_id: str, draft_id: str) -> PacketDraft | None:
        """This person's draft with this id."""
        row = await self._session.scalar(self._of(user_id).where(PacketDraftRow.id == draft_id))
        return PacketDraft.model_validate(row.content) if row else None

    async def latest(self, user_id: str) -> PacketDraft | None:
        """The draft this person worked on last."""
        row = await self._session.scalar(
            self._of(user_id).order_by(PacketDraftRow.updated_at.desc(), PacketDraftRow.id.desc()).limit(1)
        )
        return PacketDraft.model_validate(row.content) if row else None

    async def list(self, user_id: str) -> Sequence[PacketDraft]:
        """All drafts of this person, oldest first."""
        rows = await self._session.scalars(self._of(user_id).order_by(PacketDraftRow.created_at, PacketDraftRow.id))
        return [PacketDraft.model_validate(row.content) for row in rows]

    async def put(self, draft: PacketDraft) -> None:
        """Store a draft, new or changed."""
        values = {
            "id": draft.id,
            "workspace_id": draft.workspace_id,
            "user_id": draft.user_id,
            "content": draft.model_dump(mode="json"),
            "created_at": draft.created_at,
            "updated_at": draft.updated_at,
        }
        await self._put(PacketDraftRow, values, ["content", "updated_at"])

    def _of(self, user_id: str) -> Any:
        return select(PacketDraftRow).where(
            PacketDraftRow.workspace_id == self._workspace_id, PacketDraftRow.user_id == user_id
        )


class Shares(WorkspaceRepository):
    """Snapshots people share."""

    async def add(self, share: Share, *, key_digest: str, page: str, holds: Sequence[Held]) -> None:
        """Store a new share with its page and what stands on it."""
        held = [each.model_dump(mode="json") for each in holds]
        self._session.add(ShareRow(**share.model_dump(), key_digest=key_digest, page=page, holds=held))
        await self._session.flush()

    async def list(self, user_id: str, limit: int = 20) -> Sequence[Share]:
        """This person's shares, newest first."""
        rows = await self._session.scalars(
            self._of(user_id).order_by(ShareRow.created_at.desc(), ShareRow.id.desc()).limit(limit)
        )
        return [_share(row) for row in rows]

    async def revoke(self, user_id: str, share_id: str, now: datetime) -> bool:
        """End a share and forget its page. False when this person has no such share."""
        row = await self._session.scalar(self._of(user_id).where(ShareRow.id == share_id))
        if row is None:
            return False
        row.revoked_at, row.page = row.revoked_at or now, ""
        await self._session.flush()
        return True

    async def views(self, user_id: str, share_id: str, limit: int = 20) -> tuple[int, Sequence[ShareView]]:
        """How often this person's share was opened, and the latest times."""
        of_it = (
            ShareViewRow.share_id == share_id,
            ShareRow.id == ShareViewRow.share_id,
            ShareRow.workspace_id == self._workspace_id,
            ShareRow.user_id == user_id,
        )
        count = await self._session.scalar(select(func.count(ShareViewRow.id)).where(*of_it)) or 0
        rows = await self._session.scalars(
            select(ShareViewRow).where(*of_it).order_by(ShareViewRow.at.desc()).limit(limit)
        )
        return count, [ShareView(at=row.at, agent=row.agent) for row in rows]

    def _of(self, user_id: str) -> Any:
        return select(ShareRow).where(ShareRow.workspace_id == self._workspace_id, ShareRow.user_id == user_id)


class OpenShares(CrossWorkspaceRepository):
    """Shares as their readers reach them: by the digest of the key in the address, and by nothing else."""

    async def page(self, key_digest: str, now: datetime) -> tuple[str, str] | None:
        """Id and page of the share that this key opens at this moment."""
        row = await self._session.scalar(
            select(ShareRow).where(
                ShareRow.key_digest == key_digest, ShareRow.revoked_at.is_(None), ShareRow.expires_at > now
            )
        )
        if row is None:
            return None
        if not await self._may_still_be_shown(row):
            row.revoked_at, row.page = now, ""
            await self._session.flush()
            return None
        return row.id, row.page

    async def _may_still_be_shown(self, row: ShareRow) -> bool:
        held = [Held.model_validate(each) for each in row.holds]
        ids = [each.entry_id for each in held]
        shared = await self._session.scalar(
            select(func.count(EntryRow.id)).where(
                EntryRow.id.in_(ids),
                EntryRow.status == EntryStatus.KEPT,
                EntryRow.sensitivity == Sensitivity.SHARE,
            )
        )
        rows = await self._session.execute(
            select(ConfirmationRow.entry_id, ConfirmationRow.by).where(
                ConfirmationRow.entry_id.in_(ids), ConfirmationRow.state == ConfirmationState.QUOTED
            )
        )
        quoted = {(entry_id, by) for entry_id, by in rows}
        return shared == len(ids) and all((each.entry_id, by) in quoted for each in held for by in each.quoted)

    async def seen(self, view_id: str, share_id: str, now: datetime, agent: str) -> None:
        """Note that a share was opened."""
        self._session.add(ShareViewRow(id=view_id, share_id=share_id, at=now, agent=agent[:200]))
        await self._session.flush()

    async def forget_expired(self, now: datetime) -> None:
        """Empty the pages of shares that have run out."""
        await self._session.execute(
            update(ShareRow).where(ShareRow.expires_at <= now, ShareRow.page != "").values(page="")
        )


def _share(row: ShareRow) -> Share:
    return Share.model_validate({name: getattr(row, name) for name in Share.model_fields})
