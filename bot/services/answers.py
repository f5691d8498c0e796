"""Turning what people say to a check-in into evidence, and following it when they edit or delete it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.bets import Bet
from bot.domain.capture import CaptureRequest, message_key
from bot.domain.checkins import Answer, Asked, Checkin, split_reply
from bot.domain.errors import NotFound, Refused
from bot.domain.evidence import Entry, EntryStatus, Note, Source, SourceType, Value
from bot.domain.ids import new_id
from bot.domain.ports import Clock
from bot.domain.questions import Matter
from bot.domain.text import LONGEST_TEXT, clean, says_something
from bot.services.capture import CaptureService
from bot.services.evidence import EvidenceService
from storage.unit_of_work import Storage


class Given(Value):
    """One answer as it was given: in a form, or in the message at `ts` of the person's DM."""

    number: int | None
    text: str
    is_reflection: bool = False
    channel: str | None = None
    thread_ts: str | None = None
    ts: str | None = None
    said_at: datetime | None = None
    part: int = 0
    """Which part of its message it is, when the message answers several questions."""

    @property
    def capture_key(self) -> str | None:
        """The key of the message it stands in; none for a form."""
        if self.channel is None or self.ts is None:
            return None
        key = message_key(self.channel, self.ts)
        return f"{key}:{self.part}" if self.part else key


class Taken(Value):
    """An answer as it is kept now, with its entry unless it is a reflection."""

    answer: Answer
    entry: Entry | None
    is_new: bool


class AnswerService:
    """Keeps answers: as a new entry, as the outcome of an entry, as one's part in a draft, or for oneself."""

    def __init__(self, storage: Storage, capture: CaptureService, evidence: EvidenceService, clock: Clock) -> None:
        self._storage, self._capture, self._evidence, self._clock = storage, capture, evidence, clock

    async def take(self, checkin: Checkin, given: Given) -> Taken:
        """Keep one answer, or change it to what it says now.

        Raises `Refused` when it says nothing in words.
        """
        text = clean(given.text)
        if not says_something(text):
            raise Refused("errors.no_words" if text else "errors.empty")
        if len(text) > LONGEST_TEXT:
            raise Refused("errors.too_long", longest=LONGEST_TEXT)
        known = await self._known(checkin, given)
        entry = None
        if given.is_reflection:
            if known is not None:
                await self._take_back(checkin, known)
        else:
            entry = await self._as_evidence(checkin, given, text, known)
        now = self._clock.now()
        answer = Answer(
            id=known.id if known else new_id("ans", now),
            workspace_id=checkin.workspace_id,
            user_id=checkin.user_id,
            checkin_id=checkin.id,
            number=given.number,
            text=text,
            entry_id=entry.id if entry else None,
            ts=given.ts,
            created_at=known.created_at if known else now,
            updated_at=now,
        )
        async with self._storage.work(checkin.workspace_id) as work:
            await work.answers.put(answer)
            await work.commit()
        return Taken(answer=answer, entry=entry, is_new=known is None)

    async def change_reply(self, workspace_id: str, user_id: str, given: Given) -> Checkin | None:
        """A reply was edited: its answers say what it says now. The check-in it was to, if it was to any."""
        answers = await self._typed_at(workspace_id, user_id, given.ts or "")
        if not answers:
            return None
        checkin = await self._checkin(workspace_id, user_id, answers[0].checkin_id)
        parts = given_parts(checkin, given)
        if not any(says_something(clean(part.text)) for part in parts):
            return await self.drop_reply(workspace_id, user_id, given.ts or "")
        for answer in answers:
            if answer.number not in {part.number for part in parts}:
                await self._drop(checkin, answer)
        for part in parts:
            await self.take(checkin, part)
        return checkin

    async def drop_reply(self, workspace_id: str, user_id: str, ts: str) -> Checkin | None:
        """A reply was deleted: what became of it is taken back. The check-in it was to, if it was to any."""
        checkin = None
        for answer in await self._typed_at(workspace_id, user_id, ts):
            checkin = await self._checkin(workspace_id, user_id, answer.checkin_id)
            await self._drop(checkin, answer)
        return checkin

    async def keep_for_self(self, workspace_id: str, user_id: str, answer_id: str, *, only: bool) -> Checkin:
        """Make an answer a reflection that is no evidence, or evidence after all."""
        async with self._storage.reading(workspace_id) as work:
            answer = await work.answers.get(user_id, answer_id)
        if answer is None:
            raise NotFound
        checkin = await self._checkin(workspace_id, user_id, answer.checkin_id)
        channel = checkin.channel if answer.ts else None
        given = Given(number=answer.number, text=answer.text, is_reflection=only, channel=channel, ts=answer.ts)
        await self.take(checkin, given)
        return checkin

    async def _as_evidence(self, checkin: Checkin, given: Given, text: str, known: Answer | None) -> Entry:
        me = (checkin.workspace_id, checkin.user_id)
        asked = checkin.question(given.number) if given.number else None
        about = await self._about(checkin, asked)
        if about is not None and asked is not None:
            return await self._about_entry(asked, about, text, known)
        if known is not None and known.entry_id is not None:
            entry = await self._evidence.get(*me, known.entry_id)
            if entry.status is not EntryStatus.WITHDRAWN:
                return await self._evidence.change(*me, known.entry_id, Note(text=text))
        captured = await self._capture.capture(
            CaptureRequest(
                workspace_id=checkin.workspace_id,
                user_id=checkin.user_id,
                capture_key=given.capture_key or f"checkin:{checkin.id}:{given.number}",
                text=text,
                said_at=given.said_at or self._clock.now(),
                source=Source(
                    type=SourceType.CHECKIN,
                    channel=given.channel or checkin.channel,
                    ts=given.ts or checkin.ts,
                    thread_ts=given.thread_ts,
                    author=checkin.user_id if given.ts else None,
                ),
            )
        )
        if captured.entry.text != text:
            return await self._evidence.change(*me, captured.entry.id, Note(text=text))
        return captured.entry

    async def _about(self, checkin: Checkin, asked: Asked | None) -> Entry | None:
        """The entry that a follow-up is about, while it is there."""
        if asked is None or asked.choice.about_id is None:
            return None
        entry_id = asked.choice.about_id
        if asked.choice.about is Matter.BET:
            bet = await self._bet(checkin, entry_id)
            if bet is None:
                return None
            entry_id = bet.entry_id
        try:
            entry = await self._evidence.get(checkin.workspace_id, checkin.user_id, entry_id)
        except NotFound:
            return None
        return None if entry.status is EntryStatus.WITHDRAWN else entry

    async def _about_entry(self, asked: Asked, entry: Entry, text: str, known: Answer | None) -> Entry:
        me = (entry.workspace_id, entry.user_id)
        if asked.choice.about is Matter.DRAFT:
            if entry.status is EntryStatus.DRAFT:
                return await self._evidence.tell_part(*me, entry.id, Note(text=text))
            return await self._evidence.change(*me, entry.id, Note(text=text))
        if asked.choice.about is Matter.BET:
            await self._note_on_bet(entry, asked.choice.about_id or "", text)
        outcome = _with_outcome(entry.outcome, known.text if known else None, text)
        return await self._evidence.change(*me, entry.id, Note(outcome=outcome))

    async def _note_on_bet(self, entry: Entry, bet_id: str, text: str) -> None:
        async with self._storage.work(entry.workspace_id) as work:
            bet = await work.bets.get(entry.user_id, bet_id)
            if bet is not None:
                await work.bets.put(bet.model_copy(update={"what_came": text}))
                await work.commit()

    async def _drop(self, checkin: Checkin, answer: Answer) -> None:
        await self._take_back(checkin, answer)
        async with self._storage.work(checkin.workspace_id) as work:
            await work.answers.delete(checkin.user_id, answer.id)
            await work.commit()

    async def _take_back(self, checkin: Checkin, answer: Answer) -> None:
        """Undo what an answer brought about: its entry, or the outcome it gave to another."""
        if answer.entry_id is None:
            return
        me = (checkin.workspace_id, checkin.user_id)
        entry = await self._evidence.get(*me, answer.entry_id)
        asked = checkin.question(answer.number) if answer.number else None
        matter = asked.choice.about if asked else None
        if matter is None:
            await self._evidence.undo(*me, entry.id)
        elif matter is not Matter.DRAFT and entry.outcome:
            outcome = _with_outcome(entry.outcome, answer.text, "")
            await self._evidence.change(*me, entry.id, Note(outcome=outcome))

    async def _known(self, checkin: Checkin, given: Given) -> Answer | None:
        async with self._storage.reading(checkin.workspace_id) as work:
            answers = await work.answers.list(checkin.user_id, checkin.id)
        same = (each for each in answers if (each.number, each.ts) == (given.number, given.ts))
        return next(same, None)

    async def _typed_at(self, workspace_id: str, user_id: str, ts: str) -> Sequence[Answer]:
        async with self._storage.reading(workspace_id) as work:
            return await work.answers.typed_at(user_id, ts)

    async def _checkin(self, workspace_id: str, user_id: str, checkin_id: str) -> Checkin:
        async with self._storage.reading(workspace_id) as work:
            checkin = await work.checkins.get(user_id, checkin_id)
        if checkin is None:
            raise NotFound
        return checkin

    async def _bet(self, checkin: Checkin, bet_id: str) -> Bet | None:
        async with self._storage.reading(checkin.workspace_id) as work:
            return await work.bets.get(checkin.user_id, bet_id)


def given_parts(checkin: Checkin, given: Given) -> tuple[Given, ...]:
    """A reply in the thread as answers to the questions it numbers, or to the check-in as a whole."""
    numbers = [asked.number for asked in checkin.questions]
    parts = split_reply(given.text, numbers)
    return tuple(
        given.model_copy(update={"number": number, "text": text, "part": number or 0}) for number, text in parts
    )


def _with_outcome(there: str | None, before: str | None, now: str) -> str:
    """An outcome with this answer's words in place of what the same answer said before."""
    lines = there or ""
    if before and before in lines:
        return lines.replace(before, now).strip()
    return f"{lines}\n{now}".strip()


def by_number(answers: Sequence[Answer]) -> Mapping[int, Answer]:
    """The latest answer to each numbered question."""
    return {answer.number: answer for answer in answers if answer.number is not None}
