"""What the bot has to tell someone, as facts. The words and blocks are made when it is sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from bot.domain.evidence import Value
from bot.domain.retry import WorkState
from bot.domain.tagging import Dimension


class Kept(Value):
    """An entry was kept: show it to its owner, in `channel` where it happened, else in the DM."""

    type: Literal["kept"] = "kept"
    entry_id: str
    channel: str | None = None
    thread_ts: str | None = None


class PartAsked(Value):
    """A draft was saved: ask its owner what their part was."""

    type: Literal["part_asked"] = "part_asked"
    entry_id: str
    channel: str | None = None
    thread_ts: str | None = None


class CreditOffered(Value):
    """Someone credited this person: offer them the message, in a DM."""

    type: Literal["credit_offered"] = "credit_offered"
    credit_id: str


class FirstMeeting(Value):
    """This person used the bot for the first time: introduce it, in a DM."""

    type: Literal["first_meeting"] = "first_meeting"


class Notice(Value):
    """A sentence of `prompts/messages.yaml` for one person, in `channel` if only they can see it there."""

    type: Literal["notice"] = "notice"
    message_key: str
    facts: dict[str, str] = Field(default_factory=dict)
    channel: str | None = None
    thread_ts: str | None = None


class CheckinDue(Value):
    """A check-in is to be asked. `was_asked_for` by the person themselves, now or with a snooze."""

    type: Literal["checkin_due"] = "checkin_due"
    checkin_id: str
    was_asked_for: bool = False


class RepliesKept(Value):
    """An answer to a check-in was kept: say in its thread what became of it, and what it was good for.

    Without an entry, that there is nothing this week.
    """

    type: Literal["replies_kept"] = "replies_kept"
    checkin_id: str
    answer_id: str | None = None
    entry_id: str | None = None
    channel: str | None = None
    thread_ts: str | None = None
    is_back: bool = False
    first_dimension: Dimension | None = None
    first_since: date | None = None


class BetDue(Value):
    """The day of a bet has come: ask its owner what came of it."""

    type: Literal["bet_due"] = "bet_due"
    bet_id: str


class KeepOffered(Value):
    """A person wrote something to the bot that isn't marked as a note: ask whether to keep it."""

    type: Literal["keep_offered"] = "keep_offered"
    channel: str
    ts: str
    thread_ts: str | None = None


class ConfirmAsked(Value):
    """Someone asks this person whether an entry is how it was, in a DM."""

    type: Literal["confirm_asked"] = "confirm_asked"
    request_id: str


class ConfirmAnswered(Value):
    """Someone answered a request to confirm: tell its asker what they said."""

    type: Literal["confirm_answered"] = "confirm_answered"
    request_id: str


class PacketWanted(Value):
    """A packet is to be made from this draft and handed over as files, in a DM. `formats` are file endings."""

    type: Literal["packet_wanted"] = "packet_wanted"
    draft_id: str
    formats: tuple[str, ...]
    redacted: bool = False


class SecondLook(Value):
    """The tagger isn't sure of an entry: ask a language model which kinds it sees, or first whether that is wanted."""

    type: Literal["second_look"] = "second_look"
    entry_id: str
    channel: str | None = None
    thread_ts: str | None = None


class StatementWanted(Value):
    """A statement is to be drafted for an entry by a language model, and shown to its owner in a DM."""

    type: Literal["statement_wanted"] = "statement_wanted"
    entry_id: str


Outgoing = Annotated[
    Kept
    | PartAsked
    | CreditOffered
    | FirstMeeting
    | KeepOffered
    | CheckinDue
    | RepliesKept
    | BetDue
    | ConfirmAsked
    | ConfirmAnswered
    | PacketWanted
    | SecondLook
    | StatementWanted
    | Notice,
    Field(discriminator="type"),
]
OUTGOING: TypeAdapter[Outgoing] = TypeAdapter(Outgoing)


class OutboxItem(Value):
    """A message on its way. `lane` is what Slack allows one message a second in: a channel or a DM."""

    id: int
    workspace_id: str
    user_id: str
    once_key: str
    lane: str
    message: Outgoing
    state: WorkState
    attempts: int
    failures: int = 0
    created_at: AwareDatetime
    due_at: AwareDatetime
    failure: str | None = None
    request_id: str | None = None
    """Which request of Slack's it came of, for the logs."""
