"""The two addresses of installing by OAuth."""

from __future__ import annotations

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.telemetry.logging import where_it_failed

_log = structlog.get_logger(__name__)

_FAILED = "Installing didn't work this time, and nothing was stored. Please begin again at {path}."


def install_pages(flow: AsyncOAuthFlow) -> list[Route]:
    """`/slack/install` and `/slack/oauth_redirect`."""

    async def begin(request: Request) -> Response:
        return to_starlette_response(await flow.handle_installation(_bolt_request(request)))

    async def come_back(request: Request) -> Response:
        try:
            answer = await flow.handle_callback(_bolt_request(request))
        except Exception as error:
            # Slack was away, or what it said could not be stored: the person can simply begin again.
            _log.error("installing_failed", where=where_it_failed(error))
            return PlainTextResponse(_FAILED.format(path=flow.install_path), status_code=503)
        return to_starlette_response(answer)

    return [Route(flow.install_path, begin), Route(flow.redirect_uri_path, come_back)]


def _bolt_request(request: Request) -> AsyncBoltRequest:
    return AsyncBoltRequest(body="", query=request.url.query, headers=dict(request.headers))
