"""A workspace's tags get better by its people's corrections, by themselves.

Every process ticks: it lays under its tags what is in use by now, and has a workspace learn when enough corrections
came together. What a workspace learned is its own: nobody else's tags change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.domain.errors import NotFound
from bot.domain.learning import MOST_CORRECTIONS, CorrectedText, Layer, LayerState, Learned, counted, is_due
from bot.domain.ports import Clock, Learner
from storage.unit_of_work import Storage

_log = structlog.get_logger(__name__)

#: So many of the newest corrections are looked at to find those that count.
_LOOKED_AT = 5 * MOST_CORRECTIONS


class LearningService:
    """Has workspaces learn, and keeps this process at what is in use."""

    def __init__(self, storage: Storage, learner: Learner, clock: Clock) -> None:
        self._storage, self._learner, self._clock = storage, learner, clock
        self._laying = asyncio.Lock()

    async def refresh(self) -> None:
        """Lay under the tags what is in use by now, whichever process made it or took it back."""
        async with self._storage.machinery_reading() as work:
            wanted = {team: version for team, version, base in await work.layers.in_use() if base == self._learner.base}
        held = self._learner.in_use()
        for workspace_id in held.keys() - wanted.keys():
            await self._lay(workspace_id)
        for workspace_id, version in wanted.items():
            if held.get(workspace_id) != version:
                await self._lay(workspace_id, version)

    async def tick(self) -> int:
        """Have every workspace learn that has enough new corrections; how many tried."""
        if not self._learner.can_learn:
            return 0
        async with self._storage.machinery_reading() as work:
            workspaces = await work.layers.with_enough_corrections()
        tried = 0
        for workspace_id in workspaces:
            tried += await self.learn(workspace_id) is not None
        return tried

    async def learn(self, workspace_id: str) -> Layer | None:
        """Try a candidate for this workspace, and use it if it may be; `None` when it isn't time."""
        async with self._storage.reading(workspace_id) as work:
            corrections = counted(await work.corrections.newest(_LOOKED_AT))
            layers = await work.layers.list()
            current = next((each for each in layers if each.state is LayerState.IN_USE), None)
            usable = current is not None and current.base == self._learner.base
            numbers = await work.layers.numbers(current.version) if current and usable else None
        if not is_due(corrections, layers, self._learner.base):
            return None
        learned = await asyncio.to_thread(self._learner.learn, corrections, numbers)
        layer = Layer(
            workspace_id=workspace_id,
            version=max((each.version for each in layers), default=0) + 1,
            base=self._learner.base,
            made_at=self._clock.now(),
            corrections=len(corrections),
            people=len({each.user_id for each in corrections}),
            figures=learned.figures,
            state=LayerState.REFUSED if learned.numbers is None else LayerState.IN_USE,
        )
        return await self._store(layer, learned, corrections)

    async def _store(self, layer: Layer, learned: Learned, corrections: Sequence[CorrectedText]) -> Layer | None:
        async with self._storage.work(layer.workspace_id) as work:
            known = {each.version for each in await work.layers.list()}
            there = {each.entry_id for each in await work.corrections.newest(_LOOKED_AT)}
            if layer.version in known or any(each.entry_id not in there for each in corrections):
                # Another process was faster, or someone had their data deleted meanwhile: the next tick looks again.
                return None
            await work.layers.add(layer, learned.numbers, corrections)
            await work.commit()
        if learned.numbers is not None:
            await self._lay(layer.workspace_id, layer.version)
        _log.info("workspace_learned", workspace=layer.workspace_id, version=layer.version, state=layer.state)
        return layer

    async def versions(self, workspace_id: str) -> Sequence[Layer]:
        """Everything this workspace tried to learn, newest first."""
        async with self._storage.reading(workspace_id) as work:
            return await work.layers.list()

    async def go_back(self, workspace_id: str) -> Layer | None:
        """Use the version before the one in use again; `None` when that is the shared model alone.

        Raises `NotFound` when the workspace uses none.
        """
        async with self._storage.work(workspace_id) as work:
            layers = await work.layers.list()
            if not any(each.state is LayerState.IN_USE for each in layers):
                raise NotFound("errors.not_found")
            before = next((e for e in layers if e.state is LayerState.REPLACED and e.base == self._learner.base), None)
            await work.layers.go_back(before.version if before else None)
            await work.commit()
        await self.refresh()
        return before

    async def let_go(self, workspace_id: str, user_id: str) -> None:
        """Someone had their data deleted: nothing in memory may be of theirs. `refresh` brings back what may stay."""
        await self._lay(workspace_id)

    async def _lay(self, workspace_id: str, version: int | None = None) -> None:
        """Lay a version under the workspace's tags, if it is still stored; without one, take away what lies there.

        One after the other, so that nothing read before a deletion is laid after it.
        """
        async with self._laying:
            numbers = None
            if version is not None:
                async with self._storage.reading(workspace_id) as work:
                    numbers = await work.layers.numbers(version)
            await asyncio.to_thread(self._learner.use, workspace_id, version or 0, numbers)
