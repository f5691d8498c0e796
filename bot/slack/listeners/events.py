"""Everything else Slack tells: Home opened, people changed, the app removed."""

from __future__ import annotations

from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.outgoing import Notice
from bot.services import Services
from bot.slack.home import publish_home
from bot.slack.payloads import Payload, profile_of


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to Home, to people, to the bot joining channels, and to the app's end."""
    app.event("app_home_opened")(partial(on_home_opened, services=services, words=words))
    app.event("user_change")(partial(on_user_change, services=services))
    app.event("member_joined_channel")(partial(on_joined, services=services))
    app.event("app_uninstalled")(partial(on_removed, services=services))
    app.event("tokens_revoked")(partial(on_tokens_revoked, services=services))


async def on_home_opened(
    event: Payload, context: AsyncBoltContext, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Show Home as things are now."""
    if event.get("tab") == "home":
        await publish_home(services, words, client, context.team_id or "", str(event.get("user")))


async def on_user_change(event: Payload, context: AsyncBoltContext, *, services: Services) -> None:
    """Keep names, zones and who is still there up to date."""
    profile = profile_of(event)
    await services.people.changed(context.team_id or "", profile)
    await services.plans.zone_changed(context.team_id or "", profile.user_id, profile.zone)


async def on_joined(event: Payload, context: AsyncBoltContext, *, services: Services) -> None:
    """The bot was invited to a channel: tell the one who did it what it does there."""
    workspace = await services.workspaces.get(context.team_id or "")
    inviter = event.get("inviter")
    if event.get("user") != workspace.bot_user_id or not inviter:
        return
    channel = str(event.get("channel"))
    notice = Notice(message_key="mentioned", channel=channel)
    await services.outbox.leave(workspace.id, str(inviter), notice, once_key=f"joined:{channel}")


async def on_removed(event: Payload, context: AsyncBoltContext, *, services: Services) -> None:
    """The app was uninstalled: stop at once."""
    await _stop(context, services)


async def on_tokens_revoked(event: Payload, context: AsyncBoltContext, *, services: Services) -> None:
    """Without its bot token the bot can do nothing there."""
    if (event.get("tokens") or {}).get("bot"):
        await _stop(context, services)


async def _stop(context: AsyncBoltContext, services: Services) -> None:
    await services.installations.removed(
        context.team_id or "", context.enterprise_id, whole_organisation=bool(context.is_enterprise_install)
    )
