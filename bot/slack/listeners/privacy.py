"""Buttons on what is one's own: take everything, or have everything gone."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp

from bot.content.messages import Words
from bot.services import Services
from bot.slack import ids
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.privacy_commands import send_everything
from bot.slack.views import privacy
from bot.slack.views.capture import sentence


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to these buttons."""
    listen_to_buttons(app, HANDLERS, services, words)


async def export_everything(pressed: Pressed) -> None:
    """Hand everything over; the question stays where it is."""
    await send_everything(pressed.services, pressed.words, pressed.client, *pressed.me)


async def delete_everything(pressed: Pressed) -> None:
    """Remove every trace, on Home too."""
    await pressed.services.privacy.delete_everything(*pressed.me)
    await pressed.show(sentence(pressed.words("privacy.deleted")))
    await pressed.client.views_publish(user_id=pressed.me[1], view=privacy.empty_home(pressed.words))


HANDLERS: Mapping[str, Handler] = {
    ids.DATA_EXPORT: export_everything,
    ids.DATA_DELETE: delete_everything,
}
