"""Events from Slack, stored before they are acknowledged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.work import WorkRow
from storage.types import EvidenceText


class InboxRow(WorkRow):
    """One event. `event_id` is Slack's; `fact_key` names the fact, which Slack may tell under two ids.

    Rows with the same `order_key` (one person's events) are worked in the order they came.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_event", "workspace_id", "event_id", unique=True),
        Index("uq_inbox_fact", "workspace_id", "fact_key", unique=True),
        Index(None, "state", "due_at"),
        Index(None, "order_key", "state"),
    )

    event_id: Mapped[str] = mapped_column(String(64))
    fact_key: Mapped[str] = mapped_column(String(255))
    order_key: Mapped[str] = mapped_column(String(96))
    body: Mapped[str] = mapped_column(EvidenceText)
    received_at: Mapped[datetime]
