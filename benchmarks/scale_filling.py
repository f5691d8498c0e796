"""Rows by the million, made by the database itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Text, case, cast, delete, insert, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.checkins import Plan, turned_on
from bot.domain.tagging import DIMENSIONS_OF, EVIDENCE_KINDS
from storage.models import CheckinRow, EntryRow, MemberRow, OutboxRow, PlanRow
from storage.repositories.plans import columns_of

NOW = datetime(2026, 11, 6, 15, 0, tzinfo=UTC)
WORKSPACES = 10
#: Whose figures are taken: a person who is there at every size.
ME = ("T5", "U5")
_CHUNK = 20_000
_TOPICS = ("checkout", "ledger", "search", "billing", "identity", "gateway", "mobile", "warehouse")


def _numbers(first: int, end: int) -> CTE:
    """The numbers from `first` up to `end`, exclusive."""
    numbers = select(literal(first).label("n")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < end - 1))


def _one_of(values: tuple[Any, ...], number: ColumnElement[int], like: Any) -> ColumnElement[Any]:
    return case({place: literal(value, like.type) for place, value in enumerate(values)}, value=number % len(values))


def _spelled(prefix: str, number: ColumnElement[int]) -> ColumnElement[str]:
    return literal(prefix, Text()) + cast(number, Text)


async def _insert(engine: AsyncEngine, table: Any, columns: dict[str, ColumnElement[Any]]) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(table).from_select(list(columns), select(*columns.values())))


async def add_people(engine: AsyncEngine, before: int, after: int) -> None:
    """People `before` up to `after`, in ten workspaces, each with check-ins that are due some other day."""
    for first in range(before, after, _CHUNK):
        n = _numbers(first, min(first + _CHUNK, after)).c.n
        key = {"workspace_id": _spelled("T", n % WORKSPACES), "user_id": _spelled("U", n)}
        told = {"name": "", "zone": "Europe/Lisbon", "is_active": True, "profile_read_at": NOW}
        told |= {"wants_credits": True, "wants_confirm_requests": True, "target_level": "staff"}
        await _insert(engine, MemberRow, key | _same(MemberRow, told))
        await _insert(
            engine, PlanRow, key | _same(PlanRow, columns_of(_plan()) | {"due_at": NOW + timedelta(days=2, hours=3)})
        )


async def add_entries(engine: AsyncEngine, before: int, after: int, *, each: int) -> None:
    """Entries `before` up to `after`, `each` to a person, over two years."""
    days = tuple(date(2026, 11, 5) - timedelta(days=31 * month) for month in range(24))
    kinds = tuple(str(kind) for kind in EVIDENCE_KINDS)
    shown = tuple(DIMENSIONS_OF[kind] for kind in EVIDENCE_KINDS)
    for first in range(before, after, _CHUNK):
        n = _numbers(first, min(first + _CHUNK, after)).c.n
        owner = n // each
        words = literal("Paired with <@U7> until the ", Text()) + _one_of(_TOPICS, n, EntryRow.text)
        words = words + literal(" deploy went through. Ticket ", Text()) + cast(n % 100_003 * 7919 % 100_003, Text)
        columns: dict[str, ColumnElement[Any]] = {
            "id": _spelled("ent_", n),
            "workspace_id": _spelled("T", owner % WORKSPACES),
            "user_id": _spelled("U", owner),
            "capture_key": _spelled("k", n),
            "text": words,
            "kind": _one_of(kinds, n, EntryRow.kind),
            "dimensions": _one_of(shown, n, EntryRow.dimensions),
            "occurred_on": _one_of(days, n, EntryRow.occurred_on),
            "outcome": case((n % 3 == 0, literal("it held", Text())), else_=null()),
        }
        same = {"text_by": "person", "confidence": 0.9, "ranked": [], "tagged_by": "tagger", "tagger_version": "1"}
        same |= {"created_at": NOW, "updated_at": NOW, "status": "kept", "source_type": "command"}
        same |= {"source_state": "present", "links": [], "sensitivity": "packet_only"}
        await _insert(engine, EntryRow, columns | _same(EntryRow, same))


async def make_due(engine: AsyncEngine, count: int) -> None:
    """Have the first so many people be due now, as if they had not been asked yet."""
    first = [f"U{number}" for number in range(count)]
    async with engine.begin() as connection:
        for table in (CheckinRow, OutboxRow):
            await connection.execute(delete(table).where(table.user_id.in_(first)))
        await connection.execute(update(PlanRow).where(PlanRow.user_id.in_(first)).values(columns_of(_plan())))


def _plan() -> Plan:
    """Of someone who said yes three days ago, and whose moment is now."""
    return turned_on(Plan(workspace_id="T", user_id="U"), "Europe/Lisbon", NOW - timedelta(days=3))


def _same(row: Any, values: dict[str, Any]) -> dict[str, ColumnElement[Any]]:
    """The same values for all rows, as this table's columns hold them."""
    return {name: literal(value, getattr(row, name).type) for name, value in values.items()}
