"""`multiplier sandbox`, as a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

#: Loading the tagger and making the database takes a few seconds, more on a busy machine.
PATIENCE = 60


async def start(folder: Path, *options: str) -> Process:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    clean.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "bot", "sandbox", "--no-browser", *options]
    path = str(Path(__file__).parents[2])
    return await asyncio.create_subprocess_exec(
        *command, cwd=folder, env={**clean, "PYTHONPATH": path}, stdout=PIPE, stderr=PIPE
    )


@asynccontextmanager
async def sandbox(folder: Path, *options: str) -> AsyncIterator[ClientSession]:
    """A running sandbox, stopped by Ctrl-C at the end, cleanly."""
    process = await start(folder, "--port", "0", *options)
    assert process.stderr
    address = None
    async with asyncio.timeout(PATIENCE):
        while address is None:
            line = (await process.stderr.readline()).decode()
            assert line, "it ended early"
            address = re.search(r"Your sandbox: (http://127\.0\.0\.1:\d+)", line)
    async with ClientSession(address[1]) as session:
        yield session
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(PATIENCE):
        _, said = await process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in said.decode()


async def note(session: ClientSession, text: str) -> str:
    body = {"person": "sam", "do": "command", "command": "/evidence", "text": text, "channel": "#payments"}
    async with session.post("/_sandbox/act", json=body) as answer:
        (shown,) = (await answer.json())["shown"]
        return str(shown["text"])


async def see(session: ClientSession) -> dict[str, Any]:
    async with session.get("/_sandbox/see", params={"person": "sam"}) as answer:
        return dict(await answer.json())


async def test_it_starts_remembers_and_stops_cleanly(tmp_path: Path) -> None:
    async with sandbox(tmp_path) as session:
        async with session.get("/") as page:
            assert page.status == 200
        assert "Kept." in await note(session, "paired with @dana until her deploy went through")
        first = (await see(session))["person"]
    assert (tmp_path / "multiplier-sandbox.db").exists()

    async with sandbox(tmp_path) as session:
        assert (await see(session))["person"] == first
        assert "Kept." in await note(session, "unblocked the release by finding the flag")
        assert "You have this one already" not in await note(session, "reviewed the design and found a race")
        async with session.get("/_sandbox/state") as answer:
            assert (await answer.json())["app"]["connections"] == 1
        assert "paired with @dana" in await note(session, "list")


async def test_over_signed_http(tmp_path: Path) -> None:
    async with sandbox(tmp_path, "--http") as session:
        assert "Kept." in await note(session, "paired with @dana until her deploy went through")
        async with session.get("/_sandbox/state") as answer:
            assert (await answer.json())["app"]["connections"] == 0


async def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await start(tmp_path, "--port", str(port))
        async with asyncio.timeout(PATIENCE):
            _, said = await process.communicate()
    assert process.returncode == 1
    assert f"port {port} is taken" in said.decode()
    assert "--port" in said.decode()
    assert "Traceback" not in said.decode()
