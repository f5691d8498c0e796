"""Making a packet: propose, let the person choose and write, compose, have it printed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence

from bot.domain.errors import NotFound, Refused
from bot.domain.evidence import Entry, Value
from bot.domain.ids import new_id
from bot.domain.outgoing import PacketWanted
from bot.domain.packet import (
    MOST_ITEMS,
    MOST_PROJECTS,
    DraftProject,
    MadeFile,
    Packet,
    PacketDraft,
    choose_strong,
    compose_packet,
    may_be_in_packet,
)
from bot.domain.people import Member
from bot.domain.periods import Period, read_period
from bot.domain.ports import Clock, Press
from bot.domain.projects import Project, suggest_projects
from bot.domain.redaction import redacted
from bot.domain.statement import named_in
from bot.domain.strength import strongest_first
from bot.services.ladders import LadderService
from bot.services.people import PeopleService
from storage.unit_of_work import Storage, WorkspaceWork

#: What a packet can be made as, by file ending; a canvas is made in Slack itself.
FORMATS = ("pdf", "html", "docx", "md", "canvas", "csv")
#: How many entries are offered to be ticked; the rest is in the log.
MOST_OFFERED = 40


class Proposal(Value):
    """A draft with everything needed to choose from."""

    draft: PacketDraft
    offered: tuple[Entry, ...]
    """Entries that may stand in the body: those of the draft first, then the next strongest."""
    total: int
    """How many entries the period holds."""


class PacketService:
    """A person's packets. Long work runs off the event loop."""

    def __init__(
        self, storage: Storage, people: PeopleService, ladders: LadderService, press: Press, clock: Clock
    ) -> None:
        self._storage, self._people, self._ladders = storage, people, ladders
        self._press, self._clock = press, clock

    async def propose(self, workspace_id: str, user_id: str, period: str = "", level: str = "") -> Proposal:
        """A new draft: projects and three to eight strong entries, ready to be changed. It is stored.

        What the person wrote in their last packet for the same level comes along. Raises `Refused` for an
        unknown period or level.
        """
        today = await self._people.today(workspace_id, user_id)
        span = read_period(period or "year", today)
        ladder = await self._ladders.of(workspace_id, user_id)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            member = await work.members.ensure(user_id)
            wanted = ladder.level(level) if level else ladder.nearest(member.target_level)
            entries = await self._entries(work, user_id, span)
            last = await work.packet_drafts.latest(user_id)
            known = await work.projects.list(user_id)
            projects = _all_projects(known, entries)
            strong = choose_strong(entries, wanted, projects=[project.entry_ids for project in projects])
            draft = PacketDraft(
                id=new_id("pkt", now),
                workspace_id=workspace_id,
                user_id=user_id,
                period=span,
                level=wanted.key,
                strong=tuple(entry.id for entry in strong),
                projects=_main(projects, strong),
                created_at=now,
                updated_at=now,
            )
            if last is not None and last.level == draft.level:
                kept = {
                    "statements": last.statements,
                    "thesis": last.thesis,
                    "plan": last.plan,
                    "left_out": last.left_out,
                }
                draft = draft.model_copy(update=kept)
            await work.packet_drafts.put(draft)
            await work.commit()
        return _proposal(draft, entries)

    async def open(self, workspace_id: str, user_id: str, draft_id: str) -> Proposal:
        """A stored draft with what can be chosen. Raises `NotFound` when this person has none with this id."""
        async with self._storage.reading(workspace_id) as work:
            draft = await self._mine(work, user_id, draft_id)
            entries = await self._entries(work, user_id, draft.period)
        return _proposal(draft, entries)

    async def choose(
        self,
        workspace_id: str,
        user_id: str,
        draft_id: str,
        chosen: Sequence[str],
        order: str = "",
        left_out: Collection[str] = (),
    ) -> PacketDraft:
        """Take what was ticked. `order` may name some first, by their place among the ticked: `3, 1`.

        What is `left_out` stands nowhere in the packet, not even in its log.

        Raises `Refused` when nothing or more than eight were ticked, or the order names what isn't there.
        """
        ticked = list(dict.fromkeys(chosen))
        if not ticked:
            raise Refused("packet.choose_some")
        if len(ticked) > MOST_ITEMS:
            raise Refused("packet.choose_fewer", count=len(ticked), most=MOST_ITEMS)
        ordered = _in_order(ticked, order)
        if set(ticked).intersection(left_out):
            raise Refused("packet.in_and_out")
        changes: dict[str, object] = {"strong": tuple(ordered), "left_out": tuple(sorted(left_out))}
        return await self._change(workspace_id, user_id, draft_id, **changes)

    async def write(
        self,
        workspace_id: str,
        user_id: str,
        draft_id: str,
        *,
        thesis: str | None = None,
        plan: str | None = None,
        statements: Mapping[str, str] | None = None,
    ) -> PacketDraft:
        """Take the person's own words; an empty text goes back to what is composed from the entries."""
        changes: dict[str, object] = {}
        if thesis is not None:
            changes["thesis"] = thesis.strip() or None
        if plan is not None:
            changes["plan"] = plan.strip() or None
        if statements is not None:
            changes["statements"] = {id_: text.strip() for id_, text in statements.items() if text.strip()}
        return await self._change(workspace_id, user_id, draft_id, **changes)

    async def name_projects(
        self, workspace_id: str, user_id: str, draft_id: str, projects: Sequence[DraftProject]
    ) -> PacketDraft:
        """Take the projects as the person named them; those of one name become one, and are remembered."""
        merged: dict[str, DraftProject] = {}
        for project in projects:
            name = project.name.strip()
            before = merged.get(name.casefold())
            if before is not None:
                project = before.model_copy(
                    update={
                        "entry_ids": (*before.entry_ids, *project.entry_ids),
                        "problem": before.problem or project.problem,
                        "scope": before.scope or project.scope,
                    }
                )
            merged[name.casefold()] = project
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            draft = await self._mine(work, user_id, draft_id)
            known = {project.name.casefold(): project for project in await work.projects.list(user_id)}
            for key, chosen in merged.items():
                own = known.get(key) or Project(
                    id=new_id("prj", now),
                    workspace_id=workspace_id,
                    user_id=user_id,
                    name=chosen.name,
                    created_at=now,
                )
                words = {"name": chosen.name, "problem": chosen.problem, "scope": chosen.scope}
                await work.projects.put(own.model_copy(update=words))
                await work.projects.assign(user_id, own.id, chosen.entry_ids)
            draft = draft.model_copy(update={"projects": tuple(merged.values()), "updated_at": now})
            await work.packet_drafts.put(draft)
            await work.commit()
        return draft

    async def order(
        self, workspace_id: str, user_id: str, draft_id: str, formats: Collection[str], *, redacted: bool
    ) -> None:
        """Have the packet made and brought to the person's direct message. Raises `Refused` for no format."""
        wanted = tuple(name for name in FORMATS if name in formats)
        if not wanted:
            raise Refused("packet.choose_a_format")
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            draft = await self._mine(work, user_id, draft_id)
            message = PacketWanted(draft_id=draft.id, formats=wanted, redacted=redacted)
            key = f"packet:{draft.id}:{int(now.timestamp() * 1000)}"
            await work.post.add(user_id, message, once_key=key, now=now)
            await work.commit()

    async def compose(self, workspace_id: str, user_id: str, draft_id: str, *, redact: bool = False) -> Packet:
        """The packet of a draft from the entries as they are now."""
        today = await self._people.today(workspace_id, user_id)
        ladder = await self._ladders.of(workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            draft = await self._mine(work, user_id, draft_id)
            entries = await self._entries(work, user_id, draft.period)
            bets = await work.bets.list(user_id)
            member = await work.members.get(user_id) or Member(workspace_id=workspace_id, user_id=user_id)
            people = {user for entry in entries for user in named_in(entry)} | {user_id}
            known = await work.members.names(people)
            # A text may name anyone without a mention.
            everyone = await work.members.all_names() if redact else {}
        names = dict(known)
        # Looking up hundreds of names in Slack would hold the packet up; the body's people matter.
        body = [entry for entry in entries if entry.id in draft.strong]
        for user in {user for entry in body for user in named_in(entry)} - set(names):
            names |= await self._people.names(workspace_id, [user])
        packet = compose_packet(
            draft,
            entries,
            ladder=ladder,
            name=member.name or names.get(user_id, user_id),
            names=names,
            today=today,
            bets=bets,
        )
        return redacted(packet, everyone) if redact else packet

    async def print(self, packet: Packet, formats: Collection[str]) -> Sequence[MadeFile]:
        """The packet as files."""
        return await asyncio.to_thread(self._press.packet, packet, formats)

    async def _change(self, workspace_id: str, user_id: str, draft_id: str, **changes: object) -> PacketDraft:
        async with self._storage.work(workspace_id) as work:
            draft = await self._mine(work, user_id, draft_id)
            draft = draft.model_copy(update={**changes, "updated_at": self._clock.now()})
            await work.packet_drafts.put(draft)
            await work.commit()
        return draft

    async def _entries(self, work: WorkspaceWork, user_id: str, span: Period) -> list[Entry]:
        entries = await work.entries.list(user_id, since=span.since, until=span.until)
        return [entry for entry in entries if may_be_in_packet(entry)]

    async def _mine(self, work: WorkspaceWork, user_id: str, draft_id: str) -> PacketDraft:
        draft = await work.packet_drafts.get(user_id, draft_id)
        if draft is None:
            raise NotFound("packet.gone")
        return draft


def _proposal(draft: PacketDraft, entries: Sequence[Entry]) -> Proposal:
    by_id = {entry.id: entry for entry in entries}
    first = [by_id[id_] for id_ in draft.strong if id_ in by_id]
    rest = [entry for entry in strongest_first(entries) if entry.id not in draft.strong]
    return Proposal(draft=draft, offered=tuple((*first, *rest)[:MOST_OFFERED]), total=len(entries))


def _all_projects(known: Sequence[Project], entries: Sequence[Entry]) -> list[DraftProject]:
    """The person's own projects first, then suggestions."""
    named = [
        DraftProject(
            name=project.name,
            entry_ids=tuple(entry.id for entry in entries if entry.project_id == project.id),
            problem=project.problem,
            scope=project.scope,
        )
        for project in known
    ]
    suggested = suggest_projects(entries)
    return named + [DraftProject(name=each.name, entry_ids=each.entry_ids) for each in suggested]


def _main(projects: Sequence[DraftProject], strong: Sequence[Entry]) -> tuple[DraftProject, ...]:
    """Those with most strong entries."""
    in_body = {entry.id for entry in strong}
    named = [project for project in projects if in_body.intersection(project.entry_ids)]
    named.sort(key=lambda project: (-len(in_body.intersection(project.entry_ids)), -len(project.entry_ids)))
    return tuple(named[:MOST_PROJECTS])


def _in_order(ticked: list[str], order: str) -> list[str]:
    places = [part for part in order.replace(",", " ").split() if part]
    if not all(part.isascii() and part.isdecimal() and 1 <= int(part) <= len(ticked) for part in places):
        raise Refused("packet.order_unclear", count=len(ticked))
    first = list(dict.fromkeys(ticked[int(part) - 1] for part in places))
    return [*first, *(id_ for id_ in ticked if id_ not in first)]
