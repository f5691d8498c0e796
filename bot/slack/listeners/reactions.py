"""Reactions that keep or credit a message."""

from __future__ import annotations

from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.content.messages import Words
from bot.domain.errors import Refused
from bot.domain.workspaces import emoji_name
from bot.services import Services
from bot.slack.payloads import Payload, reacted_of


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to reactions put on and taken off."""
    for event in ("reaction_added", "reaction_removed"):
        app.event(event)(partial(on_reaction, services=services))


async def on_reaction(event: Payload, context: AsyncBoltContext, *, services: Services) -> None:
    """Hand a keep or credit reaction to its service; every other emoji is none of our business."""
    workspace = await services.workspaces.get(context.team_id or "")
    try:
        name = emoji_name(str(event.get("reaction") or ""))
    except Refused:
        return
    if name not in (workspace.keep_emoji, workspace.credit_emoji):
        return
    reacted = reacted_of(workspace.id, event)
    if reacted is None or reacted.user_id == workspace.bot_user_id:
        return
    if name == workspace.keep_emoji:
        await services.keeping.reaction_changed(reacted)
    else:
        await services.credits.reaction_changed(reacted)
