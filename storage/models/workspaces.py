"""Workspaces the bot serves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class WorkspaceRow(Base):
    """One Slack workspace (a team, `T…`), with who the bot is there and its settings."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    url: Mapped[str] = mapped_column(String(255), default="")
    enterprise_id: Mapped[str | None] = mapped_column(String(32))
    bot_user_id: Mapped[str] = mapped_column(String(32))
    bot_id: Mapped[str | None] = mapped_column(String(32))
    keep_emoji: Mapped[str] = mapped_column(String(100), default="seedling")
    credit_emoji: Mapped[str] = mapped_column(String(100), default="star2")
    installed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
