"""Asking someone who was there whether an entry is how it was."""

from __future__ import annotations

import re
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
    """One request. `text` is what the entry said when asked: that, and nothing later, is what was confirmed."""

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


def words_to_confirm(entry: Entry) -> str:
    """All that an entry claims, as someone who was there is asked about it: a line for each thing."""
    number = f"{entry.baseline} → {entry.number}" if entry.number and entry.baseline else entry.number
    return "\n".join(part for part in (entry.text, entry.outcome, number, entry.otherwise) if part)


def covers(words: str, text: str) -> bool:
    """Whether someone who was shown these words was shown this text; marks and capitals don't matter."""
    return _bare(text) in _bare(words)


def reworded(entry: Entry, text: str) -> Entry:
    """The entry with this text; whoever confirmed other words no longer stands for it, until it says them again."""
    confirmations = tuple(_after(each, each.words or entry.text, text) for each in entry.confirmations)
    return entry.model_copy(update={"text": text, "confirmations": confirmations})


def _after(each: Confirmation, words: str, text: str) -> Confirmation:
    said_yes = (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED, ConfirmationState.EARLIER)
    if each.state not in said_yes:
        return each
    state = ConfirmationState.QUOTED if each.quote else ConfirmationState.CONFIRMED
    if not covers(words, text):
        state = ConfirmationState.EARLIER
    return each.model_copy(update={"state": state, "words": words})


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def may_be_asked(entry: Entry) -> tuple[str, ...]:
    """The people in an entry whose word is still missing: those helped first, then those who saw it."""
    again = (ConfirmationState.WITHDRAWN, ConfirmationState.EARLIER)
    has_spoken = {each.by for each in entry.confirmations if each.state not in again}
    people = dict.fromkeys(person.user for person in entry.people)
    return tuple(user for user in people if user not in has_spoken and user != entry.user_id)
