"""What `/evidence privacy`, `delete-my-data`, `audit` and `export --all` do."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.learning import FEWEST_PEOPLE
from bot.services import Services
from bot.slack.payloads import Command
from bot.slack.views import privacy, proposals
from bot.slack.views.capture import Shown, sentence

#: What follows `/evidence export` to have everything, not the record alone.
ALL = "--all"


async def ask_to_delete(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Say what would go, and ask once."""
    entries = [each async for each in services.evidence.everything(command.where.workspace_id, command.where.user_id)]
    return privacy.ask_to_delete(words, len(entries))


async def show_audit(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Who had to do with this person's record."""
    me = (command.where.workspace_id, command.where.user_id)
    member = await services.people.known(*me)
    traces = await services.privacy.audit(*me)
    today = member.day_at(services.clock.now())
    return privacy.audit(words, traces, today, member.zone_info)


async def show_privacy(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Who sees what, and what leaves the bot, as things are set up here."""
    consent = await services.proposals.consent(command.where.workspace_id, command.where.user_id)
    destination, kept_days = services.proposals.destination, services.privacy.kept_days
    return proposals.privacy_page(words, destination, consent, people=FEWEST_PEOPLE, kept_days=kept_days)


async def export_all(services: Services, words: Words, client: AsyncWebClient, command: Command) -> Shown:
    """Hand over everything that is held of this person."""
    await send_everything(services, words, client, command.where.workspace_id, command.where.user_id)
    return sentence(words("privacy.exported"))


async def send_everything(
    services: Services, words: Words, client: AsyncWebClient, workspace_id: str, user_id: str
) -> None:
    """Send all that is held of a person as one file in their direct message."""
    content = await services.privacy.everything(workspace_id, user_id)
    dm = await client.conversations_open(users=[user_id])
    await client.files_upload_v2(
        channel=dm["channel"]["id"],
        filename=words("privacy.filename", day=services.clock.now().date().isoformat()),
        content=content,
        initial_comment=words("privacy.headline"),
    )
