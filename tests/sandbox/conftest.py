"""A sandbox without the project's bot, the SDK's client, and small Bolt apps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import ManualClock, Sandbox
from bot.sandbox.acting import Person

Connect = Callable[[AsyncApp], Awaitable[None]]


@pytest.fixture
async def slack(clock: ManualClock) -> AsyncIterator[Sandbox]:
    """Without a manifest: everything is allowed."""
    async with Sandbox(clock=clock, answer_timeout=1.0) as sandbox:
        yield sandbox


@pytest.fixture
def client(slack: Sandbox) -> AsyncWebClient:
    """The SDK as the bot uses it."""
    return AsyncWebClient(token=slack.bot_token(), base_url=slack.api_url)


@pytest.fixture
def app(slack: Sandbox, client: AsyncWebClient) -> AsyncApp:
    """A Bolt app without listeners."""
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@pytest.fixture
async def connect(slack: Sandbox) -> AsyncIterator[Connect]:
    """Connects an app by Socket Mode."""
    handlers: list[AsyncSocketModeHandler] = []

    async def connect_app(app: AsyncApp) -> None:
        handler = AsyncSocketModeHandler(app, slack.app_token, web_client=app.client)
        handlers.append(handler)
        await handler.connect_async()
        await slack.connected()

    yield connect_app
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
def sam(slack: Sandbox) -> Person:
    return slack.person("sam")


@pytest.fixture
def dana(slack: Sandbox) -> Person:
    return slack.person("dana")


@pytest.fixture
def payments(slack: Sandbox) -> str:
    return slack.channel_id("#payments")
