"""A Slack workspace and how the bot behaves in it."""

from __future__ import annotations

import re

from pydantic import AwareDatetime

from bot.domain.errors import Refused
from bot.domain.evidence import Value

_EMOJI_NAME = re.compile(r"^:?([a-z0-9_+'-]{1,100}?)(?:::skin-tone-[2-6])?:?$")


class Workspace(Value):
    """One Slack workspace (a team, `T…`), who the bot is there, and its two emoji."""

    id: str
    name: str = ""
    url: str = ""
    enterprise_id: str | None = None
    bot_user_id: str
    bot_id: str | None = None
    keep_emoji: str = "seedling"
    credit_emoji: str = "star2"
    installed_at: AwareDatetime
    removed_at: AwareDatetime | None = None


def emoji_name(text: str) -> str:
    """The bare name of an emoji as typed (`:star2:`, `star2`, with or without a skin tone).

    Raises `Refused` for anything that is not an emoji's name.
    """
    match = _EMOJI_NAME.match(text.strip().lower())
    if not match:
        raise Refused("errors.not_an_emoji")
    return match.group(1)
