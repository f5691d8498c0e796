"""The browser page: plain files, served to this machine only, that ask nothing of any other address."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from importlib.resources import files

from aiohttp import web

from bot.sandbox.control import refuse_strangers
from bot.sandbox.seed import Hint

#: Nothing from elsewhere, nothing inline, no markup made from text (which the Trusted Types line enforces).
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)


class Page:
    """Serves ``/`` and ``/static/…``, and ``/_sandbox/hints`` to it."""

    def __init__(self, hints: Sequence[Hint] = ()) -> None:
        folder = files("bot.sandbox").joinpath("static")
        self._files = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
        self._hints = [hint.model_dump() for hint in hints]

    def routes(self) -> list[web.RouteDef]:
        """For ``Sandbox.add_routes``."""
        return [
            web.get("/", self.index),
            web.get("/static/{name}", self.file),
            web.get("/_sandbox/hints", self.hints),
        ]

    async def index(self, request: web.Request) -> web.Response:
        """The page."""
        return self._served(request, "index.html")

    async def file(self, request: web.Request) -> web.Response:
        """One of its files."""
        return self._served(request, request.match_info["name"])

    async def hints(self, request: web.Request) -> web.Response:
        """The steps it suggests."""
        refuse_strangers(request)
        return web.json_response(self._hints)

    def _served(self, request: web.Request, name: str) -> web.Response:
        refuse_strangers(request)
        content = self._files.get(name)
        if content is None:
            raise web.HTTPNotFound
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "text/plain"
        return web.Response(body=content, content_type=kind, charset="utf-8", headers=_headers(request))


def _headers(request: web.Request) -> dict[str, str]:
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    return {
        "content-security-policy": _POLICY.format(port=port),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }
