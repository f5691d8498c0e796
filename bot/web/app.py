"""The web application: Slack's requests at `POST /slack/events`, and pages beside them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope
from slack_bolt.response import BoltResponse

from bot.domain.envelope import EventEnvelope, event_in, from_json, is_well_formed
from bot.domain.inbox import Arrival, arrival_of
from bot.domain.ports import Clock
from bot.telemetry.logging import where_it_failed
from bot.web.pages import Answer, Pages, answer_of, give, showing
from bot.web.server import WebApp
from bot.web.signatures import Signatures
from bot.web.together import Together

_log = structlog.get_logger(__name__)

PATH = "/slack/events"
#: Slack's own payloads stay far below this.
LARGEST_BODY = 1_000_000

Answered = Callable[[int, float], None]
#: A body, and the headers that say when it was sent and by whom.
_Signed = tuple[bytes, str | None, str | None]


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

    async def event(self, arrival: Arrival) -> None:
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
    """The web application. Of unsigned, stale and oversized requests nothing is looked at.

    `answered` is told the status of each answer to Slack, and how many seconds it took.
    """
    requests = SlackRequests(entrance, Signatures(signing_secret, clock), answered)
    show = showing(pages)

    def app(scope: Scope, protocol: HTTPProtocol) -> Awaitable[None]:
        return (requests if scope.path == PATH else show)(scope, protocol)

    return app


class SlackRequests:
    """Takes what Slack posts."""

    def __init__(self, entrance: Entrance, signatures: Signatures, answered: Answered) -> None:
        self._entrance, self._signatures, self._answered = entrance, signatures, answered
        self._together = Together(self._checked)

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
        length = headers.get("content-length")
        # The server reads no more than was announced.
        is_bounded = length is not None and int(length) <= LARGEST_BODY
        raw = await (protocol() if is_bounded else _read_unannounced(protocol))
        if raw is None:
            return _TOO_LARGE
        stamp, signature = headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature")
        found = await self._together.add((raw, stamp, signature))
        if isinstance(found, Answer):
            return found
        if isinstance(found, Arrival):
            try:
                await self._entrance.event(found)
            except Exception as error:
                # Whatever the database's driver raises: Slack keeps the event, and sends it again.
                _log.error("event_not_stored", where=where_it_failed(error))
                return _NOT_STORED
            return _TAKEN
        try:
            payload = _payload_of(found, headers.get("content-type", ""))
        except (ValueError, RecursionError):
            return _UNREADABLE
        if payload.get("type") == "url_verification":
            told = {"challenge": str(payload.get("challenge") or "")}
            return Answer(json.dumps(told), type="application/json")
        if payload.get("ssl_check"):
            return _TAKEN
        return answer_of(await self._entrance.interaction(payload))

    def _checked(self, requests: Sequence[_Signed]) -> list[Answer | Arrival | str]:
        """What each of them is, step by step for all: its answer, an event to store, or the text of something else."""
        signed = [self._signatures.has_signed(*request) for request in requests]
        texts = [_text_of(raw) if is_signed else None for (raw, _, _), is_signed in zip(requests, signed, strict=True)]
        events = [event_in(text) if text else None for text in texts]
        return [_found(*each) for each in zip(signed, texts, events, strict=True)]


def _text_of(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _found(is_signed: bool, text: str | None, event: EventEnvelope | None) -> Answer | Arrival | str:
    if not is_signed:
        return _UNSIGNED
    if text is None:
        return _UNREADABLE
    if event is None:
        return text
    # What is not ours to read is taken, and goes no further.
    return arrival_of(event, text) or _TAKEN


async def _read_unannounced(protocol: HTTPProtocol) -> bytes | None:
    """The whole body; `None` for one that is too large. Raises `ProtocolClosed` when its sender goes away."""
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
