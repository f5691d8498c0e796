"""The promotion packet: thirteen parts, each claim an entry of the person's own.

A packet is chosen and edited by the person (`PacketDraft`) and composed from their entries. Nothing
in it is written by the bot but counts and the sentences in `prompts/packet.yaml` that join fields.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import AwareDatetime, Field

from bot.domain.bets import Bet
from bot.domain.evidence import ConfirmationState, Entry, EntryStatus, MyRole, Reach, Sensitivity, Value
from bot.domain.gaps import STRONG
from bot.domain.insight import Insight, insight
from bot.domain.ladder import Fit, Ladder, Level, ladder_map
from bot.domain.periods import Period
from bot.domain.strength import Strength, is_confirmed, missing_steps, strength_of
from bot.domain.tagging import Dimension, Kind

#: How many entries the body carries: fewer is no case, more is not read.
FEWEST_ITEMS, MOST_ITEMS = 3, 8
#: How many projects stand in the body.
MOST_PROJECTS = 3


class Part(StrEnum):
    """The parts of a packet, in order."""

    HEADER = "header"
    THESIS = "thesis"
    PROJECTS = "projects"
    LEVERAGE = "leverage"
    PEOPLE = "people"
    GLUE = "glue"
    RISKS = "risks"
    BETS = "bets"
    JUDGMENT = "judgment"
    LADDER = "ladder"
    ADVOCATES = "advocates"
    GAPS = "gaps"
    APPENDIX = "appendix"


#: Where an entry stands when it belongs to none of the main projects.
PART_OF: Mapping[Kind, Part] = MappingProxyType(
    {
        Kind.GUIDANCE: Part.LEVERAGE,
        Kind.COHERENCE: Part.LEVERAGE,
        Kind.ALIGNMENT: Part.LEVERAGE,
        Kind.BETTER_DECISION: Part.LEVERAGE,
        Kind.MENTORING: Part.PEOPLE,
        Kind.UNBLOCK: Part.GLUE,
        Kind.REVIEW_CATCH: Part.RISKS,
        Kind.LONG_TERM_BET: Part.BETS,
        Kind.JUDGMENT_CALL: Part.JUDGMENT,
        Kind.PROBLEM_FRAMING: Part.JUDGMENT,
        Kind.DELIVERY: Part.PROJECTS,
        Kind.NONE: Part.PROJECTS,
    }
)


#: These say little of the project they belong to: a person grown, someone unblocked, one's own part.
_TELLS_NO_PROJECT = (Kind.MENTORING, Kind.UNBLOCK, Kind.DELIVERY)


class DraftProject(Value):
    """A project as the person wants it in the packet."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    entry_ids: tuple[str, ...]
    problem: str | None = None
    scope: str | None = None


class PacketDraft(Value):
    """What a person chose and wrote for one packet. What they left alone is `None` or empty."""

    id: str
    workspace_id: str
    user_id: str
    period: Period
    level: str
    """Key of the target level in the ladder."""
    strong: tuple[str, ...] = ()
    """The entries of the body, in the order the person gave them."""
    statements: dict[str, str] = Field(default_factory=dict)
    """The person's own words for an entry, by its id; used in place of the composed statement."""
    projects: tuple[DraftProject, ...] = ()
    thesis: str | None = None
    summary: tuple[str, ...] = ()
    plan: str | None = None
    left_out: tuple[str, ...] = ()
    """Entries that stand nowhere in this packet, neither in the body nor in the log."""
    created_at: AwareDatetime
    updated_at: AwareDatetime


class PacketProject(Value):
    """A project with its items, strongest first."""

    name: str
    problem: str | None = None
    scope: str | None = None
    entries: tuple[Entry, ...]


class Advocate(Value):
    """Someone who agreed to be quoted, and what they said."""

    user_id: str
    quote: str
    entry_id: str
    at: AwareDatetime


class Packet(Value):
    """Everything a packet says, before it is put into words and pages."""

    name: str
    user_id: str
    current_level: str | None
    level: Level
    period: Period
    made_on: date
    thesis: str | None
    summary: tuple[str, ...]
    body: tuple[Entry, ...]
    """The strong entries in the person's order."""
    claims: tuple[Entry, ...]
    """The same in the order in which the packet tells of them; they are numbered by it, from 1."""
    statements: Mapping[str, str]
    projects: tuple[PacketProject, ...]
    sections: Mapping[Part, tuple[Entry, ...]]
    """The body's entries outside the projects, by part."""
    see_also: Mapping[Part, tuple[Entry, ...]]
    """The body's entries inside the projects, by the part they would also fit."""
    bets: tuple[Bet, ...]
    """Those on entries of the log."""
    fits: tuple[Fit, ...]
    advocates: tuple[Advocate, ...]
    plan: str | None
    log: tuple[Entry, ...]
    """All entries of the period, newest first."""
    insight: Insight
    names: Mapping[str, str]
    redacted: bool = False

    @property
    def confirmed(self) -> int:
        """How many entries of the log someone else confirmed."""
        return sum(is_confirmed(entry) for entry in self.log)

    def claim_number(self, entry_id: str) -> int | None:
        """The number of this entry's claim, from 1."""
        return next((n for n, entry in enumerate(self.claims, 1) if entry.id == entry_id), None)


class MadeFile(Value):
    """A finished file: its name with ending, a title for people, and its content."""

    name: str
    title: str
    content: bytes
    alt: str = ""
    """What a picture shows, for those who don't see it."""


def may_be_in_packet(entry: Entry) -> bool:
    """Whether an entry may stand in a packet: kept, evidence, and not marked as never to be shown."""
    return (
        entry.status is EntryStatus.KEPT and entry.kind is not Kind.NONE and entry.sensitivity is not Sensitivity.NEVER
    )


def choose_strong(
    entries: Collection[Entry],
    level: Level,
    at_most: int = MOST_ITEMS,
    projects: Sequence[Collection[str]] = (),
) -> tuple[Entry, ...]:
    """What to propose for the body: strong entries, spread over dimensions, parts and main projects; no own delivery.

    `projects` are the ids of each project's entries. Weaker entries are added only to reach `FEWEST_ITEMS`.
    """
    main = main_projects(entries, projects)
    left = {entry.id: entry for entry in entries if may_be_in_packet(entry) and entry.kind is not Kind.DELIVERY}
    weights = {entry.id: _weight(entry) for entry in left.values()}
    chosen: list[Entry] = []
    seen: dict[Dimension, int] = dict.fromkeys(Dimension, 0)
    parts: set[Part] = set()
    told = {-1}
    while left and len(chosen) < at_most:
        best = max(
            left.values(),
            key=lambda entry: (
                _is_strong(entry),
                _news(entry, seen, parts, level) + (main.get(entry.id, -1) not in told),
                weights[entry.id],
            ),
        )
        if len(chosen) >= FEWEST_ITEMS and not _is_strong(best):
            break
        chosen.append(left.pop(best.id))
        parts.add(PART_OF[best.kind])
        told.add(main.get(best.id, -1))
        for dimension in best.dimensions:
            seen[dimension] += 1
    return tuple(chosen)


def main_projects(entries: Collection[Entry], projects: Sequence[Collection[str]]) -> dict[str, int]:
    """By entry, which of the main projects it belongs to: those with most entries that say what came of them."""
    strong = {
        entry.id
        for entry in entries
        if may_be_in_packet(entry) and entry.kind not in _TELLS_NO_PROJECT and _is_strong(entry)
    }
    weight = {position: len(strong.intersection(ids)) for position, ids in enumerate(projects)}
    main = sorted((position for position in weight if weight[position]), key=lambda each: (-weight[each], each))
    return {
        id_: position for position in reversed(main[:MOST_PROJECTS]) for id_ in strong.intersection(projects[position])
    }


def _is_strong(entry: Entry) -> bool:
    return strength_of(entry) >= STRONG


def _news(entry: Entry, seen: Mapping[Dimension, int], parts: Collection[Part], level: Level) -> float:
    # A dimension counts for less the more of what the level wants is chosen already; a part without a
    # claim counts as much as a dimension without one.
    wants = (
        max(0.0, 1.0 - seen[dimension] / max(1, level.dimensions[dimension].strong)) for dimension in entry.dimensions
    )
    return round(max(wants, default=0.0) + (PART_OF[entry.kind] not in parts), 1)


def _weight(entry: Entry) -> tuple[int, int, int, int, date, str]:
    reach = tuple(Reach).index(entry.reach) + 1 if entry.reach else 0
    role = {MyRole.LED: 3, MyRole.CO_LED: 2, MyRole.CONTRIBUTED: 1}.get(entry.role, 0) if entry.role else 0
    return (strength_of(entry), -len(missing_steps(entry)), reach, role, entry.occurred_on, entry.id)


def compose_packet(
    draft: PacketDraft,
    entries: Collection[Entry],
    *,
    ladder: Ladder,
    name: str,
    names: Mapping[str, str],
    today: date,
    bets: Sequence[Bet] = (),
) -> Packet:
    """The packet of this draft. Entries outside its period, or not to be shown, are left out."""
    level = ladder.nearest(draft.level)
    below = ladder.below(level)
    log = _log(draft, entries)
    by_id = {entry.id: entry for entry in log}
    body = tuple(by_id[id_] for id_ in dict.fromkeys(draft.strong) if id_ in by_id)[:MOST_ITEMS]
    projects = _projects(draft, body)
    in_project = {entry.id for project in projects for entry in project.entries}
    sections = _by_part(entry for entry in body if entry.id not in in_project)
    return Packet(
        name=name,
        user_id=draft.user_id,
        current_level=below.name if below else None,
        level=level,
        period=draft.period,
        made_on=today,
        thesis=draft.thesis,
        summary=draft.summary,
        body=body,
        statements={id_: text for id_, text in draft.statements.items() if id_ in by_id and text.strip()},
        projects=projects,
        claims=(
            *(entry for project in projects for entry in project.entries),
            *(entry for part in Part for entry in sections.get(part, ())),
        ),
        sections=sections,
        see_also=_by_part(entry for entry in body if entry.id in in_project),
        bets=tuple(sorted((bet for bet in bets if bet.entry_id in by_id), key=lambda bet: (bet.made_on, bet.id))),
        fits=ladder_map(log, level),
        advocates=advocates(log),
        plan=draft.plan,
        log=log,
        insight=insight(log, draft.period, today),
        names=names,
    )


def _log(draft: PacketDraft, entries: Collection[Entry]) -> tuple[Entry, ...]:
    shown = (
        entry
        for entry in entries
        if may_be_in_packet(entry) and entry.occurred_on in draft.period and entry.id not in draft.left_out
    )
    return tuple(sorted(shown, key=lambda entry: (entry.occurred_on, entry.id), reverse=True))


def advocates(entries: Sequence[Entry]) -> tuple[Advocate, ...]:
    """Everyone who agreed to be quoted, once each, with what they said on the strongest of these entries."""
    found: dict[str, tuple[Strength, Advocate]] = {}
    for entry in entries:
        for each in entry.confirmations:
            if each.state is not ConfirmationState.QUOTED or not each.quote:
                continue
            one = Advocate(user_id=each.by, quote=each.quote, entry_id=entry.id, at=each.at)
            strength = strength_of(entry)
            if each.by not in found or found[each.by][0] < strength:
                found[each.by] = (strength, one)
    return tuple(one for _, one in found.values())


def _projects(draft: PacketDraft, body: Sequence[Entry]) -> tuple[PacketProject, ...]:
    found: list[PacketProject] = []
    taken: set[str] = set()
    for project in draft.projects:
        entries = [entry for entry in body if entry.id in project.entry_ids and entry.id not in taken]
        if entries and len(found) < MOST_PROJECTS:
            taken.update(entry.id for entry in entries)
            found.append(
                PacketProject(name=project.name, problem=project.problem, scope=project.scope, entries=tuple(entries))
            )
    return tuple(found)


def _by_part(entries: Iterable[Entry]) -> Mapping[Part, tuple[Entry, ...]]:
    grouped: dict[Part, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(PART_OF[entry.kind], []).append(entry)
    return {part: tuple(of_it) for part, of_it in grouped.items()}
