"""Reactions and shortcuts on Slack messages: keeping them, crediting their authors, following their edits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from bot.domain.capture import Captured, CaptureRequest, message_key
from bot.domain.errors import Refused, Unreachable
from bot.domain.evidence import (
    Entry,
    EntryStatus,
    Quote,
    Source,
    SourceState,
    SourceType,
    TextBy,
    Value,
)
from bot.domain.outgoing import Notice
from bot.domain.ports import Clock, Slack
from bot.domain.text import clean, says_something
from bot.domain.threads import (
    Keep,
    KeepCase,
    Message,
    Thread,
    ThreadWords,
    compose,
    for_tagger,
    keep_of,
    repeats,
    thread_of,
)
from bot.services.capture import CaptureService
from storage.repositories.marks import Told
from storage.unit_of_work import Storage, WorkspaceWork

#: Taking the reaction off takes an untouched entry back for this long; later it stays until undone by hand.
TAKE_BACK_WITHIN = timedelta(hours=24)

KEEP, EDIT = "keep", "edit"
#: Slack's words for a message that isn't there, where it would be seen.
_GONE = frozenset({"message_not_found", "thread_not_found"})


class Reacted(Value):
    """Someone put a reaction on a message, or took it off. `changed_ts` is Slack's time of the change."""

    workspace_id: str
    user_id: str
    channel: str
    ts: str
    is_on: bool
    changed_ts: str


class KeepingService:
    """Turns a Slack message, with the thread around it, into the entry of whoever keeps it."""

    def __init__(
        self, storage: Storage, slack: Slack, capture: CaptureService, words: ThreadWords, clock: Clock
    ) -> None:
        self._storage, self._slack, self._capture = storage, slack, capture
        self._words, self._clock = words, clock

    async def reaction_changed(self, reacted: Reacted) -> None:
        """The keep emoji was put on a message, or taken off.

        Old news changes nothing. The answer goes through the outbox, to where it happened.
        """
        if not reacted.is_on:
            await self._reaction_removed(reacted)
            return
        read_at = self._clock.now()
        try:
            thread = await self._slack.thread(reacted.workspace_id, reacted.channel, reacted.ts)
            told, entry = await self._note(reacted)
            if told is Told.AGAIN and entry is not None:
                await self._follow(entry, thread)
            elif told is not Told.OLD:
                await self._keep(reacted.workspace_id, reacted.user_id, thread, reacted.ts, read_at, reacted)
        except (Unreachable, Refused) as error:
            await self._say(reacted, error.message_key)

    async def keep_written(self, workspace_id: str, user_id: str, channel: str, ts: str) -> Captured:
        """Keep a message that this person wrote to the bot.

        Raises `Refused` when it says nothing in words, `Unreachable` when it is gone.
        """
        read_at = self._clock.now()
        thread = await self._slack.thread(workspace_id, channel, ts)
        return await self._keep(workspace_id, user_id, thread, ts, read_at)

    async def keep_shown(self, workspace_id: str, user_id: str, message: Message) -> Captured:
        """Keep a message that Slack handed over with a shortcut, also where the bot is not a member.

        The thread around it is read where the bot can; the message alone is enough. Raises `Refused` when it says
        nothing in words.
        """
        read_at = self._clock.now()
        try:
            thread = await self._slack.thread(workspace_id, message.channel, message.ts)
        except Unreachable:
            thread = thread_of([message])
        if thread.find(message.ts) is None:
            thread = thread_of([*thread.messages, message])
        return await self._keep(workspace_id, user_id, thread, message.ts, read_at)

    async def message_edited(self, workspace_id: str, channel: str, ts: str, text: str, changed_ts: str) -> bool:
        """A message that entries stand on was edited: they say so, and quote it as it is now.

        A note sent to the bot itself is corrected by editing it, as long as its entry is untouched. `changed_ts` is
        Slack's time of the edit; one that a later edit has overtaken changes nothing. False when no entry stands on it.
        """
        async with self._storage.work(workspace_id) as work:
            entries = await work.entries.quoting(channel, ts)
            for entry in entries:
                told = await work.marks.change(entry.user_id, channel, ts, EDIT, is_on=True, changed_ts=changed_ts)
                if told is Told.NEW:
                    await work.entries.save(self._edited(entry, channel, ts, clean(text)))
            await work.commit()
        return bool(entries)

    async def message_deleted(self, workspace_id: str, channel: str, ts: str) -> None:
        """A message that entries stand on was deleted: they say so, and its words go from them."""
        async with self._storage.work(workspace_id) as work:
            for entry in await work.entries.quoting(channel, ts):
                await work.entries.save(self._deleted(entry, channel, ts))
            await work.commit()

    async def _keep(
        self,
        workspace_id: str,
        user_id: str,
        thread: Thread,
        ts: str,
        read_at: datetime,
        reacted: Reacted | None = None,
    ) -> Captured:
        """Keep one message of a thread that was read at this moment, or after it."""
        keep = keep_of(thread, ts, user_id)
        if keep is None:
            raise Unreachable("message_not_found", "errors.unreachable_gone")
        captured = await self._capture.capture(await self._request(workspace_id, user_id, keep, reacted))
        await self._follow_edits(captured.entry, thread)
        if await self._told_since(read_at, workspace_id, {quote.author for quote in keep.quotes} - {user_id}):
            await self._read_again(captured.entry, keep.message)
        return captured

    async def _read_again(self, entry: Entry, message: Message) -> None:
        try:
            thread = await self._slack.thread(entry.workspace_id, message.channel, message.ts)
        except Unreachable as error:
            # A shortcut shows messages also where the bot can't read; those are not gone.
            if error.reason in _GONE:
                await self.message_deleted(entry.workspace_id, message.channel, message.ts)
            return
        await self._follow(entry, thread)

    async def _told_since(self, moment: datetime, workspace_id: str, people: Collection[str]) -> bool:
        """Whether one of these may have edited or deleted a message, which found no entry to correct as yet."""
        if not people:
            return False
        async with self._storage.reading(workspace_id, little=True) as work:
            return await work.arrived.any_of(people, moment)

    async def _follow(self, entry: Entry, thread: Thread) -> None:
        """Bring the entry's quotes to the thread, as Slack has just shown it: what is not in it is gone."""
        for quote in entry.quotes:
            if thread.find(quote.ts) is None:
                await self.message_deleted(entry.workspace_id, quote.channel, quote.ts)
        await self._follow_edits(entry, thread)

    async def _follow_edits(self, entry: Entry, thread: Thread) -> None:
        """Bring those of the entry's quotes that the thread holds to it, whatever older edits are told of later."""
        for quote in entry.quotes:
            message = thread.find(quote.ts)
            if message and (message.edited_ts or clean(message.text) != clean(quote.text)):
                changed_ts = message.edited_ts or message.ts
                await self.message_edited(entry.workspace_id, quote.channel, quote.ts, message.text, changed_ts)

    async def _note(self, reacted: Reacted) -> tuple[Told, Entry | None]:
        """Note the newest state of the reaction; how new that is, and told again, the entry there is because of it.

        Where that is missing, the process ended between the two.
        """
        async with self._storage.work(reacted.workspace_id) as work:
            told, entry = await note_reaction(work, reacted, KEEP), None
            if told is Told.AGAIN:
                entry = await work.entries.get_by_key(reacted.user_id, message_key(reacted.channel, reacted.ts))
            await work.commit()
        return told, entry

    async def _reaction_removed(self, reacted: Reacted) -> None:
        async with self._storage.work(reacted.workspace_id) as work:
            told = await note_reaction(work, reacted, KEEP)
            key = message_key(reacted.channel, reacted.ts)
            entry = await work.entries.get_by_key(reacted.user_id, key)
            stays = False
            if told is Told.NEW and entry and entry.status is not EntryStatus.WITHDRAWN:
                fresh = self._clock.now() - entry.created_at <= TAKE_BACK_WITHIN
                stays = not (entry.is_untouched and fresh)
                if not stays:
                    await work.entries.save(entry.model_copy(update={"status": EntryStatus.WITHDRAWN}))
            await work.commit()
        if stays:
            await self._say(reacted, "kept.stays")

    async def _say(self, reacted: Reacted, message_key: str) -> None:
        notice = Notice(message_key=message_key, channel=reacted.channel)
        key = f"notice:{message_key}:{reacted.user_id}:{reacted.channel}:{reacted.ts}:{reacted.changed_ts}"
        async with self._storage.work(reacted.workspace_id) as work:
            await work.post.add(reacted.user_id, notice, once_key=key, now=self._clock.now())
            await work.commit()

    async def _request(self, workspace_id: str, user_id: str, keep: Keep, reacted: Reacted | None) -> CaptureRequest:
        message = keep.message
        made_of_quotes = bool(keep.quotes)
        text = compose(keep.quotes, self._words) if made_of_quotes else message.text
        draft = keep.case is KeepCase.UNKNOWN or (made_of_quotes and not says_something(text))
        return CaptureRequest(
            workspace_id=workspace_id,
            user_id=user_id,
            capture_key=message_key(message.channel, message.ts),
            text=text,
            text_by=TextBy.THREAD if made_of_quotes else TextBy.PERSON,
            words=for_tagger(keep.quotes, user_id) if made_of_quotes else None,
            said_at=said_at(message.ts) or self._clock.now(),
            source=Source(
                type=SourceType.REACTION if reacted else SourceType.SHORTCUT,
                channel=message.channel,
                ts=message.ts,
                thread_ts=message.thread_ts,
                permalink=await self._permalink(workspace_id, message),
                author=message.author,
            ),
            status=EntryStatus.DRAFT if draft else EntryStatus.KEPT,
            quotes=keep.quotes,
            helped=keep.helped,
            witnesses=keep.witnesses,
            announce_in=message.channel,
            announce_thread=message.thread_ts,
            announce_key=f"{message_key(message.channel, message.ts)}:{user_id}:{reacted.changed_ts}"
            if reacted
            else None,
        )

    async def _permalink(self, workspace_id: str, message: Message) -> str | None:
        try:
            return await self._slack.permalink(workspace_id, message.channel, message.ts)
        except Unreachable:
            return None

    def _edited(self, entry: Entry, channel: str, ts: str, text: str) -> Entry:
        source = entry.source
        quotes = tuple(
            quote.model_copy(update={"text": text}) if (quote.channel, quote.ts) == (channel, ts) else quote
            for quote in entry.quotes
        )
        if entry.quotes and quotes == entry.quotes:
            return entry
        update: dict[str, object] = {"quotes": quotes}
        if source.state is SourceState.PRESENT:
            update["source"] = source.model_copy(update={"state": SourceState.EDITED})
        if entry.text_by is TextBy.THREAD:
            update["text"] = compose(quotes, self._words)
        elif source.type is SourceType.DM and entry.is_untouched and says_something(text):
            update["text"] = text
        return entry.model_copy(update=update)

    def _deleted(self, entry: Entry, channel: str, ts: str) -> Entry:
        gone = [quote for quote in entry.quotes if (quote.channel, quote.ts) == (channel, ts)]
        source = entry.source.model_copy(update={"state": SourceState.DELETED})
        return without_quotes(entry, gone, self._words).model_copy(update={"source": source})


def without_quotes(entry: Entry, gone: Collection[Quote], words: ThreadWords) -> Entry:
    """The entry without these quotes, and without what it had only from others' words in them."""
    quotes = tuple(quote for quote in entry.quotes if quote not in gone)
    theirs = [quote for quote in gone if quote.author != entry.user_id]
    borrowed = [
        field
        for field in ("outcome", "number", "baseline")
        if any(repeats(getattr(entry, field), quote) for quote in theirs)
    ]
    update: dict[str, object] = {"quotes": quotes, **dict.fromkeys(borrowed)}
    if entry.text_by is TextBy.THREAD:
        update["text"] = compose(quotes, words)
    return entry.model_copy(update=update)


async def note_reaction(work: WorkspaceWork, reacted: Reacted, act: str) -> Told:
    """Note the newest state of a reaction, and how this news stands to what was told before."""
    await work.members.ensure(reacted.user_id)
    return await work.marks.change(
        reacted.user_id,
        reacted.channel,
        reacted.ts,
        act,
        is_on=reacted.is_on,
        changed_ts=reacted.changed_ts,
    )


def said_at(ts: str) -> datetime | None:
    """When a Slack message was posted, from its timestamp; `None` for one that is no time."""
    try:
        return datetime.fromtimestamp(float(ts), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
