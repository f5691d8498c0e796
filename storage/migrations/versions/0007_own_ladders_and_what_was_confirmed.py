"""People's own ladders, what someone confirmed, what a share shows; addresses can be found word by word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types
from storage import search_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ladders",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("content", storage.types.EvidenceJson(), nullable=False),
        sa.Column("updated_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["members.workspace_id", "members.user_id"],
            name=op.f("fk_ladders_workspace_id_user_id_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_ladders")),
    )
    op.add_column("entry_confirmations", sa.Column("words", storage.types.EvidenceText(), nullable=True))
    # The version before writes shares without it; they are then simply not looked at again.
    op.add_column("shares", sa.Column("holds", storage.types.EvidenceJson(), nullable=False, server_default="[]"))
    search_index.refill(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("shares", schema=None) as batch_op:
        batch_op.drop_column("holds")
    with op.batch_alter_table("entry_confirmations", schema=None) as batch_op:
        batch_op.drop_column("words")
    op.drop_table("ladders")
