"""What a case is made of besides entries: projects, packet drafts, requests to confirm, shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import EvidenceBytes, EvidenceJson, EvidenceText


def _owner() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "user_id"], ["members.workspace_id", "members.user_id"], ondelete="CASCADE"
    )


class ProjectRow(Base):
    """Entries that a person told apart as one piece of work."""

    __tablename__ = "projects"
    __table_args__ = (Index(None, "workspace_id", "user_id"), _owner())

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(EvidenceText(200))
    problem: Mapped[str | None] = mapped_column(EvidenceText)
    scope: Mapped[str | None] = mapped_column(EvidenceText)
    created_at: Mapped[datetime]


class PacketDraftRow(Base):
    """What a person chose and wrote for a packet, as `bot.domain.packet.PacketDraft`."""

    __tablename__ = "packet_drafts"
    __table_args__ = (Index(None, "workspace_id", "user_id", "updated_at"), _owner())

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]] = mapped_column(EvidenceJson)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ConfirmRequestRow(Base):
    """One person asked by another whether an entry is how it was."""

    __tablename__ = "confirm_requests"
    __table_args__ = (
        UniqueConstraint("entry_id", "asked_user"),
        Index(None, "workspace_id", "asked_user", "asked_at"),
        _owner(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    asked_user: Mapped[str] = mapped_column(String(32))
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(EvidenceText)
    state: Mapped[str] = mapped_column(String(16))
    suggestion: Mapped[str | None] = mapped_column(EvidenceText)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ShareRow(Base):
    """A snapshot of chosen entries behind an unguessable address; only a digest of the key is held."""

    __tablename__ = "shares"
    __table_args__ = (
        UniqueConstraint("key_digest"),
        Index(None, "workspace_id", "user_id", "created_at"),
        _owner(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    key_digest: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(EvidenceText(200))
    entry_count: Mapped[int]
    holds: Mapped[list[dict[str, Any]]] = mapped_column(EvidenceJson)
    """What the page shows: entries by id, each with the ids of those quoted in it."""
    page: Mapped[str] = mapped_column(EvidenceText)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ShareViewRow(Base):
    """One time someone opened a share: when, and with what program."""

    __tablename__ = "share_views"
    __table_args__ = (Index(None, "share_id", "at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    share_id: Mapped[str] = mapped_column(ForeignKey("shares.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(200))


class EmbeddingRow(Base):
    """Where an entry's words lie in the encoder's space. Out of date when the entry changed since."""

    __tablename__ = "entry_embeddings"
    __table_args__ = (Index(None, "workspace_id", "user_id", "model"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    model: Mapped[str] = mapped_column(String(40))
    of_updated_at: Mapped[datetime]
    vector: Mapped[bytes] = mapped_column(EvidenceBytes)


class LadderRow(Base):
    """The career levels a person brought, as `bot.domain.ladder.Ladder`."""

    __tablename__ = "ladders"
    __table_args__ = (_owner(),)

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(EvidenceJson)
    updated_at: Mapped[datetime]
