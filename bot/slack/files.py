"""Handing files over in the direct message."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.record import Record
from bot.services import Services


async def send_export(
    services: Services, words: Words, client: AsyncWebClient, workspace_id: str, user_id: str
) -> bool:
    """Send a person's whole record as a JSON file; False when there is nothing to send."""
    entries = [entry async for entry in services.evidence.everything(workspace_id, user_id)]
    if not entries:
        return False
    now = services.clock.now()
    record = Record(exported_at=now, workspace_id=workspace_id, user_id=user_id, entries=tuple(entries))
    dm = await client.conversations_open(users=[user_id])
    await client.files_upload_v2(
        channel=dm["channel"]["id"],
        filename=words("export.filename", day=now.date().isoformat()),
        content=record.model_dump_json(indent=2),
        initial_comment=words("export.headline", count=len(entries)),
    )
    return True
