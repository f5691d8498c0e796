"""Socket Mode: Slack's requests over a connection that the bot opens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from time import perf_counter

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.envelope import event_of, is_well_formed
from bot.domain.inbox import arrival_of
from bot.slack.entrance import Entrance, as_text
from bot.telemetry.logging import where_it_failed

_log = structlog.get_logger(__name__)

#: At shutdown, requests under way get this long. Seconds.
GRACE = 10


class SocketModeReceiver:
    """Keeps the connection, and answers each envelope when its effect is stored."""

    def __init__(
        self,
        entrance: Entrance,
        app_token: str,
        base_url: str,
        answered: Callable[[int, float], None] = lambda _status, _seconds: None,
    ) -> None:
        """`answered` is told the status of each answer, as over HTTP, and how many seconds it took."""
        self._entrance, self._answered = entrance, answered
        self._client = SocketModeClient(
            app_token=app_token, web_client=AsyncWebClient(token=app_token, base_url=base_url)
        )
        self._client.socket_mode_request_listeners.append(self._on_request)
        self._under_way: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect; the client reconnects by itself from then on."""
        await self._client.connect()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Take nothing more, finish and answer what was taken, and hang up."""
        self._client.socket_mode_request_listeners.clear()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GRACE)
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _on_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        # The client keeps no hold of what it began; here it is waited for at the end.
        answering = asyncio.create_task(self._answer(client, request))
        self._under_way.add(answering)
        answering.add_done_callback(self._under_way.discard)

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began, status = perf_counter(), 500
        try:
            event = event_of(request.payload) if request.type == "events_api" else None
            if event is not None:
                arrival = arrival_of(event, as_text(request.payload))
                if arrival is not None:
                    await self._entrance.event(arrival)
                status, answer = 200, SocketModeResponse(envelope_id=request.envelope_id)
            elif request.type == "events_api" or not is_well_formed(request.payload):
                # Nothing that could be worked later: Slack needn't send it again.
                status, answer = 400, SocketModeResponse(envelope_id=request.envelope_id)
            else:
                response = await self._entrance.interaction(request.payload)
                status, answer = response.status, _answer_to(request, response)
            if status < 500:
                # Left unanswered, Slack sends an event again, and tells a person that it failed.
                await client.send_socket_mode_response(answer)
        except Exception as error:
            _log.error("request_failed", type=request.type, where=where_it_failed(error))
        finally:
            self._answered(status, perf_counter() - began)


def _answer_to(request: SocketModeRequest, response: BoltResponse) -> SocketModeResponse:
    if not response.body:
        return SocketModeResponse(envelope_id=request.envelope_id)
    if response.first_headers().get("content-type", "").startswith("application/json"):
        return SocketModeResponse(envelope_id=request.envelope_id, payload=json.loads(response.body))
    return SocketModeResponse(envelope_id=request.envelope_id, payload={"text": response.body})
