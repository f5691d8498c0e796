"""What a person sees when something goes wrong: what happened, that nothing was lost, what to do next."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.errors import BotError
from bot.slack.api_errors import translated
from bot.slack.payloads import Payload
from bot.slack.views.blocks import escape, modal, section
from bot.telemetry.logging import where_it_failed

_log = structlog.get_logger(__name__)

#: Where a failed event leaves its error for the inbox, which decides about another try.
FAILURE = "multiplier_failure"


#: Slack's three seconds are nearly over when it is to be said that something was too slow. Seconds.
_TO_SAY_SO = 0.4


class ErrorHandler:
    """The one place where a listener's error ends."""

    def __init__(self, words: Words) -> None:
        self._words = words

    async def __call__(
        self,
        error: Exception,
        body: Payload,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> BoltResponse:
        """Answer in the way of the payload: a command's answer, a window, or the inbox's next try."""
        known = error if isinstance(error, BotError) else translated(error)
        if "event" in body:
            context[FAILURE] = known or error
            return BoltResponse(status=500, body="")
        sentence = self._sentence(known or error)
        if "command" in body:
            return _json({"response_type": "ephemeral", "text": sentence})
        window = modal("Multiplier", "error", [section(sentence)])
        if body.get("type") == "view_submission":
            # On top of the form, which stays open underneath with everything that was typed.
            return _json({"response_action": "push", "view": window})
        try:
            await self._show(body, client, respond, sentence, window)
        except (SlackApiError, aiohttp.ClientError, OSError, ValueError) as also:
            # Its trigger has run out, or its address answers no more: there is no way left to say it.
            _log.warning("error_not_shown", reason=where_it_failed(also))
        return BoltResponse(status=200, body="")

    async def too_slow(self, body: Payload) -> BoltResponse:
        """Say that it took too long, and that it isn't sure to be kept, before Slack gives up on an answer."""
        sentence = self._words("errors.too_slow")
        if "command" in body:
            return _json({"response_type": "ephemeral", "text": sentence})
        if body.get("type") == "view_submission":
            return _json({"response_action": "push", "view": modal("Multiplier", "error", [section(sentence)])})
        if not body.get("response_url"):
            # Slack itself then says that the app didn't respond.
            return BoltResponse(status=503, body="")
        try:
            async with asyncio.timeout(_TO_SAY_SO):
                await AsyncRespond(response_url=str(body["response_url"]), proxy=None, ssl=None)(
                    text=sentence, response_type="ephemeral", replace_original=False
                )
        except (TimeoutError, OSError, aiohttp.ClientError):
            return BoltResponse(status=503, body="")
        return BoltResponse(status=200, body="")

    async def _show(
        self,
        body: Payload,
        client: AsyncWebClient,
        respond: AsyncRespond,
        sentence: str,
        window: dict[str, Any],
    ) -> None:
        view = body.get("view") or {}
        if body.get("response_url"):
            await respond(text=sentence, response_type="ephemeral", replace_original=False)
        elif view.get("type") == "modal":
            await client.views_push(trigger_id=str(body.get("trigger_id")), view=window)
        else:
            await client.views_open(trigger_id=str(body.get("trigger_id")), view=window)

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, BotError):
            facts = {name: escape(str(value)) for name, value in error.facts.items()}
            return self._words(error.message_key, **facts)
        reference = secrets.token_hex(4)
        _log.error("listener_failed", reference=reference, where=where_it_failed(error))
        return self._words("errors.unforeseen", reference=reference)


def _json(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, headers={"content-type": ["application/json;charset=utf-8"]}, body=json.dumps(body))
