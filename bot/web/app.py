"""The web application: Slack's requests at `POST /slack/events`, and pages beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from time import perf_counter
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope
from slack_bolt.response import BoltResponse
from slack_sdk import signature
from slack_sdk.signature import SignatureVerifier

from bot.domain.envelope import from_json, is_well_formed
from bot.domain.ports import Clock
from bot.telemetry.logging import where_it_failed
from bot.web.pages import Answer, Pages, answer_of, give, showing
from bot.web.server import WebApp

_log = structlog.get_logger(__name__)

PATH = "/slack/events"
#: Slack's own payloads stay far below this.
LARGEST_BODY = 1_000_000

Answered = Callable[[int, float], None]


def _refusal(status: int, error: str, *headers: tuple[str, str]) -> Answer:
    return Answer(json.dumps({"error": error}), status, "application/json", headers)


_TAKEN = Answer()
_UNSIGNED = _refusal(401, "invalid signature")
_UNREADABLE = _refusal(400, "unreadable body")
_NOT_STORED = _refusal(503, "not stored; send it again")
_FAILED = _refusal(500, "something went wrong")
# Whoever sends more is not waited for.
_TOO_LARGE = _refusal(413, "too large", ("connection", "close"))
_ONLY_TO_POST = Answer(status=405, headers=(("allow", "POST"),))


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
    pages: Pages = MappingProxyType({}),
) -> WebApp:
    """The web application. Unsigned, stale and oversized requests are refused before they are read.

    `answered` is told the status of each answer to Slack, and how many seconds it took.
    """
    requests = SlackRequests(entrance, SignatureVerifier(signing_secret, _SignatureClock(clock)), answered)
    show = showing(pages)

    async def app(scope: Scope, protocol: HTTPProtocol) -> None:
        await (requests if scope.path == PATH else show)(scope, protocol)

    return app


class SlackRequests:
    """Takes what Slack posts."""

    def __init__(self, entrance: Entrance, verifier: SignatureVerifier, answered: Answered) -> None:
        self._entrance, self._verifier, self._answered = entrance, verifier, answered

    async def __call__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request; nothing to one who went away before it was whole."""
        began, status = perf_counter(), 500
        try:
            answer = await self._answer(scope, protocol)
            status = answer.status
            if answer is _TAKEN:
                protocol.response_empty(status, [])
            else:
                give(protocol, answer)
        except ProtocolClosed:
            status = 400
        except Exception as error:
            _log.error("request_failed", where=where_it_failed(error))
            give(protocol, _FAILED)
        finally:
            self._answered(status, perf_counter() - began)

    async def _answer(self, scope: Scope, protocol: HTTPProtocol) -> Answer:
        if scope.method != "POST":
            return _ONLY_TO_POST
        headers = scope.headers
        raw = await _read(headers.get("content-length"), protocol)
        if raw is None:
            return _TOO_LARGE
        if not self._is_signed(raw, headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature")):
            return _UNSIGNED
        try:
            text = raw.decode("utf-8")
            payload = _payload_of(text, headers.get("content-type", ""))
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
            told = {"challenge": str(payload.get("challenge") or "")}
            return Answer(json.dumps(told), type="application/json")
        if payload.get("ssl_check"):
            return _TAKEN
        return answer_of(await self._entrance.interaction(payload))

    def _is_signed(self, raw: bytes, timestamp: str | None, signed: str | None) -> bool:
        if not timestamp or not signed or not timestamp.isdecimal() or len(timestamp) > 15 or not signed.isascii():
            return False
        try:
            return self._verifier.is_valid(raw, timestamp, signed)
        except UnicodeDecodeError:
            return False


class _SignatureClock(signature.Clock):
    """Our clock in the form that Slack's signature check takes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


async def _read(length: str | None, protocol: HTTPProtocol) -> bytes | None:
    """The whole body; `None` for one that is too large. Raises `ProtocolClosed` when its sender goes away."""
    if length is not None and int(length) <= LARGEST_BODY:
        # The server reads no more than was announced.
        return await protocol()
    raw = b""
    async for part in protocol:
        raw += part
        if len(raw) > LARGEST_BODY:
            return None
    return raw


def _payload_of(text: str, content_type: str) -> dict[str, Any]:
    """The payload of a JSON body, of a form, or of a form's `payload` field. Raises `ValueError`."""
    if content_type.partition(";")[0].strip().lower() == "application/json":
        payload = from_json(text)
    else:
        fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        payload = from_json(fields["payload"]) if "payload" in fields else fields
    if not isinstance(payload, dict) or not is_well_formed(payload):
        raise ValueError("a payload of Slack's is expected")
    return payload
