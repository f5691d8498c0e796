"""PostgreSQL's own wall between workspaces, under the one that the repositories keep.

Each unit of work says whose workspace it works in; PostgreSQL then shows it the rows of that workspace
and no others, whatever a query forgets to say. A superuser, or a role with BYPASSRLS, passes through
the wall: run the bot as an ordinary role (`multiplier doctor` and `/health/ready` say so).
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

#: The settings of a transaction that the policies read.
WORKSPACE, MACHINERY = "app.workspace_id", "app.machinery"
#: What a connection of the machinery's own passes to the server, where it goes around `Storage`.
AS_MACHINERY = {MACHINERY: "on"}

_IS_MACHINERY = f"current_setting('{MACHINERY}', true) = 'on'"
_THEIRS = f"= current_setting('{WORKSPACE}', true)"
_POLICY = "multiplier_workspace"
_ENTER = text("SELECT set_config(:name, :value, true)")
_ENTER_IN_ORDER = text("SELECT set_config(:name, :value, true), set_config('enable_sort', 'off', true)")
#: Tables that tell their workspace by another way than a column `workspace_id`.
_BY_OTHER_WAYS = {
    "workspaces": f"id {_THEIRS}",
    "share_views": "EXISTS (SELECT 1 FROM shares WHERE shares.id = share_views.share_id)",
}
#: Alembic's own table, and the index of words, which is only ever joined to the entries behind the wall.
_OPEN = frozenset({"alembic_version", "entries_fts"})


def protect(connection: Connection) -> list[str]:
    """Put every table behind the wall that is not there yet; the names of those. Nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return []
    rows = connection.execute(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'r' AND n.nspname = current_schema() AND NOT c.relforcerowsecurity"
        )
    )
    bare = sorted(row.relname for row in rows if row.relname not in _OPEN)
    for table in bare:
        condition = _condition(connection, table)
        connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        # Forced, because the bot usually owns its tables, and owners are let through otherwise.
        connection.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
        connection.execute(text(f"DROP POLICY IF EXISTS {_POLICY} ON {table}"))
        connection.execute(text(f"CREATE POLICY {_POLICY} ON {table} USING ({condition}) WITH CHECK ({condition})"))
    return bare


def _condition(connection: Connection, table: str) -> str:
    if table in _BY_OTHER_WAYS:
        return f"{_IS_MACHINERY} OR {_BY_OTHER_WAYS[table]}"
    if any(column["name"] == "workspace_id" for column in inspect(connection).get_columns(table)):
        return f"{_IS_MACHINERY} OR workspace_id {_THEIRS}"
    return _IS_MACHINERY


def enter(connection: Connection, workspace_id: str | None, *, in_order: bool = False) -> None:
    """Say, until the transaction ends, whose workspace is worked in; `None` for the machinery's own work.

    With `in_order`, PostgreSQL also goes along an index rather than sort what it finds.
    """
    if connection.dialect.name != "postgresql":
        return
    name, value = (MACHINERY, "on") if workspace_id is None else (WORKSPACE, workspace_id)
    connection.execute(_ENTER_IN_ORDER if in_order else _ENTER, {"name": name, "value": value})


def passes_through(connection: Connection) -> bool:
    """Whether the wall doesn't hold for this connection's role."""
    if connection.dialect.name != "postgresql":
        return False
    row = connection.execute(text("SELECT rolsuper OR rolbypassrls AS free FROM pg_roles WHERE rolname = current_user"))
    return bool(row.scalar())
