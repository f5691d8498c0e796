"""The Bolt app: every listener, one error handler, each workspace with its own token."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.envelope import from_json
from bot.domain.errors import NotFound
from bot.domain.inbox import InboxItem
from bot.services import Services
from bot.slack.error_handler import FAILURE, ErrorHandler
from bot.slack.gateway import SlackGateway
from bot.slack.listeners import register_all
from bot.slack.payloads import asker_of
from bot.telemetry import tracing


def create_app(
    services: Services, gateway: SlackGateway, words: Words, errors: ErrorHandler, signing_secret: str
) -> AsyncApp:
    """The app, which connects to nothing by itself.

    Listeners run before the answer goes out, so that a command's or a form's effect is stored when
    Slack hears "ok", and a failed event is known to the inbox.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        try:
            workspace = await services.installations.workspace(team_id or "", enterprise_id)
            client = await gateway.client(workspace.id)
        except NotFound:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace.id,
            bot_user_id=workspace.bot_user_id,
            bot_id=workspace.bot_id,
            bot_token=client.token,
        )

    quiet = logging.getLogger("slack_bolt")
    app = AsyncApp(
        authorize=authorize,  # type: ignore[arg-type]  # None means "not installed", as Bolt documents
        signing_secret=signing_secret,
        process_before_response=True,
        # The SDK would repeat a message whose answer was lost, and both would stand.
        client=AsyncWebClient(base_url=gateway.base_url, retry_handlers=[]),
        logger=quiet,
    )
    app.middleware(partial(_know_the_request, services=services))
    register_all(app, services, words)
    app.error(errors.__call__)
    return app


async def _know_the_request(
    body: dict[str, Any],
    next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    *,
    services: Services,
) -> BoltResponse:
    tracing.begin(body)
    if "event" not in body:
        where = asker_of(body)
        await services.people.serve(where.workspace_id, where.user_id)
    return await next()


def bolt_request(payload: Mapping[str, Any]) -> AsyncBoltRequest:
    """A payload for Bolt to dispatch. It was verified when it arrived: its signature is not checked again."""
    # Bolt looks into parts that are there, also into `null`.
    body = {name: part for name, part in payload.items() if part is not None}
    return AsyncBoltRequest(body=body, mode="socket_mode")


async def dispatch_event(app: AsyncApp, item: InboxItem) -> None:
    """Run a stored event through the app. Raises the listener's error when it failed."""
    request = bolt_request(from_json(item.body))
    response = await app.async_dispatch(request)
    failure = request.context.get(FAILURE)
    if failure is not None:
        raise failure
    if response.status >= 500:
        raise RuntimeError(f"dispatch answered {response.status}")
