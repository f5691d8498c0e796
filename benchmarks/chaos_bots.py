"""The bots of `benchmarks.chaos`: real processes that are ended and started again, as a supervisor would."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp


@dataclass
class Bot:
    """One replica's place: its address, and the process that has it now."""

    number: int
    port: int
    pid: int = 0
    is_up: bool = False
    started_at: float = 0.0
    born: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    #: What it is about to be ended by, so that an end of its own accord is told apart.
    sent: signal.Signals | None = None
    largest_file: int | None = None

    @property
    def url(self) -> str:
        """Where Slack posts to."""
        return f"http://127.0.0.1:{self.port}/slack/events"


class Bots:
    """Keeps `count` replicas running; whatever ends is started again until `stop`."""

    def __init__(self, count: int, env: dict[str, str], log: Path) -> None:
        self.replicas = [Bot(number, _free_port()) for number in range(count)]
        self._env, self.log = env, log
        self._nursery: Process | None = None
        self._ordered: deque[Bot] = deque()
        self._living: dict[int, Bot] = {}
        self._tasks: list[asyncio.Task[None]] = []
        #: Exit codes of clean stops, of ends that nobody asked for, and how long starts took.
        self.stopped: Counter[int] = Counter()
        self.unasked: Counter[int] = Counter()
        self.starts: list[float] = []
        self.stops: list[float] = []
        self._wanted = True

    async def open(self) -> None:
        """Load the product, once."""
        arguments = (sys.executable, "-m", "benchmarks.chaos_nursery")
        home = Path(__file__).parent.parent
        self._nursery = await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE, cwd=home)
        assert self._nursery.stdout
        assert "ready" in json.loads(await self._nursery.stdout.readline())
        self._tasks.append(asyncio.create_task(self._listen()))

    def keep(self) -> None:
        """Start the replicas, and again each time one ended."""
        self._wanted = True
        self._tasks += [asyncio.create_task(self._keep(bot)) for bot in self.replicas]

    async def start(self, bot: Bot) -> None:
        """Start this one; it is up when `is_up` says so."""
        assert self._nursery
        assert self._nursery.stdin
        order = {
            "env": {**self._env, "PORT": str(bot.port)},
            "log": str(self.log),
            "largest_file": bot.largest_file,
        }
        bot.born, bot.ended, bot.sent, bot.is_up = asyncio.Event(), asyncio.Event(), None, False
        self._ordered.append(bot)
        self._nursery.stdin.write(json.dumps(order).encode() + b"\n")
        await bot.born.wait()

    def end(self, bot: Bot, how: signal.Signals = signal.SIGKILL) -> bool:
        """Send it a signal; False when it has none to send it to."""
        if bot.ended.is_set() or bot.sent is not None or not bot.pid:
            return False
        bot.sent = how
        bot.is_up = False
        os.kill(bot.pid, how)
        return True

    async def stop(self) -> None:
        """End all of them cleanly, and the nursery."""
        self._wanted = False
        for bot in self.replicas:
            self.end(bot, signal.SIGTERM)
        for bot in self.replicas:
            try:
                await asyncio.wait_for(bot.ended.wait(), 30)
            except TimeoutError:
                self.unasked[-1] += 1
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._nursery is not None:
            assert self._nursery.stdin
            self._nursery.stdin.close()
            await self._nursery.wait()

    async def _keep(self, bot: Bot) -> None:
        while self._wanted:
            await self.start(bot)
            if await self._is_answering(bot):
                bot.is_up = bot.sent is None
                self.starts.append(time.perf_counter() - bot.started_at)
            await bot.ended.wait()
            if bot.sent is None:
                # Something is wrong with what it needs; a supervisor waits a little, too.
                await asyncio.sleep(0.5)

    async def _is_answering(self, bot: Bot) -> bool:
        """Whether it comes up, rather than ends before."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            while not bot.ended.is_set():
                try:
                    async with session.get(f"http://127.0.0.1:{bot.port}/health/live") as answer:
                        if answer.status == 200:
                            return True
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.05)
        return False

    async def _listen(self) -> None:
        assert self._nursery
        assert self._nursery.stdout
        while line := await self._nursery.stdout.readline():
            told: dict[str, Any] = json.loads(line)
            if "started" in told:
                bot = self._ordered.popleft()
                bot.pid, bot.started_at = told["started"], time.perf_counter()
                self._living[bot.pid] = bot
                bot.born.set()
            elif "ended" in told:
                self._note_end(self._living.pop(told["ended"]), told["code"])

    def _note_end(self, bot: Bot, code: int) -> None:
        if bot.sent is signal.SIGTERM:
            self.stopped[code] += 1
        elif bot.sent is None:
            self.unasked[code] += 1
        bot.is_up, bot.pid = False, 0
        bot.ended.set()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
