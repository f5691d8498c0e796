"""Crediting a colleague: offering them their own message as evidence, with the one who pointed at it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.capture import Captured, CaptureRequest, message_key
from bot.domain.credits import DAILY_OFFERS, OFFER_WINDOW, Credit, CreditState
from bot.domain.errors import NotFound, Unreachable
from bot.domain.evidence import EntryStatus, Note, Quote, QuoteRole, Source, SourceType, TextBy
from bot.domain.ids import new_id
from bot.domain.outgoing import CreditOffered, Notice
from bot.domain.people import Member
from bot.domain.ports import Clock, Slack
from bot.domain.text import says_something
from bot.domain.threads import Message
from bot.services.capture import CaptureService
from bot.services.keeping import Reacted, note_reaction, said_at
from bot.services.people import PeopleService
from storage.repositories.marks import Told
from storage.unit_of_work import Storage, WorkspaceWork

CREDIT = "credit"
_OPEN = (CreditState.OFFERED, CreditState.WAITING)


class CreditService:
    """Credits from the reaction to the receiver's answer."""

    def __init__(
        self, storage: Storage, slack: Slack, capture: CaptureService, people: PeopleService, clock: Clock
    ) -> None:
        self._storage, self._slack, self._capture = storage, slack, capture
        self._people, self._clock = people, clock

    async def reaction_changed(self, reacted: Reacted) -> None:
        """The credit emoji was put on a message, or taken off.

        Nothing happens for messages of bots, for messages that say nothing in words, and for ones the
        bot can't read; one's own message gets a hint.
        """
        if not reacted.is_on:
            await self._taken_back(reacted)
            return
        try:
            thread = await self._slack.thread(reacted.workspace_id, reacted.channel, reacted.ts)
        except Unreachable:
            return
        message = thread.find(reacted.ts)
        if message is None or message.is_bot or not says_something(message.text):
            return
        if message.author == reacted.user_id:
            await self._hint_own(reacted)
            return
        await self._people.known(reacted.workspace_id, reacted.user_id)
        receiver = await self._people.known(reacted.workspace_id, message.author)
        permalink = await self._slack.permalink(reacted.workspace_id, message.channel, message.ts)
        await self._offer(reacted, message, receiver, permalink)

    async def get(self, workspace_id: str, user_id: str, credit_id: str) -> Credit:
        """The credit. Raises `NotFound` unless it was given to this person."""
        async with self._storage.reading(workspace_id, little=True) as work:
            credit = await work.credits.get(credit_id)
        if credit is None or credit.to_user != user_id:
            raise NotFound("credit.gone")
        return credit

    async def given_with(self, credit: Credit) -> Sequence[Credit]:
        """All standing credits for the same message, this one among them."""
        async with self._storage.reading(credit.workspace_id) as work:
            given = await work.credits.for_message(credit.channel, credit.ts)
        return [each for each in given if each.state is not CreditState.TAKEN_BACK]

    async def keep(self, workspace_id: str, user_id: str, credit_id: str, note: Note | None = None) -> Captured:
        """Keep a credited message as one's entry; everyone who credited it counts as having confirmed it."""
        credit = await self.get(workspace_id, user_id, credit_id)
        by = tuple(each.by_user for each in await self.given_with(credit))
        note = note or Note()
        captured = await self._capture.capture(self._request(credit, by, note))
        await self._close(credit, CreditState.KEPT, captured.entry.id)
        return captured

    async def decline(self, workspace_id: str, user_id: str, credit_id: str) -> Credit:
        """Not kept; the one who credited is not told."""
        credit = await self.get(workspace_id, user_id, credit_id)
        await self._close(credit, CreditState.DECLINED, None)
        return credit

    async def stop(self, workspace_id: str, user_id: str, credit_id: str) -> None:
        """Not kept, and no more such messages."""
        await self.decline(workspace_id, user_id, credit_id)
        await self._people.set_wants_credits(workspace_id, user_id, False)

    async def _offer(self, reacted: Reacted, message: Message, receiver: Member, permalink: str | None) -> None:
        now = self._clock.now()
        async with self._storage.work(reacted.workspace_id) as work:
            await work.members.ensure(message.author)
            told = await note_reaction(work, reacted, CREDIT)
            known = await work.credits.given(reacted.user_id, message.channel, message.ts)
            stands = known is not None and known.state is not CreditState.TAKEN_BACK
            if told is Told.OLD or stands:
                await work.commit()
                return
            credit = Credit(
                id=known.id if known else new_id("crd", now),
                workspace_id=reacted.workspace_id,
                to_user=message.author,
                by_user=reacted.user_id,
                channel=message.channel,
                ts=message.ts,
                thread_ts=message.thread_ts,
                permalink=permalink,
                text=message.text,
                state=CreditState.WAITING,
                created_at=now,
                offered_at=known.offered_at if known else None,
            )
            await self._deliver(work, credit, receiver)
            await work.commit()

    async def _deliver(self, work: WorkspaceWork, credit: Credit, receiver: Member) -> None:
        """Decide how the credit reaches its receiver: as a message, on Home, with an earlier one, or not."""
        now = self._clock.now()
        others = [
            each
            for each in await work.credits.for_message(credit.channel, credit.ts)
            if each.id != credit.id and each.state is not CreditState.TAKEN_BACK
        ]
        entry = await work.entries.get_by_key(credit.to_user, message_key(credit.channel, credit.ts))
        if entry and entry.status is EntryStatus.KEPT:
            # The author keeps it already: one more person confirms it, and nobody is disturbed.
            await work.credits.put(credit.model_copy(update={"state": CreditState.KEPT, "entry_id": entry.id}))
            await work.entries.save(entry.confirmed_by((credit.by_user,), now))
            return
        if not receiver.wants_credits or any(each.state is CreditState.DECLINED for each in others):
            await work.credits.put(credit.model_copy(update={"state": CreditState.MUTED}))
            return
        sent = await work.credits.offered_since(credit.to_user, now - OFFER_WINDOW)
        if credit.offered_at or sent >= DAILY_OFFERS or any(each.state in _OPEN for each in others):
            await work.credits.put(credit)
            return
        await work.credits.put(credit.model_copy(update={"state": CreditState.OFFERED, "offered_at": now}))
        message = CreditOffered(credit_id=credit.id)
        await work.post.add(credit.to_user, message, once_key=f"credit:{credit.id}", now=now)

    async def _taken_back(self, reacted: Reacted) -> None:
        async with self._storage.work(reacted.workspace_id) as work:
            told = await note_reaction(work, reacted, CREDIT)
            credit = await work.credits.given(reacted.user_id, reacted.channel, reacted.ts)
            if told is Told.NEW and credit and credit.state in (*_OPEN, CreditState.MUTED):
                await work.credits.put(credit.model_copy(update={"state": CreditState.TAKEN_BACK}))
                await work.post.take_back(f"credit:{credit.id}")
            await work.commit()

    async def _close(self, credit: Credit, state: CreditState, entry_id: str | None) -> None:
        async with self._storage.work(credit.workspace_id) as work:
            for each in await work.credits.for_message(credit.channel, credit.ts):
                if each.to_user == credit.to_user and each.state in _OPEN:
                    await work.credits.put(each.model_copy(update={"state": state, "entry_id": entry_id}))
            await work.commit()

    async def _hint_own(self, reacted: Reacted) -> None:
        key = f"credit-own:{reacted.user_id}:{reacted.channel}:{reacted.ts}"
        notice = Notice(message_key="credit.own_message", channel=reacted.channel)
        async with self._storage.work(reacted.workspace_id) as work:
            await work.post.add(reacted.user_id, notice, once_key=key, now=self._clock.now())
            await work.commit()

    def _request(self, credit: Credit, by: tuple[str, ...], note: Note) -> CaptureRequest:
        own_words = note.text is not None and note.text != credit.text
        return CaptureRequest(
            workspace_id=credit.workspace_id,
            user_id=credit.to_user,
            capture_key=message_key(credit.channel, credit.ts),
            text=note.text or credit.text,
            text_by=TextBy.PERSON,
            said_at=said_at(credit.ts) or credit.created_at,
            source=Source(
                type=SourceType.CREDIT,
                channel=credit.channel,
                ts=credit.ts,
                thread_ts=credit.thread_ts,
                permalink=credit.permalink,
                author=credit.to_user,
            ),
            quotes=(
                Quote(
                    channel=credit.channel,
                    ts=credit.ts,
                    author=credit.to_user,
                    role=QuoteRole.MESSAGE,
                    text=credit.text,
                ),
            )
            if own_words
            else (),
            note=note,
            credited_by=by,
        )
