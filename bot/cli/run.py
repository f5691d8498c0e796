"""`multiplier run`: the bot, in a real workspace."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Annotated, Any

import typer

from bot.bootstrap import Multiplier, assemble
from bot.cli.say import fail, tell
from bot.domain.errors import TryLater, Unreachable
from bot.domain.ports import Clock
from bot.language_model import LanguageModelUnusable
from bot.settings import Settings
from bot.slack.socket_mode import SocketModeReceiver
from bot.telemetry.logging import configure_logging
from bot.web.app import PATH, create_web_app
from bot.web.health import health_pages, metrics_page
from bot.web.installing import install_pages
from bot.web.pages import Pages, showing
from bot.web.server import WebApp, serving
from bot.web.shared_pages import shared_pages

NOT_CONNECTED = (
    "SLACK_BOT_TOKEN is not set. Copy .env.example to .env and paste the token from "
    "your app's page, OAuth & Permissions (it begins with xoxb-). docs/set-up.md shows each step."
)
NOT_SIGNED = (
    "SLACK_SIGNING_SECRET is not set. Without SLACK_APP_TOKEN the bot listens over HTTP and needs it to know "
    "Slack's requests: your app's page, Basic Information. Or set SLACK_APP_TOKEN to use Socket Mode."
)
NO_KEYS = (
    "ENCRYPTION_KEYS is not set. Installing by OAuth stores tokens, and they are stored sealed or not at all: "
    "`multiplier db new-key` makes a key."
)
SAID_BY_SLACK = {
    "invalid_auth": "Slack doesn't know SLACK_BOT_TOKEN. Copy it again from OAuth & Permissions (xoxb-…).",
    "not_authed": NOT_CONNECTED,
    "account_inactive": "The app was removed from the workspace. Install it again, and copy the new token.",
    "token_revoked": "The token was revoked. Install the app again, and copy the new SLACK_BOT_TOKEN.",
    "token_expired": "The token has expired. Install the app again, and copy the new SLACK_BOT_TOKEN.",
}


def run(
    port: Annotated[int | None, typer.Option(help="Port of the HTTP server (default: PORT, or 3000).")] = None,
) -> None:
    """Run the bot: over Socket Mode when SLACK_APP_TOKEN is set, else over HTTP at POST /slack/events."""
    settings = Settings()
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    configure_logging(settings.log_level, as_json=settings.log_json)
    problem = missing(settings)
    if problem:
        fail(problem)
    try:
        run_loop(serve(settings))
    except LanguageModelUnusable as error:
        fail(str(error))


def missing(settings: Settings) -> str | None:
    """What has to be set before the bot can start; `None` when nothing is missing."""
    by_oauth = settings.slack_client_id and settings.slack_client_secret.get_secret_value()
    if by_oauth and not settings.encryption_keys.get_secret_value():
        return NO_KEYS
    if not by_oauth and not settings.slack_bot_token.get_secret_value():
        return NOT_CONNECTED
    if not settings.slack_app_token.get_secret_value() and not settings.slack_signing_secret.get_secret_value():
        return NOT_SIGNED
    return None


#: Seconds. SQLite's threads need the interpreter for a moment after each statement, and would wait for it 25 times
#: as long by default: with events coming in, that is a quarter of all that are stored in a second.
SWITCH_INTERVAL = 0.0002


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end, on uvloop where the system has it."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    if sys.platform == "win32":
        asyncio.run(main)
    else:
        import uvloop

        uvloop.run(main)


def _keep_what_is_loaded() -> None:
    """Spare the collector what is there for good: looking through all of it again makes an answer wait."""
    gc.collect()
    gc.freeze()


async def serve(settings: Settings) -> None:
    """Connect, and work until the process is told to stop; then finish what was begun."""
    async with AsyncExitStack() as stack:
        multiplier = await assemble(settings)
        stack.push_async_callback(multiplier.close)
        workspace_name = await install(multiplier)
        await stack.enter_async_context(multiplier.working())
        await connect(multiplier, stack)
        tell(f"Multiplier is listening in {workspace_name}. Ctrl-C stops it.")
        await stopped()
        multiplier.services.watching.stop()


async def connect(multiplier: Multiplier, stack: AsyncExitStack) -> str | None:
    """Take Slack's requests until the stack unwinds; over HTTP, at the address returned."""
    _keep_what_is_loaded()
    settings = multiplier.settings
    app_token = settings.slack_app_token.get_secret_value()
    if app_token:
        answered = multiplier.metrics.answered
        receiver = SocketModeReceiver(multiplier.entrance, app_token, settings.slack_api_url, answered)
        stack.push_async_callback(receiver.close)
        await receiver.start()
        await _watch(multiplier, stack)
        return None
    try:
        address = await stack.enter_async_context(serving(web_app(multiplier), settings.host, settings.port)) + PATH
    except OSError:
        fail(f"port {settings.port} is taken; choose another with --port")
    tell(f"HTTP: POST {address}")
    return address


def web_app(multiplier: Multiplier, clock: Clock | None = None) -> WebApp:
    """Everything that is served over HTTP. Signatures are dated by `clock`, else by the bot's own."""
    settings, services = multiplier.settings, multiplier.services
    flow = multiplier.oauth_flow()
    pages = {
        **shared_pages(services.shares.read),
        **_watching_pages(multiplier),
        **(install_pages(flow) if flow is not None else {}),
    }
    secret = settings.slack_signing_secret.get_secret_value()
    return create_web_app(multiplier.entrance, secret, clock or services.clock, multiplier.metrics.answered, pages)


def _watching_pages(multiplier: Multiplier) -> Pages:
    watching = multiplier.services.watching
    return {**health_pages(watching.readiness), **metrics_page(multiplier.metrics, watching.backlogs)}


async def _watch(multiplier: Multiplier, stack: AsyncExitStack) -> None:
    """Socket Mode needs no server; health and figures get one of their own where a port is given for them."""
    settings = multiplier.settings
    if settings.watch_port is None:
        return
    try:
        await stack.enter_async_context(
            serving(showing(_watching_pages(multiplier)), settings.host, settings.watch_port)
        )
    except OSError:
        fail(f"port {settings.watch_port} is taken; choose another for WATCH_PORT")


async def stopped() -> None:
    """Return when the process is asked to stop (Ctrl-C or SIGTERM)."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, asked.set)
    await asked.wait()


async def install(multiplier: Multiplier) -> str:
    """Make the workspace of the token known; its name. Ends the command when Slack refuses."""
    if not multiplier.settings.slack_bot_token.get_secret_value():
        return "every workspace that installs it at /slack/install"
    try:
        return (await multiplier.install_from_token()).name
    except Unreachable as error:
        fail(SAID_BY_SLACK.get(error.reason, f"Slack refuses SLACK_BOT_TOKEN: {error.reason}"))
    except TryLater as error:
        url = multiplier.settings.slack_api_url
        fail(f"Slack can't be reached at {url} ({error.reason}). Check the network, then try again.")
