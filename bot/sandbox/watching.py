"""Passing every change of the sandbox on to a page: by WebSocket, or as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from aiohttp import WSMsgType, web

from bot.sandbox.events import Listener
from bot.sandbox.state import Json

#: A watcher that falls this many changes behind is dropped.
CHANGES_KEPT = 10_000


async def stream_changes(
    request: web.Request, subscribe: Callable[[Listener], Callable[[], None]]
) -> web.StreamResponse:
    """Send changes until the watcher leaves."""
    queue: asyncio.Queue[Json] = asyncio.Queue(CHANGES_KEPT)
    full = asyncio.Event()

    def put(change: Json) -> None:
        try:
            queue.put_nowait(change)
        except asyncio.QueueFull:
            full.set()

    end = subscribe(put)
    try:
        if request.headers.get("upgrade", "").lower() == "websocket":
            return await _by_socket(request, queue, full)
        return await _by_events(request, queue, full)
    finally:
        end()


async def _by_socket(request: web.Request, queue: asyncio.Queue[Json], full: asyncio.Event) -> web.StreamResponse:
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request)

    async def pump() -> None:
        while not full.is_set():
            await socket.send_json(await queue.get())
        await socket.close()

    pumping = asyncio.create_task(pump())
    try:
        async for message in socket:
            if message.type is WSMsgType.ERROR:
                break
    finally:
        pumping.cancel()
        await asyncio.gather(pumping, return_exceptions=True)
    return socket


async def _by_events(request: web.Request, queue: asyncio.Queue[Json], full: asyncio.Event) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"content-type": "text/event-stream", "cache-control": "no-store"})
    await stream.prepare(request)
    await stream.write(b": hello\n\n")
    while not full.is_set():
        change = await queue.get()
        await stream.write(f"data: {json.dumps(change)}\n\n".encode())
    return stream
