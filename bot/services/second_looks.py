"""Having a language model look a second time at entries whose kind the tagger isn't sure of."""

from __future__ import annotations

from bot.domain.evidence import Entry, EntryStatus, TaggedBy
from bot.domain.language_model import Consent, consent_of, may_be_sent, remembered
from bot.domain.outgoing import SecondLook
from bot.domain.ports import Clock, LanguageModel
from storage.unit_of_work import WorkspaceWork


class SecondLooks:
    """Leaves the question in the outbox. Without a language model it does nothing."""

    def __init__(self, model: LanguageModel | None, clock: Clock) -> None:
        self._destination, self._clock = model.destination if model else None, clock

    async def ask_about(self, work: WorkspaceWork, entry: Entry, channel: str | None, thread_ts: str | None) -> None:
        """Leave it in the caller's transaction: for the model after a yes, else for the person, once."""
        if self._destination is None or not wants_a_second_look(entry):
            return
        member = await work.members.ensure(entry.user_id)
        consent = consent_of(member, self._destination)
        if consent in (Consent.NO, Consent.ASKED):
            return
        if consent is None:
            asked = remembered(Consent.ASKED, self._destination)
            await work.members.set(entry.user_id, language_model=asked)
        look = SecondLook(entry_id=entry.id, channel=channel, thread_ts=thread_ts)
        await work.post.add(entry.user_id, look, once_key=f"second_look:{entry.id}", now=self._clock.now())


def wants_a_second_look(entry: Entry) -> bool:
    """Whether the tagger wasn't sure, the owner hasn't decided, and the entry's words may go out."""
    return entry.status is EntryStatus.KEPT and entry.tagged_by is TaggedBy.UNSURE and may_be_sent(entry)
