"""Entries and what belongs to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.tagging import Dimension
from storage.models.base import Base
from storage.types import DimensionSet, EvidenceJson, EvidenceText

#: It says what came of it, or how much and how much before: `Strength.OUTCOME` and more, of its own accord. Written
#: out, because a database uses a partial index only for the very same condition. Sealed words are words, too.
SAYS_OUTCOME = text("(outcome <> '' OR (number <> '' AND baseline <> ''))")
_CHOOSING = ("workspace_id", "user_id", "status", "kind", "dimensions", "occurred_on", "id")


class EntryRow(Base):
    """One entry. `capture_key` names what was captured, so that the same thing is never kept twice."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("workspace_id", "user_id", "capture_key"),
        Index(None, "workspace_id", "user_id", "status", "occurred_on", "id"),
        Index(None, "workspace_id", "user_id", "created_at"),
        # All that choosing questions asks of a record, so that it never reads the entries themselves.
        Index("ix_entries_choosing", *_CHOOSING),
        Index("ix_entries_outcome", *_CHOOSING, sqlite_where=SAYS_OUTCOME, postgresql_where=SAYS_OUTCOME),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"], ["members.workspace_id", "members.user_id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    capture_key: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(EvidenceText)
    text_by: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32))
    dimensions: Mapped[tuple[Dimension, ...]] = mapped_column(DimensionSet)
    confidence: Mapped[float]
    ranked: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    tagged_by: Mapped[str] = mapped_column(String(16))
    tagger_version: Mapped[str] = mapped_column(String(64))
    occurred_on: Mapped[date]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16))
    source_type: Mapped[str] = mapped_column(String(16))
    source_channel: Mapped[str | None] = mapped_column(String(32))
    source_ts: Mapped[str | None] = mapped_column(String(32))
    source_thread_ts: Mapped[str | None] = mapped_column(String(32))
    source_permalink: Mapped[str | None] = mapped_column(String(1024))
    source_author: Mapped[str | None] = mapped_column(String(32))
    source_state: Mapped[str] = mapped_column(String(16))
    links: Mapped[list[dict[str, Any]]] = mapped_column(EvidenceJson)
    outcome: Mapped[str | None] = mapped_column(EvidenceText)
    number: Mapped[str | None] = mapped_column(EvidenceText)
    baseline: Mapped[str | None] = mapped_column(EvidenceText)
    otherwise: Mapped[str | None] = mapped_column(EvidenceText)
    statement: Mapped[str | None] = mapped_column(EvidenceText)
    role: Mapped[str | None] = mapped_column(String(16))
    reach: Mapped[str | None] = mapped_column(String(16))
    sensitivity: Mapped[str] = mapped_column(String(16))
    follow_up_on: Mapped[date | None]
    project_id: Mapped[str | None] = mapped_column(String(40))


class QuoteRow(Base):
    """Words of a Slack message that an entry stands on."""

    __tablename__ = "entry_quotes"
    __table_args__ = (Index(None, "workspace_id", "channel", "ts"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    ts: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    author: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(EvidenceText)


class PersonInEntryRow(Base):
    """Another person in an entry."""

    __tablename__ = "entry_people"
    __table_args__ = (Index(None, "workspace_id", "user"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(String(32), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]


class ConfirmationRow(Base):
    """Another person's word on an entry: the latest from each."""

    __tablename__ = "entry_confirmations"
    __table_args__ = (Index(None, "workspace_id", "by"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    by: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    quote: Mapped[str | None] = mapped_column(EvidenceText)
    words: Mapped[str | None] = mapped_column(EvidenceText)
    at: Mapped[datetime]
