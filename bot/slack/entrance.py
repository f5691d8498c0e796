"""Where Slack's requests enter: events are stored before they are acknowledged, the rest is answered at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.domain.inbox import Arrival
from bot.services.inbox import InboxService
from bot.slack.app import bolt_request
from bot.slack.error_handler import ErrorHandler

_log = structlog.get_logger(__name__)

#: Slack waits three seconds for an answer, the way there and back included. Seconds.
PATIENCE = 2.3


class Entrance:
    """One way in for both modes: HTTP and Socket Mode, which leave out what is not ours to read (`arrival_of`)."""

    def __init__(self, app: AsyncApp, inbox: InboxService, errors: ErrorHandler, patience: float) -> None:
        self._app, self._inbox, self._errors, self._patience = app, inbox, errors, patience
        self._given_up: set[asyncio.Task[BoltResponse]] = set()

    async def event(self, arrival: Arrival) -> None:
        """Store an event. When this returns it may be acknowledged.

        What it raises says that the event is not stored; Slack sends again what is not acknowledged.
        """
        await self._inbox.accept(arrival)

    async def interaction(self, payload: Mapping[str, Any]) -> BoltResponse:
        """A command, action, shortcut or form, verified by whoever received it; its effect is stored.

        When that takes too long it is called off, and the person is told so.
        """
        answering = asyncio.create_task(self._app.async_dispatch(bolt_request(payload)))
        done, _ = await asyncio.wait({answering}, timeout=self._patience)
        if done:
            return answering.result()
        # A database that is stuck may take its time to let go, too: that isn't waited for.
        answering.cancel()
        self._given_up.add(answering)
        answering.add_done_callback(self._given_up.discard)
        _log.warning("answered_too_slow", type=payload.get("type") or "command")
        return await self._errors.too_slow(payload)


def as_text(payload: Mapping[str, Any]) -> str:
    """A payload as it is stored. ASCII alone: Slack's JSON may escape what no database takes as text."""
    return json.dumps(payload, separators=(",", ":"))
