"""Alembic's revisions, oldest first by their number."""
