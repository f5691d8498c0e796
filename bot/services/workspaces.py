"""The workspaces the bot serves, and how it behaves in each."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.domain.ports import Clock
from bot.domain.workspaces import Workspace, emoji_name
from storage.unit_of_work import Storage


class WorkspaceService:
    """Knows each workspace; small and read at every event, so kept at hand."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._known: dict[str, Workspace] = {}

    async def get(self, workspace_id: str) -> Workspace:
        """The workspace. Raises `NotFound` for one the bot was never installed in."""
        if workspace_id not in self._known:
            async with self._storage.machinery_reading() as work:
                workspace = await work.workspaces.get(workspace_id)
            if workspace is None:
                raise NotFound("errors.unknown_workspace")
            self._known[workspace_id] = workspace
        return self._known[workspace_id]

    async def install(self, workspace: Workspace) -> None:
        """Make a workspace known, or renew what is known of it."""
        async with self._storage.machinery() as work:
            await work.workspaces.put(workspace)
            await work.commit()
        self._known.pop(workspace.id, None)

    async def set_emoji(self, workspace_id: str, *, keep: str, credit: str) -> Workspace:
        """Change the emoji that keep and credit. Raises `Refused` for what is not an emoji's name."""
        keep_name, credit_name = emoji_name(keep), emoji_name(credit)
        async with self._storage.machinery() as work:
            await work.workspaces.set_emoji(workspace_id, keep=keep_name, credit=credit_name)
            await work.commit()
        self._known.pop(workspace_id, None)
        return await self.get(workspace_id)

    async def removed(self, workspace_id: str) -> None:
        """The app was uninstalled: stop at once."""
        async with self._storage.machinery() as work:
            await work.workspaces.mark_removed(workspace_id, self._clock.now())
            await work.commit()
        self._known.pop(workspace_id, None)
