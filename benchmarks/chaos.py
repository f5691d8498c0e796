"""Does anything get lost or doubled when everything goes wrong at once?

    python -m benchmarks.chaos              # 20,000 events and 200 kills on each database, about half an hour
    python -m benchmarks.chaos --short      # as in the tests

Bots run as processes of their own (one on SQLite, two on PostgreSQL) and are ended with `kill -9` at random moments,
now and then with SIGTERM; PostgreSQL is restarted, as by a crash and as by an upgrade; the disk fills up; Slack
answers 429, 500, garbage or nothing, also after it has done what was asked. Events are signed and sent as Slack sends
them, until they are acknowledged; some come twice, some again under another id. In the end every fact must have had
its effect exactly once. Everything is drawn from `--seed`. Ends with one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import asyncpg

from benchmarks.chaos_bots import Bots
from benchmarks.chaos_harm import SmallDisk, Weather, hold_full, is_locked, restart, revive, size_of
from benchmarks.chaos_post import Post
from benchmarks.chaos_verdict import Verdict, judge, shown
from benchmarks.chaos_world import Outgoing, World, workspace
from bot.domain.retry import WorkState
from bot.sandbox import Sandbox
from storage.engine import create_engine
from storage.unit_of_work import Storage
from tests.postgres import PostgresServer

MANIFEST = Path(__file__).parent.parent / "manifest.yml"
#: No more events are sent while so many are not acknowledged.
BEHIND = 400
#: This share of the kills waits until somebody is up, and a moment longer; the rest may hit whoever starts.
WHILE_WORKING = 0.75


@dataclass(frozen=True, kw_only=True)
class Form:
    """How much of everything."""

    events: int = 20_000
    kills: int = 200
    terms: int = 30
    people: int = 200
    #: Events a second, when the bots keep up.
    rate: float = 25.0
    #: Kills during the first start, while the tables are made.
    in_migrations: int = 10
    #: Seconds between two faults of Slack's.
    fault_every: float = 0.5
    restarts: tuple[str, ...] = ("immediate", "fast", "immediate", "fast")
    full_disk: bool = True
    #: How long it may take to catch up. Seconds.
    patience: float = 1_800.0


SHORT = Form(
    events=400,
    kills=10,
    terms=2,
    people=30,
    rate=20.0,
    in_migrations=2,
    fault_every=0.4,
    restarts=("immediate",),
    patience=150.0,
)


class Chaos:
    """One run on one database."""

    def __init__(self, form: Form, seed: int, folder: Path, server: PostgresServer | None, disk: SmallDisk) -> None:
        self.form, self.seed, self._server, self._disk = form, seed, server, disk
        self._random = Random(seed)
        self._file = (disk.where if disk.is_there else folder) / "bot.db"
        self.url = server.url if server else f"sqlite:///{self._file}"
        self._folder = folder
        self.facts: dict[str, Any] = {}
        self.kills: Counter[str] = Counter()
        self._released = 0
        #: Nobody is ended while it is not set.
        self._may_end = asyncio.Event()
        self._may_end.set()

    async def run(self) -> dict[str, Any]:
        """Everything, from an empty database to the verdict."""
        async with AsyncExitStack() as stack:
            slack = Sandbox(MANIFEST, workspace(self.form.people), keep_bodies=False, journal_limit=100)
            self.slack = await stack.enter_async_context(slack)
            self._out = Outgoing()
            self.slack.platform.deliveries.transport = self._out
            self.world = World(self.slack, self.seed)
            await self.world.prepare()
            await self._forget_what_was_said_before()
            env = {**self.slack.env(socket=False), "DATABASE_URL": self.url, "LOG_LEVEL": "warning"}
            self.bots = Bots(2 if self._server else 1, env, self._folder / "bot.log")
            self.post = Post(self.slack.signing_secret, self._addresses, self.seed)
            stack.push_async_callback(self.bots.stop)
            stack.push_async_callback(self.post.close)
            await self.bots.open()
            await self._kill_in_migrations()
            self.bots.keep()
            self.post.open()
            began = time.perf_counter()
            await self._storm()
            self.facts["stormed_s"] = round(time.perf_counter() - began, 1)
            caught_up = await self._catch_up()
            await self.post.close()
            await self.bots.stop()
            verdict = await self._judge()
        return self._summary(verdict, caught_up)

    # --- the storm ----------------------------------------------------------------------------------------------

    async def _storm(self) -> None:
        weather = Weather(self.slack.faults, self.seed)
        blowing = asyncio.create_task(weather.blow(self.form.fault_every))
        taking = asyncio.create_task(self._take_events())
        self._taking = taking
        telling = asyncio.create_task(self._tell())
        harm = [asyncio.create_task(task) for task in (self._kill(), self._terminate(), self._break_the_database())]
        try:
            for number in range(self.form.events):
                await until(lambda: self.post.outstanding <= BEHIND)
                await self.world.act()
                self._released = number + 1
                await asyncio.sleep(1 / self.form.rate)
            self._released = self.form.events
            await asyncio.gather(*harm)
        finally:
            for task in (blowing, telling, *harm):
                task.cancel()
            await asyncio.gather(blowing, telling, *harm, return_exceptions=True)
        self.facts["slack_faults"] = dict(weather.planted)
        self.facts["faults_after_effect"] = weather.after_effect

    async def _tell(self) -> None:
        """Say now and then how far it is."""
        while True:
            await asyncio.sleep(30)
            place = "postgres" if self._server else "sqlite"
            how_far = f"{self._released} events, {self.post.acknowledged} acknowledged, {sum(self.kills.values())} ends"
            print(f"{time.strftime('%H:%M:%S')} {place}: {how_far}", file=sys.stderr, flush=True)

    async def _take_events(self) -> None:
        while True:
            self.post.take(await self._out.events.get())

    async def _kill(self) -> None:
        for moment in self._moments(self.form.kills):
            await self._until(moment)
            if self._random.random() < WHILE_WORKING:
                await until(lambda: any(bot.is_up for bot in self.bots.replicas))
                await self._progress(self._random.randrange(2 * self.form.events // self.form.kills))
            await self._end_one(signal.SIGKILL)

    async def _progress(self, most: int) -> None:
        """Return when so many more events are acknowledged: moments count in work, however fast the machine is."""
        enough, longest = self.post.acknowledged + most, time.monotonic() + 10
        await until(lambda: self.post.acknowledged >= enough or time.monotonic() > longest)

    async def _terminate(self) -> None:
        for moment in self._moments(self.form.terms):
            await self._until(moment)
            await self._end_one(signal.SIGTERM)

    async def _end_one(self, how: signal.Signals) -> None:
        while True:
            await self._may_end.wait()
            # A process that is only starting knows no SIGTERM yet; kill -9 may hit it there, too.
            able = [bot for bot in self.bots.replicas if bot.pid and (how is signal.SIGKILL or bot.is_up)]
            if able:
                bot = self._random.choice(able)
                was_up = bot.is_up
                if self.bots.end(bot, how):
                    self.kills[f"{how.name} {'working' if was_up else 'starting'}"] += 1
                    return
            await asyncio.sleep(0.02)

    async def _break_the_database(self) -> None:
        parts = len(self.form.restarts) + 1 if self._server else 1
        for number, mode in enumerate(self.form.restarts if self._server else ()):
            await self._until(self.form.events * (number + 1) // (parts + 1))
            await restart(self._server, mode, self._random.random() * 2)  # type: ignore[arg-type]
            self.facts.setdefault("postgres_restarts", Counter())[mode] += 1
        if self.form.full_disk:
            await self._until(self.form.events * parts // (parts + 1))
            await self._fill_the_disk()

    async def _fill_the_disk(self) -> None:
        enough, longest = 20, 20.0
        if self._disk.is_there:
            # A bot doesn't start on a full disk; so that one is there to refuse, none is ended until it did.
            self._may_end.clear()
            await until(lambda: any(bot.is_up for bot in self.bots.replicas))
            first = await hold_full(self._disk, self._refusals, enough=1, longest=longest)
            self._may_end.set()
            refused = first + await hold_full(self._disk, self._refusals, enough=enough, longest=longest)
            if self._server:
                await revive(self._server)
            self.facts["full_disk"] = "a small file system of its own, filled by a ballast file"
        elif self._server is None:
            refused = await self._limit_the_file(enough, longest)
            self.facts["full_disk"] = "a limit on the size of files (RLIMIT_FSIZE): mounting needs root"
        else:
            self.facts["full_disk"] = "left out: mounting a small file system needs root"
            return
        self.facts["refused_while_full"] = refused

    async def _limit_the_file(self, enough: int, longest: float) -> int:
        (bot,) = self.bots.replicas
        bot.largest_file = max(size_of(self._file), size_of(self._file.with_name("bot.db-wal")), 1)
        await self._end_one(signal.SIGTERM)
        before, end = self._refusals(), time.monotonic() + longest
        await until(lambda: self._refusals() - before >= enough or time.monotonic() > end)
        bot.largest_file = None
        refused = self._refusals() - before
        await self._end_one(signal.SIGTERM)
        return refused

    async def _kill_in_migrations(self) -> None:
        for _ in range(self.form.in_migrations):
            bot = self._random.choice(self.bots.replicas)
            await self.bots.start(bot)
            while not bot.ended.is_set() and not await self._is_migrating():  # noqa: ASYNC110
                await asyncio.sleep(0.002)
            await asyncio.sleep(self._random.random() * 0.3)
            where = "migrating" if await self._is_migrating() else "starting"
            if self.bots.end(bot):
                self.kills[f"SIGKILL {where}"] += 1
            await bot.ended.wait()

    async def _is_migrating(self) -> bool:
        """Whether somebody makes the tables at this moment."""
        if self._server is None:
            return self._file.exists() and is_locked(self._file)
        connection = await asyncpg.connect(self.url)
        try:
            held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            return bool(await connection.fetchval(held))
        finally:
            await connection.close()

    # --- afterwards ---------------------------------------------------------------------------------------------

    async def _catch_up(self) -> float | None:
        """Wait until nothing is under way any more; how long that took, `None` when it doesn't happen."""
        began = time.perf_counter()
        engine = create_engine(self.url)
        storage = Storage(engine)
        try:
            while time.perf_counter() - began < self.form.patience:
                if self.post.outstanding == 0 and self._out.events.empty() and not await self._waiting(storage):
                    return round(time.perf_counter() - began, 1)
                await asyncio.sleep(0.25)
            return None
        finally:
            self._taking.cancel()
            await storage.close()

    async def _waiting(self, storage: Storage) -> bool:
        async with storage.machinery_reading() as work:
            return bool(await work.inbox.list(WorkState.WAITING, 1) or await work.outbox.list(WorkState.WAITING, 1))

    async def _judge(self) -> Verdict:
        storage = Storage(create_engine(self.url))
        try:
            return await judge(storage, self.world)
        finally:
            await storage.close()

    def _summary(self, verdict: Verdict, caught_up: float | None) -> dict[str, Any]:
        starts = sorted(self.bots.starts)
        if verdict.examples:
            print(shown(verdict), flush=True)
        return {
            "events": self.form.events,
            "acknowledged": self.post.acknowledged,
            "unacknowledged": self.post.outstanding,
            "tries": dict(sorted(self.post.tries.items())),
            "not_acknowledged_because": dict(self.post.refused),
            "sent_again": dict(self.post.repeated),
            "kills": sum(count for how, count in self.kills.items() if "KILL" in how),
            "ended": dict(sorted(self.kills.items())),
            "clean_stops": {str(code): count for code, count in self.bots.stopped.items()},
            "unasked_ends": {str(code): count for code, count in self.bots.unasked.items()},
            "start_s": starts[len(starts) // 2] if starts else None,
            **self.facts,
            "entries": verdict.entries,
            "dms": verdict.dms,
            "lost_entries": verdict.lost_entries,
            "doubled_entries": verdict.doubled_entries,
            "wrong_entries": verdict.wrong_entries,
            "lost_dms": verdict.lost_dms,
            "doubled_dms": verdict.doubled_dms,
            "unexpected_dms": verdict.unexpected_dms,
            "dead_letters": verdict.dead_letters,
            "caught_up_s": caught_up,
        }

    async def _forget_what_was_said_before(self) -> None:
        await self.slack.platform.deliveries.idle()
        while not self._out.events.empty():
            self._out.events.get_nowait()

    def _addresses(self) -> list[str]:
        """Of replicas that are up; where none is, of all, as a balancer that hasn't noticed."""
        up = [bot for bot in self.bots.replicas if bot.is_up]
        return [bot.url for bot in up or self.bots.replicas]

    def _refusals(self) -> int:
        return self.post.refused["503"]

    def _moments(self, count: int) -> list[int]:
        return sorted(self._random.randrange(self.form.events // 50, self.form.events) for _ in range(count))

    async def _until(self, moment: int) -> None:
        await until(lambda: self._released >= moment)


async def until(condition: Callable[[], bool]) -> None:
    """Return when it holds."""
    while not condition():  # noqa: ASYNC110 - what is waited for is another process
        await asyncio.sleep(0.01)


async def run_on_sqlite(form: Form, seed: int) -> dict[str, Any]:
    """One bot, one file."""
    with tempfile.TemporaryDirectory(prefix="multiplier-chaos-") as folder:
        disk = SmallDisk(Path(folder) / "disk", megabytes=200)
        try:
            return await Chaos(form, seed, Path(folder), None, disk).run()
        finally:
            disk.remove()


async def run_on_postgres(form: Form, seed: int) -> dict[str, Any]:
    """Two bots, one server."""
    binaries = PostgresServer.installed()
    assert binaries, "PostgreSQL is not installed"
    with tempfile.TemporaryDirectory(prefix="multiplier-chaos-") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - the server runs as another user
        disk = SmallDisk(Path(folder) / "disk", megabytes=600)
        server = await asyncio.to_thread(PostgresServer, binaries, disk.where if disk.is_there else None)
        try:
            return await Chaos(form, seed, Path(folder), server, disk).run()
        finally:
            await asyncio.to_thread(server.remove)
            disk.remove()


RUNS = {"sqlite": run_on_sqlite, "postgres": run_on_postgres}


async def run(form: Form, seed: int, databases: list[str]) -> dict[str, Any]:
    """The databases side by side."""
    found = await asyncio.gather(*(RUNS[name](form, seed) for name in databases))
    return dict(zip(databases, found, strict=True))


def main() -> None:
    """Run it, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--events", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--databases", nargs="+", choices=list(RUNS), default=list(RUNS))
    given = parser.parse_args()
    form = SHORT if given.short else Form()
    changed = {name: getattr(given, name) for name in ("events", "kills", "rate") if getattr(given, name)}
    form = Form(**{**vars(form), **changed})
    found = asyncio.run(run(form, given.seed, given.databases))
    names = list(dict.fromkeys(name for one in found.values() for name in one))
    print(f"{'':26}" + "".join(f"{name:>40}" for name in found))
    for name in names:
        print(f"{name:26}" + "".join(f"{one.get(name, '')!s:>40}" for one in found.values()))
    print(json.dumps({"seed": given.seed, **found}))


if __name__ == "__main__":
    main()
