"""How long from something done in Slack to the bot's confirmation, at a steady rate of events?

Run `python -m benchmarks.end_to_end` in the project's folder. The bots are `multiplier run` over signed HTTP, each in a
process of its own; Slack is the sandbox. Half of the events are notes in direct messages, half keep reactions in
channels, all of them different people's and channels', as Slack takes one message a second in each. They come from so
many workspaces as Slack needs to send that many, by people who have done both once before.
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
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.domain.installations import Installation
from bot.sandbox import Sandbox
from bot.sandbox.acting import Person
from bot.sandbox.seeing import SeenMessage
from bot.sandbox.spec import ChannelSpec, MessageSpec, PersonSpec, WorkspaceSpec
from bot.sandbox.state import Workspace
from bot.services.clock import SystemClock
from bot.services.installations import InstallationService
from bot.services.workspaces import WorkspaceService
from storage.engine import create_engine
from storage.keyring import Keyring, new_key
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.postgres import PostgresServer, create_database

ROOT = Path(__file__).parent.parent
#: Nobody writes, and no channel is reacted in, more often than this many seconds.
APART = 4
#: Slack sends at most 30,000 events an hour of one workspace: so many a second.
OF_ONE = 8
#: So many things a second are done before anything is measured: everybody's first note and reaction.
FIRST_TIMES = 16
#: What was not confirmed this long after the last event counts as unconfirmed. Seconds.
PATIENCE = 30
NOTE = "paired with @other until the deploy of release {number} went through"


@dataclass(frozen=True)
class Load:
    """What is asked of the bot."""

    events_per_s: int
    seconds: int
    workspaces: int

    @property
    def events(self) -> int:
        """How many are measured."""
        return self.events_per_s * self.seconds

    @property
    def places(self) -> int:
        """How many people and channels it takes."""
        return max(self.events_per_s * APART // 2, self.workspaces)

    def seeds(self) -> list[WorkspaceSpec]:
        """The workspaces, with people enough for the notes, and a channel and messages to react to for each."""
        reactions = self.events // 2 // self.places + 2
        return [
            _crowd(f"w{number}", -(-self.places // self.workspaces), reactions) for number in range(self.workspaces)
        ]


def _crowd(name: str, places: int, reactions: int) -> WorkspaceSpec:
    people = [PersonSpec(name=f"p{number}") for number in range(places)]
    channels = [ChannelSpec(name=f"c{number}") for number in range(places)]
    said = [
        MessageSpec(author=f"p{number}", channel=f"#c{number}", text=NOTE.format(number=turn))
        for number in range(places)
        for turn in range(reactions)
    ]
    return WorkspaceSpec(
        name=name, domain=name, people=[*people, PersonSpec(name="other")], channels=channels, messages=said
    )


@dataclass(frozen=True)
class Place:
    """A person and a channel. What is done there gives the conversation in which it is confirmed."""

    person: Person
    channel: str
    said: Sequence[SeenMessage]

    async def note(self, number: int) -> str:
        """Write a note to the bot."""
        return (await self.person.dm(NOTE.format(number=number))).channel

    async def react(self, turn: int) -> str:
        """Keep what was said in the channel."""
        await self.person.react(self.said[turn], "seedling")
        return self.channel


def places(slack: Sandbox, load: Load) -> list[Place]:
    """The places, one workspace's after the other's."""
    found = []
    for number in range(load.places):
        workspace, place = f"w{number % load.workspaces}", number // load.workspaces
        person = slack.person(f"p{place}", workspace)
        channel = slack.channel_id(f"#c{place}", workspace)
        found.append(Place(person, channel, person.messages(f"#c{place}")))
    return found


@contextmanager
def bot_process(slack: Sandbox, database_url: str, key: str) -> Iterator[str]:
    """`multiplier run` over HTTP, connected to this Slack; the address of its entrance."""
    settings = {"DATABASE_URL": database_url, "ENCRYPTION_KEYS": key, "LOG_LEVEL": "error"}
    environment = {**os.environ, **slack.env(socket=False), **settings}
    command = [sys.executable, "-m", "bot", "run", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            line = next(each for each in process.stderr if "HTTP: POST " in each)
            yield line.split("HTTP: POST ")[1].strip()
        finally:
            process.terminate()


async def install(workspaces: Sequence[Workspace], database_url: str, key: str) -> None:
    """Leave in a new database that the app is installed in these."""
    engine, clock = create_engine(database_url, keyring=Keyring([key])), SystemClock()
    await upgrade(engine)
    storage = Storage(engine)
    installations = InstallationService(storage, WorkspaceService(storage, clock), clock)
    for place in workspaces:
        await installations.install(
            Installation(
                team_id=place.id,
                name=place.name,
                bot_user_id=place.bot_user_id,
                bot_id=place.bot_id,
                bot_token=SecretStr(place.bot_token),
                installed_at=clock.now(),
            )
        )
    await engine.dispose()


@asynccontextmanager
async def connected(load: Load, database_url: str, bots: int = 1) -> AsyncIterator[Sandbox]:
    """A Slack with bots in it; it sends to the first, and all work."""
    key = new_key()
    with ExitStack() as stack:
        manifest = ROOT / "manifest.yml"
        async with Sandbox(manifest=manifest, seed=load.seeds(), keep_bodies=False, journal_limit=100) as slack:
            every = [slack.workspace(f"w{number}") for number in range(load.workspaces)]
            await install(every, database_url, key)
            addresses = [
                await asyncio.to_thread(stack.enter_context, bot_process(slack, database_url, key)) for _ in range(bots)
            ]
            await slack.use_http(addresses[0])
            yield slack


class Confirmations:
    """When each conversation got a message of the bot's, in the order they came."""

    def __init__(self, slack: Sandbox) -> None:
        self._workspaces = slack.platform.world.workspaces
        self.at: dict[str, list[float]] = {}
        slack.on_change(self._changed)

    def _changed(self, change: dict[str, Any]) -> None:
        if change["type"] != "message":
            return
        workspace = self._workspaces[change["workspace"]]
        if change.get("user") != workspace.bot_user_id:
            return
        message = workspace.channels[change["channel"]].messages.get(change["ts"])
        told = (message.metadata or {}).get("event_payload", {}) if message else {}
        # Who uses the bot for the first time is told of it, too: that confirms nothing.
        if not str(told.get("once_key")).startswith("first-meeting:"):
            self.at.setdefault(str(change["channel"]), []).append(time.perf_counter())

    async def reach(self, count: int) -> bool:
        """Wait until so many came, or no more are waited for; whether they did."""
        for _ in range(PATIENCE * 10):
            if sum(map(len, self.at.values())) >= count:
                return True
            await asyncio.sleep(0.1)
        return False

    def after(self, done: Sequence[tuple[str, float]]) -> list[float]:
        """How long each of these took that was confirmed, in milliseconds."""
        moments: dict[str, list[float]] = {}
        for conversation, moment in done:
            moments.setdefault(conversation, []).append(moment)
        return [
            (came - began) * 1000
            for conversation, begun in moments.items()
            for began, came in zip(begun, self.at.get(conversation, []), strict=False)
        ]


async def measure(load: Load, database_url: str, bots: int = 1) -> dict[str, float]:
    """Milliseconds from the event to its confirmation, and how many never came."""
    async with connected(load, database_url, bots) as slack:
        confirmations, where = Confirmations(slack), places(slack, load)
        first = 2 * len(where)
        await things_done(where, first, FIRST_TIMES)
        if not await confirmations.reach(first):
            raise TimeoutError("the first things done were not all confirmed")
        confirmations.at.clear()
        done = await things_done(where, load.events, load.events_per_s, first)
        await confirmations.reach(load.events)
        took = confirmations.after(done)
        cuts = statistics.quantiles(took, n=100)
        return {
            "events": load.events,
            "unconfirmed": load.events - len(took),
            "p50_ms": round(cuts[49], 1),
            "p95_ms": round(cuts[94], 1),
            "p99_ms": round(cuts[98], 1),
        }


async def things_done(where: Sequence[Place], count: int, per_s: int, after: int = 0) -> list[tuple[str, float]]:
    """At an even rate, in each place in turn, a note and a reaction; so many were done before.

    Where each is confirmed, and when it was done.
    """
    done, began = [], time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(began + number / per_s - time.perf_counter(), 0))
        turn, place = divmod((after + number) // 2, len(where))
        moment = time.perf_counter()
        done.append((await (where[place].react(turn) if number % 2 else where[place].note(number)), moment))
    return done


async def run(load: Load, postgres: PostgresServer | None) -> dict[str, dict[str, float]]:
    """Both databases, where there are both; on PostgreSQL also with two bots."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"sqlite": await measure(load, f"sqlite:///{folder}/bot.db")}
    if postgres:
        for name, bots in (("postgres", 1), ("postgres_two_bots", 2)):
            url = await asyncio.to_thread(create_database, postgres.url)
            found[name] = await measure(load, url, bots)
    return found


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workspaces", type=int, help="so many send them; as many as Slack needs for the rate")
    asked = parser.parse_args()
    load = Load(asked.rate, asked.seconds, asked.workspaces or -(-asked.rate // OF_ONE))
    binaries = PostgresServer.installed()
    postgres = PostgresServer(binaries) if binaries else None
    try:
        found = asyncio.run(run(load, postgres))
    finally:
        if postgres:
            postgres.remove()
    for name, shown in found.items():
        print(f"{name:20}", *(f"{key} {value:>8,}" for key, value in shown.items()))
    print(json.dumps({f"{name}_{key}": value for name, shown in found.items() for key, value in shown.items()}))


if __name__ == "__main__":
    main()
