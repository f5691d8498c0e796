"""A statement of one's own for an entry; what a person said to a language model."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain added columns: the version before goes on working beside this one.
    op.add_column("entries", sa.Column("statement", sa.Text(), nullable=True))
    op.add_column("members", sa.Column("language_model", sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column("members", "language_model")
    # Not by rebuilding the table, which would drop the search index's triggers with it.
    op.drop_column("entries", "statement")
