"""Socket Mode: the bot's WebSocket connections (docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.delivery import Kind, Reply
from bot.sandbox.state import Json
from bot.sandbox.world import World

#: Slack takes at most ten connections of one app at once.
MAX_CONNECTIONS = 10


@dataclass(eq=False, slots=True)
class Connection:
    """One open WebSocket and the envelopes it has not acknowledged yet."""

    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    leaving: bool = False


class SocketTransport:
    """Shares envelopes out over the open connections, round robin, and waits for their acknowledgement."""

    def __init__(self, world: World, on_nonsense: Callable[[str, Json], None]) -> None:
        self._world = world
        self._on_nonsense = on_nonsense
        self._connections: list[Connection] = []
        self._turn = 0
        self._tickets: set[str] = set()
        self._arrived = asyncio.Event()

    @property
    def ready(self) -> bool:
        return any(not connection.leaving for connection in self._connections)

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    async def connected(self) -> None:
        """Return when a bot is connected."""
        await self._arrived.wait()

    def new_ticket(self) -> str:
        """The one-time key of a WebSocket address, as ``apps.connections.open`` hands out."""
        ticket = self._world.ids.next("", 32).lower()
        self._tickets.add(ticket)
        return ticket

    async def send(self, kind: Kind, payload: Json, *, attempt: int, reason: str, within: float) -> Reply:
        usable = [connection for connection in self._connections if not connection.leaving]
        if not usable:
            return Reply(failure="connection_failed", status=0)
        self._turn += 1
        connection = usable[self._turn % len(usable)]
        envelope_id = self._world.ids.uuid()
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = answer
        try:
            await connection.socket.send_str(json.dumps(envelope, ensure_ascii=False))
            async with asyncio.timeout(within):
                return Reply(body=await answer)
        except TimeoutError:
            return Reply(failure="timeout", status=0)
        except ConnectionError:
            return Reply(failure="connection_failed", status=0)
        finally:
            connection.waiting.pop(envelope_id, None)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket itself."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        if len(self._connections) >= MAX_CONNECTIONS:
            return web.Response(status=429, text="too_many_websockets")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True, max_msg_size=16 * 1024 * 1024)
        await socket.prepare(request)
        connection = Connection(socket)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._arrived.set()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(connection, message.data)
        finally:
            self._gone(connection)
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._world.app_id},
        }

    def _acknowledge(self, connection: Connection, text: str) -> None:
        try:
            body: Any = json.loads(text)
        except ValueError:
            self._on_nonsense("not JSON", {"text": text[:1000]})
            return
        envelope_id = body.get("envelope_id") if isinstance(body, dict) else None
        answer = connection.waiting.get(str(envelope_id))
        if not isinstance(body, dict) or answer is None:
            self._on_nonsense("unknown envelope_id", body if isinstance(body, dict) else {"body": body})
            return
        payload = body.get("payload")
        if payload is not None and not isinstance(payload, dict):
            self._on_nonsense("payload is no object", body)
            payload = None
        if not answer.done():
            answer.set_result(payload or {})

    def _gone(self, connection: Connection) -> None:
        self._connections.remove(connection)
        for answer in connection.waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the connection is gone"))
        if not self._connections:
            self._arrived.clear()

    async def disconnect(self, reason: str = "refresh_requested", *, close: bool = True) -> None:
        """Ask the bot to leave, as Slack does every few hours; ``warning`` only announces it.

        ``reason``: ``warning``, ``refresh_requested``, ``link_disabled``.
        """
        for connection in list(self._connections):
            connection.leaving = reason != "warning"
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
            )
            if close and reason != "warning":
                await connection.socket.close()
        if not self.ready:
            self._arrived.clear()

    async def drop(self) -> None:
        """Break every connection off without a word."""
        for connection in list(self._connections):
            connection.leaving = True
            if connection.socket._req is not None and connection.socket._req.transport is not None:
                connection.socket._req.transport.abort()
        self._arrived.clear()

    async def stop(self) -> None:
        """Close all connections."""
        for connection in list(self._connections):
            connection.leaving = True
            await connection.socket.close(code=1001, message=b"sandbox stops")
