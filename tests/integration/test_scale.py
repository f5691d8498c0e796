"""The short form of `benchmarks/scale.py`, and that no query reads a whole table to answer one person."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from benchmarks.scale import Bench, opened, run
from benchmarks.scale_filling import add_entries, add_people, make_due
from benchmarks.scale_plot import plot
from bot.domain.inbox import Arrival
from bot.sandbox import ManualClock
from bot.services.inbox import InboxService
from bot.services.queues import PLACES
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage

#: Tables that grow with people and their work.
GROWING = ("entries", "entry_quotes", "entry_people", "entry_confirmations", "members", "checkin_plans", "checkins")
GROWING += ("checkin_answers", "checkin_asked", "inbox", "outbox", "bets", "credits", "corrections", "projects")
GROWING += ("confirm_requests", "shares", "entry_embeddings", "marks", "reviews", "packet_drafts")


async def plans_of(bench: Bench) -> dict[str, str]:
    """How SQLite goes about each statement of capture, list, find, Home and a tick."""
    engine = bench.storage.engine
    asked: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", statement):
            asked[statement] = parameters[0] if isinstance(parameters, list) else parameters

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    await make_due(engine, 200)
    asked.clear()
    for work in (bench.capture, bench.list, bench.find, bench.home, bench.tick):
        await work()
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    plans = {}
    async with engine.connect() as connection:
        for statement, parameters in asked.items():
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans[statement] = "\n".join(row.detail for row in rows)
    return plans


async def test_no_query_reads_a_whole_table_for_one_person_or_one_tick(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/bot.db") as bench:
        await add_people(bench.storage.engine, 0, 1_000)
        await add_entries(bench.storage.engine, 0, 10_000, each=100)
        async with bench.storage.engine.begin() as connection:
            await connection.execute(text("ANALYZE"))
        plans = await plans_of(bench)
    assert len(plans) > 20
    for statement, plan in plans.items():
        for table in GROWING:
            assert not re.search(rf"SCAN {table}\b(?! USING (COVERING )?INDEX \S+ \()", plan), f"{plan}\n{statement}"


@pytest.mark.postgres
async def test_the_benchmark_measures_both_databases_and_draws_them(postgres_server: str) -> None:
    found = await run([1_000, 2_000], [1_000], rounds=1, minutes=5)
    assert {name for name in found if "_" in name} == {
        f"{database}_{by}" for database in ("sqlite", "postgresql") for by in ("entries", "people")
    }
    assert [row["entries"] for row in found["postgresql_entries"]] == [1_000, 2_000]
    assert all(row["tick_ms"] > 0 for row in found["sqlite_people"])
    picture = plot(found)
    assert picture.startswith("<svg")
    assert picture.count("<polyline") == 12


@pytest.mark.postgres
async def test_a_crowd_that_came_at_once_is_taken_a_few_at_a_time_without_reading_all_of_it(
    postgres_url: str, clock: ManualClock
) -> None:
    storage = Storage(create_engine(postgres_url))
    await upgrade(storage.engine)
    async with storage.engine.begin() as connection:
        # What the server knows of the table is of a quiet time.
        await connection.execute(text("ALTER TABLE inbox SET (autovacuum_enabled = off)"))
        await connection.execute(text("ANALYZE inbox"))
    inbox = InboxService(storage, clock)
    crowd = [Arrival("T1", f"E{number}", f"fact{number}", f"T1:U{number % 500}", "{}") for number in range(5_000)]
    began = clock.now() - timedelta(seconds=len(crowd))
    moments = (began + timedelta(seconds=number) for number in range(len(crowd)))
    await asyncio.gather(*map(storage.arrivals.add, crowd, moments))
    inbox.more_came()
    read: list[int] = []

    def note(connection: Connection) -> None:
        rows = connection.exec_driver_sql(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'inbox'"
        )
        read.append(rows.scalar_one())

    event.listen(storage.engine.sync_engine, "commit", note)
    taken = await inbox.take(PLACES)
    assert len(taken) == inbox.each
    assert 0 < read[-1] < len(crowd)
    await storage.close()
