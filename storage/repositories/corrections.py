"""Queries on corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.domain.learning import CorrectedText
from bot.domain.record import Correction
from bot.domain.tagging import Kind
from storage.models.corrections import CorrectionRow
from storage.repositories.base import WorkspaceRepository, insert_into


class Corrections(WorkspaceRepository):
    """What people of one workspace corrected."""

    async def put(self, user_id: str, entry_id: str, *, text: str, kind: Kind, was: Kind, now: datetime) -> None:
        """Remember the kind this person gave to this entry's text."""
        values = {"text": text, "kind": kind, "was": was, "corrected_at": now}
        await self._session.execute(
            insert_into(self._session, CorrectionRow)
            .values(entry_id=entry_id, workspace_id=self._workspace_id, user_id=user_id, **values)
            .on_conflict_do_update(index_elements=["entry_id"], set_=values)
        )

    async def list(self, user_id: str) -> Sequence[Correction]:
        """All of this person's corrections, oldest first."""
        rows = await self._session.scalars(
            select(CorrectionRow)
            .where(CorrectionRow.workspace_id == self._workspace_id, CorrectionRow.user_id == user_id)
            .order_by(CorrectionRow.corrected_at, CorrectionRow.entry_id)
        )
        return [
            Correction.model_validate({name: getattr(row, name) for name in Correction.model_fields}) for row in rows
        ]

    async def newest(self, limit: int) -> Sequence[CorrectedText]:
        """The newest corrections of everyone in the workspace."""
        rows = await self._session.scalars(
            select(CorrectionRow)
            .where(CorrectionRow.workspace_id == self._workspace_id)
            .order_by(CorrectionRow.corrected_at.desc(), CorrectionRow.entry_id)
            .limit(limit)
        )
        return [
            CorrectedText.model_validate({name: getattr(row, name) for name in CorrectedText.model_fields})
            for row in rows
        ]

    async def of(self, user_id: str, limit: int = 200) -> Sequence[tuple[str, Kind]]:
        """This person's newest corrections: text and kind."""
        rows = await self._session.execute(
            select(CorrectionRow.text, CorrectionRow.kind)
            .where(CorrectionRow.workspace_id == self._workspace_id, CorrectionRow.user_id == user_id)
            .order_by(CorrectionRow.corrected_at.desc())
            .limit(limit)
        )
        return [(text, Kind(kind)) for text, kind in rows]
