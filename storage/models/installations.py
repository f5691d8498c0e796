"""Where the app is installed, with its tokens, and installing as it is under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import Secret


class InstallationRow(Base):
    """One installation: of a workspace, or of a whole Enterprise organisation, which has no `team_id`.

    Absent ids are empty strings, so that the key is unique on every database.
    """

    __tablename__ = "installations"
    __table_args__ = (Index(None, "expires_at"),)

    enterprise_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    app_id: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(255))
    bot_user_id: Mapped[str] = mapped_column(String(32))
    bot_id: Mapped[str | None] = mapped_column(String(32))
    scopes: Mapped[str] = mapped_column(Text)
    bot_token: Mapped[str] = mapped_column(Secret)
    refresh_token: Mapped[str | None] = mapped_column(Secret)
    expires_at: Mapped[datetime | None]
    refreshing_until: Mapped[datetime | None]
    installed_by: Mapped[str | None] = mapped_column(String(32))
    installed_at: Mapped[datetime]


class OAuthStateRow(Base):
    """An installation that was begun: what it must come back with, as a digest, and until when."""

    __tablename__ = "oauth_states"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]
