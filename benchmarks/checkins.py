"""What do check-ins cost: choosing for one person, a tick by how many there are, and 10,000 due at once?

    uv run python benchmarks/checkins.py [choice|tick|rush] [--postgres]

`choice`  three questions for a person with 2,000 entries, with all queries: ≤ 5 ms wanted
`tick`    a tick with 1,000 due among 1,000, 10,000 and 100,000 people: ≤ 500 ms wanted at 100,000
`rush`    10,000 due in the same minute in two workspaces, through the outbox, to a Slack stand-in that
          refuses one workspace's calls beyond a rate; with a crash in the middle
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import func, insert, select, text

from bot.content.questions import default_questions
from bot.domain.checkins import Plan, turned_on
from bot.domain.errors import TryLater
from bot.domain.outgoing import OutboxItem
from bot.domain.people import Member, Profile
from bot.domain.questions import choose
from bot.domain.retry import RetryPolicy
from bot.domain.tagging import DIMENSIONS_OF, EVIDENCE_KINDS, Kind
from bot.domain.threads import Thread
from bot.domain.workspaces import Workspace
from bot.services.asking import AskingService
from bot.services.outbox import OutboxService
from bot.services.people import PeopleService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.models import CheckinRow, EntryRow, MemberRow, OutboxRow, PlanRow
from storage.repositories.plans import columns_of
from storage.unit_of_work import Storage
from tests.postgres import PostgresServer, create_database

FRIDAY = datetime(2026, 11, 6, 15, 0, tzinfo=UTC)
CHUNK = 5_000


class MovedClock:
    """A clock that the benchmark moves."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self.time


class StandInSlack:
    """Answers at once. Takes `rate` messages a second from one workspace and asks for patience beyond that."""

    def __init__(self, clock: MovedClock, rate: dict[str, int]) -> None:
        self.clock, self.rate = clock, rate
        self.posted: Counter[str] = Counter()
        self.last_at: dict[str, datetime] = {}
        self.refused = 0
        self._second: Counter[tuple[str, int]] = Counter()

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        return Profile(user_id=user_id, name=user_id, zone="Europe/Lisbon")

    async def thread(self, workspace_id: str, channel: str, ts: str) -> Thread:
        raise NotImplementedError

    async def permalink(self, workspace_id: str, channel: str, ts: str) -> str | None:
        return None

    def post(self, workspace_id: str, mark: str) -> str:
        """Post a message. Raises `TryLater` when the workspace has sent too much this second."""
        second = int(self.clock.time.timestamp())
        self._second[workspace_id, second] += 1
        if self._second[workspace_id, second] > self.rate[workspace_id]:
            self.refused += 1
            raise TryLater("ratelimited", after=1.0)
        self.posted[mark] += 1
        self.last_at[workspace_id] = self.clock.time
        return f"{second}.{sum(self.posted.values()):06d}"


class DirectPostman:
    """Delivers check-ins as the real one does, without Slack's wire between."""

    def __init__(self, asking: AskingService, slack: StandInSlack) -> None:
        self.asking, self.slack = asking, slack
        self.crash_after: int | None = None

    async def deliver(self, item: OutboxItem) -> None:
        checkin_id = item.message.checkin_id  # type: ignore[union-attr]
        page = await self.asking.page(item.workspace_id, item.user_id, checkin_id)
        if page is None:
            return
        mark = item.once_key
        found = item.attempts > 1 and self.slack.posted[mark]
        ts = "found" if found else self.slack.post(item.workspace_id, mark)
        if self.crash_after is not None and sum(self.slack.posted.values()) >= self.crash_after:
            raise KeyboardInterrupt
        await self.asking.sent(item.workspace_id, item.user_id, checkin_id, "D1", ts)


async def filled(url: str, people: int, due: int, in_first: int | None = None) -> Storage:
    """A database with so many people who said yes, so many of them due on Friday at three.

    `in_first` of them are in the workspace T0, the others in T1; without it all are in T0.
    """
    engine = create_engine(url)
    await upgrade(engine)
    storage = Storage(engine)
    async with storage.machinery() as work:
        for workspace_id in ("T0", "T1"):
            await work.workspaces.put(Workspace(id=workspace_id, bot_user_id="UBOT", installed_at=FRIDAY))
        await work.commit()
    start = FRIDAY - timedelta(days=3)
    template = turned_on(Plan(workspace_id="T", user_id="U"), "Europe/Lisbon", start)
    later = template.turn.model_copy(update={"due_at": FRIDAY + timedelta(days=2)}) if template.turn else None
    for first in range(0, people, CHUNK):
        numbers = range(first, min(first + CHUNK, people))
        members, plans = [], []
        for number in numbers:
            workspace_id = "T0" if in_first is None or number < in_first else "T1"
            key = {"workspace_id": workspace_id, "user_id": f"U{number:06d}"}
            members.append(key | {"zone": "Europe/Lisbon", "profile_read_at": start})
            turn = template.turn if number < due else later
            plans.append(key | columns_of(template.model_copy(update={"turn": turn})))
        async with engine.begin() as connection:
            await connection.execute(insert(MemberRow), members)
            await connection.execute(insert(PlanRow), plans)
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    return storage


async def with_entries(storage: Storage, count: int) -> None:
    """Give the first person a history of so many entries over two years."""
    pick = random.Random(1)
    rows = []
    for number in range(count):
        kind: Kind = pick.choice(EVIDENCE_KINDS)
        rows.append(
            {
                "id": f"ent_{number}",
                "workspace_id": "T0",
                "user_id": "U000000",
                "capture_key": f"k{number}",
                "text": "Paired with Dana until her deploy went through " * 3,
                "text_by": "person",
                "kind": kind,
                "dimensions": DIMENSIONS_OF[kind],
                "confidence": 0.9,
                "ranked": [],
                "tagged_by": "tagger",
                "tagger_version": "1",
                "occurred_on": date(2026, 11, 1) - timedelta(days=pick.randrange(730)),
                "created_at": FRIDAY,
                "updated_at": FRIDAY,
                "status": "draft" if pick.random() < 0.02 else "kept",
                "source_type": "command",
                "source_state": "present",
                "links": [],
                "outcome": "it held" if pick.random() < 0.4 else None,
                "sensitivity": "packet_only",
            }
        )
    async with storage.engine.begin() as connection:
        await connection.execute(insert(EntryRow), rows)
        await connection.execute(text("ANALYZE"))


async def choice(url_of: Callable[[], str], database: str) -> dict[str, object]:
    """Choosing three questions for one person, from the first query to the answer."""
    storage = await filled(url_of(), people=1_000, due=0)
    await with_entries(storage, 2_000)
    member = Member(workspace_id="T0", user_id="U000000", zone="Europe/Lisbon")
    plan, bank, took = Plan(workspace_id="T0", user_id="U000000"), default_questions(), []
    alone = []
    for _ in range(200):
        began = time.perf_counter()
        async with storage.reading("T0") as work:
            record = await work.choosing.record(
                plan.user_id, FRIDAY.date(), level=member.target_level, focus=plan.focus
            )
        chosen = time.perf_counter()
        choices = choose(bank, record, FRIDAY.date())
        alone.append(time.perf_counter() - chosen)
        took.append(time.perf_counter() - began)
    assert len(choices) == 3
    await storage.close()
    return {
        "benchmark": "choice",
        "database": database,
        "entries": 2_000,
        "median_ms": round(1e3 * median(took), 2),
        "p95_ms": round(1e3 * sorted(took)[190], 2),
        "rule_alone_median_ms": round(1e3 * median(alone), 2),
    }


async def tick(url_of: Callable[[], str], database: str) -> list[dict[str, object]]:
    """A tick with 1,000 due, among ever more people."""
    rows = []
    for people, due in ((1_000, 1_000), (10_000, 1_000), (100_000, 1_000), (100_000, 0)):
        storage = await filled(url_of(), people=people, due=due)
        clock = MovedClock(FRIDAY)
        slack = StandInSlack(clock, {})
        service = AskingService(storage, slack, PeopleService(storage, slack, clock), clock, lambda _: ())
        took = []
        for _ in range(5):
            began = time.perf_counter()
            left = await service.tick()
            took.append(time.perf_counter() - began)
            assert left == due, left
            await _undo_tick(storage)
        await storage.close()
        rows.append(
            {
                "benchmark": "tick",
                "database": database,
                "people": people,
                "due": due,
                "median_ms": round(1e3 * median(took), 1),
                "worst_ms": round(1e3 * max(took), 1),
            }
        )
    return rows


async def _undo_tick(storage: Storage) -> None:
    async with storage.engine.begin() as connection:
        taken = select(CheckinRow.user_id)
        await connection.execute(
            PlanRow.__table__.update()
            .where(PlanRow.user_id.in_(taken))
            .values(due_at=FRIDAY, period="2026-W45", last_period=None)
        )
        await connection.execute(CheckinRow.__table__.delete())
        await connection.execute(OutboxRow.__table__.delete())


async def rush(url_of: Callable[[], str], database: str) -> dict[str, object]:
    """10,000 due at once: 9,900 in a workspace that takes 5 a second, 100 in one of its own."""
    people = 10_000
    storage = await filled(url_of(), people=people, due=people, in_first=people - 100)
    clock = MovedClock(FRIDAY)
    slack = StandInSlack(clock, {"T0": 5, "T1": 5})
    asking = AskingService(storage, slack, PeopleService(storage, slack, clock), clock, lambda _: default_questions())
    postman = DirectPostman(asking, slack)
    postman.crash_after = people // 2
    began = time.perf_counter()
    left = await asking.tick()
    crashed = await _drain(storage, clock, postman, asking)
    sent_twice = [mark for mark, count in slack.posted.items() if count > 1]
    async with storage.engine.connect() as connection:
        states = dict(
            (await connection.execute(select(CheckinRow.state, func.count()).group_by(CheckinRow.state))).all()
        )
    await storage.close()
    return {
        "benchmark": "rush",
        "database": database,
        "left_in_outbox": left,
        "sent": sum(slack.posted.values()),
        "sent_twice": len(sent_twice),
        "states": {str(state): count for state, count in states.items()},
        "crashes": crashed,
        "small_workspace_done_after_s": (slack.last_at["T1"] - FRIDAY).total_seconds(),
        "large_workspace_done_after_s": (slack.last_at["T0"] - FRIDAY).total_seconds(),
        "calls_refused_with_429": slack.refused,
        "own_seconds": round(time.perf_counter() - began, 1),
    }


async def _drain(storage: Storage, clock: MovedClock, postman: DirectPostman, asking: AskingService) -> int:
    """Work the outbox second by second until it is empty; a crash starts a new process."""
    outbox, crashed, idle = _worker(storage, clock, postman), 0, 0
    while idle < 200:
        try:
            worked = await outbox.work_once()
        except KeyboardInterrupt:
            crashed += 1
            postman.crash_after = None
            outbox, worked = _worker(storage, clock, postman), 1
        if worked:
            idle = 0
            continue
        idle += 1
        clock.time += timedelta(seconds=1)
    return crashed


def _worker(storage: Storage, clock: MovedClock, postman: DirectPostman) -> OutboxService:
    outbox = OutboxService(storage, clock, RetryPolicy())
    outbox.deliver_with(postman)
    return outbox


BENCHMARKS: dict[str, Callable[[Callable[[], str], str], Awaitable[object]]] = {
    "choice": choice,
    "tick": tick,
    "rush": rush,
}


def main() -> None:
    """Run them on SQLite, or with `--postgres` on a PostgreSQL server of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="*", default=list(BENCHMARKS))
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    results: list[object] = []
    if options.postgres:
        binaries = PostgresServer.installed()
        if binaries is None:
            raise SystemExit("no PostgreSQL on this machine")
        server = PostgresServer(binaries)
        try:
            for name in options.which:
                urls = [create_database(server.url) for _ in range(4)]
                results.append(asyncio.run(BENCHMARKS[name](urls.pop, "postgresql")))  # type: ignore[arg-type]
        finally:
            server.remove()
    else:
        for name in options.which:
            with tempfile.TemporaryDirectory() as folder:
                names = iter(range(100))
                url_of = lambda folder=folder, names=names: f"sqlite:///{Path(folder)}/{next(names)}.db"  # noqa: E731
                results.append(asyncio.run(BENCHMARKS[name](url_of, "sqlite")))  # type: ignore[arg-type]
    for result in results:
        for row in result if isinstance(result, list) else [result]:
            print(json.dumps(row))


if __name__ == "__main__":
    main()
