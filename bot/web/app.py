"""The web application: Slack's requests at `POST /slack/events`, and pages beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk import signature
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.domain.envelope import from_json, is_well_formed
from bot.domain.ports import Clock
from bot.telemetry.logging import where_it_failed

_log = structlog.get_logger(__name__)

PATH = "/slack/events"
#: Slack's own payloads stay far below this.
LARGEST_BODY = 1_000_000

Answered = Callable[[int, float], None]

_TAKEN = Response()
_UNSIGNED = JSONResponse({"error": "invalid signature"}, status_code=401)
_UNREADABLE = JSONResponse({"error": "unreadable body"}, status_code=400)
_NOT_STORED = JSONResponse({"error": "not stored; send it again"}, status_code=503)
# Whoever sends more is not waited for.
_TOO_LARGE = JSONResponse({"error": "too large"}, status_code=413, headers={"Connection": "close"})


class Entrance(Protocol):
    """Who takes what Slack sends, once it is known to be Slack's."""

    async def event(self, payload: Mapping[str, Any], body: str) -> None:
        """Store an event. When this returns it may be acknowledged."""

    async def interaction(self, payload: Mapping[str, Any]) -> BoltResponse:
        """A command, action, shortcut or form; its effect is stored when this returns."""


def create_web_app(
    entrance: Entrance,
    signing_secret: str,
    clock: Clock,
    answered: Answered = lambda _status, _seconds: None,
    pages: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """The web application. Unsigned, stale and oversized requests are refused before they are read.

    `answered` is told the status of each answer to Slack, and how many seconds it took.
    """
    requests = SlackRequests(entrance, SignatureVerifier(signing_secret, _SignatureClock(clock)), answered)
    routed = Starlette(routes=[Route(PATH, requests, methods=["POST"]), *pages])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # Past the router, which would be a good part of what an event costs.
        is_slacks = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        await (requests if is_slacks else routed)(scope, receive, send)

    return app


class SlackRequests:
    """An ASGI application that takes what Slack posts."""

    def __init__(self, entrance: Entrance, verifier: SignatureVerifier, answered: Answered) -> None:
        self._entrance, self._verifier, self._answered = entrance, verifier, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing to one who went away before it was whole."""
        began, status = perf_counter(), 500
        try:
            response = await self._answer(dict(scope["headers"]), receive)
            status = response.status_code
            await response(scope, receive, send)
        except ClientDisconnect:
            status = 400
        finally:
            self._answered(status, perf_counter() - began)

    async def _answer(self, headers: Mapping[bytes, bytes], receive: Receive) -> Response:
        raw = await _read(receive)
        if raw is None:
            return _TOO_LARGE
        if not self._is_signed(raw, headers):
            return _UNSIGNED
        try:
            text = raw.decode("utf-8")
            payload = _payload_of(text, headers.get(b"content-type", b""))
        except (ValueError, RecursionError):
            return _UNREADABLE
        if payload.get("type") == "event_callback":
            try:
                await self._entrance.event(payload, text)
            except Exception as error:
                # Whatever the database's driver raises: Slack keeps the event, and sends it again.
                _log.error("event_not_stored", where=where_it_failed(error))
                return _NOT_STORED
            return _TAKEN
        if payload.get("type") == "url_verification":
            return JSONResponse({"challenge": str(payload.get("challenge") or "")})
        if payload.get("ssl_check"):
            return _TAKEN
        return _as_response(await self._entrance.interaction(payload))

    def _is_signed(self, raw: bytes, headers: Mapping[bytes, bytes]) -> bool:
        timestamp = headers.get(b"x-slack-request-timestamp", b"")
        signed = headers.get(b"x-slack-signature", b"")
        if not signed.isascii() or not timestamp.isdigit() or len(timestamp) > 15:
            return False
        try:
            return self._verifier.is_valid(raw, timestamp.decode(), signed.decode())
        except UnicodeDecodeError:
            return False


class _SignatureClock(signature.Clock):
    """Our clock in the form that Slack's signature check takes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


async def _read(receive: Receive) -> bytes | None:
    """The whole body; `None` for one that is too large. Raises `ClientDisconnect`."""
    raw, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        raw += message.get("body", b"")
        more = message.get("more_body", False)
        if len(raw) > LARGEST_BODY:
            return None
    return raw


def _payload_of(text: str, content_type: bytes) -> dict[str, Any]:
    """The payload of a JSON body, of a form, or of a form's `payload` field. Raises `ValueError`."""
    if content_type.partition(b";")[0].strip().lower() == b"application/json":
        payload = from_json(text)
    else:
        fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        payload = from_json(fields["payload"]) if "payload" in fields else fields
    if not isinstance(payload, dict) or not is_well_formed(payload):
        raise ValueError("a payload of Slack's is expected")
    return payload


def _as_response(response: BoltResponse) -> Response:
    content_type = response.first_headers().get("content-type", "text/plain")
    return Response(response.body or "", status_code=response.status, media_type=content_type.split(";")[0])
