"""What is served beside Slack's requests: pages, each at its address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import structlog
from granian.rsgi import HTTPProtocol, Scope
from slack_bolt.response import BoltResponse

from bot.telemetry.logging import where_it_failed
from bot.web.server import WebApp

_log = structlog.get_logger(__name__)


class Request(NamedTuple):
    """Somebody's wish to see a page: `GET`, or `HEAD` to learn of it alone. Names of headers are lower case."""

    method: str
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
ONLY_TO_READ = Answer(status=405, headers=(("allow", "GET"),))


def showing(pages: Pages) -> WebApp:
    """A web application that shows these pages, and nothing else."""

    async def app(scope: Scope, protocol: HTTPProtocol) -> None:
        page = pages.get(scope.path) or pages.get(scope.path.rpartition("/")[0] + "/")
        if page is None:
            give(protocol, _NOTHING_HERE)
        elif scope.method not in ("GET", "HEAD"):
            give(protocol, ONLY_TO_READ)
        else:
            try:
                headers = dict(scope.headers.items())
                answer = await page(Request(scope.method, scope.path, scope.query_string, headers))
            except Exception as error:
                # It may stand in anything; only the place is told.
                _log.error("page_failed", where=where_it_failed(error))
                answer = Answer("Something went wrong here.", 500)
            give(protocol, answer)

    return app


def give(protocol: HTTPProtocol, answer: Answer) -> None:
    """Send the answer."""
    protocol.response_str(answer.status, [("content-type", answer.type), *answer.headers], answer.body)


def answer_of(response: BoltResponse) -> Answer:
    """What Bolt answers, in the form that is sent."""
    told = {name.lower(): values for name, values in response.headers.items()}
    (content_type,) = told.pop("content-type", ["text/plain; charset=utf-8"])[:1]
    told.pop("content-length", None)
    headers = tuple((name, value) for name, values in told.items() for value in values)
    return Answer(response.body or "", response.status, content_type, headers)
