"""Reactions that mean something to the bot."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class MarkRow(Base):
    """Whether one person's keep or credit reaction is on one message.

    `changed_ts` is Slack's timestamp of the newest change seen, so that events which arrive again or
    out of order change nothing.
    """

    __tablename__ = "marks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["members.workspace_id", "members.user_id"], ondelete="CASCADE"
        ),
    )

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    ts: Mapped[str] = mapped_column(String(32), primary_key=True)
    act: Mapped[str] = mapped_column(String(16), primary_key=True)
    is_on: Mapped[bool]
    changed_ts: Mapped[str] = mapped_column(String(32))
