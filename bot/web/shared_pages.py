"""The pages people share: read-only, behind an address that is its own key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

#: Reads the page that a key opens, noting with what program; nothing for a key that opens none.
ReadShare = Callable[[str, str], Awaitable[str | None]]

#: As long as the keys that the bot makes; anything else is turned away before the database is asked.
_KEY_LENGTH = 43
_HEADERS = {
    # Nobody in between keeps a copy, nobody learns the address from a link, and the page can do nothing.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
}
_GONE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Not here</title>"
    "<p>There is nothing here, or not any more. Ask the person who sent you this address."
)


def shared_pages(read: ReadShare) -> list[Route]:
    """Shares at `/shared/<key>`. An unknown, ended and malformed key answer alike."""

    async def shared(request: Request) -> Response:
        if request.method != "GET":
            # Programs that only look whether something is there are no readers.
            return Response(status_code=405, headers={"Allow": "GET"})
        key = request.path_params["key"]
        known_shape = len(key) == _KEY_LENGTH and key.isascii()
        page = await read(key, request.headers.get("User-Agent", "")[:200]) if known_shape else None
        return HTMLResponse(page or _GONE, status_code=200 if page is not None else 404, headers=_HEADERS)

    return [Route("/shared/{key}", shared)]
