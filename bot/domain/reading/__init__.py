"""Reading what a text gives: who was helped, links, the day, the outcome, a number, role and reach.

Rules over words, in six languages for the common ones; no model, nothing leaves the process. What
a text doesn't say stays empty. Figures for each field: `docs/reading.md`.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.evidence import Link, MyRole, Reach, Value
from bot.domain.reading.dates import day_of
from bot.domain.reading.links import Reference, links_in, references_in, without_addresses
from bot.domain.reading.numbers import Measure, measure_in
from bot.domain.reading.outcomes import outcome_in
from bot.domain.reading.people import people_in
from bot.domain.reading.prose import prose_of, told_in
from bot.domain.reading.reach import reach_in
from bot.domain.reading.roles import role_in

__all__ = ["Reading", "Reference", "read"]


class Reading(Value):
    """What a text says about the evidence it holds, from the point of view of one person.

    `helped` and `witnesses` are Slack ids; nobody is in both. `occurred_on` is the day it happened
    in the person's zone, the day it was said when the text names none. `references` are artifacts
    named without an address ("RFC-12", "PR 812"), so they can't be links.
    """

    helped: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[Reference, ...] = ()
    occurred_on: date
    outcome: str | None = None
    number: str | None = None
    baseline: str | None = None
    role: MyRole | None = None
    reach: Reach | None = None


def read(text: str, *, said_at: datetime, zone: ZoneInfo, me: str, author: str | None = None) -> Reading:
    """What `text` gives about the work of `me`.

    `text` is in the canonical form of `bot.domain.text` and may be anything, of any length. Links are
    read from all of it, the rest from the first 8,000 and the last 4,000 characters. `said_at` is aware; `zone` is the zone of the person whose day counts. `author`
    wrote the text; without it, `me` did.
    """
    by = author or me
    prose = prose_of(without_addresses(text))
    told = told_in(prose)
    people = people_in(prose, me=me, author=by)
    measured = measure_in(told)
    measure = measured.measure if measured else Measure()
    outcome = outcome_in(told, measured, by_another=by != me)
    return Reading(
        helped=people.helped,
        witnesses=people.witnesses,
        links=links_in(text),
        references=references_in(text),
        occurred_on=day_of(prose, said_at, zone),
        outcome=outcome,
        number=measure.number,
        baseline=measure.baseline,
        role=role_in(prose, me=me, author=by),
        reach=reach_in(told, helped=people.helped, outcome=outcome, by_another=by != me),
    )
