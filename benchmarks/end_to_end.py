"""How long from something done in Slack to the bot's confirmation, at a steady rate of events?

Run `python -m benchmarks.end_to_end` in the project's folder. The bot is `multiplier run` over signed HTTP in a process
of its own; Slack is the sandbox. Half of the events are notes in direct messages, half keep reactions in channels, all
of them different people's and channels', as Slack takes one message a second in each.
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
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from bot.sandbox import Sandbox
from bot.sandbox.acting import Person
from bot.sandbox.spec import ChannelSpec, MessageSpec, PersonSpec, WorkspaceSpec
from tests.postgres import PostgresServer, create_database

ROOT = Path(__file__).parent.parent
#: Nobody writes, and no channel is reacted in, more often than this many seconds.
APART = 4
NOTE = "paired with @p{other} until the deploy of release {number} went through"


def crowd(events_per_s: int, seconds: int) -> WorkspaceSpec:
    """People enough for the notes, channels enough for the reactions, and a message for each reaction."""
    places = max(events_per_s * APART // 2, 1)
    people = [PersonSpec(name=f"p{number}") for number in range(places + 1)]
    channels = [ChannelSpec(name=f"c{number}") for number in range(places)]
    said = [
        MessageSpec(
            author=f"p{number % places}", channel=f"#c{number % places}", text=NOTE.format(other=0, number=number)
        )
        for number in range(events_per_s * seconds // 2)
    ]
    return WorkspaceSpec(people=people, channels=channels, messages=said)


@contextmanager
def bot_process(slack: Sandbox, database_url: str) -> Iterator[str]:
    """`multiplier run` over HTTP, connected to this Slack; the address of its entrance."""
    environment = {**os.environ, **slack.env(socket=False), "DATABASE_URL": database_url, "LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "bot", "run", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            line = next(each for each in process.stderr if "HTTP: POST " in each)
            yield line.split("HTTP: POST ")[1].strip()
        finally:
            process.terminate()


@asynccontextmanager
async def connected(seed: WorkspaceSpec, database_url: str) -> AsyncIterator[Sandbox]:
    """A Slack with the bot in it."""
    with ExitStack() as stack:
        async with Sandbox(manifest=ROOT / "manifest.yml", seed=seed, keep_bodies=False, journal_limit=100) as slack:
            started = bot_process(slack, database_url)
            address = await asyncio.to_thread(stack.enter_context, started)
            await slack.use_http(address)
            yield slack


class Confirmations:
    """When each place got a message of the bot's, in the order they came."""

    def __init__(self, slack: Sandbox) -> None:
        self._workspace = slack.workspace()
        self.at: dict[str, list[float]] = {}
        slack.on_change(self._changed)

    def _changed(self, change: dict[str, Any]) -> None:
        if change["type"] != "message" or change.get("user") != self._workspace.bot_user_id:
            return
        message = self._workspace.channels[change["channel"]].messages.get(change["ts"])
        told = (message.metadata or {}).get("event_payload", {}) if message else {}
        # Who uses the bot for the first time is told of it, too: that confirms nothing.
        if not str(told.get("once_key")).startswith("first-meeting:"):
            self.at.setdefault(str(change["channel"]), []).append(time.perf_counter())

    @property
    def count(self) -> int:
        """How many came."""
        return sum(map(len, self.at.values()))


async def measure(events_per_s: int, seconds: int, database_url: str) -> dict[str, float]:
    """Milliseconds from the event to its confirmation, and how many never came."""
    async with connected(crowd(events_per_s, seconds), database_url) as slack:
        confirmations = Confirmations(slack)
        people = {person.name: person for person in slack.people()}
        done = await _do_things(slack, people, events_per_s, seconds)
        expected = sum(map(len, done.values()))
        for _ in range(300):
            if confirmations.count >= expected:
                break
            await asyncio.sleep(0.1)
        took = [
            (came - began) * 1000
            for channel, moments in done.items()
            for began, came in zip(moments, confirmations.at.get(channel, []), strict=False)
        ]
        cuts = statistics.quantiles(took, n=100)
        return {
            "events": expected,
            "unconfirmed": expected - len(took),
            "p50_ms": round(cuts[49], 1),
            "p95_ms": round(cuts[94], 1),
            "p99_ms": round(cuts[98], 1),
        }


async def _do_things(
    slack: Sandbox, people: dict[str, Person], events_per_s: int, seconds: int
) -> dict[str, list[float]]:
    """Notes and reactions in turn, at an even rate; when each was done, by the conversation it is confirmed in."""
    done: dict[str, list[float]] = {}
    places = len(people) - 1
    said = {number: people["p0"].messages(f"#c{number}") for number in range(places)}
    began = time.perf_counter()
    for number in range(events_per_s * seconds):
        await asyncio.sleep(max(began + number / events_per_s - time.perf_counter(), 0))
        turn, place = number // 2, (number // 2) % places
        moment = time.perf_counter()
        if number % 2:
            message = await people[f"p{place}"].dm(NOTE.format(other=places, number=number))
            channel = message.channel
        else:
            channel = slack.channel_id(f"#c{place}")
            await people[f"p{place}"].react(said[place][turn // places], "seedling")
        done.setdefault(channel, []).append(moment)
    return done


async def run(events_per_s: int, seconds: int, postgres: PostgresServer | None) -> dict[str, dict[str, float]]:
    """Both databases, where there are both."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"sqlite": await measure(events_per_s, seconds, f"sqlite:///{folder}/bot.db")}
    if postgres:
        url = await asyncio.to_thread(create_database, postgres.url)
        found["postgres"] = await measure(events_per_s, seconds, url)
    return found


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    binaries = PostgresServer.installed()
    postgres = PostgresServer(binaries) if binaries else None
    try:
        found = asyncio.run(run(asked.rate, asked.seconds, postgres))
    finally:
        if postgres:
            postgres.remove()
    for name, shown in found.items():
        print(f"{name:10}", *(f"{key} {value:>8,}" for key, value in shown.items()))
    print(json.dumps({f"{name}_{key}": value for name, shown in found.items() for key, value in shown.items()}))


if __name__ == "__main__":
    main()
