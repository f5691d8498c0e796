"""Saying yes or no to a language model, and to what it proposes; a statement of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.content.document_words import document_words
from bot.content.messages import Words
from bot.domain.evidence import Note
from bot.domain.language_model import Consent
from bot.domain.statement import impact, named_in
from bot.services import Services
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.metadata import unpacked
from bot.slack.payloads import Payload, where_of
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.views import proposals
from bot.slack.views.blocks import modal
from bot.slack.views.capture import Shown, sentence


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to these buttons and forms."""
    listen_to_buttons(app, HANDLERS, services, words)
    app.view(ids.VIEW_AGREE_MODEL)(partial(on_agreed, services=services, words=words))
    app.view(ids.VIEW_STATEMENT)(partial(on_statement, services=services, words=words))


async def agree(pressed: Pressed) -> None:
    """Yes: remember it, and have the note looked at that the question was about."""
    await pressed.services.proposals.decide(*pressed.me, yes=True)
    await pressed.services.proposals.look_again(*pressed.me, pressed.action.value)
    await pressed.show(sentence(pressed.words("language_model.agreed")))


async def decline(pressed: Pressed) -> None:
    """No: remember it; nothing is sent."""
    await pressed.services.proposals.decide(*pressed.me, yes=False)
    await pressed.show(sentence(pressed.words("language_model.declined")))


async def draft(pressed: Pressed) -> None:
    """Have a statement drafted; ask first whether the entry may go out, where that was not agreed."""
    service, entry_id = pressed.services.proposals, pressed.action.value
    if await service.consent(*pressed.me) is Consent.YES or service.destination is None:
        await service.want_statement(*pressed.me, entry_id)
        await pressed.show(proposals.asked(pressed.words, service.destination or ""))
        return
    entry = await pressed.services.evidence.get(*pressed.me, entry_id)
    metadata = pressed.metadata(entry_id=entry.id)
    await pressed.open(proposals.agree_form(pressed.words, entry, service.destination, metadata))


async def keep(pressed: Pressed) -> None:
    """Keep the draft as it is shown; the button carries it, for nothing else does."""
    entry_id, _, text = pressed.action.value.partition(" ")
    entry = await pressed.services.proposals.keep(*pressed.me, entry_id, text)
    await pressed.show(proposals.kept(pressed.words, entry))


async def edit(pressed: Pressed) -> None:
    """Open the statement for changing: the draft, one's own, or what is put together from the entry."""
    entry_id, _, text = pressed.action.value.partition(" ")
    entry = await pressed.services.evidence.get(*pressed.me, entry_id)
    initial = text or entry.statement
    if initial is None:
        names = await pressed.services.people.names(entry.workspace_id, set(named_in(entry)))
        initial = impact(entry, document_words(), lambda user: names.get(user, user))
    await pressed.open(proposals.statement_form(pressed.words, initial, pressed.metadata(entry_id=entry.id)))


async def leave(pressed: Pressed) -> None:
    """Not this one."""
    await pressed.show(sentence(pressed.words("language_model.dropped")))


async def on_agreed(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Yes to sending, said in the window: have the draft made that was asked for."""
    where, metadata = where_of(body), unpacked(str(view.get("private_metadata")))
    me = (where.workspace_id, where.user_id)
    await services.proposals.decide(*me, yes=True)
    await services.proposals.want_statement(*me, metadata.entry_id or "")
    shown = proposals.asked(words, services.proposals.destination or "")
    await ack(response_action="update", view=_window(words, shown))


async def on_statement(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Keep the statement as the person wrote it; an empty one goes back to what is put together."""
    where, metadata = where_of(body), unpacked(str(view.get("private_metadata")))
    note = Note(statement=Form.handed_in(view).text(ids.FIELD_TEXT))
    entry = await services.evidence.change(where.workspace_id, where.user_id, metadata.entry_id or "", note)
    await ack(response_action="update", view=_window(words, proposals.kept(words, entry)))


def _window(words: Words, shown: Shown) -> dict[str, object]:
    return modal(words("statement.title"), ids.VIEW_DETAILS, shown.blocks)


HANDLERS: Mapping[str, Handler] = {
    ids.MODEL_YES: agree,
    ids.MODEL_NO: decline,
    ids.STATEMENT_DRAFT: draft,
    ids.STATEMENT_KEEP: keep,
    ids.STATEMENT_EDIT: edit,
    ids.STATEMENT_NO: leave,
}
