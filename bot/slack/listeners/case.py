"""Buttons and forms around the case: summary, check, packet, confirming, sharing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.document_words import document_words
from bot.content.messages import Words
from bot.domain.corroboration import Answer, ConfirmRequest
from bot.domain.errors import Refused
from bot.domain.statement import NameOf, named_in
from bot.services import Services
from bot.services.packets import Proposal
from bot.slack import ids
from bot.slack.case_commands import check_shown, fill_packet, shares_shown, summary_shown
from bot.slack.form import Form
from bot.slack.metadata import unpacked
from bot.slack.payloads import Payload, number_of, where_of
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.views import confirm, packet, shares
from bot.slack.views.blocks import modal, section
from bot.slack.views.capture import Shown


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to these buttons and forms."""
    listen_to_buttons(app, HANDLERS, services, words)
    app.view(ids.VIEW_PACKET)(partial(on_packet, services=services, words=words))
    app.view(ids.VIEW_WORDING)(partial(on_wording, services=services, words=words))
    app.view(ids.VIEW_CONFIRM_ASK)(partial(on_ask, services=services, words=words))
    app.view(ids.VIEW_QUOTE)(partial(on_words, answer=Answer.QUOTE, services=services, words=words))
    app.view(ids.VIEW_SUGGEST)(partial(on_words, answer=Answer.SUGGEST, services=services, words=words))
    app.view(ids.VIEW_SHARE)(partial(on_share, services=services, words=words))


async def show_summary(pressed: Pressed) -> None:
    """The last three months in a message of their own."""
    shown = await summary_shown(pressed.services, pressed.words, *pressed.me, "")
    await _in_dm(pressed, shown)


async def show_check(pressed: Pressed) -> None:
    """A reader's check of the last year in a message of its own."""
    shown = await check_shown(pressed.services, pressed.words, *pressed.me, "")
    await _in_dm(pressed, shown)


async def open_packet(pressed: Pressed) -> None:
    """Open the packet's form."""
    view_id = await pressed.open(packet.reading(pressed.words))
    await fill_packet(pressed.services, pressed.words, pressed.client, view_id, *pressed.me, "")


async def open_wording(pressed: Pressed) -> None:
    """Open the sentences of what is ticked at this moment, on top of the packet's form."""
    form = pressed.form
    with suppress(Refused):  # What can't stand like this is said when the form is handed in.
        ticked = form.ticked(ids.FIELD_ITEMS)
        await pressed.services.packets.choose(*pressed.me, pressed.action.value, ticked, **_also_chosen(form))
    proposal = await pressed.services.packets.open(*pressed.me, pressed.action.value)
    body = [entry for entry in proposal.offered if entry.id in proposal.draft.strong]
    name_of = await _names(pressed.services, proposal)
    await pressed.open(packet.wording(pressed.words, document_words(), proposal.draft, body, name_of))


async def open_confirm(pressed: Pressed) -> None:
    """Open the form in which someone is asked to confirm."""
    entry, people = await pressed.services.corroboration.may_be_asked(*pressed.me, pressed.action.value)
    metadata = pressed.metadata(entry_id=entry.id)
    await pressed.open(confirm.ask_form(pressed.words, entry, people, metadata))


async def say_yes(pressed: Pressed) -> None:
    """Confirm."""
    await _answer(pressed, Answer.YES)


async def decline(pressed: Pressed) -> None:
    """Rather not say."""
    await _answer(pressed, Answer.NO_THANKS)


async def stop(pressed: Pressed) -> None:
    """Rather not say, and not be asked again."""
    await _answer(pressed, Answer.STOP)


async def open_quote(pressed: Pressed) -> None:
    """Confirm with words of one's own: open the form for them."""
    request, name = await _asked(pressed)
    metadata = pressed.metadata(request_id=request.id)
    await pressed.open(confirm.quote_form(pressed.words, request, name, metadata))


async def open_suggest(pressed: Pressed) -> None:
    """Not quite: open the form for how it was."""
    request, name = await _asked(pressed)
    metadata = pressed.metadata(request_id=request.id)
    await pressed.open(confirm.suggest_form(pressed.words, request, name, metadata))


async def withdraw(pressed: Pressed) -> None:
    """Take one's confirmation back."""
    request = await pressed.services.corroboration.withdraw(*pressed.me, pressed.action.value)
    await pressed.show(confirm.answered(pressed.words, request))


async def revoke(pressed: Pressed) -> None:
    """End a share."""
    await pressed.services.shares.revoke(*pressed.me, pressed.action.value)
    await pressed.show(await shares_shown(pressed.services, pressed.words, *pressed.me))


async def on_packet(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Take what was chosen and written, and have the packet made."""
    where, form = where_of(body), Form.handed_in(view)
    me, draft_id = (where.workspace_id, where.user_id), unpacked(str(view.get("private_metadata"))).draft_id or ""
    try:
        draft = await services.packets.choose(*me, draft_id, form.ticked(ids.FIELD_ITEMS), **_also_chosen(form))
        await services.packets.name_projects(*me, draft_id, packet.read_projects(form, draft))
        await services.packets.write(
            *me,
            draft_id,
            thesis=form.text(ids.FIELD_THESIS),
            plan=form.text(ids.FIELD_PLAN),
        )
        await services.packets.order(
            *me,
            draft_id,
            form.ticked(ids.FIELD_FORMATS),
            redacted=form.chosen(ids.FIELD_REDACTED) == packet.REDACTED,
        )
    except Refused as error:
        at = {
            "packet.order_unclear": ids.FIELD_ORDER,
            "packet.choose_a_format": ids.FIELD_FORMATS,
            "packet.in_and_out": ids.FIELD_LEFT_OUT,
        }
        block_id = at.get(error.message_key, ids.FIELD_ITEMS)
        await ack(response_action="errors", errors={block_id: words(error.message_key, **error.facts)})
        return
    window = modal(words("packet_form.title"), ids.VIEW_DETAILS, [section(words("packet.ordered"))])
    await ack(response_action="update", view=window)


async def on_wording(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Keep the sentences the person changed."""
    where, form = where_of(body), Form.handed_in(view)
    me, draft_id = (where.workspace_id, where.user_id), unpacked(str(view.get("private_metadata"))).draft_id or ""
    proposal = await services.packets.open(*me, draft_id)
    body_entries = [entry for entry in proposal.offered if entry.id in proposal.draft.strong]
    name_of = await _names(services, proposal)
    say = document_words()
    statements = packet.read_statements(form, proposal.draft, body_entries, say, name_of)
    await services.packets.write(*me, draft_id, statements=statements)
    await ack()


async def on_ask(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Ask the chosen person."""
    where, form = where_of(body), Form.handed_in(view)
    metadata = unpacked(str(view.get("private_metadata")))
    who = form.person(ids.FIELD_WHO)
    try:
        if not who:
            raise Refused("confirm.nobody")
        await services.corroboration.ask(where.workspace_id, where.user_id, metadata.entry_id or "", who)
    except Refused as error:
        await ack(response_action="errors", errors={ids.FIELD_WHO: words(error.message_key, **error.facts)})
        return
    said = section(words("confirm.asked", who=f"<@{who}>"))
    await ack(response_action="update", view=modal(words("confirm.ask_title"), ids.VIEW_DETAILS, [said]))


async def on_words(
    ack: AsyncAck,
    body: Payload,
    view: Payload,
    client: AsyncWebClient,
    *,
    answer: Answer,
    services: Services,
    words: Words,
) -> None:
    """Take a quote or a suggestion."""
    where, metadata = where_of(body), unpacked(str(view.get("private_metadata")))
    said = Form.handed_in(view).text(ids.FIELD_TEXT)
    me = (where.workspace_id, where.user_id)
    try:
        request = await services.corroboration.answer(*me, metadata.request_id or "", answer, said)
    except Refused as error:
        await ack(response_action="errors", errors={ids.FIELD_TEXT: words(error.message_key, **error.facts)})
        return
    shown = confirm.answered(words, request, quote=said)
    await ack(response_action="update", view=modal(words("confirm.ask_title"), ids.VIEW_DETAILS, shown.blocks))


async def on_share(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Make the page, and show its address once."""
    where, form = where_of(body), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    days = number_of(form.chosen(ids.FIELD_LASTS) or "7", 3_650)
    try:
        made = await services.shares.share(
            *me,
            form.ticked(ids.FIELD_ITEMS),
            title=form.text(ids.FIELD_TITLE) or words("share.title"),
            lasts=timedelta(days=days),
        )
    except Refused as error:
        await ack(response_action="errors", errors={ids.FIELD_ITEMS: words(error.message_key, **error.facts)})
        return
    today = await services.people.today(*me)
    await ack(response_action="update", view=shares.made(words, made.address, made.share.expires_at, today))


async def _answer(pressed: Pressed, answer: Answer) -> None:
    request = await pressed.services.corroboration.answer(*pressed.me, pressed.action.value, answer)
    await pressed.show(confirm.answered(pressed.words, request, stopped=answer is Answer.STOP))


async def _asked(pressed: Pressed) -> tuple[ConfirmRequest, str]:
    workspace_id, user_id = pressed.me
    request = await pressed.services.corroboration.get(workspace_id, user_id, pressed.action.value)
    names = await pressed.services.people.names(workspace_id, [request.user_id])
    return request, names[request.user_id]


async def _in_dm(pressed: Pressed, shown: Shown) -> None:
    # Home and forms can't show charts, and the message the button is in should stay.
    dm = await pressed.client.conversations_open(users=[pressed.me[1]])
    await pressed.client.chat_postMessage(channel=dm["channel"]["id"], text=shown.text, blocks=shown.blocks)


async def _names(services: Services, proposal: Proposal) -> NameOf:
    draft = proposal.draft
    body = [entry for entry in proposal.offered if entry.id in draft.strong]
    names = await services.people.names(draft.workspace_id, {user for entry in body for user in named_in(entry)})
    return lambda user: names.get(user, user)


def _also_chosen(form: Form) -> dict[str, Any]:
    return {"order": form.text(ids.FIELD_ORDER), "left_out": form.ticked(ids.FIELD_LEFT_OUT)}


HANDLERS: Mapping[str, Handler] = {
    ids.SUMMARY_OPEN: show_summary,
    ids.CHECK_OPEN: show_check,
    ids.PACKET_OPEN: open_packet,
    ids.PACKET_WORDING: open_wording,
    ids.CONFIRM_OPEN: open_confirm,
    ids.CONFIRM_YES: say_yes,
    ids.CONFIRM_QUOTE: open_quote,
    ids.CONFIRM_SUGGEST: open_suggest,
    ids.CONFIRM_DECLINE: decline,
    ids.CONFIRM_STOP: stop,
    ids.CONFIRM_WITHDRAW: withdraw,
    ids.SHARE_REVOKE: revoke,
}
