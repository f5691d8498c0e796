"""Slack's own rate limits, for those who want to meet them (docs.slack.dev/apis/web-api/rate-limits)."""

from __future__ import annotations

import math
from datetime import datetime

from bot.sandbox.errors import SandboxError

#: Requests a minute by tier; ``special`` is not limited here.
TIERS: dict[int, int] = {1: 1, 2: 20, 3: 50, 4: 100}
METHOD_TIERS: dict[str, int] = {
    "apps.connections.open": 1,
    "canvases.create": 2,
    "conversations.list": 2,
    "users.list": 2,
    "reactions.remove": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.join": 3,
    "conversations.open": 3,
    "conversations.replies": 3,
    "users.conversations": 3,
    "chat.update": 3,
    "chat.delete": 3,
    "reactions.add": 3,
    "reactions.get": 3,
    "bots.info": 3,
    "team.info": 3,
    "conversations.members": 4,
    "users.info": 4,
    "views.open": 4,
    "views.push": 4,
    "views.update": 4,
    "views.publish": 4,
    "chat.postEphemeral": 4,
    "files.getUploadURLExternal": 4,
    "files.completeUploadExternal": 4,
}
#: ``chat.postMessage``: one a second and channel, with a short burst.
POST_BURST = 5
POST_PER_SECOND = 1.0


class Limited(SandboxError):
    """Too many requests; ``retry_after`` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"ratelimited, retry after {retry_after} s")
        self.retry_after = retry_after


class RateLimits:
    """A bucket per method and workspace (and per channel for posting); does nothing unless ``enabled``."""

    def __init__(self, *, enabled: bool = False) -> None:
        self.enabled = enabled
        self._buckets: dict[tuple[str, str], tuple[float, datetime]] = {}

    def take(self, method: str, team_id: str, channel: str, now: datetime) -> None:
        """Count a request; raises ``Limited``."""
        if not self.enabled:
            return
        if method == "chat.postMessage":
            self._take((method, f"{team_id}/{channel}"), POST_BURST, POST_PER_SECOND, now)
            return
        tier = METHOD_TIERS.get(method)
        if tier is not None:
            self._take((method, team_id), TIERS[tier], TIERS[tier] / 60, now)

    def _take(self, key: tuple[str, str], size: int, per_second: float, now: datetime) -> None:
        left, since = self._buckets.get(key, (float(size), now))
        left = min(float(size), left + (now - since).total_seconds() * per_second)
        if left < 1:
            self._buckets[key] = (left, now)
            raise Limited(max(1, math.ceil((1 - left) / per_second)))
        self._buckets[key] = (left - 1, now)
