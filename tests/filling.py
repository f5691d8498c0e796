"""Rows in every table there is, made from the tables themselves, so that a new one is never forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    Time,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage import row_security
from storage.models import Base
from storage.types import DimensionSet, EvidenceBytes, EvidenceJson, EvidenceText, Secret, UtcDateTime

NOW = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)
#: Columns that hold a person's id without a foreign key saying so.
PEOPLE = frozenset(
    {"user_id", "to_user", "by_user", "asked_user", "user", "by", "author", "source_author", "installed_by"}
)
#: What a domain value must be able to read.
_CHOICES: Mapping[tuple[str, str], str] = {
    ("entries", "kind"): "unblock",
    ("entries", "status"): "kept",
    ("entries", "text_by"): "thread",
    ("entries", "tagged_by"): "tagger",
    ("entries", "source_type"): "reaction",
    ("entries", "source_state"): "present",
    ("entries", "role"): "led",
    ("entries", "reach"): "team",
    ("entries", "sensitivity"): "share",
    ("entry_quotes", "role"): "answer",
    ("entry_people", "role"): "helped",
    ("entry_confirmations", "state"): "confirmed",
}
_numbers = count(1)
_PLAIN: Mapping[type[TypeEngine[Any]], Any] = {
    UtcDateTime: NOW,
    DimensionSet: (),
    Boolean: True,
    SmallInteger: 1,
    Integer: 1,
    Float: 0.5,
    Date: date(2026, 11, 2),
    Time: time(9, 30),
    DateTime: NOW,
    JSON: {},
}


async def fill_every_table(
    engine: AsyncEngine, workspace_id: str, user_id: str, marker: str, *, but: frozenset[str] = frozenset()
) -> None:
    """One row of this person's in each table, with the marker wherever words can stand."""
    rows: dict[str, dict[str, Any]] = {}
    async with engine.begin() as connection:
        await connection.run_sync(row_security.enter, None)
        for table in Base.metadata.sorted_tables:
            if table.name in but:
                continue
            row = {}
            for column in table.columns:
                if column is table.autoincrement_column:
                    continue
                row[column.name] = _value(column, rows, workspace_id, user_id, marker)
            if table.name == "workspaces":
                found = await connection.execute(select(table).where(table.c.id == workspace_id))
                if found.first():
                    rows[table.name] = row
                    continue
            await connection.execute(insert(table).values(row))
            rows[table.name] = row


def _value(
    column: Column[Any], rows: Mapping[str, Mapping[str, Any]], workspace_id: str, user: str, marker: str
) -> Any:
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    table = column.table.name
    if column.name == "workspace_id" or (table, column.name) in {("workspaces", "id"), ("installations", "team_id")}:
        return workspace_id
    if (table, column.name) in _CHOICES:
        return _CHOICES[table, column.name]
    if (table, column.name) == ("entries", "ranked"):
        return []
    if table == "entries" and column.name == "links":
        return [{"label": f"{marker} <@{user}>", "url": "https://x.example", "type": "rfc"}]
    if column.name in PEOPLE:
        return user
    if column.name == "removed_at":
        return None
    kind = column.type
    if column.primary_key and isinstance(kind, Integer):
        return next(_numbers)
    if isinstance(kind, (EvidenceText, Secret)):
        return f"{marker} in {table}.{column.name} by <@{user}>"
    if isinstance(kind, EvidenceJson):
        return [{"label": f"{marker} <@{user}>", "url": "https://x.example"}]
    if isinstance(kind, (EvidenceBytes, LargeBinary)):
        return marker.encode()
    for each, value in _PLAIN.items():
        if isinstance(kind, each):
            return value
    if isinstance(kind, (String, Text)) or (isinstance(kind, TypeDecorator) and isinstance(kind.impl, String)):
        return _text(column, workspace_id, user, marker)
    raise AssertionError(f"say how to fill {table}.{column.name}: {kind!r}")


def _text(column: Column[Any], workspace_id: str, user: str, marker: str) -> str:
    if column.primary_key or column.name in ("event_id", "fact_key", "key_digest", "once_key", "capture_key"):
        return f"{column.table.name[:8]}{workspace_id}{user}"[: getattr(column.type, "length", None) or 40]
    if column.name in ("order_key", "lane"):
        return f"{workspace_id}:{user}"
    length = getattr(column.type, "length", None) or 500
    return f"{marker} {user}" if length >= 64 else "x"
