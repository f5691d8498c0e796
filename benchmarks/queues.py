"""Our two tables against queues that others wrote: what does leaving work cost, and how fast is it worked?

Each run leaves so many pieces of work together with a fact, then works them with a function that does nothing.
Ours and procrastinate leave both in one commit; dbos, whose rows are in a database of its own, in two. In one command:

    uv run --with procrastinate --with 'psycopg[binary]' --with dbos python -m benchmarks.queues [--pieces 500]

Without those packages it measures ours alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bot.domain.inbox import Arrival, InboxItem
from bot.domain.workspaces import Workspace
from bot.services.clock import SystemClock
from bot.services.inbox import InboxService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.postgres import PostgresServer, create_database


async def ours(url: str, pieces: int) -> dict[str, float]:
    """A fact (a person) and a piece of work in one commit, one after the other; then the inbox's own worker."""
    engine = create_engine(url)
    await upgrade(engine)
    storage, clock = Storage(engine), SystemClock()
    async with storage.machinery() as machinery:
        await machinery.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=clock.now()))
        await machinery.commit()
    began = time.perf_counter()
    for number in range(pieces):
        async with storage.work("T1") as work:
            await work.members.ensure(f"U{number}")
            await work.post.add(f"U{number}", _notice(), once_key=f"k{number}", now=clock.now())
            await work.commit()
    left = time.perf_counter() - began
    inbox = InboxService(storage, clock)
    worked = 0

    async def nothing(_item: InboxItem) -> None:
        nonlocal worked
        worked += 1

    inbox.dispatch_to(nothing)
    await asyncio.gather(*(storage.arrivals.add(_arrival(number), clock.now()) for number in range(pieces)))
    began = time.perf_counter()
    while worked < pieces:
        await inbox.work_once()
    drained = time.perf_counter() - began
    await storage.close()
    return _rates(pieces, left, drained)


async def procrastinates(url: str, pieces: int) -> dict[str, float]:
    """The fact and the job by one connection of psycopg's; then the library's worker, 50 at once."""
    import procrastinate
    import psycopg

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))
    worked = 0

    @app.task(name="nothing")  # type: ignore[untyped-decorator]
    async def nothing(number: int) -> None:
        nonlocal worked
        worked += 1

    facts = await psycopg.AsyncConnection.connect(address)
    await facts.execute("CREATE TABLE facts (number int PRIMARY KEY)")
    await facts.commit()
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        began = time.perf_counter()
        for number in range(pieces):
            await facts.execute("INSERT INTO facts VALUES (%s)", (number,))
            await nothing.configure(connection=facts).defer_async(number=number)
            await facts.commit()
        left = time.perf_counter() - began
        began = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=50, install_signal_handlers=False)
        drained = time.perf_counter() - began
    await facts.close()
    assert worked == pieces
    return _rates(pieces, left, drained)


def dboses(folder: Path, pieces: int) -> dict[str, float]:
    """The fact in one SQLite file, the workflow in the library's own; then its queue, 50 at once, polled as usual."""
    from dbos import DBOS

    DBOS(config={"name": "queues", "system_database_url": f"sqlite:///{folder}/dbos.db", "log_level": "ERROR"})

    @DBOS.workflow()  # type: ignore[untyped-decorator]
    def nothing(number: int) -> int:
        return number

    facts = sqlite3.connect(folder / "facts.db", isolation_level=None)
    facts.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE facts (number int)")
    DBOS.launch()
    queue = DBOS.register_queue("work", worker_concurrency=50)
    try:
        began = time.perf_counter()
        handles = []
        for number in range(pieces):
            facts.execute("INSERT INTO facts VALUES (?)", (number,))
            handles.append(queue.enqueue(nothing, number))
        left = time.perf_counter() - began
        for handle in handles:
            handle.get_result()
        # It begins to work while still more is left: counted from the first on.
        drained = time.perf_counter() - began
    finally:
        DBOS.destroy()
        facts.close()
    return _rates(pieces, left, drained)


def _notice() -> Any:
    from bot.domain.outgoing import Notice

    return Notice(message_key="mentioned")


def _arrival(number: int) -> Arrival:
    return Arrival(
        workspace_id=f"T{number % 20}", event_id=f"E{number}", fact_key=f"f{number}", order_key=f"o{number}", body="{}"
    )


def _rates(pieces: int, left: float, drained: float) -> dict[str, float]:
    return {"left_per_s": round(pieces / left), "drained_per_s": round(pieces / drained)}


def run(pieces: int, rounds: int) -> dict[str, Any]:
    """All of them in turn, so many rounds; the best of each, which other work on the machine disturbs least."""
    best: dict[str, dict[str, float]] = {}
    binaries = PostgresServer.installed()
    server = PostgresServer(binaries) if binaries else None
    try:
        for number in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                for name, measure in _measures(Path(folder), server, pieces, number == 0).items():
                    with suppress(ModuleNotFoundError):
                        found = measure()
                        known = best.setdefault(name, found)
                        best[name] = {key: max(known[key], found[key]) for key in found}
    finally:
        if server:
            server.remove()
    return {"pieces": pieces, "rounds": rounds, **best}


def _measures(
    folder: Path, server: PostgresServer | None, pieces: int, is_first: bool
) -> dict[str, Callable[[], dict[str, float]]]:
    measures = {"ours_sqlite": lambda: asyncio.run(ours(f"sqlite:///{folder}/ours.db", pieces))}
    if server:
        url = server.url
        measures["ours_postgres"] = lambda: asyncio.run(ours(create_database(url), pieces))
        measures["procrastinate_postgres"] = lambda: asyncio.run(procrastinates(create_database(url), pieces))
    if is_first:
        # It can be set up once in a process.
        measures["dbos_sqlite"] = lambda: dboses(folder, pieces)
    return measures


def main() -> None:
    """Run it; one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(json.dumps(run(given.pieces, given.rounds)))


if __name__ == "__main__":
    main()
