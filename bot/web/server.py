"""The HTTP server: granian within the process's own loop. It reads and writes HTTP outside the interpreter's lock."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.rsgi import HTTPProtocol, Scope
from granian.server.embed import Server

#: A web application as granian calls it (RSGI, its own interface): it answers through the protocol it is given.
WebApp = Callable[[Scope, HTTPProtocol], Awaitable[None]]

#: Of a request's first line and headers together; Slack's own are far smaller. Bytes.
LARGEST_HEAD = 32_768
#: An idle connection is kept this long, so that whoever sends many requests need not connect for each. Seconds.
KEPT_ALIVE = 75
#: So many connections are open at a time; more wait to be accepted.
CONNECTIONS = 4_096
#: At shutdown, requests under way get this long. Seconds.
GRACE = 10

# Left alone, it would set up the logging of the whole process.
_NO_LOGGING_OF_ITS_OWN = {"incremental": True, "formatters": {}, "handlers": {}, "loggers": {}}


@asynccontextmanager
async def serving(app: WebApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve until the context ends, and finish what was begun then; yields the address, without a path.

    Raises `OSError` when the port is taken; port 0 takes one that is free.
    """
    port = _free(host, port)
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=KEPT_ALIVE * 1000, max_buffer_size=LARGEST_HEAD),
        websockets=False,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        log_enabled=False,
        log_dictconfig=_NO_LOGGING_OF_ITS_OWN,
    )
    running = asyncio.create_task(server.serve())
    try:
        await _listening(running, host, port)
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        server.stop()
        # Whoever is halfway through sending a request then, and doesn't go on, is not waited for.
        with suppress(TimeoutError):
            await asyncio.wait_for(running, GRACE)


def _free(host: str, port: int) -> int:
    """The port, or with 0 one that is free. It is asked for here, as granian would share one that is taken."""
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        taken: int = listening.getsockname()[1]
    return taken


async def _listening(running: asyncio.Task[None], host: str, port: int) -> None:
    """Return when connections are taken. Raises what the server failed with."""
    while not running.done():
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    running.result()
