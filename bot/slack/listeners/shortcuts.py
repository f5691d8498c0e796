"""The message shortcut and the global one."""

from __future__ import annotations

from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.evidence import EntryStatus
from bot.services import Services
from bot.slack import ids
from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Payload, message_of, where_of
from bot.slack.views import capture, forms


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to both shortcuts."""
    capture_message = partial(on_capture_message, services=services, words=words)
    app.message_shortcut(ids.SHORTCUT_CAPTURE_MESSAGE)(capture_message)
    app.global_shortcut(ids.SHORTCUT_NEW_EVIDENCE)(partial(on_new_evidence, services=services, words=words))


async def on_capture_message(
    ack: AsyncAck, body: Payload, respond: AsyncRespond, *, services: Services, words: Words
) -> None:
    """Keep the message it was used on, and say so to that person only."""
    where = where_of(body)
    message = message_of(where.channel or "", body.get("message") or {})
    captured = await services.keeping.keep_shown(where.workspace_id, where.user_id, message)
    await ack()
    if captured.entry.status is EntryStatus.DRAFT:
        shown = capture.part_asked(words, captured.entry)
    else:
        today = await services.people.today(where.workspace_id, where.user_id)
        shown = capture.kept(words, captured.entry, today=today, is_new=captured.is_new)
    await respond(text=shown.text, blocks=shown.blocks, response_type="ephemeral", replace_original=False)


async def on_new_evidence(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Open the form for a new entry."""
    where = where_of(body)
    await ack()
    today = await services.people.today(where.workspace_id, where.user_id)
    await client.views_open(trigger_id=str(body.get("trigger_id")), view=forms.new_entry(words, today, FormMetadata()))
