"""The HTTP server: uvicorn, within the process's own loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Of a request's first line and headers together; Slack's own are far smaller. Bytes.
LARGEST_HEAD = 32_768
#: An idle connection is kept this long, so that whoever sends many requests need not connect for each. Seconds.
KEPT_ALIVE = 75
#: At shutdown, requests under way get this long. Seconds.
GRACE = 10


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve until the context ends, and finish what was begun then; yields the address, without a path.

    Raises `OSError` when the port is taken; port 0 takes one that is free.
    """
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    server = _Server(
        uvicorn.Config(
            app,
            http=_BoundedHttp,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEPT_ALIVE,
            timeout_graceful_shutdown=GRACE,
        )
    )
    running = asyncio.create_task(server.serve(sockets=[listening]))
    listens = asyncio.create_task(server.listens.wait())
    await asyncio.wait({running, listens}, return_when=asyncio.FIRST_COMPLETED)
    listens.cancel()
    shown = f"[{host}]" if ":" in host else host
    try:
        if not running.done():
            yield f"http://{shown}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


class _Server(uvicorn.Server):
    """Says when it listens, and leaves the process's signals to those who run it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _BoundedHttp(HttpToolsProtocol):
    """Hangs up on a request whose head has no end: uvicorn would gather all of it."""

    _head: int | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self.transport.abort()

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()
