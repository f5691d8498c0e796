"""Installing by OAuth v2: Slack's own flow, with states and installations held in our database."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from pydantic import SecretStr
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import Unreachable
from bot.domain.installations import STATE_LASTS, FreshTokens, Installation
from bot.domain.ports import Clock
from bot.services.installations import InstallationService
from bot.slack.api_errors import translated

_TIMEOUT = 10


class _States(AsyncOAuthStateStore):
    """Slack's flow asks here for states, and takes each back once."""

    def __init__(self, installations: InstallationService) -> None:
        self._installations = installations
        self._logger = logging.getLogger("slack_bolt")

    @property
    def logger(self) -> logging.Logger:
        return self._logger

    async def async_issue(self, *_args: object, **_options: object) -> str:
        return await self._installations.begin()

    async def async_consume(self, state: str) -> bool:
        return await self._installations.came_back(state)


class _Installations(AsyncInstallationStore):
    """Slack's flow leaves a finished installation here."""

    def __init__(self, installations: InstallationService, clock: Clock) -> None:
        self._installations, self._clock = installations, clock
        self._logger = logging.getLogger("slack_bolt")

    @property
    def logger(self) -> logging.Logger:
        return self._logger

    async def async_save(self, installation: SlackInstallation) -> None:
        # Slack said how long the token lasts; the SDK has added that to the machine's own time.
        ends = installation.bot_token_expires_at
        lasts = timedelta(seconds=ends - int(time.time())) if ends else None
        now = self._clock.now()
        refresh_token = installation.bot_refresh_token
        await self._installations.install(
            Installation(
                enterprise_id=installation.enterprise_id or "",
                team_id="" if installation.is_enterprise_install else installation.team_id or "",
                app_id=installation.app_id,
                name=(installation.enterprise_name if installation.is_enterprise_install else installation.team_name)
                or "",
                bot_user_id=installation.bot_user_id or "",
                bot_id=installation.bot_id,
                scopes=",".join(installation.bot_scopes or ()),
                bot_token=SecretStr(installation.bot_token or ""),
                refresh_token=SecretStr(refresh_token) if refresh_token else None,
                expires_at=now + lasts if lasts else None,
                installed_by=installation.user_id,
                installed_at=now,
            )
        )


class SlackTokenExchange:
    """Renews rotating tokens. Implements `bot.domain.ports.TokenExchange`."""

    def __init__(self, client_id: str, client_secret: str, base_url: str) -> None:
        self._client_id, self._client_secret, self._base_url = client_id, client_secret, base_url

    async def renew(self, refresh_token: SecretStr) -> FreshTokens:
        """New tokens for a refresh token. Raises `Unreachable` or `TryLater`."""
        client = AsyncWebClient(base_url=self._base_url, timeout=_TIMEOUT, retry_handlers=[])
        try:
            answer = await client.oauth_v2_access(
                client_id=self._client_id,
                client_secret=self._client_secret,
                grant_type="refresh_token",
                refresh_token=refresh_token.get_secret_value(),
            )
        except Exception as error:
            ours = translated(error)
            if ours is None:
                raise
            raise ours from error
        token, fresh, lasts = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
        if not token or not fresh or not lasts:
            raise Unreachable("no_rotating_token")
        return FreshTokens(
            bot_token=SecretStr(token), refresh_token=SecretStr(fresh), lasts=timedelta(seconds=int(lasts))
        )


def create_oauth_flow(
    installations: InstallationService,
    clock: Clock,
    *,
    client_id: str,
    client_secret: str,
    scopes: Sequence[str],
    base_url: str,
    public_url: str | None = None,
) -> AsyncOAuthFlow:
    """Slack's flow at `/slack/install` and `/slack/oauth_redirect`, asking for these scopes of a bot.

    With `public_url` Slack is told to come back there; else to the address in the app's own settings.
    """
    redirect = f"{public_url.rstrip('/')}/slack/oauth_redirect" if public_url else None
    # The Web API stands at …/api/, the consent page beside it.
    site = base_url.rstrip("/").removesuffix("/api")
    return AsyncOAuthFlow(
        client=AsyncWebClient(base_url=base_url, timeout=_TIMEOUT, retry_handlers=[]),
        logger=logging.getLogger("slack_bolt"),
        settings=AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=list(scopes),
            user_scopes=[],
            redirect_uri=redirect,
            authorization_url=f"{site}/oauth/v2/authorize",
            installation_store=_Installations(installations, clock),
            state_store=_States(installations),
            state_expiration_seconds=int(STATE_LASTS.total_seconds()),
        ),
    )
