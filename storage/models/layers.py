"""What workspaces learned from their people's corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import EvidenceBytes


class LayerRow(Base):
    """One version of one workspace's layer over the shared model; refused ones without their numbers."""

    __tablename__ = "tagger_layers"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    base: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    corrections: Mapped[int]
    people: Mapped[int]
    figures: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    numbers: Mapped[bytes | None] = mapped_column(EvidenceBytes)


class LayerEntryRow(Base):
    """An entry whose correction is in a layer's numbers. When it goes, the layer has to go."""

    __tablename__ = "tagger_layer_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "version"], ["tagger_layers.workspace_id", "tagger_layers.version"], ondelete="CASCADE"
        ),
    )

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True, index=True)
    user_id: Mapped[str] = mapped_column(String(32))
