"""What a person's record says about itself."""

from __future__ import annotations

from bot.domain.evidence import Entry, Value
from bot.domain.insight import Insight, insight
from bot.domain.ladder import Fit, Level, ladder_map
from bot.domain.packet import choose_strong, may_be_in_packet
from bot.domain.periods import Period, read_period
from bot.domain.readers_check import Check, check_record
from bot.services.ladders import LadderService
from bot.services.people import PeopleService
from storage.unit_of_work import Storage


class Summary(Value):
    """Insight over a period, with the entries it speaks of and how they fit the person's target level."""

    insight: Insight
    fits: tuple[Fit, ...]
    level: Level
    named: dict[str, Entry]
    """The entries that the insight points at, by id."""


class Checked(Value):
    """A reader's check with the entries it is about, by id."""

    check: Check
    level: Level
    period: Period
    entries: dict[str, Entry]


class InsightService:
    """Reads a person's record for them; for nobody else."""

    def __init__(self, storage: Storage, people: PeopleService, ladders: LadderService) -> None:
        self._storage, self._people, self._ladders = storage, people, ladders

    async def summary(self, workspace_id: str, user_id: str, period: str = "") -> Summary:
        """The record over the period these words name, by default three months.

        Raises `Refused` for words that name none.
        """
        today = await self._people.today(workspace_id, user_id)
        span = read_period(period, today)
        entries, level = await self._entries(workspace_id, user_id, span)
        found = insight(entries, span, today)
        named = {lift.entry_id for lift in found.lifts}
        return Summary(
            insight=found,
            fits=ladder_map(entries, level),
            level=level,
            named={entry.id: entry for entry in entries if entry.id in named},
        )

    async def check(self, workspace_id: str, user_id: str, period: str = "year", level: str = "") -> Checked:
        """What a reader would stumble over. Raises `Refused` for an unknown period or level."""
        today = await self._people.today(workspace_id, user_id)
        span = read_period(period or "year", today)
        entries, own_level = await self._entries(workspace_id, user_id, span)
        wanted = (await self._ladders.of(workspace_id, user_id)).level(level) if level else own_level
        shown = [entry for entry in entries if may_be_in_packet(entry)]
        strong = choose_strong(shown, wanted)
        return Checked(
            check=check_record(strong, shown, wanted, today),
            level=wanted,
            period=span,
            entries={entry.id: entry for entry in strong},
        )

    async def target(self, workspace_id: str, user_id: str) -> Level:
        """The level this person works towards; the ladder's second when theirs is not on it."""
        ladder = await self._ladders.of(workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            member = await work.members.get(user_id)
        return ladder.nearest(member.target_level if member else "")

    async def _entries(self, workspace_id: str, user_id: str, span: Period) -> tuple[list[Entry], Level]:
        async with self._storage.reading(workspace_id) as work:
            entries = list(await work.entries.list(user_id, since=span.since, until=span.until))
        return entries, await self.target(workspace_id, user_id)
