"""The two addresses of installing by OAuth."""

from __future__ import annotations

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

from bot.telemetry.logging import where_it_failed

_log = structlog.get_logger(__name__)

_FAILED = "Installing didn't work this time, and nothing was stored. Please begin again at {path}."


def add_install_pages(app: web.Application, flow: AsyncOAuthFlow) -> None:
    """Serve `/slack/install` and `/slack/oauth_redirect`."""

    async def begin(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await flow.handle_installation(await to_bolt_request(request)))

    async def come_back(request: web.Request) -> web.Response:
        try:
            answer = await flow.handle_callback(await to_bolt_request(request))
        except Exception as error:
            # Slack was away, or what it said could not be stored: the person can simply begin again.
            _log.error("installing_failed", where=where_it_failed(error))
            return web.Response(status=503, text=_FAILED.format(path=flow.install_path))
        return await to_aiohttp_response(answer)

    app.router.add_get(flow.install_path, begin)
    app.router.add_get(flow.redirect_uri_path, come_back)
