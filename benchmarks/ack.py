"""How fast is an event acknowledged, stored, beside a bare handler and Bolt's empty listener?

Run `python -m benchmarks.ack` in the project's folder. Rounds are interleaved; figures are medians. The product's own
worker runs behind it; what it works off is counted from the end of the burst to the last event.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvloop
from sqlalchemy import text

from benchmarks.load import burst, reactions, signed_request
from storage.engine import create_engine
from tests.postgres import PostgresServer, create_database, drop_database

_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def running(*arguments: str) -> Iterator[tuple[str, int]]:
    """A server of `benchmarks.ack_servers`: its address and process id."""
    command = [sys.executable, "-m", "benchmarks.ack_servers", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        lines = (line.strip() for line in process.stdout)
        address = next((line for line in lines if line.startswith(("http", "working"))), "")
        if not address:
            raise RuntimeError(f"{arguments} did not start")
        try:
            yield address, process.pid
        finally:
            process.stdin.close()


def cpu_seconds(pid: int) -> float:
    """What the process has used until now, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def left_in(database_url: str) -> tuple[int, int]:
    """How many events are stored, and how many of them wait."""
    engine = create_engine(database_url)
    try:
        async with engine.connect() as connection:
            # This connection counts for the machinery: it looks across all workspaces.
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SELECT set_config('app.machinery', 'on', true)"))
            stored, waiting = (
                await connection.execute(
                    text("SELECT count(*), count(CASE WHEN state = 'waiting' THEN 1 END) FROM inbox")
                )
            ).one()
            return int(stored), int(waiting)
    finally:
        await engine.dispose()


async def drained(database_url: str, since: float, longest: float) -> float:
    """Events a second that the worker finished, of those waiting at first, until none is left."""
    _, at_first = await left_in(database_url)
    waiting = at_first
    while waiting and time.monotonic() - since < longest:
        await asyncio.sleep(0.5)
        _, waiting = await left_in(database_url)
    return (at_first - waiting) / max(time.monotonic() - since, 0.001)


async def measure(name: str, arguments: Sequence[str], asked: argparse.Namespace, run: str) -> dict[str, float]:
    """One round of one server."""
    database_url = arguments[arguments.index("--database-url") + 1] if "--database-url" in arguments else None
    with ExitStack() as stack:
        own_process = "--own-process" in arguments
        served = [each for each in arguments if each != "--own-process"]
        address, pid = stack.enter_context(running(*served))
        if own_process and database_url:
            stack.enter_context(running("worker", "--database-url", database_url))
        requests = [signed_request(address, body) for body in reactions(asked.events, run)]
        await burst(address, requests[: asked.events // 20], asked.connections)
        if database_url and asked.drain:
            # A bot that has worked before: what it does for the first time it does slowly.
            await drained(database_url, time.monotonic(), asked.drain)
        used = cpu_seconds(pid)
        shown = await burst(address, requests[asked.events // 20 :], asked.connections)
        found = {
            "rps": shown.rps,
            "p50_ms": shown.percentile(0.5),
            "p99_ms": shown.percentile(0.99),
            "cpu_us": (cpu_seconds(pid) - used) / len(shown.latencies) * 1e6,
        }
        if shown.refused:
            raise RuntimeError(f"{name} refused {len(shown.refused)}: {set(shown.refused)}")
        if database_url:
            stored, _ = await left_in(database_url)
            if stored != asked.events:
                raise RuntimeError(f"{name} answered {asked.events} and stored {stored}")
            if asked.drain:
                found["drained_per_s"] = await drained(database_url, time.monotonic(), asked.drain)
    return found


async def rounds(asked: argparse.Namespace, postgres: PostgresServer | None) -> dict[str, dict[str, float]]:
    """All servers, round after round; the median of each figure."""
    found: dict[str, list[dict[str, float]]] = {}
    for number in range(asked.rounds):
        for name in asked.servers:
            with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
                arguments = [name]
                if name.startswith("ours"):
                    url = f"sqlite:///{folder}/bot.db"
                    if "postgres" in name and postgres:
                        url = await asyncio.to_thread(create_database, postgres.url)
                        stack.callback(drop_soon, url)
                    arguments = ["ours", "--database-url", url]
                    if name.endswith("selfish"):
                        arguments += ["--worker", "selfish"]
                    if name.endswith("own"):
                        arguments += ["--worker", "none", "--own-process"]
                    if name.endswith("alone"):
                        arguments += ["--worker", "none"]
                shown = await measure(name, arguments, asked, f"{number:02d}")
                found.setdefault(name, []).append(shown)
                told = {key: round(value, 1) for key, value in shown.items()}
                print(f"round {number + 1} {name}: {told}", file=sys.stderr, flush=True)
    return {
        name: {key: statistics.median(each[key] for each in shown) for key in shown[0]} for name, shown in found.items()
    }


def drop_soon(url: str) -> None:
    """Drop a database from within a running loop."""
    import threading

    thread = threading.Thread(target=drop_database, args=(url,))
    thread.start()
    thread.join()


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--drain", type=float, default=15.0, help="watch the worker for so many seconds; 0: not")
    parser.add_argument(
        "--servers", nargs="+", default=["bare", "bare_granian", "bolt", "ours_sqlite", "ours_postgres"]
    )
    asked = parser.parse_args()
    binaries = PostgresServer.installed() if any("postgres" in name for name in asked.servers) else None
    postgres = PostgresServer(binaries) if binaries else None
    try:
        found = uvloop.run(rounds(asked, postgres))
    finally:
        if postgres:
            postgres.remove()
    for name, shown in found.items():
        print(f"{name:24}", *(f"{key} {value:>9,.1f}" for key, value in shown.items()))
    print(json.dumps(summary(found)))


def summary(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """The figures that are compared over time."""
    names = {
        "bare_rps": ("bare", "rps"),
        "bare_granian_rps": ("bare_granian", "rps"),
        "bolt_empty_rps": ("bolt", "rps"),
        "ours_sqlite_rps": ("ours_sqlite", "rps"),
        "ours_postgres_rps": ("ours_postgres", "rps"),
        "ours_sqlite_p99_ms": ("ours_sqlite", "p99_ms"),
        "ours_postgres_p99_ms": ("ours_postgres", "p99_ms"),
        "ours_drained_per_s": ("ours_sqlite", "drained_per_s"),
        "ours_postgres_drained_per_s": ("ours_postgres", "drained_per_s"),
    }
    told = {
        key: round(found[name][figure], 1) for key, (name, figure) in names.items() if figure in found.get(name, {})
    }
    if {"bare_rps", "bolt_empty_rps", "ours_sqlite_rps"} <= told.keys():
        told["sqlite_to_bolt"] = round(told["ours_sqlite_rps"] / told["bolt_empty_rps"], 2)
        told["sqlite_to_bare"] = round(told["ours_sqlite_rps"] / told["bare_rps"], 2)
    return told


if __name__ == "__main__":
    main()
