"""Runs migrations over a connection that `storage.migrate` hands in."""

from __future__ import annotations

from alembic import context

from storage.models import Base
from storage.search_index import belongs_to_models

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_object=belongs_to_models,
)
with context.begin_transaction():
    context.run_migrations()
