"""People the bot serves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class MemberRow(Base):
    """One person in one workspace: what Slack says of them and what they told the bot."""

    __tablename__ = "members"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    zone: Mapped[str | None] = mapped_column(String(64))
    is_active: Mapped[bool] = mapped_column(default=True)
    profile_read_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    wants_credits: Mapped[bool] = mapped_column(default=True)
    wants_confirm_requests: Mapped[bool] = mapped_column(default=True)
    language_model: Mapped[str | None] = mapped_column(String(255))
    target_level: Mapped[str] = mapped_column(String(64), default="staff")
    dm: Mapped[str | None] = mapped_column(String(32))
