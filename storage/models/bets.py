"""Bets that people made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, SmallInteger, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import EvidenceText


class BetRow(Base):
    """What a person expected of one entry, and what came of it."""

    __tablename__ = "bets"
    __table_args__ = (
        UniqueConstraint("entry_id"),
        Index(None, "workspace_id", "user_id", "look_again_on"),
        Index(None, "ask_at"),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["members.workspace_id", "members.user_id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    expects: Mapped[str] = mapped_column(EvidenceText)
    sure: Mapped[int] = mapped_column(SmallInteger)
    made_on: Mapped[date]
    look_again_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16))
    asks: Mapped[bool] = mapped_column(server_default=false())
    ask_at: Mapped[datetime | None]
    asked_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    what_came: Mapped[str | None] = mapped_column(EvidenceText)
    created_at: Mapped[datetime]
