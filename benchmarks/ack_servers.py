"""The servers that `benchmarks.ack` compares, each a process of its own: `python -m benchmarks.ack_servers NAME`.

Prints its address when it listens, and ends when its standard input does. `bare` verifies and parses, on aiohttp as
Bolt does, `bare_granian` on granian as the product does; `bolt` is Bolt for Python with an empty listener; `ours` is
the product; `worker` only works the product's inbox.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from aiohttp import web
from granian.rsgi import HTTPProtocol, Scope
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from benchmarks.load import SECRET, TEAM
from bot.bootstrap import Multiplier, assemble
from bot.cli.run import connect, run_loop
from bot.domain.workspaces import Workspace
from bot.services.working import Turns
from bot.settings import Settings
from bot.telemetry.logging import configure_logging
from bot.web.app import PATH
from bot.web.server import serving

TOKEN = "xoxb-benchmark"  # noqa: S105 - a token for nothing


async def serve_bare(stack: AsyncExitStack) -> str:
    """Verify the signature, parse the JSON, answer."""
    verifier = SignatureVerifier(SECRET)

    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        headers = request.headers
        if not verifier.is_valid(raw, headers["x-slack-request-timestamp"], headers["x-slack-signature"]):
            return web.Response(status=401)
        json.loads(raw)
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    return await _listen(app, stack)


async def serve_bare_granian(stack: AsyncExitStack) -> str:
    """The same without a framework, on the server that the product uses."""
    verifier = SignatureVerifier(SECRET)

    async def app(scope: Scope, protocol: HTTPProtocol) -> None:
        raw = await protocol()
        headers = scope.headers
        if not verifier.is_valid(raw, headers["x-slack-request-timestamp"], headers["x-slack-signature"]):
            raise PermissionError
        json.loads(raw)
        protocol.response_empty(200, [])

    return await stack.enter_async_context(serving(app, "127.0.0.1", 0)) + PATH


async def serve_bolt(stack: AsyncExitStack) -> str:
    """Bolt as its documentation shows it, with a listener that does nothing."""

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_user_id="UBOT", bot_id="BBOT", bot_token=TOKEN)

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.event("reaction_added")
    async def nothing() -> None:
        return

    return await _listen(app.web_app("/slack/events"), stack)


async def serve_ours(stack: AsyncExitStack, database_url: str, worker: str) -> str:
    """The product over HTTP, as `multiplier run` serves it, with its worker behind it."""
    multiplier = await _assembled(stack, database_url)
    if worker == "selfish":
        Turns.CROWD = sys.maxsize
    if worker != "none":
        await stack.enter_async_context(multiplier.working())
    address = await connect(multiplier, stack)
    assert address
    return address


async def work(stack: AsyncExitStack, database_url: str) -> str:
    """The product's worker alone, for the entrance of another process."""
    multiplier = await _assembled(stack, database_url)
    await stack.enter_async_context(multiplier.working())
    return "working"


async def _assembled(stack: AsyncExitStack, database_url: str) -> Multiplier:
    settings = Settings(
        _env_file=None, database_url=database_url, slack_bot_token=TOKEN, slack_signing_secret=SECRET, port=0
    )
    multiplier = await assemble(settings)
    stack.push_async_callback(multiplier.close)
    now = datetime.now(UTC)
    await multiplier.services.workspaces.install(
        Workspace(id=TEAM, name="benchmark", url="", bot_user_id="UBOT", bot_id="BBOT", installed_at=now)
    )
    multiplier.services.installations.use_own_token(TEAM, TOKEN)
    return multiplier


async def _listen(app: web.Application, stack: AsyncExitStack) -> str:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


async def main() -> None:
    """Serve until nobody wants it any more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=["bare", "bare_granian", "bolt", "ours", "worker"])
    parser.add_argument("--database-url", default="")
    parser.add_argument("--worker", choices=["yields", "selfish", "none"], default="yields")
    asked = parser.parse_args()
    configure_logging("error", as_json=False)
    async with AsyncExitStack() as stack:
        if asked.name == "bare":
            address = await serve_bare(stack)
        elif asked.name == "bare_granian":
            address = await serve_bare_granian(stack)
        elif asked.name == "bolt":
            address = await serve_bolt(stack)
        elif asked.name == "worker":
            address = await work(stack, asked.database_url)
        else:
            address = await serve_ours(stack, asked.database_url, asked.worker)
        print(address, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    run_loop(main())
