"""What happens when 10,000 people of many workspaces are due in the same minute, and the bot dies in the middle?

    uv run python -m benchmarks.checkin_rush [--people 10000] [--workspaces 20] [--postgres]

The bot is the real one, from the tick to the message and its metadata; its Slack is a stand-in that counts calls
as Slack does, by method, workspace and minute, and answers with 429 and a `Retry-After` beyond what it publishes.
One workspace is under a much tighter limit than the others. Time is moved by hand: a second passes when nothing
can be done in the present one. In the middle the process ends at once; a new one takes over on the same database.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from slack_sdk.errors import SlackApiError
from sqlalchemy import func, select

from benchmarks.checkins import FRIDAY, MovedClock, filled, on_a_server
from bot import bootstrap
from bot.bootstrap import Multiplier, assemble
from bot.domain.ports import Tagger
from bot.services.queues import PLACES
from bot.settings import Settings
from bot.slack.gateway import SlackGateway
from bot.tagger import load_tagger
from storage.models import CheckinRow
from storage.unit_of_work import Storage

#: Calls a minute and workspace, as Slack publishes them; for `chat.postMessage` "several hundred".
LIMITS = {"chat.postMessage": 300, "conversations.open": 50, "users.info": 100, "conversations.history": 50}
#: What the workspace that Slack holds back gets of that.
TIGHT = 5
#: The workspace that Slack holds back.
SLOW = "T0"
#: Whatever is not over by then went wrong.
LONGEST = timedelta(hours=12)


class CrashError(BaseException):
    """The process ends here; nothing in the code under test may catch it."""


@dataclass
class StandInSlack:
    """All workspaces' Slack: what was posted, what was refused."""

    clock: MovedClock
    crash_after: int
    posted: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Messages by DM."""
    last_at: dict[str, datetime] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    calls: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    sent: int = 0
    unrecorded: int = 0
    """How often the database was too busy to record what was done."""
    is_cut_off: bool = False
    """The process that spoke to it has ended: nothing of it gets through any more."""

    def count(self, workspace_id: str, method: str) -> None:
        """Count a call. Raises what Slack answers beyond the limit."""
        if self.is_cut_off:
            raise CrashError
        minute, second = divmod(int((self.clock.now() - FRIDAY).total_seconds()), 60)
        limit = LIMITS[method] // (TIGHT if workspace_id == SLOW else 1)
        if self.calls[workspace_id, method, minute] >= limit:
            self.refused[workspace_id] += 1
            raise SlackApiError("", _Refusal({"ok": False, "error": "ratelimited"}, 429, str(60 - second)))
        self.calls[workspace_id, method, minute] += 1


class _Refusal(dict[str, Any]):
    def __init__(self, body: dict[str, Any], status: int, retry_after: str) -> None:
        super().__init__(body)
        self.status_code, self.headers, self.data = status, {"Retry-After": retry_after}, body


@dataclass
class StandInClient:
    """One workspace's Web API, as far as check-ins use it."""

    workspace_id: str
    slack: StandInSlack

    async def users_info(self, *, user: str) -> dict[str, Any]:
        self.slack.count(self.workspace_id, "users.info")
        return {"user": {"id": user, "name": user.lower(), "tz": "Europe/Lisbon", "profile": {}}}

    async def conversations_open(self, *, users: list[str]) -> dict[str, Any]:
        self.slack.count(self.workspace_id, "conversations.open")
        return {"channel": {"id": f"D{users[0]}"}}

    async def conversations_history(self, *, channel: str, **_: Any) -> dict[str, Any]:
        self.slack.count(self.workspace_id, "conversations.history")
        return {"messages": self.slack.posted[channel]}

    async def chat_postMessage(self, *, channel: str, metadata: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N802
        slack = self.slack
        slack.count(self.workspace_id, "chat.postMessage")
        slack.sent += 1
        ts = f"{slack.clock.now().timestamp():.0f}.{slack.sent:06d}"
        slack.posted[channel].append({"ts": ts, "metadata": metadata})
        slack.last_at[self.workspace_id] = slack.clock.now()
        if slack.sent == slack.crash_after:
            slack.is_cut_off = True
            raise CrashError
        return {"ts": ts}


class StandInGateway(SlackGateway):
    """The bot's own gateway, with stand-ins for its clients."""

    def __init__(self, slack: StandInSlack) -> None:
        super().__init__(_no_token, "")
        self._slack = slack

    async def client(self, workspace_id: str) -> Any:
        """This workspace's stand-in."""
        return StandInClient(workspace_id, self._slack)


async def _no_token(_workspace_id: str) -> str:
    return ""


async def rush(database_url: str, *, people: int, workspaces: int, tagger: Tagger) -> dict[str, Any]:
    """So many due at once in so many workspaces, with a crash when half is sent."""
    sizes = [people // workspaces + (number < people % workspaces) for number in range(workspaces)]
    storage = await filled(database_url, sizes=sizes, due=people)
    clock = MovedClock(FRIDAY)
    slack = StandInSlack(clock, crash_after=people // 2)
    began, crashes, left = time.perf_counter(), 0, 0
    settings = Settings(_env_file=None, database_url=database_url)  # type: ignore[call-arg]
    while True:
        with patch.object(bootstrap, "SlackGateway", lambda *_: StandInGateway(slack)):
            bot = await assemble(settings, clock=clock, tagger=tagger)
        try:
            left += await bot.services.asking.tick()
            await _send_all(bot, clock, slack)
            break
        except CrashError:
            crashes, slack.is_cut_off = crashes + 1, False
        finally:
            await bot.close()
    figures = _figures(slack, await _states(storage), sizes)
    await storage.close()
    return figures | {
        "people": people,
        "workspaces": workspaces,
        "left_in_outbox": left,
        "crashes": crashes,
        "own_seconds": round(time.perf_counter() - began, 1),
    }


async def _send_all(bot: Multiplier, clock: MovedClock, slack: StandInSlack) -> None:
    """Work the outbox as the bot's worker does, until nothing waits; a crash ends everything under way."""
    outbox = bot.services.outbox
    under_way: set[asyncio.Task[None]] = set()
    try:
        while clock.now() < FRIDAY + LONGEST:
            items = await outbox.take(PLACES - len(under_way))
            under_way |= {asyncio.create_task(outbox.work(item)) for item in items}
            if under_way:
                done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                under_way -= done
                for task in done:
                    _look_at(task.exception(), slack)
            elif not await _wait(bot):
                return
            else:
                clock.time += timedelta(seconds=1)
        raise AssertionError("not everything was sent in time")
    finally:
        # In one process of the benchmark, its predecessor's connections have to end in order.
        await asyncio.gather(*under_way, return_exceptions=True)


def _look_at(error: BaseException | None, slack: StandInSlack) -> None:
    """As the bot's worker: what could not be recorded is taken up again when its lease is over."""
    if isinstance(error, CrashError):
        raise error
    slack.unrecorded += error is not None


async def _wait(bot: Multiplier) -> int:
    async with bot.storage.machinery_reading() as work:
        return sum(each.waiting for each in await work.watching.backlogs(bot.services.clock.now()))


async def _states(storage: Storage) -> dict[str, int]:
    async with storage.engine.connect() as connection:
        query = select(CheckinRow.state, func.count()).group_by(CheckinRow.state)
        return {str(state): count for state, count in (await connection.execute(query)).all()}


def _figures(slack: StandInSlack, states: dict[str, int], sizes: list[int]) -> dict[str, Any]:
    minutes = {name: (moment - FRIDAY).total_seconds() / 60 for name, moment in slack.last_at.items()}
    others = [took for name, took in minutes.items() if name != SLOW]
    by_method: Counter[str] = Counter()
    for (_, method, _), count in slack.calls.items():
        by_method[method] += count
    return {
        "benchmark": "rush",
        "sent": slack.sent,
        "lost": sum(sizes) - sum(bool(messages) for messages in slack.posted.values()),
        "doubled": sum(len(messages) > 1 for messages in slack.posted.values()),
        "states": states,
        "slow_workspace_done_after_min": round(minutes[SLOW], 1),
        "others_done_after_min": round(max(others, default=0.0), 1),
        "calls": dict(by_method),
        "answered_429": sum(slack.refused.values()),
        "not_recorded_at_once": slack.unrecorded,
    }


def main() -> None:
    """Run it on SQLite, or with `--postgres` on a PostgreSQL server of its own; a table, and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--workspaces", type=int, default=20)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()

    def run(url: str) -> dict[str, Any]:
        return asyncio.run(rush(url, people=options.people, workspaces=options.workspaces, tagger=load_tagger()))

    if options.postgres:
        with on_a_server(databases=1) as urls:
            figures = run(urls[0])
    else:
        with tempfile.TemporaryDirectory() as folder:
            figures = run(f"sqlite:///{Path(folder)}/rush.db")
    figures["database"] = "postgresql" if options.postgres else "sqlite"
    for name, figure in figures.items():
        print(f"{name:>30}  {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
