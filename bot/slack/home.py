"""Publishing a person's Home."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.services import Services
from bot.slack.views.home import home_view


async def publish_home(
    services: Services, words: Words, client: AsyncWebClient, workspace_id: str, user_id: str
) -> None:
    """Show this person's Home as things are now."""
    overview = await services.home.overview(workspace_id, user_id)
    workspace = await services.workspaces.get(workspace_id)
    plan = await services.plans.view(workspace_id, user_id)
    await client.views_publish(user_id=user_id, view=home_view(words, overview, workspace, plan))
