"""`/evidence`: what follows it decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.capture import CaptureRequest
from bot.domain.evidence import Source, SourceType
from bot.services import Services
from bot.slack import case_commands, ids, privacy_commands
from bot.slack.files import send_export
from bot.slack.metadata import FormMetadata
from bot.slack.pages import list_page, settings_page
from bot.slack.payloads import Command, Payload, command_of
from bot.slack.views import bets, capture, forms, lists, reviews
from bot.slack.views.capture import Shown

Handler = Callable[[Services, Words, AsyncWebClient, Command], Awaitable[Shown | None]]


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to the slash command."""
    app.command(ids.COMMAND)(partial(on_command, services=services, words=words))


async def on_command(ack: AsyncAck, body: Payload, client: AsyncWebClient, *, services: Services, words: Words) -> None:
    """Do what the first word says; anything else is a note to keep."""
    command = command_of(body)
    handler = SUBCOMMANDS.get(command.word) if _is_subcommand(command) else keep_note
    if handler is case_commands.open_packet:
        # It opens a window at once and fills it later, which may take longer than Slack waits for an answer.
        await ack()
    shown = await (handler or keep_note)(services, words, client, command)
    if shown is None:
        await ack()
    else:
        await ack(text=shown.text, blocks=shown.blocks, response_type="ephemeral")


def _is_subcommand(command: Command) -> bool:
    """`list` is a word of command, "list the owners of…" a note: only some words take a rest."""
    if command.word in TAKES_PERIOD and command.rest:
        return case_commands.speaks_of_period(command.rest)
    if command.word == "export" and command.rest == privacy_commands.ALL:
        return True
    return not command.rest or command.word in TAKES_MORE


async def keep_note(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Keep the text at once."""
    where = command.where
    captured = await services.capture.capture(
        CaptureRequest(
            workspace_id=where.workspace_id,
            user_id=where.user_id,
            capture_key=f"command:{command.trigger_id}",
            text=command.text,
            said_at=services.clock.now(),
            source=Source(type=SourceType.COMMAND, channel=where.channel),
        )
    )
    today = await services.people.today(where.workspace_id, where.user_id)
    return capture.kept(words, captured.entry, today=today, is_new=captured.is_new)


async def open_form(services: Services, words: Words, client: AsyncWebClient, command: Command) -> None:
    """Open the form for a new entry."""
    today = await services.people.today(command.where.workspace_id, command.where.user_id)
    metadata = FormMetadata(channel=command.where.channel)
    await client.views_open(trigger_id=command.trigger_id, view=forms.new_entry(words, today, metadata))


async def show_help(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Show what the bot can do."""
    return lists.help_page(words, await services.workspaces.get(command.where.workspace_id))


async def show_list(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Show the newest entries, or with words those in which all of them occur."""
    searched = tuple(command.rest.split())
    return await list_page(services, words, command.where.workspace_id, command.where.user_id, searched, 0)


async def edit_latest(services: Services, words: Words, client: AsyncWebClient, command: Command) -> None:
    """Open the latest entry for changing."""
    entry = await services.evidence.latest(command.where.workspace_id, command.where.user_id)
    metadata = FormMetadata(entry_id=entry.id, channel=command.where.channel)
    await client.views_open(trigger_id=command.trigger_id, view=forms.change_entry(words, entry, metadata))


async def export(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Hand over the record as a file in the direct message; with `--all`, whatever else is held."""
    if command.rest == privacy_commands.ALL:
        return await privacy_commands.export_all(services, words, client, command)
    sent = await send_export(services, words, client, command.where.workspace_id, command.where.user_id)
    return capture.sentence(words("export.sent" if sent else "export.empty"))


async def open_settings(services: Services, words: Words, client: AsyncWebClient, command: Command) -> None:
    """Open the settings."""
    view = await settings_page(services, words, command.where.workspace_id, command.where.user_id)
    await client.views_open(trigger_id=command.trigger_id, view=view)


async def ask_now(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Send a check-in at once."""
    await services.checkins.ask_now(command.where.workspace_id, command.where.user_id)
    return capture.sentence(words("checkin.on_its_way"))


async def show_bets(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Show open and settled bets."""
    page = await services.bets.page(command.where.workspace_id, command.where.user_id)
    return bets.bets_page(words, page)


async def open_review(services: Services, words: Words, client: AsyncWebClient, command: Command) -> None:
    """Open the self-review of the last quarter."""
    page = await services.reviews.page(command.where.workspace_id, command.where.user_id)
    metadata = FormMetadata(channel=command.where.channel, quarter=page.findings.quarter)
    await client.views_open(trigger_id=command.trigger_id, view=reviews.review_form(words, page, metadata))


SUBCOMMANDS: Mapping[str, Handler] = {
    "": open_form,
    "help": show_help,
    "list": show_list,
    "find": case_commands.find,
    "ask": case_commands.find,
    "summary": case_commands.show_summary,
    "check": case_commands.show_check,
    "packet": case_commands.open_packet,
    "ladder": case_commands.open_ladder,
    "share": case_commands.open_share,
    "shares": case_commands.show_shares,
    "edit": edit_latest,
    "export": export,
    "settings": open_settings,
    "checkin": ask_now,
    "bets": show_bets,
    "review": open_review,
    "privacy": privacy_commands.show_privacy,
    "audit": privacy_commands.show_audit,
    "delete-my-data": privacy_commands.ask_to_delete,
}
#: Words of command that something may follow.
TAKES_MORE = frozenset({"find", "ask"})
#: Words of command that a period or a level may follow, and nothing else.
TAKES_PERIOD = frozenset({"summary", "check", "packet"})
