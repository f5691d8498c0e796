"""The HTTP server: Slack's requests at `POST /slack/events`, and whether the bot is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.response import BoltResponse
from slack_sdk import signature
from slack_sdk.signature import SignatureVerifier

from bot.domain.envelope import from_json, is_well_formed
from bot.domain.ports import Clock
from bot.telemetry.logging import where_it_failed

_log = structlog.get_logger(__name__)

#: Slack's own payloads stay far below this.
LARGEST_BODY = 1_000_000

Answered = Callable[[int, float], None]


class Entrance(Protocol):
    """Who takes what Slack sends, once it is known to be Slack's."""

    async def event(self, payload: Mapping[str, Any], body: str) -> None:
        """Store an event. When this returns it may be acknowledged."""

    async def interaction(self, payload: Mapping[str, Any]) -> BoltResponse:
        """A command, action, shortcut or form; its effect is stored when this returns."""


class _SignatureClock(signature.Clock):
    """Our clock in the form that Slack's signature check takes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def create_web_app(
    entrance: Entrance, signing_secret: str, clock: Clock, answered: Answered = lambda _status, _seconds: None
) -> web.Application:
    """The web application. Unsigned, stale and oversized requests are refused before they are read.

    `answered` is told the status of each answer to Slack, and how many seconds it took.
    """
    verifier = SignatureVerifier(signing_secret, _SignatureClock(clock))
    app = web.Application(client_max_size=LARGEST_BODY)

    async def slack_events(request: web.Request) -> web.Response:
        began, status = perf_counter(), 500
        try:
            response = await _answer(entrance, verifier, request)
            status = response.status
            return response
        except web.HTTPException as refused:
            status = refused.status
            raise
        finally:
            answered(status, perf_counter() - began)

    app.router.add_post("/slack/events", slack_events)
    return app


async def _answer(entrance: Entrance, verifier: SignatureVerifier, request: web.Request) -> web.Response:
    raw = await request.read()
    if not _is_signed(verifier, raw, request):
        return web.json_response({"error": "invalid signature"}, status=401)
    try:
        text = raw.decode("utf-8")
        payload = _payload_of(text, request.content_type)
    except (ValueError, RecursionError):
        return web.json_response({"error": "unreadable body"}, status=400)
    if payload.get("type") == "url_verification":
        return web.json_response({"challenge": str(payload.get("challenge") or "")})
    if payload.get("type") == "event_callback":
        try:
            await entrance.event(payload, text)
        except Exception as error:
            # Whatever the database's driver raises: Slack keeps the event, and sends it again.
            _log.error("event_not_stored", where=where_it_failed(error))
            return web.json_response({"error": "not stored; send it again"}, status=503)
        return web.Response()
    if payload.get("ssl_check"):
        return web.Response()
    return _web_response(await entrance.interaction(payload))


def _is_signed(verifier: SignatureVerifier, raw: bytes, request: web.Request) -> bool:
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not signature.isascii() or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 15:
        return False
    try:
        return verifier.is_valid(raw, timestamp, signature)
    except UnicodeDecodeError:
        return False


def _payload_of(text: str, content_type: str) -> dict[str, Any]:
    """The payload of a JSON body, of a form, or of a form's `payload` field. Raises `ValueError`."""
    if content_type == "application/json":
        payload = from_json(text)
    else:
        fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        payload = from_json(fields["payload"]) if "payload" in fields else fields
    if not isinstance(payload, dict) or not is_well_formed(payload):
        raise ValueError("a payload of Slack's is expected")
    return payload


def _web_response(response: BoltResponse) -> web.Response:
    content_type = response.first_headers().get("content-type", "text/plain").split(";")[0]
    return web.Response(status=response.status, text=response.body or "", content_type=content_type)
