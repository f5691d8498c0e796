"""Where the app is installed, and the tokens it was given there."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import AwareDatetime, SecretStr

from bot.domain.evidence import Value

#: A rotating token lives twelve hours; it is exchanged for a new one when less than this is left.
REFRESH_BEFORE = timedelta(hours=2)
#: Who begins to exchange a token has this long; then another process may try.
REFRESH_LEASE = timedelta(minutes=1)
#: An installation that was begun must come back within this time.
STATE_LASTS = timedelta(minutes=10)
#: After the app was removed everything is kept this long, unless the settings say otherwise, for a reinstallation.
KEPT_AFTER_REMOVAL = timedelta(days=30)


class Installation(Value):
    """One installation. That of an Enterprise organisation has an `enterprise_id` and no `team_id`."""

    enterprise_id: str = ""
    team_id: str = ""
    app_id: str | None = None
    name: str = ""
    bot_user_id: str
    bot_id: str | None = None
    scopes: str = ""
    bot_token: SecretStr
    refresh_token: SecretStr | None = None
    expires_at: AwareDatetime | None = None
    installed_by: str | None = None
    installed_at: AwareDatetime

    @property
    def is_of_organisation(self) -> bool:
        """Whether it holds for every workspace of an Enterprise organisation."""
        return bool(self.enterprise_id) and not self.team_id

    def wants_refresh(self, now: datetime) -> bool:
        """Whether its token should be exchanged by now."""
        return self.refresh_token is not None and self.expires_at is not None and self.expires_at - now < REFRESH_BEFORE

    def is_usable(self, now: datetime) -> bool:
        """Whether Slack still takes its token."""
        return self.expires_at is None or now < self.expires_at


class FreshTokens(Value):
    """What Slack gave for a refresh token. `lasts` is the life of the new token."""

    bot_token: SecretStr
    refresh_token: SecretStr
    lasts: timedelta
