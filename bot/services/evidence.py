"""A person's own entries: finding, changing, completing and taking them back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date

from bot.domain.corroboration import reworded
from bot.domain.errors import NotFound, Refused
from bot.domain.evidence import (
    Entry,
    EntryStatus,
    Note,
    PersonInEntry,
    PersonRole,
    TaggedBy,
    TextBy,
    Value,
)
from bot.domain.people import Member
from bot.domain.ports import Clock
from bot.domain.tagging import DIMENSIONS_OF, Kind, Tag
from bot.domain.text import clean, says_something
from bot.services.tagging import TaggingService
from storage.unit_of_work import Storage, WorkspaceWork

#: How many entries a page of a list shows.
PAGE = 8


class Page(Value):
    """Some entries of a list, how many there are in all, and where this page starts."""

    entries: tuple[Entry, ...]
    total: int
    offset: int
    words: tuple[str, ...] = ()


class EvidenceService:
    """What a person can do with their own entries. Another person's entry is simply not there."""

    def __init__(self, storage: Storage, tagging: TaggingService, clock: Clock) -> None:
        self._storage, self._tagging, self._clock = storage, tagging, clock

    async def get(self, workspace_id: str, user_id: str, entry_id: str) -> Entry:
        """The entry. Raises `NotFound` when this person has none with this id."""
        async with self._storage.reading(workspace_id, little=True) as work:
            return await self._mine(work, user_id, entry_id)

    async def with_owner(self, workspace_id: str, user_id: str, entry_id: str) -> tuple[Entry, Member | None]:
        """The entry, and what was last known of its owner. Raises `NotFound` when they have none with this id."""
        async with self._storage.reading(workspace_id, little=True) as work:
            return await self._mine(work, user_id, entry_id), await work.members.get(user_id)

    async def explain(self, entry: Entry) -> Tag:
        """The tagger's reading of the entry's text, with the words that carried it."""
        async with self._storage.reading(entry.workspace_id) as work:
            corrections = await work.corrections.of(entry.user_id)
        return await self._tagging.explain(entry.workspace_id, corrections, entry.text)

    async def page(self, workspace_id: str, user_id: str, *, words: Sequence[str] = (), offset: int = 0) -> Page:
        """One page of kept entries, newest first; with `words`, of those in which all of them occur."""
        async with self._storage.reading(workspace_id) as work:
            entries = await work.entries.list(user_id, words=words, limit=PAGE, offset=offset)
            total = await work.entries.count(user_id, words=words)
        return Page(entries=tuple(entries), total=total, offset=offset, words=tuple(words))

    async def latest(self, workspace_id: str, user_id: str) -> Entry:
        """The entry captured last. Raises `NotFound` when there is none yet."""
        async with self._storage.reading(workspace_id) as work:
            entry = await work.entries.latest(user_id)
        if entry is None:
            raise NotFound("errors.nothing_yet")
        return entry

    async def between(
        self, workspace_id: str, user_id: str, since: date | None = None, until: date | None = None
    ) -> Sequence[Entry]:
        """All kept entries of these days, newest first; `until` is exclusive."""
        async with self._storage.reading(workspace_id) as work:
            return await work.entries.list(user_id, since=since, until=until)

    async def everything(self, workspace_id: str, user_id: str) -> AsyncIterator[Entry]:
        """Every entry of this person's, whatever its status, in the order it was captured."""
        async with self._storage.reading(workspace_id) as work:
            async for entry in work.entries.all(user_id):
                yield entry

    async def change_kind(self, workspace_id: str, user_id: str, entry_id: str, kind: Kind) -> Entry:
        """Give the entry the kind its owner says it has; the tagger learns from it."""
        return await self.change(workspace_id, user_id, entry_id, Note(kind=kind))

    async def change(self, workspace_id: str, user_id: str, entry_id: str, note: Note) -> Entry:
        """Change what the note names, leave the rest. An empty string or tuple empties a field.

        Raises `Refused` when the text would say nothing.
        """
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            entry = await self._mine(work, user_id, entry_id)
            changed = _changed(entry, note)
            if changed == entry:
                return entry
            changed = changed.touched(now)
            await work.entries.save(changed)
            if note.kind is not None and note.kind is not entry.kind:
                await work.corrections.put(
                    user_id, entry_id, text=changed.text, kind=note.kind, was=entry.kind, now=now
                )
            await work.commit()
        return changed

    async def tell_part(self, workspace_id: str, user_id: str, entry_id: str, note: Note) -> Entry:
        """Complete a draft with its owner's part in it; it is then kept and tagged by their words."""
        text = clean(note.text or "")
        if not says_something(text):
            raise Refused("errors.no_words" if text else "errors.empty")
        async with self._storage.reading(workspace_id) as work:
            corrections = await work.corrections.of(user_id)
        tag, tagged_by = await self._tagging.tag(workspace_id, corrections, text)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            entry = await self._mine(work, user_id, entry_id)
            told = entry.model_copy(
                update={
                    "kind": tag.kind,
                    "dimensions": tag.dimensions,
                    "confidence": tag.confidence,
                    "ranked": tag.ranked,
                    "tagged_by": tagged_by,
                    "tagger_version": tag.tagger_version,
                }
            )
            told = _changed(told, note.model_copy(update={"text": text}))
            told = told.touched(now, status=EntryStatus.KEPT)
            await work.entries.save(told)
            await work.commit()
        return told

    async def drafts(self, workspace_id: str, user_id: str, limit: int = 20) -> Sequence[Entry]:
        """Entries whose owner still has to tell their part, newest first."""
        async with self._storage.reading(workspace_id) as work:
            return await work.entries.list(user_id, status=EntryStatus.DRAFT, limit=limit)

    async def undo(self, workspace_id: str, user_id: str, entry_id: str) -> Entry:
        """Take an entry back. It is hidden everywhere; `bring_back` returns it as it was."""
        return await self._set_status(workspace_id, user_id, entry_id, EntryStatus.WITHDRAWN)

    async def bring_back(self, workspace_id: str, user_id: str, entry_id: str) -> Entry:
        """Undo the undoing."""
        return await self._set_status(workspace_id, user_id, entry_id, EntryStatus.KEPT)

    async def delete(self, workspace_id: str, user_id: str, entry_id: str) -> None:
        """Remove an entry for good, with everything that hangs on it."""
        async with self._storage.work(workspace_id) as work:
            await self._mine(work, user_id, entry_id)
            await work.entries.delete(user_id, entry_id)
            await work.layers.forget_incomplete()
            await work.commit()

    async def _set_status(self, workspace_id: str, user_id: str, entry_id: str, status: EntryStatus) -> Entry:
        async with self._storage.work(workspace_id) as work:
            entry = await self._mine(work, user_id, entry_id)
            entry = entry.model_copy(update={"status": status})
            await work.entries.save(entry)
            await work.commit()
        return entry

    async def _mine(self, work: WorkspaceWork, user_id: str, entry_id: str) -> Entry:
        entry = await work.entries.get(user_id, entry_id)
        if entry is None:
            raise NotFound
        return entry


def _changed(entry: Entry, note: Note) -> Entry:
    update: dict[str, object] = {}
    if note.text is not None and clean(note.text) != entry.text:
        if not says_something(clean(note.text)):
            raise Refused("errors.empty")
        entry = reworded(entry, clean(note.text))
        update["text_by"] = TextBy.PERSON
    if note.kind is not None:
        update |= {"kind": note.kind, "tagged_by": TaggedBy.PERSON, "confidence": 1.0}
        if note.kind is not entry.kind:
            update["dimensions"] = DIMENSIONS_OF[note.kind]
    if note.helped is not None:
        others = tuple(person for person in entry.people if person.role is not PersonRole.HELPED)
        helped = tuple(PersonInEntry(user=user, role=PersonRole.HELPED) for user in dict.fromkeys(note.helped))
        update["people"] = (*helped, *others)
    for name in ("outcome", "number", "baseline", "otherwise", "statement"):
        words = getattr(note, name)
        if words is not None:
            update[name] = clean(words) or None
    for name in ("occurred_on", "links", "role", "reach", "sensitivity", "dimensions"):
        if getattr(note, name) is not None:
            update[name] = getattr(note, name)
    return entry.model_copy(update=update)
