"""SQLite's full-text index has lists of words by their first five letters, so that nobody's search reads all words."""

from __future__ import annotations

from alembic import op

from storage import search_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.rebuild(op.get_bind())


def downgrade() -> None:
    """The version before finds the same with this index."""
