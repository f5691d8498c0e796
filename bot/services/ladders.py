"""Which career levels a person's record is read against: their own, their workspace's, or the product's."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.ladder import Ladder
from bot.domain.ports import Clock
from storage.unit_of_work import Storage


class LadderService:
    """People's own ladders over those of their workspaces."""

    def __init__(self, storage: Storage, of_workspace: Callable[[str], Ladder], clock: Clock) -> None:
        self._storage, self._of_workspace, self._clock = storage, of_workspace, clock

    async def of(self, workspace_id: str, user_id: str) -> Ladder:
        """The ladder this person works with."""
        return await self.own(workspace_id, user_id) or self._of_workspace(workspace_id)

    async def own(self, workspace_id: str, user_id: str) -> Ladder | None:
        """The ladder this person brought, if they did."""
        async with self._storage.reading(workspace_id) as work:
            return await work.ladders.get(user_id)

    async def bring(self, workspace_id: str, user_id: str, ladder: Ladder) -> None:
        """Work with this ladder from now on."""
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            await work.ladders.put(user_id, ladder, self._clock.now())
            await work.commit()

    async def drop(self, workspace_id: str, user_id: str) -> None:
        """Go back to the workspace's ladder."""
        async with self._storage.work(workspace_id) as work:
            await work.ladders.remove(user_id)
            await work.commit()
