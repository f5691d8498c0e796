"""The workspaces the bot serves, and how it behaves in each."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.errors import NotFound
from bot.domain.ports import Clock
from bot.domain.workspaces import Workspace, emoji_name
from storage.unit_of_work import Storage

#: How long a workspace is taken as last read: another process may have changed it.
KNOWN_FOR = timedelta(seconds=30)


class WorkspaceService:
    """Knows each workspace; small and read at every event, so kept at hand."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._known: dict[str, tuple[Workspace, datetime]] = {}

    async def get(self, workspace_id: str) -> Workspace:
        """The workspace. Raises `NotFound` for one the bot was never installed in."""
        now = self._clock.now()
        known = self._known.get(workspace_id)
        if known and now - known[1] < KNOWN_FOR:
            return known[0]
        async with self._storage.machinery_reading(little=True) as work:
            workspace = await work.workspaces.get(workspace_id)
        if workspace is None:
            self._known.pop(workspace_id, None)
            raise NotFound("errors.unknown_workspace")
        self._known[workspace_id] = (workspace, now)
        return workspace

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

    def look_again(self) -> None:
        """Something changed behind this service: read workspaces anew."""
        self._known.clear()
