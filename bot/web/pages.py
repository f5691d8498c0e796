"""What is served beside Slack's requests: pages, each at its address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import structlog
from granian.rsgi import HTTPProtocol, Scope

from bot.telemetry.logging import where_it_failed
from bot.web.server import WebApp

_log = structlog.get_logger(__name__)


class Request(NamedTuple):
    """Somebody's wish to see a page. Names of headers are lower case."""

    path: str
    query: str
    headers: Mapping[str, str]


class Answer(NamedTuple):
    """What they get."""

    body: str = ""
    status: int = 200
    type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


#: Pages by their address; one that ends in `/` has all addresses below it.
Pages = Mapping[str, Callable[[Request], Awaitable[Answer]]]

_NOTHING_HERE = Answer("Not Found", 404)
_ONLY_TO_READ = Answer(status=405, headers=(("allow", "GET"),))


def showing(pages: Pages) -> WebApp:
    """A web application that shows these pages, and nothing else."""

    async def app(scope: Scope, protocol: HTTPProtocol) -> None:
        page = pages.get(scope.path) or pages.get(scope.path.rpartition("/")[0] + "/")
        if page is None:
            give(protocol, _NOTHING_HERE)
        elif scope.method != "GET":
            give(protocol, _ONLY_TO_READ)
        else:
            try:
                answer = await page(Request(scope.path, scope.query_string, dict(scope.headers.items())))
            except Exception as error:
                # It may stand in anything; only the place is told.
                _log.error("page_failed", where=where_it_failed(error))
                answer = Answer("Something went wrong here.", 500)
            give(protocol, answer)

    return app


def give(protocol: HTTPProtocol, answer: Answer) -> None:
    """Send the answer."""
    protocol.response_str(answer.status, [("content-type", answer.type), *answer.headers], answer.body)
