"""Bets: making one on an entry, looking again on its day, and seeing how often one was right."""

from __future__ import annotations

from datetime import date

from bot.domain.bets import (
    LONGEST_EXPECTATION,
    Bet,
    BetsPage,
    BetState,
    calibration,
    checked_look_again,
    settled,
    too_early,
)
from bot.domain.errors import NotFound, Postponed, Refused
from bot.domain.evidence import EntryStatus, Note
from bot.domain.ids import new_id
from bot.domain.ports import Clock
from bot.domain.schedule import Act, next_allowed, still_good
from bot.domain.text import clean, says_something
from bot.services.evidence import EvidenceService
from bot.services.people import PeopleService
from storage.unit_of_work import Storage


class BetService:
    """A person's own bets."""

    def __init__(self, storage: Storage, evidence: EvidenceService, people: PeopleService, clock: Clock) -> None:
        self._storage, self._evidence, self._people, self._clock = storage, evidence, people, clock

    async def make(
        self, workspace_id: str, user_id: str, entry_id: str, *, expects: str, sure: int, look_again_on: date
    ) -> Bet:
        """Make a bet on an entry. What it says then stays as it is.

        Raises `Refused` when it says nothing, the percentage or the day can't be, or the entry carries one.
        """
        entry = await self._evidence.get(workspace_id, user_id, entry_id)
        text = clean(expects)
        if not says_something(text):
            raise Refused("bets.expects_nothing")
        if len(text) > LONGEST_EXPECTATION:
            raise Refused("bets.expects_too_much", longest=LONGEST_EXPECTATION)
        if not 1 <= sure <= 99:
            raise Refused("bets.not_a_percentage")
        today = await self._people.today(workspace_id, user_id)
        now = self._clock.now()
        bet = Bet(
            id=new_id("bet", now),
            workspace_id=workspace_id,
            user_id=user_id,
            entry_id=entry.id,
            expects=text,
            sure=sure,
            made_on=today,
            look_again_on=checked_look_again(look_again_on, today),
            created_at=now,
        )
        async with self._storage.work(workspace_id) as work:
            if await work.bets.on_entry(user_id, entry_id) is not None:
                raise Refused("bets.there_already")
            await work.bets.put(bet)
            await work.commit()
        return bet

    async def get(self, workspace_id: str, user_id: str, bet_id: str) -> Bet:
        """The bet. Raises `NotFound` when this person has none with this id."""
        async with self._storage.reading(workspace_id) as work:
            bet = await work.bets.get(user_id, bet_id)
        if bet is None:
            raise NotFound("bets.gone")
        return bet

    async def on_entry(self, workspace_id: str, user_id: str, entry_id: str) -> Bet | None:
        """The bet that an entry carries."""
        async with self._storage.reading(workspace_id) as work:
            return await work.bets.on_entry(user_id, entry_id)

    async def page(self, workspace_id: str, user_id: str) -> BetsPage:
        """All bets on entries that are still kept, and the calibration where there are enough."""
        today = await self._people.today(workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            texts, bets = {}, []
            for bet in await work.bets.list(user_id):
                entry = await work.entries.get(user_id, bet.entry_id)
                if entry is not None and entry.status is not EntryStatus.WITHDRAWN:
                    texts[entry.id] = entry.text
                    bets.append(bet)
        done = sorted(
            (bet for bet in bets if bet.state is not BetState.OPEN),
            key=lambda bet: bet.settled_on or bet.made_on,
            reverse=True,
        )
        return BetsPage(
            today=today,
            open=tuple(bet for bet in bets if bet.state is BetState.OPEN),
            settled=tuple(done),
            bands=calibration(bets),
            texts=texts,
        )

    async def settle(self, workspace_id: str, user_id: str, bet_id: str, *, held: bool | None) -> Bet:
        """Say that it held, that it didn't, or (`None`) that it is too early."""
        bet = await self.get(workspace_id, user_id, bet_id)
        today = await self._people.today(workspace_id, user_id)
        looked = too_early(bet, today) if held is None else settled(bet, held=held, today=today)
        async with self._storage.work(workspace_id) as work:
            await work.bets.put(looked)
            await work.commit()
        return looked

    async def tell(self, workspace_id: str, user_id: str, bet_id: str, what_came: str) -> Bet:
        """Say what came of it, in words; whether it held stays as it was said.

        Raises `Refused` when it says nothing.
        """
        words = clean(what_came)
        if not says_something(words):
            raise Refused("errors.no_words" if words else "errors.empty")
        bet = (await self.get(workspace_id, user_id, bet_id)).model_copy(update={"what_came": words})
        async with self._storage.work(workspace_id) as work:
            await work.bets.put(bet)
            await work.commit()
        await self._give_outcome(bet, words)
        return bet

    async def to_ask(self, workspace_id: str, user_id: str, bet_id: str) -> Bet | None:
        """The bet, if its owner is to be asked about it now; `None` when it has lost its reason.

        Raises `Postponed` when this is outside their hours.
        """
        now = self._clock.now()
        today = await self._people.today(workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            bet = await work.bets.get(user_id, bet_id)
            plan = await work.plans.get(user_id)
            entry = await work.entries.get(user_id, bet.entry_id) if bet else None
        if bet is None or entry is None or entry.status is EntryStatus.WITHDRAWN or not bet.is_due(today):
            return None
        if not plan.is_on or (plan.paused_until is not None and today < plan.paused_until):
            return None
        zone = (await self._people.known(workspace_id, user_id)).zone_info
        judgment = still_good(now, plan.rhythm.hours, zone, now, has_moved=True)
        if judgment.act is not Act.SEND:
            raise Postponed(next_allowed(plan.rhythm.hours, zone, now))
        return bet

    async def asked(self, workspace_id: str, user_id: str, bet_id: str) -> None:
        """Its owner was asked about it today."""
        today = await self._people.today(workspace_id, user_id)
        async with self._storage.work(workspace_id) as work:
            bet = await work.bets.get(user_id, bet_id)
            if bet is not None:
                await work.bets.put(bet.model_copy(update={"asked_on": today}))
                await work.commit()

    async def _give_outcome(self, bet: Bet, words: str) -> None:
        """What came of a bet is what came of its entry, unless that says so already."""
        entry = await self._evidence.get(bet.workspace_id, bet.user_id, bet.entry_id)
        if not entry.outcome:
            await self._evidence.change(bet.workspace_id, bet.user_id, entry.id, Note(outcome=words))
