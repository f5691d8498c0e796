"""What people corrected, for the tagger to learn from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import EvidenceText


class CorrectionRow(Base):
    """One text of one person with the kind they gave it; the latest word on each entry."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index(None, "workspace_id", "user_id", "corrected_at"),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["members.workspace_id", "members.user_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["entry_id"], ["entries.id"], ondelete="CASCADE"),
    )

    entry_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(EvidenceText)
    kind: Mapped[str] = mapped_column(String(32))
    was: Mapped[str] = mapped_column(String(32))
    corrected_at: Mapped[datetime]
