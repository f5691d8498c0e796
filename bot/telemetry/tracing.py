"""Which request of Slack's a piece of work came of: in every log line, and with every message that is left."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import structlog

_NAME = "request"


def begin(payload: Mapping[str, Any]) -> str:
    """From here on this task works for this payload. Returns the request's id."""
    request = request_of(payload)
    structlog.contextvars.bind_contextvars(**{_NAME: request})
    return request


def present() -> str | None:
    """The request that this task works for."""
    found = structlog.contextvars.get_contextvars().get(_NAME)
    return str(found) if found else None


def request_of(payload: Mapping[str, Any]) -> str:
    """Slack's own id of an event; of anything else a digest of what is told only once, which opens nothing."""
    event_id = payload.get("event_id")
    if isinstance(event_id, str) and event_id:
        return event_id[:64]
    once = payload.get("trigger_id") or payload.get("response_url") or repr(sorted(payload))
    return "req_" + hashlib.sha256(str(once).encode("utf-8", "replace")).hexdigest()[:20]
