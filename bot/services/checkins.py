"""What a person does with a check-in: asks for it, answers, has nothing to say, puts it off, skips it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.domain.bets import Bet, settled, too_early
from bot.domain.checkins import (
    HEARD,
    Checkin,
    CheckinState,
    Plan,
    came_back,
    dealt_with,
    period_for_asking_now,
    says_nothing_this_week,
)
from bot.domain.errors import NotFound, Refused
from bot.domain.evidence import Entry, Value
from bot.domain.gaps import STALE_AFTER, Standing
from bot.domain.glance import CheckinPage
from bot.domain.ids import new_id
from bot.domain.outgoing import CheckinDue, RepliesKept
from bot.domain.periods import monday_of
from bot.domain.ports import Clock
from bot.domain.schedule import Snooze, period_of, snoozed_until
from bot.domain.tagging import Dimension
from bot.services.answers import AnswerService, Given, Taken, given_parts
from bot.services.asking import about_of
from bot.services.people import PeopleService
from storage.unit_of_work import Storage, WorkspaceWork

#: So long a check-in that waits takes what is written below it, outside its thread, for an answer.
LISTENING = timedelta(days=2)
#: So long after an answer written there the next message is one, too.
GOING_ON = timedelta(minutes=30)


class First(Value):
    """What an answer was good for: the first evidence on a dimension, ever or since long ago."""

    dimension: Dimension
    since: date | None = None


class Heard(Value):
    """What became of what a person said to a check-in."""

    page: CheckinPage
    entries: tuple[Entry, ...] = ()
    firsts: tuple[First, ...] = ()
    is_back: bool = False
    """The bot had stepped back, and now asks as often as before."""


class PartlyRefused(Refused):
    """Some answers were refused, `reasons` by question number; the others are kept."""

    def __init__(self, reasons: Mapping[int | None, Refused]) -> None:
        self.reasons = dict(reasons)
        first = next(iter(self.reasons.values()))
        super().__init__(first.message_key, **first.facts)


class CheckinService:
    """Check-ins, from the side of the person who is asked."""

    def __init__(
        self,
        storage: Storage,
        people: PeopleService,
        answers: AnswerService,
        clock: Clock,
    ) -> None:
        self._storage, self._people, self._answers, self._clock = storage, people, answers, clock

    async def ask_now(self, workspace_id: str, user_id: str) -> None:
        """Send a check-in at once. It takes the place of the one still to come this week."""
        today, now = await self._people.today(workspace_id, user_id), self._clock.now()
        week = period_of(monday_of(today))
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            plan = await work.plans.get(user_id)
            waiting = await work.checkins.in_period(user_id, week)
            if waiting is not None and waiting.state not in HEARD and waiting.questions:
                checkin = waiting.model_copy(
                    update={
                        "state": CheckinState.SNOOZED,
                        "remind_at": None,
                        "reminders": waiting.reminders + 1,
                    }
                )
                await work.checkins.save(checkin)
            else:
                checkin = await self._new(work, plan, today, now)
            message = CheckinDue(checkin_id=checkin.id, was_asked_for=True)
            key = f"checkin:{checkin.id}:{checkin.reminders}:now"
            await work.post.add(user_id, message, once_key=key, now=now)
            await work.commit()

    async def open(self, workspace_id: str, user_id: str, checkin_id: str) -> CheckinPage:
        """The check-in as it stands, for its forms. Raises `NotFound` for another person's."""
        member = await self._people.known(workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            checkin = await work.checkins.get(user_id, checkin_id)
            if checkin is None:
                raise NotFound("checkin.gone")
            about, bets = await about_of(work, checkin)
            answers = await work.answers.list(user_id, checkin.id)
        return CheckinPage(
            checkin=checkin,
            name=member.name,
            zone=member.zone,
            today=member.day_at(self._clock.now()),
            about=about,
            bets=bets,
            answers=tuple(answers),
        )

    async def answer(self, workspace_id: str, user_id: str, checkin_id: str, given: Sequence[Given]) -> Heard:
        """Keep what was answered in a form; fields left empty are not answers.

        Each answer is kept by itself, so what is right stays kept when another is refused. Raises
        `Refused` when nothing at all was answered.
        """
        page = await self.open(workspace_id, user_id, checkin_id)
        given = [each for each in given if each.text.strip()]
        if not given:
            raise Refused("checkin.nothing_answered")
        return await self._heard(page.checkin, given)

    async def reply(self, workspace_id: str, user_id: str, given: Given) -> Checkin | None:
        """A message in a check-in's thread, or just after a check-in below it: which; `None` for neither.

        What became of it is told through the outbox, where it was written.
        """
        checkin = await self.spoken_to(workspace_id, user_id, given.channel, given.thread_ts)
        if checkin is None:
            return None
        if says_nothing_this_week(given.text):
            heard = await self.nothing(workspace_id, user_id, checkin.id)
            message = RepliesKept(
                checkin_id=checkin.id, channel=given.channel, thread_ts=given.thread_ts, is_back=heard.is_back
            )
            await self._tell(checkin, {f"nothing:{given.ts}": message})
            return checkin
        await self._heard(checkin, given_parts(checkin, given), thread_ts=given.thread_ts)
        return checkin

    async def spoken_to(
        self, workspace_id: str, user_id: str, channel: str | None, thread_ts: str | None
    ) -> Checkin | None:
        """The check-in that a message in the DM speaks to: its thread's, or the one just asked that waits for words.

        Whoever has begun to write below it goes on doing so for a while.
        """
        now = self._clock.now()
        async with self._storage.reading(workspace_id, little=True) as work:
            if thread_ts:
                return await work.checkins.at(user_id, channel or "", thread_ts)
            latest = await work.checkins.latest(user_id)
            if latest is None or latest.sent_at is None or now - latest.sent_at > LISTENING:
                return None
            if latest.state is CheckinState.SENT:
                return latest
            typed = [each.created_at for each in await work.answers.list(user_id, latest.id) if each.ts]
        return latest if typed and now - max(typed) < GOING_ON else None

    async def nothing(self, workspace_id: str, user_id: str, checkin_id: str) -> Heard:
        """Nothing this week: as good an answer as any. What was answered before stays."""
        return await self._closed(workspace_id, user_id, checkin_id, CheckinState.NOTHING)

    async def skip(self, workspace_id: str, user_id: str, checkin_id: str) -> Heard:
        """Not this one."""
        return await self._closed(workspace_id, user_id, checkin_id, CheckinState.SKIPPED)

    async def snooze(
        self, workspace_id: str, user_id: str, checkin_id: str, until: Snooze | datetime
    ) -> tuple[CheckinPage, datetime]:
        """Ask again later; when that is.

        Raises `Refused` for a moment that has passed, or that comes after the next check-in.
        """
        page = await self.open(workspace_id, user_id, checkin_id)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            plan = await work.plans.get(user_id)
            zone = (await self._people.known(workspace_id, user_id)).zone_info
            moment = snoozed_until(until, plan.rhythm, zone, now)
            if moment <= now:
                raise Refused("checkin.snooze_not_ahead")
            if plan.turn is not None and moment >= plan.turn.due_at:
                raise Refused("checkin.snooze_past_next")
            update = {"state": CheckinState.SNOOZED, "remind_at": moment}
            checkin = page.checkin.model_copy(update=update)
            await work.checkins.save(checkin)
            await work.plans.hear(user_id, is_awaited=False)
            await work.commit()
        return page.model_copy(update={"checkin": checkin}), moment

    async def settle(
        self, workspace_id: str, user_id: str, checkin_id: str, bet_id: str, *, held: bool | None
    ) -> Heard:
        """Say of a bet that it held, that it didn't, or (`None`) that it is too early to tell."""
        page = await self.open(workspace_id, user_id, checkin_id)
        async with self._storage.work(workspace_id) as work:
            bet = await work.bets.get(user_id, bet_id)
            if bet is None:
                raise NotFound("bets.gone")
            await work.bets.put(_looked_at(bet, held, page.today))
            await work.commit()
        is_back = await self._close(page.checkin, CheckinState.ANSWERED)
        return Heard(page=await self.open(workspace_id, user_id, checkin_id), is_back=is_back)

    async def keep_for_self(self, workspace_id: str, user_id: str, answer_id: str, *, only: bool) -> CheckinPage:
        """Make an answer a reflection that is no evidence, or evidence after all."""
        checkin = await self._answers.keep_for_self(workspace_id, user_id, answer_id, only=only)
        return await self.open(workspace_id, user_id, checkin.id)

    async def _new(self, work: WorkspaceWork, plan: Plan, today: date, now: datetime) -> Checkin:
        taken = await work.checkins.periods(plan.user_id, period_of(monday_of(today)))
        period = period_for_asking_now(plan, taken, today)
        checkin = Checkin(
            id=new_id("chk", now),
            workspace_id=plan.workspace_id,
            user_id=plan.user_id,
            period=period,
            state=CheckinState.DUE,
            zone=plan.zone,
            due_at=now,
            created_at=now,
        )
        await work.checkins.add(checkin)
        if plan.turn is not None and plan.turn.period == period:
            plan = dealt_with(plan.model_copy(update={"is_awaited": False}))
        if plan.is_on:
            await work.plans.put(came_back(plan, now))
        return checkin

    async def _heard(self, checkin: Checkin, given: Sequence[Given], *, thread_ts: str | None = None) -> Heard:
        async with self._storage.reading(checkin.workspace_id) as work:
            before = await work.standings.of(checkin.user_id)
        taken: list[Taken] = []
        refused: dict[int | None, Refused] = {}
        for each in given:
            try:
                taken.append(await self._answers.take(checkin, each))
            except Refused as error:
                refused[each.number] = error
        is_back = await self._close(checkin, CheckinState.ANSWERED) if taken else False
        page = await self.open(checkin.workspace_id, checkin.user_id, checkin.id)
        entries = tuple(each.entry for each in taken if each.entry is not None)
        firsts = _firsts(entries, before, page.today)
        where = checkin.model_copy(update={"ts": thread_ts}) if given[0].ts else checkin
        await self._tell(checkin, _messages(where, taken, firsts, is_back=is_back))
        if refused:
            raise PartlyRefused(refused)
        return Heard(page=page, entries=entries, firsts=firsts, is_back=is_back)

    async def _closed(self, workspace_id: str, user_id: str, checkin_id: str, state: CheckinState) -> Heard:
        page = await self.open(workspace_id, user_id, checkin_id)
        is_back = await self._close(page.checkin, state)
        return Heard(page=await self.open(workspace_id, user_id, checkin_id), is_back=is_back)

    async def _close(self, checkin: Checkin, state: CheckinState) -> bool:
        """Note that the person has spoken; whether the bot had stepped back before."""
        async with self._storage.work(checkin.workspace_id) as work:
            now_there = await work.checkins.get(checkin.user_id, checkin.id) or checkin
            if state is CheckinState.ANSWERED or now_there.state is not CheckinState.ANSWERED:
                update = {"state": state, "remind_at": None}
                await work.checkins.save(now_there.model_copy(update=update))
            plan = await work.plans.get(checkin.user_id)
            if plan.is_on:
                await work.plans.put(came_back(plan, self._clock.now()))
            await work.commit()
        return plan.is_on and plan.steps_back > 0

    async def _tell(self, checkin: Checkin, messages: Mapping[str, RepliesKept]) -> None:
        if not messages:
            return
        async with self._storage.work(checkin.workspace_id) as work:
            for key, message in messages.items():
                await work.post.add(checkin.user_id, message, once_key=f"replies:{key}", now=self._clock.now())
            await work.commit()


def _messages(
    checkin: Checkin, taken: Sequence[Taken], firsts: Sequence[First], *, is_back: bool
) -> dict[str, RepliesKept]:
    """One message in the thread for each answer that is new; the first says what they were good for."""
    messages: dict[str, RepliesKept] = {}
    for each in taken:
        if not each.is_new or each.entry is None:
            continue
        is_first = not messages
        messages[each.answer.id] = RepliesKept(
            checkin_id=checkin.id,
            answer_id=each.answer.id,
            entry_id=each.entry.id,
            channel=checkin.channel,
            thread_ts=checkin.ts,
            is_back=is_back and is_first,
            first_dimension=firsts[0].dimension if firsts and is_first else None,
            first_since=firsts[0].since if firsts and is_first else None,
        )
    return messages


def _looked_at(bet: Bet, held: bool | None, today: date) -> Bet:
    if held is None:
        return too_early(bet, today)
    return settled(bet, held=held, today=today)


def _firsts(entries: Sequence[Entry], before: Sequence[Standing], today: date) -> tuple[First, ...]:
    last_on: Mapping[Dimension, date | None] = {standing.dimension: standing.last_on for standing in before}
    shown = dict.fromkeys(dimension for entry in entries for dimension in entry.dimensions)
    return tuple(
        First(dimension=dimension, since=last_on.get(dimension))
        for dimension in shown
        if (day := last_on.get(dimension)) is None or today - day > STALE_AFTER
    )
