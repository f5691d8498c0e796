"""Bets: making one on an entry, looking again on its day, and seeing how often one was right.

Whether the bot asks on that day is its owner's word, given with each bet, whether they have check-ins or not.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.away import is_away
from bot.domain.bets import (
    LONGEST_EXPECTATION,
    Bet,
    BetsPage,
    BetState,
    asked,
    asking,
    calibration,
    checked_look_again,
    moment_to_ask,
    settled,
    too_early,
)
from bot.domain.errors import NotFound, Postponed, Refused
from bot.domain.evidence import EntryStatus, Note
from bot.domain.ids import new_id
from bot.domain.people import zone_info
from bot.domain.ports import Clock
from bot.domain.schedule import moment_of, next_allowed
from bot.domain.text import clean, says_something
from bot.services.evidence import EvidenceService
from bot.services.people import PeopleService
from storage.unit_of_work import Storage


class BetService:
    """A person's own bets."""

    def __init__(self, storage: Storage, evidence: EvidenceService, people: PeopleService, clock: Clock) -> None:
        self._storage, self._evidence, self._people, self._clock = storage, evidence, people, clock

    async def make(
        self,
        workspace_id: str,
        user_id: str,
        entry_id: str,
        *,
        expects: str,
        sure: int,
        look_again_on: date,
        asks: bool,
    ) -> Bet:
        """Make a bet on an entry. What it says then stays as it is; with `asks` the bot asks on its day.

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
        bet = asking(bet, asks=asks)
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

    async def set_asks(self, workspace_id: str, user_id: str, bet_id: str, *, asks: bool) -> Bet:
        """Whether the bot asks about it on its day."""
        bet = asking(await self.get(workspace_id, user_id, bet_id), asks=asks)
        async with self._storage.work(workspace_id) as work:
            await work.bets.put(bet)
            await work.commit()
        return bet

    async def to_ask(self, workspace_id: str, user_id: str, bet_id: str) -> Bet | None:
        """The bet, if its owner is to be asked about it now; `None` when it has lost its reason.

        Their zone and status are read anew. Raises `Postponed` while they are away, pausing or outside
        their hours.
        """
        async with self._storage.reading(workspace_id) as work:
            bet = await work.bets.get(user_id, bet_id)
            plan = await work.plans.get(user_id)
            entry = await work.entries.get(user_id, bet.entry_id) if bet else None
        if bet is None or entry is None or entry.status is EntryStatus.WITHDRAWN:
            return None
        if bet.state is not BetState.OPEN or not bet.asks or bet.was_asked:
            return None
        profile = await self._people.as_slack_says(workspace_id, user_id)
        if profile is None or not profile.is_active:
            return None
        now, zone = self._clock.now(), zone_info(profile.zone)
        moment = max(now, moment_to_ask(bet, plan.rhythm, zone, plan.paused_until))
        if is_away(profile, now):
            tomorrow = now.astimezone(zone).date() + timedelta(days=1)
            moment = max(moment, moment_of(tomorrow, plan.rhythm.at, zone))
        allowed = next_allowed(plan.rhythm.hours, zone, moment)
        if allowed > now:
            raise Postponed(allowed)
        return bet

    async def asked(self, workspace_id: str, user_id: str, bet_id: str) -> None:
        """Its owner was asked about it today."""
        today = await self._people.today(workspace_id, user_id)
        async with self._storage.work(workspace_id) as work:
            bet = await work.bets.get(user_id, bet_id)
            if bet is not None:
                await work.bets.put(asked(bet, today))
                await work.commit()

    async def _give_outcome(self, bet: Bet, words: str) -> None:
        """What came of a bet is what came of its entry, unless that says so already."""
        entry = await self._evidence.get(bet.workspace_id, bet.user_id, bet.entry_id)
        if not entry.outcome:
            await self._evidence.change(bet.workspace_id, bet.user_id, entry.id, Note(outcome=words))
