"""How long do Home, the packet's form, a packet and a search take with large records?

Targets: Home 50 ms with 5,000 entries, a packet of 200 entries as PDF 3 s, a search in 20,000 entries 100 ms.

    uv run python -m benchmarks.case [--database sqlite|postgresql|both] [--home 5000] [--search 20000] [--rounds 15]

Ends in one JSON line: medians in milliseconds, whether each target was met, and how fast the machine was meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

from benchmarks.machine import plain_loop_ms
from bot.content.document_words import document_words
from bot.content.ladder import default_ladder
from bot.content.messages import load_words
from bot.content.sample import sample_year
from bot.domain.evidence import Entry
from bot.domain.packet import PacketDraft, choose_strong, compose_packet
from bot.domain.people import Profile
from bot.domain.periods import Period
from bot.domain.record import Record
from bot.domain.workspaces import Workspace
from bot.render.glyphs import Fonts
from bot.render.packet_document import packet_document
from bot.render.pdf import pdf
from bot.render.press import Printer
from bot.services.home import HomeService
from bot.services.insight import InsightService
from bot.services.ladders import LadderService
from bot.services.packets import PacketService
from bot.services.people import PeopleService
from bot.services.plans import PlanService
from bot.services.record import RecordService
from bot.services.search import SearchService
from bot.slack.views.home import home_view
from bot.tagger.meaning import SentenceMeaning
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.postgres import PostgresServer, create_database

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WORKSPACE = Workspace(id="T1", bot_user_id="UBOT", installed_at=NOW)
QUESTIONS = (
    "queue pages at night",
    "kind:mentoring incident",
    "who did I help with certificates",
    "strength:confirmed ledger",
)


class FixedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return NOW


class NoSlack:
    """Knows everyone and is asked nothing else."""

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        return Profile(user_id=user_id, name=user_id, zone="Europe/Lisbon")


def entries(count: int, user: str) -> list[Entry]:
    """So many entries over four years, from the sample year's with other words in them."""
    year = sample_year("T1", user, user_of=lambda handle: f"U{handle.upper()}", channel_of=str.upper).entries
    made = []
    for number in range(count):
        entry = year[number % len(year)]
        day = date(2026, 11, 19) - timedelta(days=number % 1400)
        changes = {
            "id": f"ent_{user}_{number:06}",
            "text": f"{entry.text} Round {number}, ticket {number * 7919 % 100_003}.",
            "occurred_on": day,
        }
        made.append(entry.model_copy(update={**changes, "project_id": None}))
    return made


async def milliseconds(work: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """How long each of the rounds took."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        times.append((time.perf_counter() - began) * 1000)
    return times


async def kept(storage: Storage, user: str, count: int) -> None:
    record = Record(exported_at=NOW, workspace_id="T1", user_id=user, entries=tuple(entries(count, user)))
    await RecordService(storage, FixedClock()).restore(record, "T1", user)


async def measure(arguments: argparse.Namespace, url: str) -> dict[str, list[float]]:
    engine = create_engine(url)
    await upgrade(engine)
    storage = Storage(engine)
    async with storage.machinery() as machinery:
        await machinery.workspaces.put(WORKSPACE)
        await machinery.commit()
    await kept(storage, "UHOME", arguments.home)
    await kept(storage, "UFIND", arguments.search)
    people = PeopleService(storage, NoSlack(), FixedClock())  # type: ignore[arg-type]  # only profiles are asked
    found: dict[str, list[float]] = {}
    words, home = load_words(), HomeService(storage, people, FixedClock())
    plans = PlanService(storage, people, FixedClock())

    async def show_home() -> None:
        overview = await home.overview("T1", "UHOME")
        home_view(words, overview, WORKSPACE, await plans.view("T1", "UHOME"))

    await show_home()
    found[f"Home, {arguments.home:,} entries"] = await milliseconds(show_home, arguments.rounds)
    insight = InsightService(storage, people, LadderService(storage, lambda _: default_ladder(), FixedClock()))
    found[f"summary, {arguments.home:,} entries"] = await milliseconds(
        partial(insight.summary, "T1", "UHOME", "all"), 3
    )
    ladders = LadderService(storage, lambda _: default_ladder(), FixedClock())
    packets = PacketService(storage, people, ladders, Printer(document_words()), FixedClock())
    found[f"packet form, {arguments.home:,} entries"] = await milliseconds(
        partial(packets.propose, "T1", "UHOME", "all"), 3
    )
    search = SearchService(storage, people, SentenceMeaning())
    began = time.perf_counter()
    while await search.embed("T1", "UFIND", 1_000):
        pass
    found[f"placing {arguments.search:,} entries by meaning, once"] = [(time.perf_counter() - began) * 1000]
    first = await milliseconds(partial(search.find, "T1", "UFIND", QUESTIONS[0]), 1)
    found[f"first search of a record, {arguments.search:,} entries"] = first
    for question in QUESTIONS:
        key = f"search “{question}”, {arguments.search:,} entries"
        found[key] = await milliseconds(partial(search.find, "T1", "UFIND", question), arguments.rounds)
    await engine.dispose()
    return found


def packets(sizes: tuple[int, ...]) -> dict[str, list[float]]:
    """Packets as PDF, from composing to bytes."""
    found = {}
    for size in sizes:
        record = entries(size, "USAM")
        began = time.perf_counter()
        strong = choose_strong(record, default_ladder().level("staff"))
        draft = PacketDraft(
            id="pkt",
            workspace_id="T1",
            user_id="USAM",
            period=Period(since=date(2020, 1, 1), until=date(2027, 1, 1)),
            level="staff",
            strong=tuple(entry.id for entry in strong),
            created_at=NOW,
            updated_at=NOW,
        )
        packet = compose_packet(draft, record, ladder=default_ladder(), name="Sam", names={}, today=NOW.date())
        say = document_words()
        content = pdf(packet_document(packet, say), say, Fonts(), NOW.date())
        assert content.startswith(b"%PDF")
        found[f"packet PDF, {size:,} entries"] = [(time.perf_counter() - began) * 1000]
    return found


#: What must hold, by the beginning of a measurement's name, in milliseconds.
TARGETS = {"Home": 50, "search “": 100, "packet PDF, 200": 3_000, "packet form": 3_000}


def on_databases(arguments: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    """The measurements that depend on the database, on each that was asked for."""
    found = {}
    if arguments.database in ("sqlite", "both"):
        with tempfile.TemporaryDirectory() as folder:
            found["sqlite"] = asyncio.run(measure(arguments, f"sqlite:///{folder}/bot.db"))
    if arguments.database in ("postgresql", "both"):
        binaries = PostgresServer.installed()
        if binaries is None:
            raise SystemExit("no PostgreSQL server is installed")
        server = PostgresServer(binaries)
        try:
            found["postgresql"] = asyncio.run(measure(arguments, create_database(server.url)))
        finally:
            server.remove()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--home", type=int, default=5_000)
    parser.add_argument("--search", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    found = on_databases(arguments)
    found["files"] = packets((200, 5_000))
    medians: dict[str, dict[str, float]] = {}
    met = True
    for where, times in found.items():
        medians[where] = {}
        for name, each in times.items():
            median = medians[where][name] = round(statistics.median(each), 1)
            target = next((most for start, most in TARGETS.items() if name.startswith(start)), None)
            met = met and (target is None or median <= target)
            wanted = f"   wanted {target:,} ms" if target else ""
            print(f"{where:12}{name:58} median {median:9.1f} ms   worst {max(each):9.1f} ms{wanted}")
    print(json.dumps({**medians, "targets_met": met, "plain_loop_ms": plain_loop_ms()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
