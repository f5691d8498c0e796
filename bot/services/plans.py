"""How a person wants to be asked: saying yes, changing it, pausing, stopping."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.checkins import (
    ANSWERABLE,
    Checkin,
    CheckinState,
    Plan,
    came_back,
    dealt_with,
    in_zone,
    paused,
    turned_off,
    turned_on,
    with_rhythm,
)
from bot.domain.errors import Refused
from bot.domain.glance import PlanView
from bot.domain.ids import new_id
from bot.domain.ports import Clock
from bot.domain.schedule import Cadence, Hours, Rhythm, due_moment
from bot.domain.tagging import Dimension
from bot.services.people import PeopleService
from storage.unit_of_work import Storage, WorkspaceWork

#: A pause longer than this is a stop.
LONGEST_PAUSE = timedelta(days=730)


class PlanService:
    """Each person's own say over check-ins. Whoever never said yes has a plan that asks nothing."""

    def __init__(self, storage: Storage, people: PeopleService, clock: Clock) -> None:
        self._storage, self._people, self._clock = storage, people, clock

    async def view(self, workspace_id: str, user_id: str) -> PlanView:
        """The plan, and the latest check-in where it needs a word."""
        member = await self._people.known(workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            plan = await work.plans.get(user_id)
            states = (*ANSWERABLE, CheckinState.MISSED)
            latest = await work.checkins.latest(user_id, states=states)
            bets = await work.bets.list(user_id)
        missed = latest if latest and latest.state is CheckinState.MISSED else None
        waits = latest is not None and latest.state in (CheckinState.SENT, CheckinState.SNOOZED)
        now = self._clock.now()
        today = member.day_at(now)
        return PlanView(
            plan=plan,
            member=member,
            now=now,
            missed=missed,
            open=latest if waits else None,
            due_bets=tuple(bet for bet in bets if bet.is_due(today)),
        )

    async def turn_on(self, workspace_id: str, user_id: str, *, paused_until: date | None = None) -> PlanView:
        """The person said yes to check-ins, at once or from a day on."""
        member = await self._people.known(workspace_id, user_id)
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            plan = await work.plans.get(user_id)
            if not plan.is_on or plan.turn is None:
                now = self._clock.now()
                await work.plans.put(paused(turned_on(plan, member.zone, now), paused_until, now))
            await work.commit()
        return await self.view(workspace_id, user_id)

    async def turn_off(self, workspace_id: str, user_id: str, *, bets_too: bool = True) -> PlanView:
        """Stop. What is on its way is not sent either, and with `bets_too` no bet is asked about any more."""
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            await work.plans.put(turned_off(await work.plans.get(user_id)))
            await _leave_out(work, user_id)
            if bets_too:
                await work.bets.ask_nothing(user_id)
            await work.commit()
        return await self.view(workspace_id, user_id)

    async def set_rhythm(self, workspace_id: str, user_id: str, rhythm: Rhythm) -> PlanView:
        """Another cadence, day, time or hours.

        Raises `Refused` when the day or time lies outside the hours in which the person may be written to.
        """
        _check(rhythm)
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            plan = await work.plans.get(user_id)
            await work.plans.put(with_rhythm(plan, rhythm, self._clock.now()))
            await work.commit()
        return await self.view(workspace_id, user_id)

    async def set_cadence(self, workspace_id: str, user_id: str, cadence: Cadence) -> PlanView:
        """How often, and with that a yes from whoever had not said one."""
        member = await self._people.known(workspace_id, user_id)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            plan = await work.plans.get(user_id)
            changed = with_rhythm(plan, plan.rhythm.model_copy(update={"cadence": cadence}), now)
            await work.plans.put(changed if plan.is_on else turned_on(changed, member.zone, now))
            await work.commit()
        return await self.view(workspace_id, user_id)

    async def pause(self, workspace_id: str, user_id: str, until: date | None) -> PlanView:
        """Silence until this day; `None` ends it. Raises `Refused` for a day that isn't ahead, or too far."""
        today = await self._people.today(workspace_id, user_id)
        if until is not None and until <= today:
            raise Refused("plan.pause_not_ahead")
        if until is not None and until - today > LONGEST_PAUSE:
            raise Refused("plan.pause_too_long")
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            await work.plans.put(paused(await work.plans.get(user_id), until, self._clock.now()))
            if until is not None:
                await _leave_out(work, user_id)
            await work.commit()
        return await self.view(workspace_id, user_id)

    async def skip_next(self, workspace_id: str, user_id: str) -> PlanView:
        """Leave out the next check-in, which has not been sent yet."""
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            plan = await work.plans.get(user_id)
            if plan.turn is not None:
                await work.checkins.add(_not_sent(plan, CheckinState.SKIPPED, now))
                await work.plans.put(dealt_with(plan.model_copy(update={"is_awaited": False})))
            await _leave_out(work, user_id)
            await work.commit()
        return await self.view(workspace_id, user_id)

    async def resume(self, workspace_id: str, user_id: str) -> PlanView:
        """End a pause, or the rest that the bot took by itself."""
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            plan = await work.plans.get(user_id)
            now = self._clock.now()
            await work.plans.put(came_back(paused(plan, None, now), now))
            await work.commit()
        return await self.view(workspace_id, user_id)

    async def set_focus(self, workspace_id: str, user_id: str, focus: Dimension | None) -> None:
        """The dimension that the choice of questions leans towards."""
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            plan = await work.plans.get(user_id)
            await work.plans.put(plan.model_copy(update={"focus": focus}))
            await work.commit()

    async def zone_changed(self, workspace_id: str, user_id: str, zone: str | None) -> None:
        """Slack told where the person is now; their next check-in comes at their hour there."""
        async with self._storage.work(workspace_id) as work:
            plan = await work.plans.get(user_id)
            if plan.is_on and zone and zone != plan.zone:
                await work.plans.put(in_zone(plan, zone, self._clock.now()))
                await work.commit()


def _check(rhythm: Rhythm) -> None:
    hours: Hours = rhythm.hours
    if not hours.days:
        raise Refused("plan.no_days")
    if rhythm.day not in hours.days:
        raise Refused("plan.day_outside_hours")
    wall = datetime.combine(date(2024, 1, 1) + timedelta(days=rhythm.day), rhythm.at)
    if not hours.include(wall):
        raise Refused("plan.time_outside_hours")


def _not_sent(plan: Plan, state: CheckinState, now: datetime) -> Checkin:
    """A row that says why nothing is sent in the plan's next period."""
    if plan.turn is None or plan.in_force is None:
        raise ValueError("a plan without a turn")
    return Checkin(
        id=new_id("chk", now),
        workspace_id=plan.workspace_id,
        user_id=plan.user_id,
        period=plan.turn.period,
        state=state,
        zone=plan.zone,
        due_at=due_moment(plan.in_force, plan.turn.period, plan.zone_info),
        created_at=now,
    )


async def _leave_out(work: WorkspaceWork, user_id: str) -> None:
    """Whatever is on its way, or snoozed, is not asked any more."""
    waiting = await work.checkins.latest(user_id, states=(CheckinState.DUE, CheckinState.SNOOZED))
    if waiting is not None:
        update = {"state": CheckinState.SKIPPED, "remind_at": None}
        await work.checkins.save(waiting.model_copy(update=update))
