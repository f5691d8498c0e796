"""Slack's error strings, as our own errors (docs.slack.dev lists them with each method)."""

from __future__ import annotations

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.domain.errors import BotError, TryLater, Unreachable

#: Passing faults on Slack's side: the same call may work in a moment.
_PASSING = {
    "fatal_error",
    "internal_error",
    "ratelimited",
    "request_timeout",
    "rollup_error",
    "service_unavailable",
    "team_added_to_org",
}

_WORDS_FOR = {
    "channel_not_found": "errors.unreachable_channel",
    "not_in_channel": "errors.unreachable_channel",
    "missing_scope": "errors.unreachable_channel",
    "message_not_found": "errors.unreachable_gone",
    "thread_not_found": "errors.unreachable_gone",
}


def translated(error: Exception) -> BotError | None:
    """What a failed call means for us; `None` for an error that isn't about the call."""
    if isinstance(error, SlackApiError):
        return _of_response(error)
    if isinstance(error, (aiohttp.ClientError, asyncio.TimeoutError, TimeoutError, ConnectionError)):
        return TryLater(type(error).__name__)
    return None


def _of_response(error: SlackApiError) -> BotError:
    response = error.response
    status = getattr(response, "status_code", 200)
    data = getattr(response, "data", response)
    # Garbage is no dictionary, and a proxy's page becomes one in which nothing stands, whatever its status.
    said = data.get("error") if isinstance(data, dict) else None
    reason = str(said or status)
    if status == 429 or reason == "ratelimited":
        headers = getattr(response, "headers", None) or {}
        return TryLater("ratelimited", after=_seconds(headers.get("Retry-After") or headers.get("retry-after")))
    if status >= 500 or not said or reason in _PASSING:
        return TryLater(reason)
    return Unreachable(reason, _WORDS_FOR.get(reason))


def _seconds(value: object) -> float:
    try:
        return max(float(str(value)), 0.0)
    except ValueError:
        return 1.0
