"""Queries on corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.learning import CorrectedText
from bot.domain.record import Correction
from bot.domain.tagging import Kind
from storage.models.base import table_of
from storage.models.corrections import CorrectionRow
from storage.repositories.base import WorkspaceRepository

_CORRECTIONS = table_of(CorrectionRow).c
#: Asked for with every text that is tagged, so put together once and past the mapping.
_NEWEST_OF = (
    select(_CORRECTIONS.text, _CORRECTIONS.kind)
    .where(_CORRECTIONS.workspace_id == bindparam("workspace_id"), _CORRECTIONS.user_id == bindparam("user_id"))
    .order_by(_CORRECTIONS.corrected_at.desc())
    .limit(bindparam("most"))
)


class Corrections(WorkspaceRepository):
    """What people of one workspace corrected."""

    async def put(self, user_id: str, entry_id: str, *, text: str, kind: Kind, was: Kind, now: datetime) -> None:
        """Remember the kind this person gave to this entry's text."""
        values = {"text": text, "kind": kind, "was": was, "corrected_at": now}
        await self._put(CorrectionRow, values | {"entry_id": entry_id, "user_id": user_id}, values)

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
        theirs = {"workspace_id": self._workspace_id, "user_id": user_id, "most": limit}
        return [(text, Kind(kind)) for text, kind in await self._session.execute(_NEWEST_OF, theirs)]
