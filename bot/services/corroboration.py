"""Asking someone who was there to confirm an entry, and what they answer."""

from __future__ import annotations

import hashlib

from bot.domain.corroboration import (
    LONGEST_QUOTE,
    REQUESTS_A_WEEK,
    STATE_AFTER,
    WEEK,
    Answer,
    ConfirmRequest,
    covers,
    may_be_asked,
    with_word,
    words_to_confirm,
)
from bot.domain.errors import Conflict, NotFound, Refused
from bot.domain.evidence import Confirmation, ConfirmationState, Entry, Sensitivity
from bot.domain.ids import new_id
from bot.domain.outgoing import ConfirmAnswered, ConfirmAsked
from bot.domain.people import Member
from bot.domain.ports import Clock
from bot.domain.text import clean, says_something
from bot.services.people import PeopleService
from storage.unit_of_work import Storage, WorkspaceWork

#: After these answers someone may be asked about the same entry once more, when it says something else.
_MAY_BE_ASKED_ANEW = (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED, ConfirmationState.SUGGESTED)


class CorroborationService:
    """Requests to confirm from asking to answer. The asker sees a state, and a quote only if agreed to."""

    def __init__(self, storage: Storage, people: PeopleService, clock: Clock) -> None:
        self._storage, self._people, self._clock = storage, people, clock

    async def may_be_asked(self, workspace_id: str, user_id: str, entry_id: str) -> tuple[Entry, tuple[str, ...]]:
        """The entry with the people in it who could confirm it."""
        async with self._storage.reading(workspace_id) as work:
            entry = await work.entries.get(user_id, entry_id)
        if entry is None:
            raise NotFound
        return entry, may_be_asked(entry)

    async def ask(self, workspace_id: str, user_id: str, entry_id: str, asked_user: str) -> ConfirmRequest:
        """Ask one person, in a direct message.

        Raises `Refused` when they have left, are a bot or the asker, want no such messages, were asked
        about this before, or were asked twice this week; the message says which.
        """
        if asked_user == user_id:
            raise Refused("confirm.not_yourself")
        asked = await self._people.known(workspace_id, asked_user)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            entry = await work.entries.get(user_id, entry_id)
            if entry is None:
                raise NotFound
            if entry.sensitivity is Sensitivity.NEVER:
                raise Refused("confirm.entry_is_private")
            before = await self._refuse_unless_welcome(work, asked, entry)
            request = ConfirmRequest(
                id=before.id if before else new_id("cfm", now),
                workspace_id=workspace_id,
                user_id=user_id,
                asked_user=asked_user,
                entry_id=entry.id,
                text=words_to_confirm(entry),
                asked_at=now,
            )
            await work.confirm_requests.put(request)
            await self._send(work, request)
            await work.commit()
        return request

    async def get(self, workspace_id: str, asked_user: str, request_id: str) -> ConfirmRequest:
        """The request, for the one who was asked. Raises `NotFound` for anyone else."""
        async with self._storage.reading(workspace_id) as work:
            return await self._asked_of(work, asked_user, request_id)

    async def about(self, workspace_id: str, user_id: str, request_id: str) -> tuple[ConfirmRequest, Entry]:
        """The request and its entry, for the one who asked."""
        async with self._storage.reading(workspace_id) as work:
            request = await work.confirm_requests.get(request_id)
            if request is None or request.user_id != user_id:
                raise NotFound
            entry = await work.entries.get(user_id, request.entry_id)
        if entry is None:
            raise NotFound
        return request, entry

    async def answer(
        self, workspace_id: str, asked_user: str, request_id: str, answer: Answer, words: str = ""
    ) -> ConfirmRequest:
        """Take someone's answer; a later one takes the place of an earlier.

        Raises `Refused` for a quote or suggestion without words, `Conflict` when the asker has changed
        the text since: nobody confirms what they didn't read, so they are sent what it says now.
        """
        words = _checked(answer, words)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            request = await self._asked_of(work, asked_user, request_id)
            entry = await work.entries.get(request.user_id, request.entry_id)
            if entry is None:
                raise NotFound("confirm.gone")
            if answer in (Answer.YES, Answer.QUOTE) and not covers(request.text, words_to_confirm(entry)):
                await self._show_again(work, request, entry)
                await work.commit()
                raise Conflict("confirm.changed")
            state = STATE_AFTER[answer]
            quote = words if answer is Answer.QUOTE else None
            said = Confirmation(by=asked_user, state=state, quote=quote, words=request.text, at=now)
            await work.entries.save(with_word(entry, said))
            suggestion = words if answer is Answer.SUGGEST else None
            request = await self._closed(work, request, state, suggestion)
            if answer is Answer.STOP:
                await work.members.ensure(asked_user)
                await work.members.set(asked_user, wants_confirm_requests=False)
            await work.commit()
        return request

    async def withdraw(self, workspace_id: str, asked_user: str, request_id: str) -> ConfirmRequest:
        """Take one's confirmation and quote back; they are gone from the entry at once."""
        async with self._storage.work(workspace_id) as work:
            request = await self._asked_of(work, asked_user, request_id)
            entry = await work.entries.get(request.user_id, request.entry_id)
            state = ConfirmationState.WITHDRAWN
            if entry is not None:
                taken_back = Confirmation(by=asked_user, state=state, at=self._clock.now())
                await work.entries.save(with_word(entry, taken_back))
            request = await self._closed(work, request, state, None)
            await work.commit()
        return request

    async def set_wants_requests(self, workspace_id: str, user_id: str, wants: bool) -> None:
        """Whether this person may be asked to confirm others' entries."""
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            await work.members.set(user_id, wants_confirm_requests=wants)
            await work.commit()

    async def _refuse_unless_welcome(self, work: WorkspaceWork, asked: Member, entry: Entry) -> ConfirmRequest | None:
        """The earlier request about this entry, where it said something else then."""
        if not asked.is_active:
            raise Refused("confirm.has_left")
        if not asked.wants_confirm_requests:
            raise Refused("confirm.not_available")
        requests = await work.confirm_requests.of_entry(entry.user_id, entry.id)
        before = next((request for request in requests if request.asked_user == asked.user_id), None)
        if before is not None and (before.state not in _MAY_BE_ASKED_ANEW or covers(before.text, entry.text)):
            raise Refused("confirm.asked_before")
        since = self._clock.now() - WEEK
        if await work.confirm_requests.count_to(asked.user_id, since) >= REQUESTS_A_WEEK:
            raise Refused("confirm.enough_this_week")
        return before

    async def _asked_of(self, work: WorkspaceWork, asked_user: str, request_id: str) -> ConfirmRequest:
        request = await work.confirm_requests.get(request_id)
        if request is None or request.asked_user != asked_user:
            raise NotFound("confirm.gone")
        return request

    async def _show_again(self, work: WorkspaceWork, request: ConfirmRequest, entry: Entry) -> None:
        request = request.model_copy(update={"text": words_to_confirm(entry)})
        await work.confirm_requests.put(request)
        await self._send(work, request)

    async def _send(self, work: WorkspaceWork, request: ConfirmRequest) -> None:
        told = hashlib.sha256(request.text.encode()).hexdigest()[:16]
        key = f"confirm:{request.id}:{int(request.asked_at.timestamp())}:{told}"
        await work.post.add(
            request.asked_user, ConfirmAsked(request_id=request.id), once_key=key, now=self._clock.now()
        )

    async def _closed(
        self, work: WorkspaceWork, request: ConfirmRequest, state: ConfirmationState, suggestion: str | None
    ) -> ConfirmRequest:
        now = self._clock.now()
        closed = request.model_copy(update={"state": state, "suggestion": suggestion, "answered_at": now})
        await work.confirm_requests.put(closed)
        told = ConfirmAnswered(request_id=request.id)
        key = f"confirm-answer:{request.id}:{int(now.timestamp())}:{state}"
        await work.post.add(request.user_id, told, once_key=key, now=now)
        return closed


def _checked(answer: Answer, words: str) -> str:
    words = clean(words)
    if answer in (Answer.QUOTE, Answer.SUGGEST):
        if not says_something(words):
            raise Refused("errors.empty")
        if answer is Answer.QUOTE and len(words) > LONGEST_QUOTE:
            raise Refused("confirm.quote_too_long", length=LONGEST_QUOTE)
    return words
