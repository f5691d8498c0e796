"""Asking someone who was there whether an entry is how it was."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.evidence import Confirmation, ConfirmationState, Entry, Value

#: One person is asked at most this often in any seven days, whoever asks.
REQUESTS_A_WEEK = 2
WEEK = timedelta(days=7)
LONGEST_QUOTE = 600


class Answer(StrEnum):
    """What the person asked can say."""

    YES = "yes"
    QUOTE = "quote"
    """Yes, with words of their own that may be shown."""
    SUGGEST = "suggest"
    NO_THANKS = "no_thanks"
    STOP = "stop"
    """Don't ask me again, anybody."""


STATE_AFTER = {
    Answer.YES: ConfirmationState.CONFIRMED,
    Answer.QUOTE: ConfirmationState.QUOTED,
    Answer.SUGGEST: ConfirmationState.SUGGESTED,
    Answer.NO_THANKS: ConfirmationState.DECLINED,
    Answer.STOP: ConfirmationState.DECLINED,
}


class ConfirmRequest(Value):
    """One request. `text` is the entry as it was when asked: that, and nothing later, is what was confirmed."""

    id: str
    workspace_id: str
    user_id: str
    """Who asks."""
    asked_user: str
    entry_id: str
    text: str
    state: ConfirmationState = ConfirmationState.ASKED
    suggestion: str | None = None
    asked_at: AwareDatetime
    answered_at: AwareDatetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.state is ConfirmationState.ASKED


def with_word(entry: Entry, confirmation: Confirmation) -> Entry:
    """The entry with this person's latest word on it in place of any earlier one."""
    others = tuple(each for each in entry.confirmations if each.by != confirmation.by)
    return entry.model_copy(update={"confirmations": (*others, confirmation)})


def may_be_asked(entry: Entry) -> tuple[str, ...]:
    """The people in an entry whose word is still missing: those helped first, then those who saw it."""
    has_spoken = {each.by for each in entry.confirmations if each.state is not ConfirmationState.WITHDRAWN}
    people = dict.fromkeys(person.user for person in entry.people)
    return tuple(user for user in people if user not in has_spoken and user != entry.user_id)
