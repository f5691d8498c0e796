"""The two addresses of installing by OAuth."""

from __future__ import annotations

import structlog
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.telemetry.logging import where_it_failed
from bot.web.pages import Answer, Pages, Request, answer_of

_log = structlog.get_logger(__name__)

_FAILED = "Installing didn't work this time, and nothing was stored. Please begin again at {path}."


def install_pages(flow: AsyncOAuthFlow) -> Pages:
    """`/slack/install` and `/slack/oauth_redirect`."""

    async def begin(request: Request) -> Answer:
        return answer_of(await flow.handle_installation(_bolt_request(request)))

    async def come_back(request: Request) -> Answer:
        try:
            response = await flow.handle_callback(_bolt_request(request))
        except Exception as error:
            # Slack was away, or what it said could not be stored: the person can simply begin again.
            _log.error("installing_failed", where=where_it_failed(error))
            return Answer(_FAILED.format(path=flow.install_path), 503)
        return answer_of(response)

    return {flow.install_path: begin, flow.redirect_uri_path: come_back}


def _bolt_request(request: Request) -> AsyncBoltRequest:
    return AsyncBoltRequest(body="", query=request.query, headers=dict(request.headers))
