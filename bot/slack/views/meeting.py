"""The bot introducing itself."""

from __future__ import annotations

from bot.content.messages import Words
from bot.slack import ids
from bot.slack.views.blocks import actions, button, section
from bot.slack.views.capture import Shown


def first_meeting(words: Words) -> Shown:
    """What it does, who can see what, and whose it is: five lines."""
    headline = words("first_meeting.headline")
    lines = [words(f"first_meeting.{line}") for line in ("privacy", "honest", "yours", "how")]
    return Shown(
        headline,
        [
            section(headline),
            section("\n".join(lines)),
            actions(button(words("buttons.settings"), ids.SETTINGS_OPEN)),
        ],
    )
