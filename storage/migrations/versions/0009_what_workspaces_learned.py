"""What workspaces learned from corrections, and from which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tagger_layers",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("made_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_tagger_layers_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "version", name=op.f("pk_tagger_layers")),
    )
    op.create_table(
        "tagger_layer_entries",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "version"],
            ["tagger_layers.workspace_id", "tagger_layers.version"],
            name=op.f("fk_tagger_layer_entries_workspace_id_tagger_layers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_tagger_layer_entries_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "version", "entry_id", name=op.f("pk_tagger_layer_entries")),
    )
    with op.batch_alter_table("tagger_layer_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tagger_layer_entries_entry_id"), ["entry_id"], unique=False)


def downgrade() -> None:
    op.drop_table("tagger_layer_entries")
    op.drop_table("tagger_layers")
