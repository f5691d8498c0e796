"""Asking people at their moment: the tick that finds who is due, and what a check-in says when it is sent.

The tick only reads and writes the database, for all due people at once. What needs Slack, or a look at
the person's record, is done one person at a time when the outbox delivers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.domain.away import is_away
from bot.domain.bets import Bet, moment_to_ask
from bot.domain.bets import asked as asked_about
from bot.domain.checkins import (
    Asked,
    Checkin,
    CheckinState,
    Plan,
    at_its_moment,
    in_zone,
    turned_off,
)
from bot.domain.errors import Postponed, TryLater, Unreachable
from bot.domain.evidence import Entry, EntryStatus
from bot.domain.glance import SHOWN_ENTRIES, THREADS_LOOKED_AT, About, CheckinPage, Glance, MovedOn, moved_on
from bot.domain.ids import new_id
from bot.domain.outgoing import BetDue, CheckinDue
from bot.domain.people import Member, Profile, zone_info
from bot.domain.ports import Clock, Slack
from bot.domain.questions import Choice, Matter, Question, choose
from bot.domain.reviews import quarter_before, quarter_of
from bot.domain.schedule import Act, Turn, due_moment, judge, next_allowed
from bot.services.people import PeopleService
from storage.unit_of_work import Storage, WorkspaceWork

_log = structlog.get_logger(__name__)

#: So many due people are taken in one transaction.
BATCH = 500
#: A bet that today's check-in doesn't ask about is asked about this long after it.
AFTER_CHECKIN = timedelta(hours=1)
_FEW = 5

QuestionBank = Callable[[str], Sequence[Question]]


class AskingService:
    """Finds who is due, decides, and composes what they are asked."""

    def __init__(self, storage: Storage, slack: Slack, people: PeopleService, clock: Clock, bank: QuestionBank) -> None:
        self._storage, self._slack, self._people = storage, slack, people
        self._clock, self._bank = clock, bank

    async def tick(self) -> int:
        """Hand everything that is due now to the outbox; how many messages that were.

        What it costs depends on how many are due, not on how many people there are.
        """
        count = 0
        while True:
            taken, left = await self._tick_plans()
            count += left
            # After an outage, whoever missed several is due again at once.
            if not taken:
                break
        return count + await self._tick_reminders() + await self._tick_bets()

    async def _tick_plans(self) -> tuple[int, int]:
        now = self._clock.now()
        async with self._storage.machinery(takes_long=True) as work:
            plans = await work.plans.take(now, BATCH)
            decided = [(plan, *at_its_moment(plan, plan.zone, now)) for plan in plans]
            checkins = [_checkin(plan, act, after, now) for plan, act, after in decided if act is not Act.WAIT]
            new = await work.checkins.add_all(checkins)
            to_send = [each for each in checkins if each.id in new and each.state is CheckinState.DUE]
            await work.outbox.add_all(
                (
                    (each.workspace_id, each.user_id, CheckinDue(checkin_id=each.id), f"checkin:{each.id}")
                    for each in to_send
                ),
                now=now,
            )
            await work.plans.put_all([after for _, _, after in decided])
            await work.commit()
        return len(plans), len(to_send)

    async def _tick_reminders(self) -> int:
        now = self._clock.now()
        async with self._storage.machinery(takes_long=True) as work:
            checkins = await work.checkins.take_reminders(now, BATCH)
            await work.outbox.add_all(
                (
                    (
                        each.workspace_id,
                        each.user_id,
                        CheckinDue(checkin_id=each.id, was_asked_for=True),
                        f"checkin:{each.id}:{each.reminders}",
                    )
                    for each in checkins
                ),
                now=now,
            )
            await work.commit()
        return len(checkins)

    async def _tick_bets(self) -> int:
        count = 0
        while True:
            now = self._clock.now()
            async with self._storage.machinery(takes_long=True) as work:
                taken = await work.bets.take(now, BATCH)
                moments = {bet.id: _moment_of_bet(bet, plan, zone_info(zone), now) for bet, plan, zone in taken}
                due = [bet for bet, _, _ in taken if not bet.was_asked and moments[bet.id] is None]
                count += await work.outbox.add_all(
                    (
                        (bet.workspace_id, bet.user_id, BetDue(bet_id=bet.id), f"bet:{bet.id}:{now.timestamp():.0f}")
                        for bet in due
                    ),
                    now=now,
                )
                await work.bets.wait_until(moments)
                await work.commit()
            if not taken:
                return count

    async def page(
        self, workspace_id: str, user_id: str, checkin_id: str, *, was_asked_for: bool = False
    ) -> CheckinPage | None:
        """What to send for this check-in now; `None` when there is nothing to send any more.

        The person's zone and status are read anew. Questions chosen before, for a try that failed, stay.
        Raises `Postponed` when their moment is yet to come where they are now, `TryLater` for passing
        faults.
        """
        async with self._storage.reading(workspace_id) as work:
            checkin = await work.checkins.get(user_id, checkin_id)
            plan = await work.plans.get(user_id)
            known = await work.members.get(user_id)
        if checkin is None or checkin.state not in (CheckinState.DUE, CheckinState.SNOOZED):
            return None
        profile = await self._people.as_slack_says(workspace_id, user_id)
        if profile is None or not profile.is_active:
            await self._unreachable(checkin)
            return None
        now = self._clock.now()
        member = known if _tells_nothing_new(profile, known) else None
        member = member or await self._people.learn(workspace_id, profile)
        if not was_asked_for and not await self._still_wanted(checkin, plan, profile, now):
            return None
        page = await self._composed(checkin, plan, member, now)
        return page.model_copy(update={"zone": profile.zone})

    async def sent(self, workspace_id: str, user_id: str, checkin_id: str, channel: str, ts: str) -> None:
        """The check-in stands in this message now."""
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            checkin = await work.checkins.get(user_id, checkin_id)
            if checkin is not None:
                update: dict[str, object] = {"channel": channel, "ts": ts, "sent_at": checkin.sent_at or now}
                if checkin.state in (CheckinState.DUE, CheckinState.SNOOZED):
                    update["state"] = CheckinState.SENT
                    await work.plans.hear(user_id, is_awaited=True)
                await work.checkins.save(checkin.model_copy(update=update))
                await work.commit()

    async def unreachable(self, workspace_id: str, user_id: str, checkin_id: str) -> None:
        """Slack takes no message for this person."""
        async with self._storage.reading(workspace_id) as work:
            checkin = await work.checkins.get(user_id, checkin_id)
        if checkin is not None and checkin.state is CheckinState.DUE:
            await self._put(checkin, CheckinState.UNREACHABLE)

    async def _still_wanted(self, checkin: Checkin, plan: Plan, profile: Profile, now: datetime) -> bool:
        """Whether this is the moment for it where the person is now, and they are there."""
        if not plan.is_on:
            await self._put(checkin, CheckinState.SKIPPED)
            return False
        if is_away(profile, now):
            await self._put(checkin, CheckinState.AWAY)
            return False
        there = in_zone(plan, profile.zone, now)
        turn = Turn(period=checkin.period, due_at=checkin.due_at)
        has_moved = profile.zone is not None and profile.zone != checkin.zone
        judgment = judge(turn, plan.rhythm, there.zone_info, now, has_moved=has_moved)
        if there.zone != plan.zone:
            async with self._storage.work(checkin.workspace_id) as work:
                await work.plans.put(there)
                await work.commit()
        if judgment.until is not None:
            raise Postponed(judgment.until)
        if judgment.act is Act.MISS:
            await self._put(checkin, CheckinState.MISSED)
        return judgment.act is Act.SEND

    async def _composed(self, checkin: Checkin, plan: Plan, member: Member, now: datetime) -> CheckinPage:
        today = member.day_at(now)
        kept_threads = await self._threads_moved_on(checkin, today)
        async with self._storage.work(checkin.workspace_id) as work:
            if not checkin.questions:
                questions = await self._questions(work, checkin, plan, member, today)
                checkin = checkin.model_copy(update={"questions": questions, "zone": member.zone})
                await work.checkins.save(checkin)
                await work.asked.note(checkin.user_id, questions, today)
                await _mark_bets_asked(work, checkin, today)
            about, bets = await about_of(work, checkin)
            page = CheckinPage(
                checkin=checkin,
                name=member.name,
                zone=member.zone,
                today=today,
                glance=await self._glance(work, checkin, kept_threads),
                about=about,
                bets=bets,
                answers=tuple(await work.answers.list(checkin.user_id, checkin.id)),
                quarter_to_review=await _review_waiting(work, checkin.user_id, today),
            )
            await work.commit()
        return page

    async def _questions(
        self, work: WorkspaceWork, checkin: Checkin, plan: Plan, member: Member, today: date
    ) -> tuple[Asked, ...]:
        bank = self._bank(checkin.workspace_id)
        record = await work.choosing.record(plan.user_id, today, level=member.target_level, focus=plan.focus)
        by_id = {question.id: question for question in bank}
        return tuple(
            _asked(number, choice, by_id[choice.question_id])
            for number, choice in enumerate(choose(bank, record, today), start=1)
        )

    async def _glance(self, work: WorkspaceWork, checkin: Checkin, threads: tuple[MovedOn, ...]) -> Glance:
        since = await _last_asked(work, checkin)
        kept, count = await work.entries.captured(checkin.user_id, since, limit=SHOWN_ENTRIES)
        drafts = await work.entries.list(checkin.user_id, status=EntryStatus.DRAFT, limit=_FEW)
        return Glance(kept=tuple(kept), kept_count=count, drafts=tuple(drafts), moved_on=threads)

    async def _threads_moved_on(self, checkin: Checkin, today: date) -> tuple[MovedOn, ...]:
        """Threads the person kept something from in which it was said since what came of it."""
        async with self._storage.reading(checkin.workspace_id) as work:
            entries = await work.entries.list(checkin.user_id, since=today - timedelta(days=30))
        found = []
        for entry in _from_threads(entries)[:THREADS_LOOKED_AT]:
            source = entry.source
            try:
                thread = await self._slack.thread(checkin.workspace_id, source.channel or "", source.ts or "")
            except (Unreachable, TryLater):
                continue
            if (moved := moved_on(entry, thread)) is not None:
                found.append(moved)
        return tuple(found)

    async def _unreachable(self, checkin: Checkin) -> None:
        """A person who left the workspace is not asked again until they come back and say yes."""
        async with self._storage.work(checkin.workspace_id) as work:
            await work.plans.put(turned_off(await work.plans.get(checkin.user_id)))
            update = {"state": CheckinState.UNREACHABLE, "remind_at": None}
            await work.checkins.save(checkin.model_copy(update=update))
            await work.commit()

    async def _put(self, checkin: Checkin, state: CheckinState) -> None:
        async with self._storage.work(checkin.workspace_id) as work:
            await work.checkins.save(checkin.model_copy(update={"state": state}))
            await work.commit()


async def about_of(work: WorkspaceWork, checkin: Checkin) -> tuple[Mapping[str, About], Mapping[str, Bet]]:
    """What the check-in's follow-ups are about, by id, and the bets among them."""
    about: dict[str, About] = {}
    bets: dict[str, Bet] = {}
    for asked in checkin.questions:
        about_id = asked.choice.about_id
        if about_id is None:
            continue
        if asked.choice.about is Matter.BET:
            if (bet := await work.bets.get(checkin.user_id, about_id)) is not None:
                bets[about_id], about[about_id] = bet, About(text=bet.expects, on=bet.made_on)
        elif (entry := await work.entries.get(checkin.user_id, about_id)) is not None:
            about[about_id] = About(text=entry.text, on=entry.occurred_on)
    return about, bets


def _checkin(plan: Plan, act: Act, after: Plan, now: datetime) -> Checkin:
    if plan.turn is None:
        raise ValueError("a plan without a turn")
    stepped = after.steps_back > plan.steps_back
    slower = after.in_force
    return Checkin(
        id=new_id("chk", now),
        workspace_id=plan.workspace_id,
        user_id=plan.user_id,
        period=plan.turn.period,
        state=CheckinState.DUE if act is Act.SEND else CheckinState.MISSED,
        zone=plan.zone,
        due_at=plan.turn.due_at,
        created_at=now,
        stepped_back_to=slower.cadence if stepped and slower else None,
        is_last=stepped and slower is None,
    )


def _asked(number: int, choice: Choice, question: Question) -> Asked:
    return Asked(number=number, text=question.text, hint=question.hint, choice=choice)


def _moment_of_bet(bet: Bet, plan: Plan, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Until when the bet waits; `None` when it is to be asked about now, or was in a check-in."""
    if bet.was_asked:
        return None
    moment = moment_to_ask(bet, plan.rhythm, zone, plan.paused_until)
    today = now.astimezone(zone).date()
    for period in (plan.turn.period if plan.turn else None, plan.last_period):
        asked_at = due_moment(plan.rhythm, period, zone) if period else None
        if asked_at is not None and asked_at.astimezone(zone).date() == today and plan.is_on:
            # Today's check-in may well ask about it.
            moment = max(moment, asked_at + AFTER_CHECKIN)
    moment = next_allowed(plan.rhythm.hours, zone, max(moment, now))
    return moment if moment > now else None


def _tells_nothing_new(profile: Profile, known: Member | None) -> bool:
    """Whether what Slack says is what is stored already."""
    return known is not None and (known.name, known.zone, known.is_active) == (
        profile.name,
        profile.zone,
        profile.is_active,
    )


def _from_threads(entries: Iterable[Entry]) -> list[Entry]:
    """Entries kept from a channel's thread that don't say yet what came of them."""
    return [
        entry
        for entry in entries
        if entry.outcome is None and entry.source.channel and entry.source.ts and entry.source.channel[0] in "CG"
    ]


async def _last_asked(work: WorkspaceWork, checkin: Checkin) -> datetime:
    """When the person was last asked; a week ago when never, or longer ago than a month."""
    earlier = [each for each in await work.checkins.list(checkin.user_id, limit=3) if each.id != checkin.id]
    sent = [each.sent_at for each in earlier if each.sent_at]
    now = checkin.created_at
    return max(*sent, now - timedelta(days=31)) if sent else now - timedelta(days=7)


async def _mark_bets_asked(work: WorkspaceWork, checkin: Checkin, today: date) -> None:
    for asked in checkin.questions:
        if asked.choice.about is Matter.BET and asked.choice.about_id:
            bet = await work.bets.get(checkin.user_id, asked.choice.about_id)
            if bet is not None:
                await work.bets.put(asked_about(bet, today))


async def _review_waiting(work: WorkspaceWork, user_id: str, today: date) -> str | None:
    """The last quarter, while it is new and the person has not looked back on it."""
    quarter = quarter_before(quarter_of(today))
    if (today.month - 1) % 3 > 0 or await work.reviews.get(user_id, quarter) is not None:
        return None
    return quarter
