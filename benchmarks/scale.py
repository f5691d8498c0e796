"""What do capture, list, find, Home and the check-in tick cost as the database grows?

1,000 to 1,000,000 entries of as many people as have a hundred each, and 1,000 to 100,000 people with check-ins, on
SQLite and PostgreSQL. Every figure is the quickest of the rounds in milliseconds, so that others' work on the same
machine counts as little as can be: of the bot's own services with everything below them.

    uv run python -m benchmarks.scale [--entries 1000,…] [--people 1000,…] [--minutes 20] [--plot docs/scale.svg]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.scale_filling import ME, NOW, WORKSPACES, add_entries, add_people, make_due
from benchmarks.scale_plot import plot
from bot.content.questions import default_questions
from bot.domain.capture import CaptureRequest
from bot.domain.evidence import Source, SourceType
from bot.domain.people import Profile
from bot.domain.workspaces import Workspace
from bot.services.asking import AskingService
from bot.services.capture import CaptureService
from bot.services.evidence import EvidenceService
from bot.services.home import HomeService
from bot.services.people import PeopleService
from bot.services.plans import PlanService
from bot.services.search import SearchService
from bot.services.second_looks import SecondLooks
from bot.services.tagging import TaggingService
from bot.tagger import load_tagger
from bot.tagger.meaning import SentenceMeaning
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.postgres import PostgresServer, create_database

ENTRIES, PEOPLE = (1_000, 10_000, 100_000, 1_000_000), (1_000, 10_000, 100_000)
#: So many are due in each tick.
DUE = 200

Row = dict[str, Any]


class FixedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return NOW


class NoSlack:
    """Knows everyone and is asked nothing else."""

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        return Profile(user_id=user_id, name=user_id, zone="Europe/Lisbon")


class Bench:
    """The services of one database, and one person's use of them."""

    def __init__(self, storage: Storage) -> None:
        tagger, clock = load_tagger(), FixedClock()
        tagging = TaggingService(lambda *_: tagger)
        people = PeopleService(storage, NoSlack(), clock)  # type: ignore[arg-type]  # only profiles are asked
        self.storage = storage
        self._capture = CaptureService(storage, tagging, people, clock, SecondLooks(None, clock))
        self._evidence = EvidenceService(storage, tagging, clock)
        self._search = SearchService(storage, people, SentenceMeaning())
        self._home, self._plans = HomeService(storage, people, clock), PlanService(storage, people, clock)
        bank = default_questions()
        self._asking = AskingService(storage, NoSlack(), people, clock, lambda _: bank)  # type: ignore[arg-type]
        self._captured = 0

    async def capture(self) -> None:
        self._captured += 1
        await self._capture.capture(
            CaptureRequest(
                workspace_id=ME[0],
                user_id=ME[1],
                capture_key=f"scale:{self._captured}",
                text=f"paired with <@U7> until the checkout deploy went through, round {self._captured}",
                said_at=NOW,
                source=Source(type=SourceType.COMMAND),
            )
        )

    async def list(self) -> None:
        assert (await self._evidence.page(*ME)).total >= 100

    async def find(self) -> None:
        assert (await self._search.find(*ME, "checkout deploy")).entries

    async def home(self) -> None:
        await self._home.overview(*ME)
        await self._plans.view(*ME)

    async def tick(self) -> None:
        assert await self._asking.tick() == DUE


async def milliseconds(work: Callable[[], Awaitable[object]], rounds: int) -> float:
    """The quickest of so many rounds, after one that is not counted."""
    await work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        times.append((time.perf_counter() - began) * 1000)
    return round(min(times), 2)


async def tick_milliseconds(bench: Bench, rounds: int) -> float:
    """A tick with `DUE` people due, each time anew."""
    times = []
    for _ in range(rounds):
        await make_due(bench.storage.engine, DUE)
        began = time.perf_counter()
        await bench.tick()
        times.append((time.perf_counter() - began) * 1000)
    return round(min(times), 2)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Bench]:
    """A new database of ten workspaces."""
    engine = create_engine(url, statement_timeout_ms=900_000)
    await upgrade(engine)
    storage = Storage(engine)
    async with storage.machinery() as work:
        for number in range(WORKSPACES):
            await work.workspaces.put(Workspace(id=f"T{number}", bot_user_id="UBOT", installed_at=NOW))
        await work.commit()
    yield Bench(storage)
    await storage.close()


async def grown(url: str, sizes: Sequence[int], rounds: int, until: float, *, by: str) -> list[Row]:
    """Measure at each size; stops before the next one when the time is over."""
    rows: list[Row] = []
    async with opened(url) as bench:
        before = 0
        for size in sizes:
            began = time.perf_counter()
            if began > until:
                break
            if by == "entries":
                await add_people(bench.storage.engine, before // 100, size // 100)
                await add_entries(bench.storage.engine, before, size, each=100)
            else:
                await add_people(bench.storage.engine, before, size)
                await add_entries(bench.storage.engine, before, size, each=1)
            async with bench.storage.engine.begin() as connection:
                await connection.execute(text("ANALYZE"))
            before, filled_s = size, round(time.perf_counter() - began, 1)
            row: Row = {by: size, "filled_s": filled_s}
            if by == "entries":
                for name in ("capture", "list", "find", "home"):
                    row[f"{name}_ms"] = await milliseconds(getattr(bench, name), rounds)
            else:
                row["home_ms"] = await milliseconds(bench.home, rounds)
                row["tick_ms"] = await tick_milliseconds(bench, max(rounds // 4, 3))
            gc.collect()
            rows.append(row | {"memory_mb": _resident_mb(), "database_mb": await _size_mb(bench.storage)})
            print("  " + "  ".join(f"{name} {value:,}" for name, value in rows[-1].items()), flush=True)
    return rows


async def _size_mb(storage: Storage) -> int:
    async with storage.engine.connect() as connection:
        if storage.engine.dialect.name == "sqlite":
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar()
            size = int(pages or 0) * 4096
        else:
            size = int((await connection.exec_driver_sql("SELECT pg_database_size(current_database())")).scalar() or 0)
    return size // 1_000_000


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1_000_000


async def measure(
    entries: Sequence[int], people: Sequence[int], rounds: int, until: float, new_url: Callable[[str], Awaitable[str]]
) -> dict[str, list[Row]]:
    """Both series on both databases."""
    found = {}
    for database in ("sqlite", "postgresql"):
        for by, sizes in (("people", people), ("entries", entries)):
            print(f"{database}, by {by}:", flush=True)
            found[f"{database}_{by}"] = await grown(await new_url(database), sizes, rounds, until, by=by)
    return found


def steepest(found: dict[str, list[Row]]) -> dict[str, float]:
    """For each figure, how many times it grew from the smallest size to the largest, on the worse database."""
    growth: dict[str, float] = {}
    for rows in found.values():
        for name in rows[0] if rows else ():
            if name.endswith("_ms"):
                times = rows[-1][name] / max(rows[0][name], 0.01)
                growth[name] = max(growth.get(name, 0.0), round(times, 2))
    return growth


async def run(entries: Sequence[int], people: Sequence[int], rounds: int, minutes: float) -> dict[str, Any]:
    """Everything, on a SQLite file and a PostgreSQL server of its own."""
    binaries = PostgresServer.installed()
    server = PostgresServer(binaries) if binaries else None
    with tempfile.TemporaryDirectory() as folder:

        async def new_url(database: str) -> str:
            if database == "sqlite":
                return f"sqlite:///{folder}/{time.monotonic_ns()}.db"
            assert server, "no PostgreSQL on this machine"
            return await asyncio.to_thread(create_database, server.url)

        try:
            found = await measure(entries, people, rounds, time.perf_counter() + minutes * 60, new_url)
        finally:
            if server:
                server.remove()
    return {"at": datetime.now(UTC).date().isoformat(), "growth": steepest(found), **found}


def main() -> None:
    """Run it, print a table as it goes and one line of JSON, and draw the plot when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    numbers = partial(str.split, sep=",")
    parser.add_argument("--entries", type=numbers, default=[str(each) for each in ENTRIES])
    parser.add_argument("--people", type=numbers, default=[str(each) for each in PEOPLE])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    entries, people = ([int(each) for each in sizes] for sizes in (given.entries, given.people))
    found = asyncio.run(run(entries, people, given.rounds, given.minutes))
    if given.plot:
        given.plot.write_text(plot(found), encoding="utf-8")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
