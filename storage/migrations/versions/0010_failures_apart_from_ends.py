"""Failures of stored work are counted apart from how often a process ended during it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The version before writes rows without it: nothing has failed yet then.
    for table in ("inbox", "outbox"):
        op.add_column(table, sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table in ("inbox", "outbox"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("failures")
