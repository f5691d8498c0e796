"""Forms handed in."""

from __future__ import annotations

from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.content.messages import Words
from bot.domain.capture import CaptureRequest
from bot.domain.errors import Refused
from bot.domain.evidence import Entry, Note, Source, SourceType
from bot.domain.outgoing import Kept
from bot.services import Services
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.metadata import FormMetadata, unpacked
from bot.slack.payloads import Payload, Where, where_of
from bot.slack.views import capture, forms


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to each form's submission."""
    app.view(ids.VIEW_ENTRY)(partial(on_entry, services=services, words=words))
    app.view(ids.VIEW_OUTCOME)(partial(on_entry, services=services, words=words))
    app.view(ids.VIEW_PART)(partial(on_part, services=services, words=words))


async def on_entry(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Keep a new entry, change one, or keep a credited message in the person's own words."""
    where, metadata, form = where_of(body), unpacked(str(view.get("private_metadata"))), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    try:
        needs_text = view.get("callback_id") == ids.VIEW_ENTRY and ids.FIELD_TEXT in form
        note = forms.read_note(form, await services.people.today(*me), needs_text=needs_text)
        if metadata.entry_id:
            entry = await services.evidence.change(*me, metadata.entry_id, note)
        elif metadata.credit_id:
            entry = (await services.credits.keep(*me, metadata.credit_id, note)).entry
        else:
            entry = await keep_new(where, view, metadata, note, services)
    except Refused as error:
        await _refuse(ack, error, words)
        return
    await ack(response_action="clear")
    await _show_where_it_began(services, words, metadata, entry)


async def keep_new(where: Where, view: Payload, metadata: FormMetadata, note: Note, services: Services) -> Entry:
    """Keep what was written in the empty form, and say so where it was opened from."""
    captured = await services.capture.capture(
        CaptureRequest(
            workspace_id=where.workspace_id,
            user_id=where.user_id,
            capture_key=f"form:{view.get('id')}",
            text=note.text or "",
            said_at=services.clock.now(),
            source=Source(type=SourceType.FORM, channel=metadata.channel),
            note=note.model_copy(update={"text": None}),
            announce_in=metadata.channel,
            announce_key=f"form:{view.get('id')}",
        )
    )
    return captured.entry


async def on_part(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Complete a draft."""
    where, metadata = where_of(body), unpacked(str(view.get("private_metadata")))
    me = (where.workspace_id, where.user_id)
    try:
        note = forms.read_note(Form.handed_in(view), await services.people.today(*me), needs_text=True)
        entry = await services.evidence.tell_part(*me, metadata.entry_id or "", note)
    except Refused as error:
        await _refuse(ack, error, words)
        return
    await ack(response_action="clear")
    await _show_where_it_began(services, words, metadata, entry)


async def _refuse(ack: AsyncAck, error: Refused, words: Words) -> None:
    if isinstance(error, forms.FormErrors):
        errors = {block_id: words(key) for block_id, key in error.keys.items()}
    else:
        errors = {ids.FIELD_TEXT: words(error.message_key, **error.facts)}
    await ack(response_action="errors", errors=errors)


async def _show_where_it_began(services: Services, words: Words, metadata: FormMetadata, entry: Entry) -> None:
    """Renew the message the form was opened from. It is a courtesy: the entry is safe without it.

    A check-in keeps standing as it is, so what was done from there is told beside it.
    """
    if metadata.checkin_id:
        key = f"aside:{entry.id}:{entry.updated_at.timestamp()}"
        message = Kept(entry_id=entry.id, channel=metadata.channel)
        await services.outbox.leave(entry.workspace_id, entry.user_id, message, once_key=key)
    if not metadata.response_url:
        return
    today = await services.people.today(entry.workspace_id, entry.user_id)
    shown = capture.kept(words, entry, today=today)
    webhook = AsyncWebhookClient(metadata.response_url, timeout=3)
    await webhook.send(text=shown.text, blocks=shown.blocks, replace_original=True)
