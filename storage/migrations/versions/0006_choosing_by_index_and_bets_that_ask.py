"""Choosing questions looks at an index only; bets know whether and when their owner wants to be asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CHOOSING = ["workspace_id", "user_id", "status", "kind", "dimensions", "occurred_on", "id"]
_MIDNIGHT = {
    "sqlite": "look_again_on || ' 00:00:00.000000'",
    "postgresql": "look_again_on::timestamp AT TIME ZONE 'UTC'",
}


def upgrade() -> None:
    # Indexes, and columns with defaults: the version before goes on working beside this one.
    op.create_index("ix_entries_choosing", "entries", _CHOOSING)
    says_outcome = sa.text("(outcome <> '' OR (number <> '' AND baseline <> ''))")
    op.create_index(
        "ix_entries_outcome", "entries", _CHOOSING, sqlite_where=says_outcome, postgresql_where=says_outcome
    )
    op.add_column("bets", sa.Column("asks", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("bets", sa.Column("ask_at", storage.types.UtcDateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_bets_ask_at"), "bets", ["ask_at"])
    op.drop_index(op.f("ix_bets_state_look_again_on"), table_name="bets")
    # Until now whoever had check-ins was asked about each of their bets, and nobody else about any.
    op.execute(
        "UPDATE bets SET asks = true WHERE EXISTS (SELECT 1 FROM checkin_plans p "
        "WHERE p.workspace_id = bets.workspace_id AND p.user_id = bets.user_id AND p.is_on)"
    )
    op.execute(
        f"UPDATE bets SET ask_at = {_MIDNIGHT[op.get_bind().dialect.name]} WHERE asks AND state = 'open' "  # noqa: S608
        "AND (asked_on IS NULL OR asked_on < look_again_on)"
    )


def downgrade() -> None:
    op.create_index(op.f("ix_bets_state_look_again_on"), "bets", ["state", "look_again_on"])
    op.drop_index(op.f("ix_bets_ask_at"), table_name="bets")
    op.drop_column("bets", "ask_at")
    op.drop_column("bets", "asks")
    op.drop_index("ix_entries_outcome", table_name="entries")
    op.drop_index("ix_entries_choosing", table_name="entries")
