"""Starts the bot again and again: a process that has loaded the product once and forks for each start.

Python and the model take seconds to load; after a fork, `multiplier run` begins with reading its settings. Each
child is a process of its own, which dies of `kill -9` like any other. One JSON object a line: in, what to start
(`{"env": {...}, "log": path, "largest_file": bytes or null}`); out, `{"started": pid}` and `{"ended": pid, "code": n}`.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import select
import signal
import sys
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import bot.cli.run
from bot.bootstrap import assemble
from bot.cli.run import run
from bot.settings import Settings
from bot.tagger import load_tagger
from bot.tagger.reading import TextTagger


def bear(order: dict[str, Any]) -> int:
    """Fork a bot; its process id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, stream in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(number, stream)
        os.environ.update(order["env"])
        if order["largest_file"] is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"], resource.RLIM_INFINITY))
        run(port=None)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


def main() -> None:
    """Take orders until standard input ends; then end whoever still lives."""
    tagger = load_tagger()
    # The same weights for all, read once and never changed, instead of a process for each that loads them anew.
    bot.cli.run.assemble = partial(assemble, tagger=tagger)
    with TemporaryDirectory() as folder:
        asyncio.run(_warm_up(f"sqlite:///{folder}/nothing.db", tagger))
    living: set[int] = set()
    _say(ready=True)
    pending = b""
    while True:
        readable, _, _ = select.select([0], [], [], 0.02)
        if readable:
            chunk = os.read(0, 65_536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                pid = bear(json.loads(line))
                living.add(pid)
                _say(started=pid)
        for pid in _ended(living):
            living.discard(pid)
    for pid in living:
        os.kill(pid, signal.SIGKILL)


async def _warm_up(database_url: str, tagger: TextTagger) -> None:
    """Assemble one that does nothing, so that what is loaded late is loaded here."""
    settings = Settings(_env_file=None, database_url=database_url)  # type: ignore[call-arg]
    multiplier = await assemble(settings, tagger=tagger)
    await multiplier.close()


def _ended(living: set[int]) -> list[int]:
    found: list[int] = []
    while living:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            break
        found.append(pid)
        _say(ended=pid, code=os.waitstatus_to_exitcode(status))
        if len(found) == len(living):
            break
    return found


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
