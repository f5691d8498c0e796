"""Quarterly self-reviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import EvidenceText


class ReviewRow(Base):
    """What a person took from looking back on a quarter."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("workspace_id", "user_id", "quarter"),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["members.workspace_id", "members.user_id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    quarter: Mapped[str] = mapped_column(String(8))
    focus: Mapped[str | None] = mapped_column(String(32))
    reflection: Mapped[str] = mapped_column(EvidenceText)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
