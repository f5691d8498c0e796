"""What must reach Slack, written in the same commit as the fact it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.work import WorkRow


class OutboxRow(WorkRow):
    """One message to send. `message` holds identifiers, not words: the text is made when it is sent.

    `once_key` is unique in its workspace: what carries the same key is sent once.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_once", "workspace_id", "once_key", unique=True),
        Index(None, "state", "due_at"),
        Index(None, "lane", "state"),
    )

    user_id: Mapped[str] = mapped_column(String(32))
    once_key: Mapped[str] = mapped_column(String(255))
    lane: Mapped[str] = mapped_column(String(96))
    message: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    request_id: Mapped[str | None] = mapped_column(String(64))
