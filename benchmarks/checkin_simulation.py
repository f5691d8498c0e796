"""Is every person asked exactly once in each due week, inside their hours, whatever happens to the bot?

Two years of 500 people in 40 zones: clock changes, moves (also across the date line, and not always
told of), restarts, crashes between sending and recording, days of downtime, clocks that jump. The
rules are the bot's own; the database is stood in for by two dictionaries with its unique keys.

    uv run python benchmarks/checkin_simulation.py [--people 500] [--days 730] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import sys
import time as stopwatch
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from random import Random

from bot.domain.checkins import Plan, at_its_moment, in_zone, turned_on
from bot.domain.people import zone_info
from bot.domain.periods import monday_of
from bot.domain.schedule import (
    Act,
    Cadence,
    Hours,
    Rhythm,
    Weekday,
    due_moment,
    first_day_of,
    may_write,
    period_of,
    still_good,
)

ZONES = (
    *("Europe/Lisbon", "Europe/London", "Europe/Berlin", "Europe/Kyiv", "Europe/Istanbul", "Europe/Dublin"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"),
    *("America/Anchorage", "America/St_Johns", "America/Havana", "America/Sao_Paulo", "America/Santiago"),
    *("America/Asuncion", "America/Argentina/Buenos_Aires", "America/Scoresbysund", "Atlantic/Azores"),
    *("Africa/Casablanca", "Africa/Cairo", "Africa/Lagos", "Africa/Johannesburg", "Asia/Beirut"),
    *("Asia/Jerusalem", "Asia/Dubai", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Shanghai", "Asia/Tokyo"),
    *("Australia/Adelaide", "Australia/Sydney", "Australia/Lord_Howe", "Antarctica/Troll"),
    *("Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Honolulu"),
)
LEASE = timedelta(minutes=2)
NIGHT = Hours(start=time(22), end=time(6), days=tuple(Weekday))
MINUTE = timedelta(minutes=1)


@dataclass(order=True)
class Event:
    """Something that happens to the world at a true moment."""

    at: datetime
    name: str = field(compare=False)
    who: int = field(default=0, compare=False)
    zone: str = field(default="", compare=False)
    lasts: timedelta = field(default=timedelta(), compare=False)


@dataclass
class Item:
    """A check-in on its way through the outbox."""

    who: int
    period: str
    due_at: datetime
    claimed_at: datetime
    tried: bool = False


@dataclass
class Sent:
    """A message that stands in a person's DM, with the period in its metadata."""

    period: str
    clock: datetime
    zone: str


class Simulation:
    """One world: people who move, and a bot that is restarted and whose clock jumps."""

    def __init__(self, people: int, days: int, seed: int) -> None:
        self.random = Random(seed)
        self.start = datetime(2025, 1, 1, tzinfo=UTC)
        self.end = self.start + timedelta(days=days)
        self.people, self.days = people, days
        self.now = self.start
        self.clock_is_off = timedelta()
        self.down_until: datetime | None = None
        self.downs: list[tuple[datetime, datetime]] = []
        self.zone = [self.random.choice(ZONES) for _ in range(people)]
        self.plans: list[Plan] = []
        self.rows: dict[tuple[int, str], str] = {}
        self.outbox: list[Item] = []
        self.dms: list[list[Sent]] = [[] for _ in range(people)]
        self.due: list[tuple[datetime, int]] = []
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []
        self._enrol()
        self.events = self._events()

    def _enrol(self) -> None:
        for who in range(self.people):
            at_night = self.random.random() < 0.1
            at = time(self.random.choice((0, 1, 2, 3)), self.random.randrange(60))
            if not at_night:
                at = time(self.random.randrange(8, 20), self.random.randrange(60))
            rhythm = Rhythm(
                cadence=self.random.choice((Cadence.WEEKLY,) * 6 + tuple(Cadence)),
                day=self.random.choice(tuple(Weekday) if at_night else tuple(Weekday)[:5]),
                at=at,
                hours=NIGHT if at_night else Hours(),
                anchor=self.start.date(),
            )
            plan = Plan(workspace_id="T1", user_id=f"U{who}", rhythm=rhythm)
            self.plans.append(turned_on(plan, self.zone[who], self.start))
            self._put(who, self.plans[who])

    def _events(self) -> list[Event]:
        pick, events = self.random, []

        def some_time() -> datetime:
            return self.start + MINUTE * pick.randrange(self.days * 1440)

        for who in range(self.people):
            for _ in range(pick.choice((0, 0, 1, 2, 4, 8))):
                zone = pick.choice(ZONES if pick.random() < 0.6 else ZONES[-5:])
                events.append(Event(some_time(), "move", who, zone))
        for _ in range(self.days // 4):
            minutes = pick.choice((1, 1, 2, 5, 30, 240, 700, 1500, 4000))
            name = pick.choice(("restart", "crash_before_send", "crash_after_send"))
            events.append(Event(some_time(), name, lasts=MINUTE * minutes))
        for _ in range(self.days // 20):
            events.append(Event(some_time(), "clock", lasts=MINUTE * pick.randrange(-60, 60)))
            events.append(Event(some_time(), "suspend", lasts=MINUTE * pick.randrange(1, 600)))
        return sorted(events, reverse=True)

    def run(self) -> None:
        """Let the time pass, from one minute in which something may happen to the next."""
        while self.now < self.end:
            while self.events and self.events[-1].at <= self.now:
                self._happen(self.events.pop())
            if self.down_until is not None and self.now >= self.down_until:
                self.down_until = None
            if self.down_until is None:
                self._tick()
            self.now = self._next_minute()
        self._check()

    def _next_minute(self) -> datetime:
        soon = [self.end]
        if self.events:
            soon.append(self.events[-1].at)
        if self.down_until is not None:
            soon.append(self.down_until)
        else:
            if self.due:
                soon.append(self.due[0][0] - self.clock_is_off)
            soon += [item.due_at - self.clock_is_off for item in self.outbox]
        minutes = -(-(min(soon) - self.start) // MINUTE)
        return max(self.start + MINUTE * minutes, self.now + MINUTE)

    @property
    def clock(self) -> datetime:
        """What the bot believes the time to be."""
        return self.now + self.clock_is_off

    def _happen(self, event: Event) -> None:
        self.counts[event.name] += 1
        if event.name == "move":
            self.zone[event.who] = event.zone
            # Slack tells of most moves at once; the others are found out at the next send.
            if self.random.random() < 0.6 and self.down_until is None:
                self._store(event.who, in_zone(self.plans[event.who], event.zone, self.clock))
        elif event.name == "clock":
            self.clock_is_off = event.lasts
        else:
            if event.name.startswith("crash"):
                self._crash(after_send=event.name == "crash_after_send")
            self.down_until = max(self.now + event.lasts, self.down_until or self.now)
            self.downs.append((self.now, self.down_until))

    def _crash(self, *, after_send: bool) -> None:
        """The process ends in the middle of its tick: claimed, perhaps sent, not recorded."""
        self._work_plans()
        for item in self.outbox:
            if item.due_at <= self.clock and not item.tried:
                item.tried, item.due_at = True, self.clock + LEASE
                if after_send:
                    self._post(item)

    def _tick(self) -> None:
        self._work_plans()
        waiting, self.outbox = self.outbox, []
        for item in waiting:
            if item.due_at > self.clock:
                self.outbox.append(item)
            elif item.tried and any(sent.period == item.period for sent in self.dms[item.who]):
                self.counts["found by metadata"] += 1
                self.rows[item.who, item.period] = "sent"
            else:
                self._deliver(item)

    def _deliver(self, item: Item) -> None:
        hours = self.plans[item.who].rhythm.hours
        judgment = still_good(item.claimed_at, hours, zone_info(self.zone[item.who]), self.clock)
        match judgment.act:
            case Act.SEND:
                self._post(item)
                self.rows[item.who, item.period] = "sent"
            case Act.MISS:
                self._miss(item.who, item.period)
            case Act.WAIT:
                item.due_at = judgment.until or self.clock
                self.outbox.append(item)

    def _work_plans(self) -> None:
        while self.due and self.due[0][0] <= self.clock:
            due_at, who = heappop(self.due)
            plan = self.plans[who]
            if plan.turn is None or plan.turn.due_at != due_at:
                continue
            period = plan.turn.period
            act, after = at_its_moment(plan, self.zone[who], self.clock)
            self._store(who, after)
            if act is not Act.WAIT:
                self._record(who, period, act)

    def _record(self, who: int, period: str, act: Act) -> None:
        if (who, period) in self.rows:
            self.problems.append(f"{who} {period}: a second turn in one period")
            return
        if act is Act.MISS:
            self._miss(who, period)
            return
        self.rows[who, period] = "due"
        self.outbox.append(Item(who, period, due_at=self.clock, claimed_at=self.clock))

    def _miss(self, who: int, period: str) -> None:
        self.rows[who, period] = "missed"
        self.counts["missed"] += 1
        if not any(begin - timedelta(days=1) <= self.now <= end + timedelta(days=4) for begin, end in self.downs):
            self.problems.append(f"{who} {period}: missed though the bot was up")

    def _post(self, item: Item) -> None:
        self.dms[item.who].append(Sent(item.period, self.clock, self.zone[item.who]))

    def _store(self, who: int, plan: Plan) -> None:
        self.plans[who] = plan
        self._put(who, plan)

    def _put(self, who: int, plan: Plan) -> None:
        if plan.turn is not None:
            heappush(self.due, (plan.turn.due_at, who))

    def _check(self) -> None:
        for who, plan in enumerate(self.plans):
            sent = Counter(message.period for message in self.dms[who])
            self.problems += [f"{who} {period}: sent {n} times" for period, n in sent.items() if n > 1]
            periods = sorted(period for person, period in self.rows if person == who)
            for period in periods:
                if (self.rows[who, period] == "missed") == (period in sent) and not self._on_its_way(who, period):
                    self.problems.append(f"{who} {period}: {self.rows[who, period]}, sent {sent[period]} times")
            self.problems += [f"{who} {period}: skipped" for period in self._skipped(plan, periods)]
            for message in self.dms[who]:
                if not may_write(plan.rhythm.hours, zone_info(message.zone), message.clock):
                    self.problems.append(f"{who} {message.period}: outside their hours")
            self.counts["sent"] += len(self.dms[who])

    def _on_its_way(self, who: int, period: str) -> bool:
        return any(item.who == who and item.period == period for item in self.outbox)

    def _skipped(self, plan: Plan, periods: list[str]) -> list[str]:
        """Due weeks between the first and the last possible one that have no row."""
        first = periods[0] if periods else period_of(monday_of(self.start.date() + timedelta(days=40)))
        monday, skipped = first_day_of(first), []
        while monday < monday_of(self.end.date()):
            period = period_of(monday)
            is_over = due_moment(plan.rhythm, period, plan.zone_info) < self.end - timedelta(days=6)
            if plan.rhythm.is_due_in(monday) and is_over and period not in periods:
                skipped.append(period)
            monday += timedelta(days=7)
        if first_day_of(first) > date(2025, 2, 10):
            skipped.append(f"all before {first}")
        return skipped


def main() -> None:
    """Run it and print what happened; fails when anyone was asked twice, not at all, or at a bad hour."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = stopwatch.perf_counter()
    simulation = Simulation(options.people, options.days, options.seed)
    simulation.run()
    figures = {
        "people": options.people,
        "zones": len(set(ZONES)),
        "days": options.days,
        "seed": options.seed,
        **dict(simulation.counts),
        "problems": len(simulation.problems),
        "seconds": round(stopwatch.perf_counter() - began, 1),
    }
    for name, figure in figures.items():
        print(f"{name:>20}  {figure}")
    for problem in simulation.problems[:20]:
        print("  problem:", problem)
    print(json.dumps(figures))
    sys.exit(1 if simulation.problems else 0)


if __name__ == "__main__":
    main()
