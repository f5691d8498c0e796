"""Queries on what workspaces learned."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from bot.domain.learning import FEWEST_CORRECTIONS, FEWEST_PEOPLE, CorrectedText, Layer, LayerState
from storage.models.corrections import CorrectionRow
from storage.models.layers import LayerEntryRow, LayerRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository

#: So many versions are kept with their numbers, to go back to.
KEPT = 5


class Layers(WorkspaceRepository):
    """The versions of one workspace's layer."""

    async def list(self) -> Sequence[Layer]:
        """All versions, newest first."""
        rows = await self._session.scalars(
            select(LayerRow).where(LayerRow.workspace_id == self._workspace_id).order_by(LayerRow.version.desc())
        )
        return [Layer.model_validate(_values(row)) for row in rows]

    async def numbers(self, version: int) -> bytes | None:
        """The numbers of a version."""
        row = await self._session.get(LayerRow, (self._workspace_id, version))
        return row.numbers if row else None

    async def add(self, layer: Layer, numbers: bytes | None, corrections: Sequence[CorrectedText]) -> None:
        """Store a version made of these corrections. One in use takes the place of the one before."""
        if layer.state is LayerState.IN_USE:
            await self._set(LayerState.IN_USE, LayerState.REPLACED)
        values = {**layer.model_dump(), "figures": dict(layer.figures), "numbers": numbers}
        self._session.add(LayerRow(**values))
        await self._session.flush()
        if numbers is not None:
            key = {"workspace_id": self._workspace_id, "version": layer.version}
            self._session.add_all(
                LayerEntryRow(**key, entry_id=each.entry_id, user_id=each.user_id) for each in corrections
            )
            await self._session.flush()
        await self._prune()

    async def go_back(self, version: int | None) -> None:
        """Take the version in use back; put this older one to use, or none."""
        await self._set(LayerState.IN_USE, LayerState.TAKEN_BACK)
        if version is not None:
            await self._session.execute(
                update(LayerRow)
                .where(LayerRow.workspace_id == self._workspace_id, LayerRow.version == version)
                .values(state=LayerState.IN_USE)
            )

    async def forget_incomplete(self) -> None:
        """Remove versions whose numbers come from a correction that is no longer there."""
        there = (
            select(func.count())
            .where(LayerEntryRow.workspace_id == LayerRow.workspace_id, LayerEntryRow.version == LayerRow.version)
            .scalar_subquery()
        )
        incomplete = select(LayerRow.version).where(
            LayerRow.workspace_id == self._workspace_id, LayerRow.numbers.is_not(None), LayerRow.corrections > there
        )
        versions = builtins.list(await self._session.scalars(incomplete))
        if versions:
            await self._session.execute(
                delete(LayerRow).where(LayerRow.workspace_id == self._workspace_id, LayerRow.version.in_(versions))
            )

    async def _prune(self) -> None:
        old = select(LayerRow.version).where(LayerRow.workspace_id == self._workspace_id)
        old = old.where(LayerRow.state != LayerState.IN_USE).order_by(LayerRow.version.desc()).offset(KEPT)
        versions = builtins.list(await self._session.scalars(old))
        if versions:
            await self._session.execute(
                delete(LayerRow).where(LayerRow.workspace_id == self._workspace_id, LayerRow.version.in_(versions))
            )

    async def _set(self, before: LayerState, after: LayerState) -> None:
        await self._session.execute(
            update(LayerRow)
            .where(LayerRow.workspace_id == self._workspace_id, LayerRow.state == before)
            .values(state=after)
        )


class LayersEverywhere(CrossWorkspaceRepository):
    """Which layers are in use, and which workspaces may have enough to learn from."""

    async def in_use(self) -> Sequence[tuple[str, int, str]]:
        """Workspace, version and shared model of every layer in use."""
        rows = await self._session.execute(
            select(LayerRow.workspace_id, LayerRow.version, LayerRow.base).where(LayerRow.state == LayerState.IN_USE)
        )
        return [(row.workspace_id, row.version, row.base) for row in rows]

    async def with_enough_corrections(self) -> Sequence[str]:
        """Workspaces with enough corrections of enough people."""
        rows = await self._session.scalars(
            select(CorrectionRow.workspace_id)
            .group_by(CorrectionRow.workspace_id)
            .having(func.count() >= FEWEST_CORRECTIONS, func.count(CorrectionRow.user_id.distinct()) >= FEWEST_PEOPLE)
        )
        return [*rows]


def _values(row: LayerRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in Layer.model_fields}
