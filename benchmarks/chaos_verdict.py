"""What came of `benchmarks.chaos`: every fact against the database and against what people see in the sandbox."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from benchmarks.chaos_world import Place, World
from bot.domain.evidence import Entry, EntryStatus
from bot.domain.ports import Tagger
from bot.services.clock import SystemClock
from bot.services.evidence import EvidenceService
from bot.services.inbox import InboxService
from bot.services.outbox import OutboxService
from bot.services.tagging import TaggingService
from storage.unit_of_work import Storage


@dataclass
class Verdict:
    """How many of each; `examples` name the first few of what is wrong."""

    lost_entries: int = 0
    doubled_entries: int = 0
    wrong_entries: int = 0
    lost_dms: int = 0
    doubled_dms: int = 0
    unexpected_dms: int = 0
    dead_letters: int = 0
    entries: int = 0
    dms: int = 0
    examples: list[str] = field(default_factory=list)

    def note(self, what: str, of: object) -> None:
        """Keep an example."""
        if len(self.examples) < 20:
            self.examples.append(f"{what}: {of}")


async def judge(storage: Storage, world: World) -> Verdict:
    """Compare everything."""
    verdict = Verdict()
    entries = await _entries(storage, world)
    for place, found in entries.items():
        if len(found) > 1:
            verdict.doubled_entries += len(found) - 1
            verdict.note("doubled entry", place)
    verdict.entries = sum(map(len, entries.values()))
    _judge_notes(verdict, world, entries)
    _judge_kept(verdict, world, entries)
    for place in entries.keys() - world.expected.notes.keys() - world.expected.kept.keys():
        verdict.wrong_entries += 1
        verdict.note("entry of nothing", place)
    _judge_dms(verdict, world, {place[0] for place in entries})
    clock = SystemClock()
    for queue in (InboxService(storage, clock), OutboxService(storage, clock)):
        for item in await queue.dead():
            verdict.dead_letters += 1
            verdict.note(f"dead in the {queue.name}", item.failure)
    return verdict


async def _entries(storage: Storage, world: World) -> dict[Place, list[Entry]]:
    """All entries, as the export reads them, by what they were captured from."""
    evidence = EvidenceService(storage, TaggingService(_no_tagger), SystemClock())
    found: dict[Place, list[Entry]] = defaultdict(list)
    for person in world.people:
        async for entry in evidence.everything(person.team_id, person.id):
            found[person.id, entry.source.channel or "", entry.source.ts or ""].append(entry)
    return found


def _no_tagger(*_: object) -> Tagger:  # pragma: no cover - nothing is tagged here
    raise AssertionError


def _judge_notes(verdict: Verdict, world: World, entries: dict[Place, list[Entry]]) -> None:
    for place, number in world.expected.notes.items():
        found = entries.get(place, [])
        if not found or found[0].status is EntryStatus.WITHDRAWN:
            verdict.lost_entries += 1
            verdict.note("lost note", place)
        elif f"ticket {number} " not in f"{found[0].text} ":
            verdict.wrong_entries += 1
            verdict.note("a note's edit is lost", place)


def _judge_kept(verdict: Verdict, world: World, entries: dict[Place, list[Entry]]) -> None:
    for place, is_on in world.expected.kept.items():
        found = entries.get(place, [])
        is_kept = bool(found) and found[0].status is not EntryStatus.WITHDRAWN
        if is_on and not is_kept:
            verdict.lost_entries += 1
            verdict.note("lost reaction", place)
        elif is_kept and not is_on:
            verdict.wrong_entries += 1
            verdict.note("taken off, still kept", place)
        number = world.expected.edited.get(place[1:])
        # One's own message is kept in one's own words: an edit of it is said, and changes nothing.
        if not found or not number or found[0].source.author == place[0]:
            continue
        if f"ticket {number} " not in " ".join(f"{quote.text} " for quote in found[0].quotes):
            verdict.wrong_entries += 1
            verdict.note("a message's edit is lost", place)


def _judge_dms(verdict: Verdict, world: World, met: set[str]) -> None:
    """By the mark that each carries, and by the words and numbers in them, which know nothing of marks."""
    workspace = world.slack.workspace()
    told: Counter[str] = Counter()
    for person in world.people:
        channel = workspace.channels[person.dm_id]
        from_bot = [message for message in channel.messages.values() if message.user == workspace.bot_user_id]
        expected = sum(place[0] == person.id for place in world.expected.notes) + (person.id in met)
        verdict.dms += len(from_bot)
        verdict.unexpected_dms += max(len(from_bot) - expected, 0)
        told.update(str((message.metadata or {}).get("event_payload", {}).get("once_key")) for message in from_bot)
    for key, count in told.items():
        if count > 1:
            verdict.doubled_dms += count - 1
            verdict.note("doubled DM", key)
    wanted = {f"kept:message:{channel}:{ts}" for _, channel, ts in world.expected.notes}
    wanted |= {f"first-meeting:{user}" for user in met}
    for key in wanted - told.keys():
        verdict.lost_dms += 1
        verdict.note("lost DM", key)
    for key in told.keys() - wanted:
        verdict.note("DM that nothing asked for", key)


def shown(verdict: Verdict) -> str:
    """The examples, for people."""
    return json.dumps(verdict.examples, indent=1)
