"""What do check-ins cost: choosing for one person, and a tick by how many people there are?

    uv run python -m benchmarks.checkins [choice] [tick] [--postgres]

`choice`  three questions for a person with 2,000 entries, with all queries: ≤ 5 ms wanted
`tick`    a tick with 1,000 due among 1,000, 10,000 and 100,000 people: ≤ 500 ms wanted at 100,000

The machine is shared, so beside the time passed stands what the process itself used, and what a plain loop took
(`benchmarks.machine`). `benchmarks.checkin_rush` sends what a tick leaves; `benchmarks.checkin_simulation` lets two
years pass.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.machine import plain_loop_ms
from bot.content.questions import default_questions
from bot.domain.checkins import Plan, turned_on
from bot.domain.people import Profile
from bot.domain.questions import choose
from bot.domain.tagging import DIMENSIONS_OF, EVIDENCE_KINDS, Kind
from bot.domain.threads import Thread
from bot.domain.workspaces import Workspace
from bot.services.asking import AskingService
from bot.services.people import PeopleService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.models import CheckinRow, EntryRow, MemberRow, OutboxRow, PlanRow
from storage.repositories.plans import columns_of
from storage.unit_of_work import Storage
from tests.postgres import PostgresServer, create_database

FRIDAY = datetime(2026, 11, 6, 15, 0, tzinfo=UTC)
CHUNK = 5_000
Figures = Mapping[str, Any]


class MovedClock:
    """A clock that the benchmark moves."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self.time


class NoSlack:
    """A tick doesn't speak to Slack."""

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        raise NotImplementedError

    async def thread(self, workspace_id: str, channel: str, ts: str) -> Thread:
        raise NotImplementedError

    async def permalink(self, workspace_id: str, channel: str, ts: str) -> str | None:
        raise NotImplementedError

    async def open_dm(self, workspace_id: str, user_id: str) -> str:
        raise NotImplementedError


async def filled(url: str, *, sizes: Sequence[int], due: int) -> Storage:
    """A database with workspaces of these sizes whose people said yes, so many of them due on Friday at three."""
    engine = create_engine(url)
    await upgrade(engine)
    storage = Storage(engine)
    async with storage.machinery() as work:
        for number in range(len(sizes)):
            await work.workspaces.put(Workspace(id=f"T{number}", bot_user_id="UBOT", installed_at=FRIDAY))
        await work.commit()
    start = FRIDAY - timedelta(days=3)
    template = turned_on(Plan(workspace_id="T", user_id="U"), "Europe/Lisbon", start)
    assert template.turn is not None
    later = template.turn.model_copy(update={"due_at": FRIDAY + timedelta(days=2)})
    homes = [f"T{number}" for number, size in enumerate(sizes) for _ in range(size)]
    for first in range(0, len(homes), CHUNK):
        members, plans = [], []
        for number in range(first, min(first + CHUNK, len(homes))):
            key = {"workspace_id": homes[number], "user_id": f"U{number:06d}"}
            members.append(key | {"zone": "Europe/Lisbon", "profile_read_at": start})
            turn = template.turn if number < due else later
            plans.append(key | columns_of(template.model_copy(update={"turn": turn})))
        async with engine.begin() as connection:
            await connection.execute(insert(MemberRow), members)
            await connection.execute(insert(PlanRow), plans)
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    return storage


async def with_entries(storage: Storage, count: int) -> None:
    """Give the first person a history of so many entries over two years."""
    pick = random.Random(1)
    rows = []
    for number in range(count):
        kind: Kind = pick.choice(EVIDENCE_KINDS)
        rows.append(
            {
                "id": f"ent_{number}",
                "workspace_id": "T0",
                "user_id": "U000000",
                "capture_key": f"k{number}",
                "text": "Paired with Dana until her deploy went through " * 3,
                "text_by": "person",
                "kind": kind,
                "dimensions": DIMENSIONS_OF[kind],
                "confidence": 0.9,
                "ranked": [],
                "tagged_by": "tagger",
                "tagger_version": "1",
                "occurred_on": date(2026, 11, 1) - timedelta(days=pick.randrange(730)),
                "created_at": FRIDAY,
                "updated_at": FRIDAY,
                "status": "draft" if pick.random() < 0.02 else "kept",
                "source_type": "command",
                "source_state": "present",
                "links": [],
                "outcome": "it held" if pick.random() < 0.4 else None,
                "sensitivity": "packet_only",
            }
        )
    async with storage.engine.begin() as connection:
        await connection.execute(insert(EntryRow), rows)
        await connection.execute(text("ANALYZE"))


async def choice(urls: Sequence[str], *, entries: int = 2_000, rounds: int = 200) -> list[Figures]:
    """Choosing three questions for one person, from the first query to the answer."""
    storage = await filled(urls[0], sizes=[1_000], due=0)
    await with_entries(storage, entries)
    bank, took, used, alone = default_questions(), [], [], []
    for _ in range(rounds):
        began, cpu = time.perf_counter(), time.process_time()
        async with storage.reading("T0") as work:
            record = await work.choosing.record("U000000", FRIDAY.date(), level="staff", focus=None)
        read = time.perf_counter()
        choices = choose(bank, record, FRIDAY.date())
        alone.append(time.perf_counter() - read)
        took.append(time.perf_counter() - began)
        used.append(time.process_time() - cpu)
        assert len(choices) == 3
    await storage.close()
    return [
        {
            "benchmark": "choice",
            "entries": entries,
            "median_ms": _ms(median(took)),
            "p95_ms": _ms(sorted(took)[int(rounds * 0.95)]),
            "cpu_median_ms": _ms(median(used)),
            "rule_alone_median_ms": _ms(median(alone)),
        }
    ]


async def tick(
    urls: Sequence[str],
    *,
    cases: Sequence[tuple[int, int]] = ((1_000, 1_000), (10_000, 1_000), (100_000, 1_000), (100_000, 0)),
) -> list[Figures]:
    """A tick with so many due, among ever more people."""
    rows: list[Figures] = []
    for url, (people, due) in zip(urls, cases, strict=False):
        storage = await filled(url, sizes=[people], due=due)
        clock, slack = MovedClock(FRIDAY), NoSlack()
        service = AskingService(storage, slack, PeopleService(storage, slack, clock), clock, lambda _: ())
        took, used = [], []
        for _ in range(5):
            began, cpu = time.perf_counter(), time.process_time()
            left = await service.tick()
            took.append(time.perf_counter() - began)
            used.append(time.process_time() - cpu)
            assert left == due, left
            await _undo_tick(storage)
        await storage.close()
        rows.append(
            {
                "benchmark": "tick",
                "people": people,
                "due": due,
                "median_ms": _ms(median(took)),
                "worst_ms": _ms(max(took)),
                "cpu_median_ms": _ms(median(used)),
            }
        )
    return rows


def _ms(seconds: float) -> float:
    return round(1e3 * seconds, 2)


async def _undo_tick(storage: Storage) -> None:
    async with storage.engine.begin() as connection:
        taken = select(CheckinRow.user_id)
        await connection.execute(
            PlanRow.__table__.update()  # type: ignore[attr-defined]
            .where(PlanRow.user_id.in_(taken))
            .values(due_at=FRIDAY, period="2026-W45", last_period=None)
        )
        await connection.execute(CheckinRow.__table__.delete())  # type: ignore[attr-defined]
        await connection.execute(OutboxRow.__table__.delete())  # type: ignore[attr-defined]


@contextmanager
def on_a_server(*, databases: int) -> Iterator[list[str]]:
    """The addresses of so many new databases on a PostgreSQL server that lives as long as this."""
    binaries = PostgresServer.installed()
    if binaries is None:
        raise SystemExit("no PostgreSQL on this machine")
    server = PostgresServer(binaries)
    try:
        yield [create_database(server.url) for _ in range(databases)]
    finally:
        server.remove()


BENCHMARKS = {"choice": choice, "tick": tick}


def main() -> None:
    """Run them on SQLite, or with `--postgres` on a PostgreSQL server of their own; a table, and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="*", choices=[*BENCHMARKS, []], default=list(BENCHMARKS))
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    database = "postgresql" if options.postgres else "sqlite"
    rows: list[Figures] = []
    for name in options.which:
        if options.postgres:
            with on_a_server(databases=4) as urls:
                rows += asyncio.run(BENCHMARKS[name](urls))
        else:
            with tempfile.TemporaryDirectory() as folder:
                rows += asyncio.run(BENCHMARKS[name]([f"sqlite:///{Path(folder)}/{n}.db" for n in range(4)]))
    for row in rows:
        print("  ".join(f"{name} {figure}" for name, figure in row.items()))
    print(json.dumps({"database": database, "plain_loop_ms": plain_loop_ms(), "rows": rows}))


if __name__ == "__main__":
    main()
