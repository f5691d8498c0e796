"""Handing files over in the direct message."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.services import Services


async def send_export(
    services: Services, words: Words, client: AsyncWebClient, workspace_id: str, user_id: str
) -> bool:
    """Send a person's whole record as a JSON file; False when there is nothing to send."""
    record = await services.record.export(workspace_id, user_id)
    if not record.entries:
        return False
    dm = await client.conversations_open(users=[user_id])
    await client.files_upload_v2(
        channel=dm["channel"]["id"],
        filename=words("export.filename", day=record.exported_at.date().isoformat()),
        content=record.model_dump_json(indent=2),
        initial_comment=words("export.headline", count=len(record.entries)),
    )
    return True
