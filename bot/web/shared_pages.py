"""The pages people share: read-only, behind an address that is its own key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.web.pages import ONLY_TO_READ, Answer, Pages, Request

#: Reads the page that a key opens, noting with what program; nothing for a key that opens none.
ReadShare = Callable[[str, str], Awaitable[str | None]]

_BELOW = "/shared/"
#: As long as the keys that the bot makes; anything else is turned away before the database is asked.
_KEY_LENGTH = 43
_HEADERS = (
    # Nobody in between keeps a copy, nobody learns the address from a link, and the page can do nothing.
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-robots-tag", "noindex, nofollow"),
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    ),
)
_GONE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Not here</title>"
    "<p>There is nothing here, or not any more. Ask the person who sent you this address."
)


def shared_pages(read: ReadShare) -> Pages:
    """Shares at `/shared/<key>`. An unknown, ended and malformed key answer alike."""

    async def shared(request: Request) -> Answer:
        if request.method != "GET":
            # Programs that only look whether something is there are no readers.
            return ONLY_TO_READ
        key = request.path.removeprefix(_BELOW)
        known_shape = len(key) == _KEY_LENGTH and key.isascii()
        page = await read(key, request.headers.get("user-agent", "")[:200]) if known_shape else None
        return Answer(page or _GONE, 200 if page is not None else 404, "text/html; charset=utf-8", _HEADERS)

    return {_BELOW: shared}
