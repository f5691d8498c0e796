"""The HTTP server: Slack's requests at `POST /slack/events`, and whether the bot is well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.response import BoltResponse
from slack_sdk import signature
from slack_sdk.signature import SignatureVerifier

from bot.domain.ports import Clock

#: Slack's own payloads stay far below this.
LARGEST_BODY = 1_000_000


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


def create_web_app(entrance: Entrance, signing_secret: str, clock: Clock) -> web.Application:
    """The web application. Unsigned, stale and oversized requests are refused before they are read."""
    verifier = SignatureVerifier(signing_secret, _SignatureClock(clock))
    app = web.Application(client_max_size=LARGEST_BODY)

    async def slack_events(request: web.Request) -> web.Response:
        raw = await request.read()
        if not _is_signed(verifier, raw, request):
            return web.json_response({"error": "invalid signature"}, status=401)
        try:
            payload = _payload_of(raw, request.content_type)
        except (ValueError, RecursionError):
            return web.json_response({"error": "unreadable body"}, status=400)
        return await _answer(entrance, payload, raw)

    app.router.add_post("/slack/events", slack_events)
    return app


async def _answer(entrance: Entrance, payload: dict[str, Any], raw: bytes) -> web.Response:
    if payload.get("type") == "url_verification":
        return web.json_response({"challenge": str(payload.get("challenge") or "")})
    if payload.get("type") == "event_callback":
        await entrance.event(payload, raw.decode("utf-8"))
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


def _payload_of(raw: bytes, content_type: str) -> dict[str, Any]:
    """The payload of a JSON body, of a form, or of a form's `payload` field. Raises `ValueError`."""
    text = raw.decode("utf-8")
    if content_type == "application/json":
        payload = json.loads(text)
    else:
        fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        payload = json.loads(fields["payload"]) if "payload" in fields else fields
    if not isinstance(payload, dict):
        raise ValueError("an object is expected")
    return payload


def _web_response(response: BoltResponse) -> web.Response:
    content_type = response.first_headers().get("content-type", "text/plain").split(";")[0]
    return web.Response(status=response.status, text=response.body or "", content_type=content_type)
