"""What a form carries from where it was opened to where it is handed in: identifiers, never words."""

from __future__ import annotations

from pydantic import ValidationError

from bot.domain.evidence import Value
from bot.slack.limits import PRIVATE_METADATA
from bot.slack.payloads import Malformed


class FormMetadata(Value):
    """What the form is about, and where its effect is to be shown.

    `response_url` replaces the message the form was opened from; it works for half an hour.
    """

    entry_id: str | None = None
    credit_id: str | None = None
    checkin_id: str | None = None
    bet_id: str | None = None
    quarter: str | None = None
    draft_id: str | None = None
    request_id: str | None = None
    dm_ts: str | None = None
    channel: str | None = None
    response_url: str | None = None

    def packed(self) -> str:
        """As `private_metadata`; without the response address where it would not fit."""
        text = self.model_dump_json(exclude_none=True)
        if len(text) > PRIVATE_METADATA:
            text = self.model_copy(update={"response_url": None}).model_dump_json(exclude_none=True)
        return text


def unpacked(private_metadata: str) -> FormMetadata:
    """What `packed` made. Raises `Malformed` for anything else."""
    try:
        return FormMetadata.model_validate_json(private_metadata or "{}")
    except ValidationError:
        raise Malformed(field="private_metadata") from None
