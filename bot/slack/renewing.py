"""Keeping a check-in's message in step with what was said to it."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.glance import CheckinPage
from bot.slack.views import checkin
from bot.slack.views.capture import Shown

_log = structlog.get_logger(__name__)


async def renew(words: Words, client: AsyncWebClient, page: CheckinPage) -> None:
    """Show the check-in's message as it stands now."""
    await replace(client, page, checkin.checkin(words, page))


async def replace(client: AsyncWebClient, page: CheckinPage, shown: Shown) -> None:
    """Put this in place of the check-in's message. It is a courtesy: what was said is safe without it."""
    if page.checkin.channel is None or page.checkin.ts is None:
        return
    try:
        await client.chat_update(channel=page.checkin.channel, ts=page.checkin.ts, text=shown.text, blocks=shown.blocks)
    except SlackApiError as error:
        _log.info("checkin_not_renewed", reason=str(error.response.get("error")))
