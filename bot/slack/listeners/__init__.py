"""What the bot listens to, a file for each kind of payload. Each registers itself on the app."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp

from bot.content.messages import Words
from bot.services import Services
from bot.slack.listeners import (
    actions,
    bets,
    case,
    checkins,
    commands,
    events,
    ladder,
    messages,
    modals,
    privacy,
    proposals,
    reactions,
    settings,
    shortcuts,
)


def register_all(app: AsyncApp, services: Services, words: Words) -> None:
    """Connect everything."""
    for listener in (
        commands,
        reactions,
        shortcuts,
        messages,
        actions,
        modals,
        checkins,
        bets,
        case,
        ladder,
        settings,
        privacy,
        proposals,
        events,
    ):
        listener.register(app, services, words)
