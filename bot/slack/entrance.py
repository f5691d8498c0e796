"""Where Slack's requests enter: events are stored before they are acknowledged, the rest is answered at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.inbox import arrival_of, is_ours_to_read
from bot.services.inbox import InboxService


class Entrance:
    """One way in for both modes: HTTP and Socket Mode."""

    def __init__(self, app: AsyncApp, inbox: InboxService) -> None:
        self._app, self._inbox = app, inbox

    async def event(self, payload: Mapping[str, Any], body: str) -> None:
        """Store an `event_callback`. When this returns it may be acknowledged."""
        event = payload.get("event")
        if isinstance(event, dict) and not is_ours_to_read(event):
            return
        await self._inbox.accept([arrival_of(payload, body)])

    async def interaction(self, payload: Mapping[str, Any]) -> BoltResponse:
        """A command, action, shortcut or form, verified by whoever received it; its effect is stored."""
        return await self._app.async_dispatch(AsyncBoltRequest(body=dict(payload), mode="socket_mode"))


def as_text(payload: Mapping[str, Any]) -> str:
    """A payload as it is stored."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
