"""What does the bot do with requests that mean it harm?

The requests are those of `benchmarks/attacks.py`. Wanted: no answer of 500 or above but the 503 that asks to
send again, no crash, no memory that keeps growing, nothing forged or stale let in, nothing of another
person's in any answer.

    uv run python -m benchmarks.hostile [--requests 100000] [--seed 1] [--at-once 20] [--minutes 120]
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import itertools
import json
import logging
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from yarl import URL

from benchmarks.attacks import Attacker, Attempt
from bot.sandbox import Sandbox
from bot.services.clock import SystemClock
from bot.tagger import load_tagger
from bot.telemetry.logging import configure_logging
from storage.keyring import new_key
from tests.running import RunningBot, running_bot

MANIFEST = Path(__file__).parent.parent / "manifest.yml"
#: Stands in the victim's record, and may stand in no answer to anybody else.
SECRET = "saffron-pelican"  # noqa: S105


@dataclass
class Tally:
    """What came of all of them."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    leaks: int = 0
    seconds: list[float] = field(default_factory=list)


class Faults:
    """Counts what the bot itself calls a fault: by its log, where it happened."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Read all log lines until left; none is written."""
        processors = structlog.get_config()["processors"]
        before = list(processors)
        # In place, because loggers keep hold of the list.
        processors[:] = [self._note]
        try:
            yield
        finally:
            processors[:] = before

    def _note(self, _logger: object, _name: str, line: MutableMapping[str, Any]) -> str:
        if line.get("event") in ("listener_failed", "tick_failed", "worker_failed"):
            self.seen[f"{line['event']}: {line.get('where')}"] += 1
        raise structlog.DropEvent


async def attack(
    bot: RunningBot, secret: str, *, requests: int, seed: int, at_once: int, minutes: float
) -> dict[str, Any]:
    """Send them all, or as many as the time allows, with the bot's own workers running; what came of it."""
    attacker = Attacker(bot, secret, seed)
    await bot.slack.person("sam").command("/evidence", f"paired with @dana on the {SECRET} migration", "#payments")
    attacker.victims = [entry.id for entry in await bot.entries("sam")]
    before, held, tally, faults = _peak(), _given_back(), Tally(), Faults()
    problems: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(str(context.get("message"))))
    began = time.perf_counter()
    attempts = itertools.takewhile(lambda _: time.perf_counter() < began + minutes * 60, attacker.attempts(requests))
    with faults.watched():
        async with bot.multiplier.working():
            sizes = await _send(bot.request_url, attempts, requests, at_once, tally)
        took = time.perf_counter() - began
    dead = len(await bot.multiplier.services.inbox.dead())
    kept = [entry.text for entry in await bot.entries("sam")]
    tally.seconds.sort()
    return {
        "requests": len(tally.seconds),
        "per_s": round(len(tally.seconds) / took),
        "statuses": dict(sorted(tally.statuses.items())),
        "wrong": len(tally.wrong),
        "wrong_first": tally.wrong[:5],
        "asked_to_send_again": sum(count for sort, count in tally.statuses.items() if sort.endswith(" 503")),
        "leaks": tally.leaks,
        "faults": sum(faults.seen.values()),
        "faults_first": faults.seen.most_common(10),
        "loop_problems": len(problems),
        "victims_record_intact": kept == [f"paired with <@{bot.user_id('dana')}> on the {SECRET} migration"],
        "dead_letters": dead,
        "p99_ms": round(tally.seconds[int(len(tally.seconds) * 0.99)] * 1000, 1),
        "longest_ms": round(tally.seconds[-1] * 1000),
        "memory_mb": [size // 1_000_000 for size in sizes],
        "held_mb": [held // 1_000_000, _given_back() // 1_000_000],
        "peak_growth_mb": (_peak() - before) // 1_000_000,
    }


async def _send(url: str, attempts: Iterator[Attempt], count: int, at_once: int, tally: Tally) -> list[int]:
    """Send them, so many at once; how much memory was in use after each tenth."""
    sizes: list[int] = []
    base = url.removesuffix("/slack/events")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def one_after_the_other() -> None:
            for attempt in attempts:
                await _try(session, base, attempt, tally)
                if len(tally.seconds) % max(count // 10, 1) == 0:
                    gc.collect()
                    sizes.append(_resident())

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return sizes


async def _try(session: aiohttp.ClientSession, base: str, attempt: Attempt, tally: Tally) -> None:
    began = time.perf_counter()
    url = URL(base + attempt.path, encoded=True)
    try:
        async with session.request(attempt.method, url, data=attempt.body, headers=attempt.headers) as answer:
            status, text = answer.status, await answer.text(errors="replace")
    except (aiohttp.ClientError, ValueError):
        # The server hung up on what isn't HTTP, or the client would not send it.
        status, text = 400, ""
    tally.seconds.append(time.perf_counter() - began)
    tally.statuses[f"{attempt.sort} {status}"] += 1
    if not attempt.right(status):
        tally.wrong.append(f"{attempt.sort} {status} {attempt.path} {attempt.headers} {attempt.body[:1500]!r}")
    if SECRET in text:
        tally.leaks += 1


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _given_back() -> int:
    """Memory still in use once glibc has handed what is free to the system: what the process really holds."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return _resident()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def run(requests: int, seed: int, at_once: int, minutes: float = 120) -> dict[str, Any]:
    """The whole bot over HTTP on a new SQLite file, with a Slack of its own."""
    logging.disable(logging.CRITICAL)
    try:
        return await _run(requests, seed, at_once, minutes)
    finally:
        logging.disable(logging.NOTSET)


async def _run(requests: int, seed: int, at_once: int, minutes: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(manifest=MANIFEST, keep_bodies=False, journal_limit=100) as slack:
            url = f"sqlite:///{folder}/bot.db"
            clock: Any = SystemClock()
            installable = {
                "slack_client_id": slack.client_id,
                "slack_client_secret": slack.client_secret,
                "encryption_keys": new_key(),
            }
            async with running_bot(slack, clock, load_tagger(), url, http=True, **installable) as bot:
                return await attack(
                    bot, slack.signing_secret, requests=requests, seed=seed, at_once=at_once, minutes=minutes
                )


def main() -> None:
    """Run it, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=120)
    given = parser.parse_args()
    configure_logging("error", as_json=True)
    print(json.dumps(asyncio.run(run(given.requests, given.seed, given.at_once, given.minutes))))


if __name__ == "__main__":
    main()
