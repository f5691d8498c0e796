"""Keeping evidence: the one way in, whoever or whatever asks."""

from __future__ import annotations

import asyncio

from bot.domain.capture import Captured, CaptureRequest
from bot.domain.errors import Refused
from bot.domain.evidence import (
    Entry,
    EntryStatus,
    Link,
    PersonInEntry,
    PersonRole,
    TaggedBy,
    TextBy,
)
from bot.domain.ids import new_id
from bot.domain.learning import Corrections
from bot.domain.outgoing import Kept, PartAsked
from bot.domain.people import Member
from bot.domain.ports import Clock
from bot.domain.reading import Reading, read
from bot.domain.reading.quotes import read_quotes
from bot.domain.tagging import DIMENSIONS_OF, Tag
from bot.domain.text import LONGEST_TEXT, clean, says_something
from bot.services.people import PeopleService, greet_on_first_use
from bot.services.second_looks import SecondLooks
from bot.services.tagging import TaggingService
from storage.unit_of_work import Storage, WorkspaceWork


class CaptureService:
    """Turns words into an entry: reads them, tags them, and stores them at once."""

    def __init__(
        self, storage: Storage, tagging: TaggingService, people: PeopleService, clock: Clock, looks: SecondLooks
    ) -> None:
        self._storage, self._tagging, self._people = storage, tagging, people
        self._clock, self._looks = clock, looks

    async def capture(self, request: CaptureRequest) -> Captured:
        """Keep this, once.

        The same capture key gives the same entry however often and by whatever path it arrives; one
        that was taken back is brought back. Raises `Refused` when the text says nothing in words or
        is longer than Slack itself allows.
        """
        text = clean(request.text)
        if len(text) > LONGEST_TEXT:
            raise Refused("errors.too_long", longest=LONGEST_TEXT)
        if not says_something(text):
            raise Refused("errors.no_words" if text else "errors.empty")
        async with self._storage.reading(request.workspace_id, little=True) as work:
            member = await work.members.get(request.user_id)
            corrections = await work.corrections.of(request.user_id)
        member = await self._people.brought_up_to_date(request.workspace_id, request.user_id, member)
        entry = await self._entry(request, text, member, corrections)
        async with self._storage.work(request.workspace_id) as work:
            # Whoever has met the bot is stored.
            if member.met_at is None:
                member = await work.members.ensure(request.user_id)
            captured = await self._store(work, entry, request)
            if captured.is_new and request.announce_key:
                await self._announce(work, captured.entry, request)
            if captured.is_new:
                where = request.announce_in or request.source.channel
                await self._looks.ask_about(work, captured.entry, where, request.announce_thread)
            await greet_on_first_use(work, member, self._clock)
            await work.commit()
        return captured

    async def _store(self, work: WorkspaceWork, entry: Entry, request: CaptureRequest) -> Captured:
        known = await work.entries.get_by_key(request.user_id, request.capture_key)
        if known is None:
            await work.entries.add(entry, request.capture_key)
            return Captured(entry=entry, is_new=True)
        if known.status is EntryStatus.WITHDRAWN:
            back = known.model_copy(update={"status": request.status})
            back = back.confirmed_by(request.credited_by, entry.created_at)
            await work.entries.save(back)
            return Captured(entry=back, is_new=True)
        vouched = known.confirmed_by(request.credited_by, entry.created_at)
        if vouched is not known:
            await work.entries.save(vouched)
        return Captured(entry=vouched, is_new=False)

    async def _announce(self, work: WorkspaceWork, entry: Entry, request: CaptureRequest) -> None:
        message_type = PartAsked if entry.status is EntryStatus.DRAFT else Kept
        message = message_type(entry_id=entry.id, channel=request.announce_in, thread_ts=request.announce_thread)
        key = f"{message.type}:{request.announce_key}"
        await work.post.add(entry.user_id, message, once_key=key, now=self._clock.now())

    async def _entry(self, request: CaptureRequest, text: str, member: Member, corrections: Corrections) -> Entry:
        now = self._clock.now()
        note = request.note
        words = request.words or text

        def read_and_tag() -> tuple[Reading, tuple[Tag, TaggedBy]]:
            reading = _read(request, words, member)
            return reading, self._tagging.tag_here(request.workspace_id, corrections, words)

        # Of a long text reading takes a tenth of a second, too, for which Slack's requests shouldn't wait.
        reading, (tag, tagged_by) = await asyncio.to_thread(read_and_tag)
        entry = Entry(
            id=new_id("ent", now),
            workspace_id=request.workspace_id,
            user_id=request.user_id,
            text=text,
            text_by=request.text_by,
            kind=note.kind or tag.kind,
            dimensions=DIMENSIONS_OF[note.kind] if note.kind else tag.dimensions,
            confidence=1.0 if note.kind else tag.confidence,
            ranked=tag.ranked,
            tagged_by=TaggedBy.PERSON if note.kind else tagged_by,
            tagger_version=tag.tagger_version,
            occurred_on=note.occurred_on or reading.occurred_on,
            created_at=now,
            updated_at=now,
            status=request.status,
            source=request.source,
            quotes=request.quotes,
            people=_people(request, reading),
            links=_links(note.links or (), reading),
            outcome=note.outcome or reading.outcome,
            number=note.number or reading.number,
            baseline=note.baseline or reading.baseline,
            otherwise=note.otherwise,
            role=note.role or reading.role,
            reach=note.reach or reading.reach,
        )
        return entry.confirmed_by(request.credited_by, now)


def _read(request: CaptureRequest, words: str, member: Member) -> Reading:
    if request.text_by is TextBy.THREAD:
        return read_quotes(request.quotes, said_at=request.said_at, zone=member.zone_info, me=request.user_id)
    return read(words, said_at=request.said_at, zone=member.zone_info, me=request.user_id, author=request.source.author)


def _people(request: CaptureRequest, reading: Reading) -> tuple[PersonInEntry, ...]:
    helped = request.note.helped or request.helped or reading.helped
    by_role = (
        (PersonRole.HELPED, helped),
        (PersonRole.WITNESS, (*request.witnesses, *reading.witnesses)),
        (PersonRole.CREDITED_BY, request.credited_by),
    )
    people = (
        PersonInEntry(user=user, role=role) for role, users in by_role for user in users if user != request.user_id
    )
    return tuple(dict.fromkeys(people))


def _links(given: tuple[Link, ...], reading: Reading) -> tuple[Link, ...]:
    return tuple({link.url: link for link in (*reading.links, *given)}.values())
