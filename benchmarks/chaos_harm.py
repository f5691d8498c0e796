"""What goes wrong in `benchmarks.chaos`: Slack's bad hours, a full disk, a database that is restarted."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from bot.sandbox.faults import Faults
from tests.postgres import PostgresServer

#: The methods the bot calls, and how often each is picked.
_METHODS = {
    "chat.postMessage": 8,
    "conversations.history": 2,
    "conversations.open": 2,
    "conversations.replies": 3,
    "chat.postEphemeral": 3,
    "chat.getPermalink": 2,
    "users.info": 1,
}
_KINDS = {"429": 5, "500": 3, "503": 1, "a page": 2, "garbage": 3, "drop": 3, "hang": 1, "slow": 2, "internal_error": 1}


class Weather:
    """Plants faults in the sandbox's answers, one after the other; counts them by kind."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self._faults, self._random = faults, Random(seed)
        self.planted: Counter[str] = Counter()
        self.after_effect = 0

    async def blow(self, every: float) -> None:
        """A fault about every so many seconds, until cancelled; none is left then."""
        try:
            while True:
                await asyncio.sleep(self._random.random() * 2 * every)
                self._plant()
        finally:
            self._faults.clear()

    def _plant(self) -> None:
        method = self._random.choices(list(_METHODS), list(_METHODS.values()))[0]
        kind = self._random.choices(list(_KINDS), list(_KINDS.values()))[0]
        posts = method.startswith("chat.post")
        # What was posted although nobody heard so: only DMs can be looked for afterwards.
        late = method == "chat.postMessage" and self._random.random() < 0.6
        self.planted[kind] += 1
        if kind == "429":
            self._faults.rate_limit(method, retry_after=self._random.randint(1, 2), times=self._random.randint(1, 3))
            return
        if kind == "slow":
            self._faults.delay(method, self._random.random() * 3)
            return
        if kind == "hang" and posts:
            method, late = "chat.postMessage", True
        self.after_effect += late
        if kind == "500":
            self._faults.status(method, 500, after_effect=late)
        elif kind == "503":
            self._faults.status(method, 503, after_effect=late)
        elif kind == "a page":
            self._faults.status(method, 200, after_effect=late)
        elif kind == "garbage":
            self._faults.garbage(method, after_effect=late)
        elif kind == "drop":
            self._faults.drop(method, after_effect=late)
        elif kind == "hang":
            self._faults.hang(method, after_effect=late)
        else:
            self._faults.error(method, kind)


class SmallDisk:
    """A file system of its own, in memory, that can be filled; where root may not mount one, `is_there` is False."""

    def __init__(self, where: Path, megabytes: int) -> None:
        where.mkdir(parents=True, exist_ok=True)
        self.where, self._ballast = where, where / "ballast"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(where)]
        try:
            done = subprocess.run(mount, capture_output=True, check=False)
            self.is_there = done.returncode == 0
        except OSError:
            self.is_there = False

    def fill(self) -> None:
        """Take what room there is."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(65_536))
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(512))

    def free(self) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)

    def remove(self) -> None:
        """Take the file system away."""
        if self.is_there:
            subprocess.run(["umount", "-l", str(self.where)], capture_output=True, check=False)


async def hold_full(disk: SmallDisk, refusals: Callable[[], int], *, enough: int, longest: float) -> int:
    """Keep the disk full until so many events were refused, or for so long; how many were."""
    before, until = refusals(), time.monotonic() + longest
    try:
        while refusals() - before < enough and time.monotonic() < until:
            # A checkpoint may have freed some.
            await asyncio.to_thread(disk.fill)
            await asyncio.sleep(0.2)
    finally:
        disk.free()
    return refusals() - before


async def revive(server: PostgresServer) -> None:
    """Start the server again, when it has ended itself: as its supervisor would."""
    if not await asyncio.to_thread(server.is_running):
        await asyncio.to_thread(server.start)


async def restart(server: PostgresServer, mode: str, pause: float) -> None:
    """Stop the server as a crash (`immediate`) or an upgrade (`fast`) would, and start it again."""
    await asyncio.to_thread(server.stop, mode)
    await asyncio.sleep(pause)
    await asyncio.to_thread(server.start)


def is_locked(file: Path) -> bool:
    """Whether somebody writes to this SQLite file at this moment."""
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    else:
        return False
    finally:
        connection.close()


def size_of(path: Path) -> int:
    """How large a file is; 0 when it isn't there."""
    return path.stat().st_size if path.exists() else 0
