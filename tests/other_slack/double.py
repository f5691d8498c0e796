"""A Slack double that is not ours: `local-slack` 0.1.8, started as a process on this machine's loopback.

It ignores some of what Slack does (limits, shortcuts, retries), so these tests show only that the
bot's main path works against someone else's reading of Slack's protocol.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
_INSTALLED = ROOT / ".ci/local-slack/node_modules/local-slack-linux-x64/bin/local-slack"

TEAM, CHANNEL, BOT_DM = "T0OTHER", "C0PAYMENTS", "D0SAM"
SAM, PRIYA, BOT = "U0SAM", "U0PRIYA", "U0BOT"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-other", "xapp-other", "other-signing-secret"

# The double would listen on every interface of the machine.
_ONLY_LOOPBACK = 'const serve=Bun.serve;Bun.serve=(options)=>serve({hostname:"127.0.0.1",...options})'


def executable() -> Path | None:
    """Where the double is installed: `LOCAL_SLACK`, `.ci/local-slack`, or on the path."""
    named = os.environ.get("LOCAL_SLACK") or shutil.which("local-slack")
    path = Path(named) if named else _INSTALLED
    return path if path.exists() else None


@dataclass(frozen=True, kw_only=True)
class OtherSlack:
    """The running double, and acting in it as its people."""

    url: str
    session: aiohttp.ClientSession

    async def say(self, user: str, text: str, *, channel: str = CHANNEL, thread_ts: str | None = None) -> str:
        """Post a message; its timestamp."""
        answer = await self._post("message", channel=channel, user=user, text=text, thread_ts=thread_ts)
        ts: str = answer["message"]["ts"]
        return ts

    async def react(self, user: str, ts: str, name: str, *, present: bool = True) -> None:
        """Put a reaction on, or take it off."""
        await self._post("reaction", channel=CHANNEL, ts=ts, user=user, name=name, present=present)

    async def command(self, user: str, text: str) -> None:
        """Use the bot's slash command."""
        await self._post("command", channel=CHANNEL, user=user, command="/evidence", text=text)

    async def open_home(self, user: str) -> None:
        """Open the bot's Home."""
        await self._post("open-home", user=user)

    async def log(self) -> str:
        """Everything that went over the wire so far, as text."""
        async with self.session.get(f"{self.url}/_control/log") as response:
            return json.dumps(await response.json(), ensure_ascii=False)

    async def _post(self, what: str, **body: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/_control/{what}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            assert answer["ok"], answer
            return answer


def _config(request_url: str | None) -> dict[str, Any]:
    app = {
        "appId": "A0OTHER",
        "botUserId": BOT,
        "botName": "multiplier",
        "botToken": BOT_TOKEN,
        "appToken": APP_TOKEN,
        "signingSecret": SIGNING_SECRET,
        "mode": "events" if request_url else "socket",
    }
    if request_url:
        app["requestUrl"] = request_url
    people = [
        {"id": SAM, "name": "sam", "real_name": "Sam", "tz": "Europe/Lisbon"},
        {"id": PRIYA, "name": "priya", "real_name": "Priya", "tz": "Asia/Kolkata"},
    ]
    channels = [
        {"id": CHANNEL, "name": "payments", "members": [SAM, PRIYA, BOT]},
        {"id": BOT_DM, "name": "dm", "is_im": True, "is_channel": False, "members": [SAM, BOT]},
    ]
    return {"workspace": {"name": "Other", "teamId": TEAM}, "apps": [app], "users": people, "channels": channels}


def free_port() -> int:
    """A port of the loopback that is free at this moment: the double can't choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def other_slack(folder: Path, *, request_url: str | None = None) -> AsyncIterator[OtherSlack]:
    """The double as a process of its own, stopped at the end."""
    program = executable()
    assert program is not None
    (folder / "config.json").write_text(json.dumps(_config(request_url)))
    (folder / "loopback.js").write_text(_ONLY_LOOPBACK)
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(str(program), "--config", str(folder / "config.json"), "--port", str(port)),
        *("--base-host", "127.0.0.1", "--files-dir", str(folder / "files")),
        env={**os.environ, "BUN_OPTIONS": f"--preload {folder / 'loopback.js'}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            while b"is running" not in await process.stdout.readline():
                assert process.returncode is None, "the double ended by itself"
        async with aiohttp.ClientSession() as session:
            yield OtherSlack(url=f"http://127.0.0.1:{port}", session=session)
    finally:
        process.terminate()
        await process.communicate()
