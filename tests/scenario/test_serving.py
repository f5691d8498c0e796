"""The HTTP server: pages at their addresses, and a stop that finishes what was begun."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

import aiohttp
import pytest
from granian.rsgi import HTTPProtocol, Scope

from bot.web import server
from bot.web.pages import Answer, Request, give, showing
from bot.web.server import serving


async def greeting(request: Request) -> Answer:
    return Answer(f"hello, {request.query}")


async def broken(_request: Request) -> Answer:
    raise ValueError("somebody's words")


async def below(request: Request) -> Answer:
    return Answer(request.path)


PAGES = {"/greeting": greeting, "/broken": broken, "/below/": below}


@pytest.mark.parametrize(
    ("method", "address", "shown"),
    [
        ("GET", "/greeting?sam", (200, "hello, sam")),
        ("GET", "/below/this", (200, "/below/this")),
        ("GET", "/below/this/too", (404, "Not Found")),
        ("GET", "/below", (404, "Not Found")),
        ("GET", "/elsewhere", (404, "Not Found")),
        ("GET", "/greeting/", (404, "Not Found")),
        ("POST", "/greeting", (405, "")),
        ("HEAD", "/greeting", (200, "")),
        ("GET", "/broken", (500, "Something went wrong here.")),
    ],
)
async def test_pages_are_shown_at_their_addresses_and_nothing_else(
    method: str, address: str, shown: tuple[int, str]
) -> None:
    async with (
        serving(showing(PAGES), "127.0.0.1", 0) as site,
        aiohttp.ClientSession() as session,
        session.request(method, site + address) as response,
    ):
        assert (response.status, await response.text()) == shown


async def test_a_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            async with serving(showing({}), "127.0.0.1", port):
                pass


async def test_two_servers_do_not_share_a_port() -> None:
    async with serving(showing({}), "127.0.0.1", 0) as site:
        with pytest.raises(OSError, match="in use"):
            async with serving(showing({}), "127.0.0.1", urlsplit(site).port or 0):
                pass


async def test_a_stop_finishes_what_was_begun() -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(_scope: Scope, protocol: HTTPProtocol) -> None:
        begun.set()
        await goes_on.wait()
        give(protocol, Answer("done"))

    async def ask(address: str) -> str:
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            return await response.text()

    async with serving(slow, "127.0.0.1", 0) as address:
        asking = asyncio.create_task(ask(address))
        await begun.wait()
        asyncio.get_running_loop().call_later(0.2, goes_on.set)
    assert await asking == "done"


async def test_a_stop_does_not_wait_for_a_request_that_never_becomes_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "GRACE", 0.2)

    async def reading(_scope: Scope, protocol: HTTPProtocol) -> None:
        begun.set()
        await protocol()

    begun = asyncio.Event()
    async with asyncio.timeout(20):
        async with serving(reading, "127.0.0.1", 0) as address:
            place = urlsplit(address)
            _, writer = await asyncio.open_connection(place.hostname, place.port)
            writer.write(b"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\nhalf")
            await begun.wait()
        writer.close()
