"""Answers to what is written to the bot directly."""

from __future__ import annotations

from bot.content.messages import Words
from bot.slack import ids
from bot.slack.views.blocks import actions, button, context, section
from bot.slack.views.capture import Shown


def keep_offer(words: Words, message_ts: str) -> Shown:
    """Ask whether a message is meant to be kept."""
    question = words("dm.offer")
    return Shown(
        question,
        [
            section(question),
            actions(button(words("buttons.keep_this"), ids.DM_KEEP, message_ts, style="primary")),
            context(words("dm.hint")),
        ],
    )
