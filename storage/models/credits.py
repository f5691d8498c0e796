"""Credits: one person pointing at another's message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import EvidenceText


class CreditRow(Base):
    """One person's star on another's message, and what the author made of it."""

    __tablename__ = "credits"
    __table_args__ = (
        UniqueConstraint("workspace_id", "by_user", "channel", "ts"),
        Index(None, "workspace_id", "to_user", "offered_at"),
        Index(None, "workspace_id", "channel", "ts"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    to_user: Mapped[str] = mapped_column(String(32))
    by_user: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    permalink: Mapped[str | None] = mapped_column(String(1024))
    text: Mapped[str] = mapped_column(EvidenceText)
    state: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
