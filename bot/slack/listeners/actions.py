"""Buttons on entries, drafts, credits and lists."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp

from bot.content.messages import Words
from bot.domain.evidence import EntryStatus
from bot.domain.language_model import may_be_sent
from bot.domain.tagging import Kind
from bot.services import Services
from bot.slack import ids
from bot.slack.files import send_export
from bot.slack.pages import list_page
from bot.slack.payloads import Malformed, number_of
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.views import capture, forms, proposals
from bot.slack.views.blocks import mention, modal


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to these buttons."""
    listen_to_buttons(app, HANDLERS, services, words)


async def show_entry(pressed: Pressed, entry_id: str) -> None:
    """Show an entry as it is now."""
    entry = await pressed.services.evidence.get(*pressed.me, entry_id)
    today = await pressed.services.people.today(*pressed.me)
    await pressed.show(capture.kept(pressed.words, entry, today=today))


async def change(pressed: Pressed) -> None:
    """Open an entry's form."""
    entry = await pressed.services.evidence.get(*pressed.me, pressed.action.value)
    await pressed.open(forms.change_entry(pressed.words, entry, pressed.metadata(entry_id=entry.id)))


async def outcome(pressed: Pressed) -> None:
    """Open the short form for an outcome."""
    entry = await pressed.services.evidence.get(*pressed.me, pressed.action.value)
    await pressed.open(forms.add_outcome(pressed.words, entry, pressed.metadata(entry_id=entry.id)))


async def choose_kind(pressed: Pressed) -> None:
    """Take the kind the person chose."""
    entry_id, _, kind = pressed.action.value.partition(" ")
    if kind not in list(Kind):
        raise Malformed(field="value")
    await pressed.services.evidence.change_kind(*pressed.me, entry_id, Kind(kind))
    await show_entry(pressed, entry_id)


async def undo(pressed: Pressed) -> None:
    """Take an entry back."""
    entry = await pressed.services.evidence.undo(*pressed.me, pressed.action.value)
    await pressed.show(capture.undone(pressed.words, entry))


async def bring_back(pressed: Pressed) -> None:
    """Undo the undoing."""
    entry = await pressed.services.evidence.bring_back(*pressed.me, pressed.action.value)
    await show_entry(pressed, entry.id)


async def delete(pressed: Pressed) -> None:
    """Remove an entry for good; Slack has asked before."""
    await pressed.services.evidence.delete(*pressed.me, pressed.action.value)
    await pressed.show(capture.sentence(pressed.words("kept.deleted")))


async def details(pressed: Pressed) -> None:
    """Open a window with everything about an entry, and why it was tagged so."""
    entry = await pressed.services.evidence.get(*pressed.me, pressed.action.value)
    tag = await pressed.services.evidence.explain(entry)
    today = await pressed.services.people.today(*pressed.me)
    blocks = capture.details(pressed.words, entry, tag, today)
    may_draft = pressed.services.proposals.destination is not None and may_be_sent(entry)
    blocks += proposals.in_details(pressed.words, entry, may_draft=may_draft)
    await pressed.open(modal(pressed.words("buttons.details"), ids.VIEW_DETAILS, blocks))


async def new_entry(pressed: Pressed) -> None:
    """Open the form for a new entry."""
    today = await pressed.services.people.today(*pressed.me)
    await pressed.open(forms.new_entry(pressed.words, today, pressed.metadata()))


async def tell_part(pressed: Pressed) -> None:
    """Ask for the person's part in a draft."""
    entry = await pressed.services.evidence.get(*pressed.me, pressed.action.value)
    if entry.status is not EntryStatus.DRAFT:
        await show_entry(pressed, entry.id)
        return
    await pressed.open(forms.tell_part(pressed.words, entry, pressed.metadata(entry_id=entry.id)))


async def discard_part(pressed: Pressed) -> None:
    """The draft is not for this person."""
    await pressed.services.evidence.delete(*pressed.me, pressed.action.value)
    await pressed.show(capture.sentence(pressed.words("part.discarded")))


async def keep_credit(pressed: Pressed) -> None:
    """Keep a credited message."""
    captured = await pressed.services.credits.keep(*pressed.me, pressed.action.value)
    await show_entry(pressed, captured.entry.id)


async def edit_credit(pressed: Pressed) -> None:
    """Open the form with a credited message's words."""
    credit = await pressed.services.credits.get(*pressed.me, pressed.action.value)
    today = await pressed.services.people.today(*pressed.me)
    metadata = pressed.metadata(credit_id=credit.id)
    await pressed.open(forms.new_entry(pressed.words, today, metadata, text=credit.text))


async def decline_credit(pressed: Pressed) -> None:
    """Don't keep a credited message."""
    credit = await pressed.services.credits.decline(*pressed.me, pressed.action.value)
    sentence = pressed.words("credit.declined", by=mention(credit.by_user))
    await pressed.show(capture.sentence(sentence))


async def stop_credits(pressed: Pressed) -> None:
    """Don't keep it, and no more such messages."""
    await pressed.services.credits.stop(*pressed.me, pressed.action.value)
    await pressed.show(capture.sentence(pressed.words("credit.stopped")))


async def turn_page(pressed: Pressed) -> None:
    """Show another page of a list."""
    offset, *searched = pressed.action.value.split() or [""]
    page = await list_page(pressed.services, pressed.words, *pressed.me, tuple(searched), number_of(offset, 10_000_000))
    await pressed.show(page)


async def keep_dm(pressed: Pressed) -> None:
    """Keep a message that was written to the bot."""
    channel = pressed.action.where.channel or ""
    captured = await pressed.services.keeping.keep_written(*pressed.me, channel, pressed.action.value)
    await show_entry(pressed, captured.entry.id)


async def export(pressed: Pressed) -> None:
    """Hand over everything as a file in the direct message."""
    sent = await send_export(pressed.services, pressed.words, pressed.client, *pressed.me)
    if pressed.view_type != "home":
        key = "export.sent" if sent else "export.empty"
        await pressed.show(capture.sentence(pressed.words(key)))


HANDLERS: Mapping[str, Handler] = {
    ids.ENTRY_CHANGE: change,
    ids.ENTRY_OUTCOME: outcome,
    ids.ENTRY_KIND: choose_kind,
    ids.ENTRY_UNDO: undo,
    ids.ENTRY_BRING_BACK: bring_back,
    ids.ENTRY_DELETE: delete,
    ids.ENTRY_DETAILS: details,
    ids.ENTRY_NEW: new_entry,
    ids.PART_TELL: tell_part,
    ids.PART_DISCARD: discard_part,
    ids.CREDIT_KEEP: keep_credit,
    ids.CREDIT_EDIT: edit_credit,
    ids.CREDIT_DECLINE: decline_credit,
    ids.CREDIT_STOP: stop_credits,
    ids.LIST_PAGE: turn_page,
    ids.DM_KEEP: keep_dm,
    ids.EXPORT: export,
}
