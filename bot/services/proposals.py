"""What a language model proposes, where the operator has switched one on: kinds, and drafts of statements.

Nothing of a person's goes out before they said yes, which they are asked once for each model; nothing that comes
back is stored before they keep it. A slow or failing model costs nobody anything: what was kept stays as it is.
"""

from __future__ import annotations

from bot.domain.draft_check import fault_in
from bot.domain.errors import Refused
from bot.domain.evidence import Entry, Note
from bot.domain.language_model import (
    Consent,
    KindsProposal,
    StatementProposal,
    consent_of,
    facts_of,
    may_be_sent,
    remembered,
    sendable,
    with_people,
)
from bot.domain.outgoing import SecondLook, StatementWanted
from bot.domain.ports import Clock, LanguageModel
from bot.services.evidence import EvidenceService
from bot.services.second_looks import wants_a_second_look
from storage.unit_of_work import Storage


class ProposalService:
    """Asks the language model for those who said yes."""

    def __init__(
        self, storage: Storage, evidence: EvidenceService, clock: Clock, model: LanguageModel | None = None
    ) -> None:
        self._storage, self._evidence, self._clock, self._model = storage, evidence, clock, model

    @property
    def destination(self) -> str | None:
        """Which model is switched on, and where; `None` when none is."""
        return self._model.destination if self._model else None

    async def consent(self, workspace_id: str, user_id: str) -> Consent | None:
        """What this person said to the model that is switched on; `None` as well when none is."""
        async with self._storage.reading(workspace_id) as work:
            member = await work.members.get(user_id)
        return consent_of(member, self.destination) if self.destination else None

    async def decide(self, workspace_id: str, user_id: str, *, yes: bool) -> None:
        """Remember a person's yes or no to the model that is switched on. Raises `Refused` when none is."""
        answer = remembered(Consent.YES if yes else Consent.NO, self._switched_on().destination)
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            await work.members.set(user_id, language_model=answer)
            await work.commit()

    async def look_again(self, workspace_id: str, user_id: str, entry_id: str) -> None:
        """Have the model asked about the kind of an entry, after a yes."""
        entry = await self._sendable(workspace_id, user_id, entry_id)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            key = f"second_look:{entry.id}:{now.timestamp()}"
            await work.post.add(user_id, SecondLook(entry_id=entry.id), once_key=key, now=now)
            await work.commit()

    async def want_statement(self, workspace_id: str, user_id: str, entry_id: str) -> None:
        """Have a statement drafted and brought to the person's direct message, after a yes."""
        entry = await self._sendable(workspace_id, user_id, entry_id)
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            key = f"statement:{entry.id}:{now.timestamp()}"
            await work.post.add(user_id, StatementWanted(entry_id=entry.id), once_key=key, now=now)
            await work.commit()

    async def kinds(self, workspace_id: str, user_id: str, entry_id: str) -> KindsProposal | None:
        """The model's two kinds for an entry; `None` when its owner has decided, or took their yes back.

        Raises `NoAnswer`.
        """
        entry = await self._evidence.get(workspace_id, user_id, entry_id)
        if not wants_a_second_look(entry) or await self.consent(workspace_id, user_id) is not Consent.YES:
            return None
        first, second = await self._switched_on().kinds(sendable(entry.text, entry))
        return KindsProposal(entry=entry, first=first, second=second)

    async def statement(self, workspace_id: str, user_id: str, entry_id: str) -> StatementProposal | None:
        """A checked draft, or why there is none to show; `None` when its owner took their yes back.

        Raises `NoAnswer`.
        """
        entry = await self._evidence.get(workspace_id, user_id, entry_id)
        if not may_be_sent(entry) or await self.consent(workspace_id, user_id) is not Consent.YES:
            return None
        draft = with_people(await self._switched_on().statement(facts_of(entry)), entry)
        fault = fault_in(draft, entry)
        return StatementProposal(entry=entry, draft="" if fault else draft, fault=fault)

    async def keep(self, workspace_id: str, user_id: str, entry_id: str, draft: str) -> Entry:
        """Keep a draft as it was shown. Raises `Refused` when the entry has changed and no longer says that."""
        entry = await self._evidence.get(workspace_id, user_id, entry_id)
        if fault_in(draft, entry) is not None:
            raise Refused("language_model.changed_since")
        return await self._evidence.change(workspace_id, user_id, entry_id, Note(statement=draft))

    async def close(self) -> None:
        """Let go of the model's connections."""
        if self._model is not None:
            await self._model.close()

    async def _sendable(self, workspace_id: str, user_id: str, entry_id: str) -> Entry:
        self._switched_on()
        entry = await self._evidence.get(workspace_id, user_id, entry_id)
        if not may_be_sent(entry):
            raise Refused("language_model.not_ones_own")
        if await self.consent(workspace_id, user_id) is not Consent.YES:
            raise Refused("language_model.not_agreed")
        return entry

    def _switched_on(self) -> LanguageModel:
        if self._model is None:
            raise Refused("language_model.off")
        return self._model
