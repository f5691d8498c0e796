"""What a person's Home shows."""

from __future__ import annotations

from bot.domain.balance import balance_of_kinds
from bot.domain.evidence import EntryStatus
from bot.domain.gaps import gaps
from bot.domain.home import Overview
from bot.domain.periods import months_before
from bot.domain.ports import Clock
from bot.services.people import PeopleService
from storage.unit_of_work import Storage

#: How many of each list Home shows.
LATEST = 5
WAITING = 5


class HomeService:
    """Collects what Home shows, in one reading."""

    def __init__(self, storage: Storage, people: PeopleService, clock: Clock) -> None:
        self._storage, self._people, self._clock = storage, people, clock

    async def overview(self, workspace_id: str, user_id: str) -> Overview:
        """The person's month in their own zone, what waits, and the latest entries."""
        member = await self._people.known(workspace_id, user_id)
        today = member.day_at(self._clock.now())
        month, quarter = today.replace(day=1), months_before(today, 3)
        async with self._storage.reading(workspace_id) as work:
            kinds = await work.entries.counts_by_kind(user_id, since=quarter)
            return Overview(
                today=today,
                member=member,
                count=await work.entries.count(user_id, since=month),
                by_dimension=await work.entries.counts_by_dimension(user_id, since=month),
                latest=tuple(await work.entries.list(user_id, limit=LATEST)),
                drafts=tuple(await work.entries.list(user_id, status=EntryStatus.DRAFT, limit=WAITING)),
                credits=tuple(await work.credits.open_for(user_id, limit=WAITING)),
                gaps=gaps(await work.standings.of(user_id), today),
                balance=balance_of_kinds(kinds),
            )
