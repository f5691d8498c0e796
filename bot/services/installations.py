"""Installing, keeping tokens alive, and stopping at once when the app is removed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import NotFound, TryLater, Unreachable
from bot.domain.installations import (
    KEPT_AFTER_REMOVAL,
    REFRESH_BEFORE,
    REFRESH_LEASE,
    STATE_LASTS,
    Installation,
)
from bot.domain.ports import Clock, TokenExchange
from bot.domain.workspaces import Workspace
from bot.services.workspaces import KNOWN_FOR, WorkspaceService
from storage.unit_of_work import Storage

_log = structlog.get_logger(__name__)

#: People removed in one transaction when a workspace is forgotten.
_FORGOTTEN_AT_ONCE = 50


class InstallationService:
    """Knows which token serves which workspace. Tokens are held for a moment only, never logged."""

    def __init__(
        self,
        storage: Storage,
        workspaces: WorkspaceService,
        clock: Clock,
        exchange: TokenExchange | None = None,
        kept_after_removal: timedelta = KEPT_AFTER_REMOVAL,
    ) -> None:
        """Without an `exchange` tokens that end can't be renewed; one workspace with its own token needs none."""
        self._storage, self._workspaces, self._clock = storage, workspaces, clock
        self._exchange, self._kept_after_removal = exchange, kept_after_removal
        self._own: tuple[str, str] | None = None
        self._known: dict[str, tuple[Installation | None, datetime]] = {}

    def use_own_token(self, workspace_id: str, token: str) -> None:
        """Serve this one workspace with the token from the settings."""
        self._own = (workspace_id, token)

    async def begin(self) -> str:
        """A new state to send the installing person to Slack with; good once, for ten minutes."""
        state, now = secrets.token_urlsafe(32), self._clock.now()
        async with self._storage.machinery() as work:
            await work.oauth_states.forget_old(now)
            await work.oauth_states.add(_digest(state), now + STATE_LASTS)
            await work.commit()
        return state

    async def came_back(self, state: str) -> bool:
        """Use a state up. False when it is not one of ours, was used, or is too old."""
        async with self._storage.machinery() as work:
            good = await work.oauth_states.take(_digest(state), self._clock.now())
            await work.commit()
        return good

    async def install(self, installation: Installation, url: str = "") -> None:
        """Store an installation or its renewal; a removed workspace lives again with what it had."""
        async with self._storage.machinery() as work:
            await work.installations.put(installation)
            if installation.team_id:
                await work.workspaces.put(_workspace(installation, installation.team_id, url))
            else:
                await work.workspaces.revive(
                    installation.enterprise_id, bot_user_id=installation.bot_user_id, bot_id=installation.bot_id
                )
            await work.commit()
        self._forget_known()

    async def workspace(self, team_id: str, enterprise_id: str | None) -> Workspace:
        """The workspace, made known when it belongs to an organisation that the app is installed in.

        Raises `NotFound` where the app is not, or no longer, installed.
        """
        try:
            found = await self._workspaces.get(team_id)
        except NotFound:
            if not team_id or not enterprise_id:
                raise
            found = await self._joined(team_id, enterprise_id)
        if found.removed_at is not None:
            raise NotFound("errors.unknown_workspace")
        return found

    async def token_of(self, workspace_id: str) -> str:
        """The token that serves this workspace now.

        Raises `NotFound` where the app is not installed, `TryLater` while an ended token is being renewed.
        """
        workspace = await self.workspace(workspace_id, None)
        now = self._clock.now()
        known = self._known.get(workspace_id)
        if known is None or now - known[1] >= KNOWN_FOR or (known[0] and known[0].wants_refresh(now)):
            known = self._known[workspace_id] = (await self._usable(workspace, now), now)
        if known[0] is not None:
            return known[0].bot_token.get_secret_value()
        if self._own and self._own[0] == workspace_id:
            return self._own[1]
        raise NotFound("errors.unknown_workspace")

    async def refresh_due(self) -> int:
        """Exchange the tokens that end soon; how many were."""
        now = self._clock.now()
        async with self._storage.machinery_reading() as work:
            due = await work.installations.expiring(now + REFRESH_BEFORE, now)
        renewed = 0
        for installation in due:
            try:
                after = await self._refreshed(installation)
            except (Unreachable, TryLater) as error:
                _log.warning("token_not_renewed", team=installation.team_id, reason=error.reason)
                continue
            renewed += after.expires_at != installation.expires_at
        return renewed

    async def removed(self, team_id: str, enterprise_id: str | None = None, *, whole_organisation: bool) -> None:
        """The app was removed: its tokens and what waits to be sent are forgotten at once.

        Everything else is kept for the grace time, so that a reinstallation finds it.
        """
        now = self._clock.now()
        async with self._storage.machinery() as work:
            if whole_organisation and enterprise_id:
                await work.installations.remove(enterprise_id, "")
                gone = await work.workspaces.of_organisation(enterprise_id)
            else:
                await work.installations.remove("", team_id)
                gone = [team_id]
            for workspace_id in gone:
                if await work.installations.serving(workspace_id, None) is None:
                    await work.workspaces.mark_removed(workspace_id, now)
                    await work.removal.clear_unsent(workspace_id)
            await work.commit()
        self._forget_known()

    async def forget_removed(self) -> int:
        """Delete everything of the workspaces whose grace time is over; how many they were."""
        async with self._storage.machinery_reading() as work:
            over = await work.removal.due(self._clock.now() - self._kept_after_removal)
        for workspace_id in over:
            await self._forget(workspace_id)
        return len(over)

    async def _forget(self, workspace_id: str) -> None:
        # In steps, because a whole workspace in one transaction would outlast the statement's time.
        while True:
            async with self._storage.machinery(takes_long=True) as work:
                gone = await work.removal.forget_some(workspace_id, _FORGOTTEN_AT_ONCE)
                if not gone:
                    await work.removal.forget(workspace_id)
                await work.commit()
            if not gone:
                break
        self._forget_known()
        _log.info("workspace_forgotten", workspace=workspace_id)

    async def _joined(self, team_id: str, enterprise_id: str) -> Workspace:
        async with self._storage.machinery() as work:
            installation = await work.installations.get(enterprise_id, "")
            if installation is None:
                raise NotFound("errors.unknown_workspace")
            await work.workspaces.put(_workspace(installation, team_id, ""))
            await work.commit()
        self._forget_known()
        return await self._workspaces.get(team_id)

    async def _usable(self, workspace: Workspace, now: datetime) -> Installation | None:
        async with self._storage.machinery_reading(little=True) as work:
            installation = await work.installations.serving(workspace.id, workspace.enterprise_id)
        if installation is not None and installation.wants_refresh(now):
            installation = await self._refreshed(installation)
        if installation is not None and not installation.is_usable(now):
            raise TryLater("token_expired", after=REFRESH_LEASE.total_seconds())
        return installation

    async def _refreshed(self, installation: Installation) -> Installation:
        """The installation with a new token; as it was when another process is at it."""
        if self._exchange is None or installation.refresh_token is None:
            return installation
        now = self._clock.now()
        async with self._storage.machinery() as work:
            mine = await work.installations.claim_refresh(installation, now, REFRESH_LEASE)
            await work.commit()
        if not mine:
            return await self._again(installation)
        try:
            tokens = await self._exchange.renew(installation.refresh_token)
        except TryLater:
            if installation.is_usable(now):
                return installation
            raise
        async with self._storage.machinery() as work:
            await work.installations.refreshed(installation, tokens, now)
            await work.commit()
        self._known.clear()
        return await self._again(installation)

    async def _again(self, installation: Installation) -> Installation:
        async with self._storage.machinery_reading() as work:
            found = await work.installations.get(installation.enterprise_id, installation.team_id)
        return found or installation

    def _forget_known(self) -> None:
        self._known.clear()
        self._workspaces.look_again()


def _workspace(installation: Installation, team_id: str, url: str) -> Workspace:
    return Workspace(
        id=team_id,
        name=installation.name if installation.team_id else "",
        url=url,
        enterprise_id=installation.enterprise_id or None,
        bot_user_id=installation.bot_user_id,
        bot_id=installation.bot_id,
        installed_at=installation.installed_at,
    )


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
