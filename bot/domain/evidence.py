"""An entry: one piece of evidence, owned by one person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.domain.tagging import Dimension, Kind, Probability, RankedKind


class Value(BaseModel):
    """Base of everything passed between layers: immutable, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class EntryStatus(StrEnum):
    """Where an entry stands with its owner."""

    KEPT = "kept"
    DRAFT = "draft"
    """Saved, but the owner's part in it is still to be told."""
    WITHDRAWN = "withdrawn"
    """Taken back by its owner; hidden everywhere, and brought back by doing the same again."""


class SourceType(StrEnum):
    """How an entry came to be."""

    COMMAND = "command"
    FORM = "form"
    REACTION = "reaction"
    CREDIT = "credit"
    SHORTCUT = "shortcut"
    DM = "dm"
    CHECKIN = "checkin"
    IMPORT = "import"


class SourceState(StrEnum):
    """What became of the message an entry came from."""

    PRESENT = "present"
    EDITED = "edited"
    DELETED = "deleted"


class Source(Value):
    """Where the evidence can be looked up. `ts` and `thread_ts` are Slack's message timestamps."""

    type: SourceType
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    permalink: str | None = None
    author: str | None = None
    state: SourceState = SourceState.PRESENT


class QuoteRole(StrEnum):
    """The part a message plays in a thread."""

    QUESTION = "question"
    ANSWER = "answer"
    EFFECT = "effect"
    MESSAGE = "message"


class Quote(Value):
    """Words of a Slack message that an entry stands on. Gone from the entry when the message is deleted."""

    channel: str
    ts: str
    author: str
    role: QuoteRole
    text: str


class PersonRole(StrEnum):
    """What another person has to do with an entry."""

    HELPED = "helped"
    WITNESS = "witness"
    CREDITED_BY = "credited_by"


class PersonInEntry(Value):
    """Another person in an entry, by Slack id."""

    user: str
    role: PersonRole


class LinkType(StrEnum):
    """What kind of artifact an address points at."""

    PULL_REQUEST = "pull_request"
    COMMIT = "commit"
    ISSUE = "issue"
    RFC = "rfc"
    DOCUMENT = "document"
    INCIDENT = "incident"
    DASHBOARD = "dashboard"
    MESSAGE = "message"
    OTHER = "other"


class Link(Value):
    """An artifact: its address and, where the text gave one, its label."""

    url: str
    type: LinkType
    label: str | None = None


class MyRole(StrEnum):
    """The owner's part in what happened."""

    LED = "led"
    CO_LED = "co_led"
    CONTRIBUTED = "contributed"


class Reach(StrEnum):
    """Who benefited."""

    PERSON = "person"
    TEAM = "team"
    SEVERAL_TEAMS = "several_teams"
    ORGANISATION = "organisation"


class Sensitivity(StrEnum):
    """Where an entry may be shown by its owner's tools."""

    SHARE = "share"
    PACKET_ONLY = "packet_only"
    NEVER = "never"


class TaggedBy(StrEnum):
    """Who decided on an entry's kind."""

    TAGGER = "tagger"
    UNSURE = "unsure"
    """The tagger's best guess, not sure enough to be shown as the answer: its owner is asked."""
    PERSON = "person"


class TextBy(StrEnum):
    """Who wrote an entry's text: its owner, or the thread whose words it is made of."""

    PERSON = "person"
    THREAD = "thread"


class ConfirmationState(StrEnum):
    """What someone said when shown an entry that names them."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    QUOTED = "quoted"
    """Confirmed, with words of their own that may be shown."""
    SUGGESTED = "suggested"
    """Not quite as it was; the suggestion is with the owner."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EARLIER = "earlier"
    """They confirmed what the entry said before its owner put it differently; that doesn't count for it now."""


class Confirmation(Value):
    """Another person's word on an entry. `quote` is there only while they agree to its use."""

    by: str
    state: ConfirmationState
    quote: str | None = None
    words: str | None = None
    """What they were shown of the entry and said yes to; unknown of those who were there by other ways."""
    at: AwareDatetime


class Entry(Value):
    """One piece of evidence.

    `occurred_on` is the day it happened in the owner's own time zone, `created_at` when it was
    captured. What the owner or the source did not say stays `None` or empty: nothing is invented.
    """

    id: str
    workspace_id: str
    user_id: str
    text: str
    text_by: TextBy = TextBy.PERSON
    kind: Kind
    dimensions: tuple[Dimension, ...] = ()
    confidence: Probability = 1.0
    ranked: tuple[RankedKind, ...] = ()
    tagged_by: TaggedBy = TaggedBy.TAGGER
    tagger_version: str = ""
    occurred_on: date
    created_at: AwareDatetime
    updated_at: AwareDatetime
    status: EntryStatus = EntryStatus.KEPT
    source: Source
    quotes: tuple[Quote, ...] = ()
    people: tuple[PersonInEntry, ...] = ()
    links: tuple[Link, ...] = ()
    outcome: str | None = None
    number: str | None = None
    baseline: str | None = None
    otherwise: str | None = None
    """What would have happened without it, in the owner's words."""
    statement: str | None = None
    """The owner's own statement of the impact, in place of the one put together from the fields."""
    role: MyRole | None = None
    reach: Reach | None = None
    sensitivity: Sensitivity = Sensitivity.PACKET_ONLY
    follow_up_on: date | None = None
    project_id: str | None = None
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def is_untouched(self) -> bool:
        """Whether its owner has changed nothing since it was captured."""
        return self.updated_at == self.created_at

    def touched(self, now: datetime, **changes: object) -> Entry:
        """The entry with these changes made by its owner, and `updated_at` moved on, however fast they were."""
        moment = max(now, self.updated_at + timedelta.resolution)
        return self.model_copy(update={**changes, "updated_at": moment})

    def people_as(self, role: PersonRole) -> tuple[str, ...]:
        """The ids of the people who have this role, in order."""
        return tuple(person.user for person in self.people if person.role is role)

    def confirmed_by(self, users: tuple[str, ...], at: datetime) -> Entry:
        """The entry with the word of these people on it, where it wasn't there; never its owner's own."""
        there = {confirmation.by for confirmation in self.confirmations} | {self.user_id}
        new = tuple(
            Confirmation(by=user, state=ConfirmationState.CONFIRMED, at=at)
            for user in dict.fromkeys(users)
            if user not in there
        )
        return self.model_copy(update={"confirmations": self.confirmations + new}) if new else self


class Note(Value):
    """What a person fills in or changes about an entry; `None` leaves a field as it is."""

    text: str | None = None
    occurred_on: date | None = None
    helped: tuple[str, ...] | None = None
    links: tuple[Link, ...] | None = None
    outcome: str | None = None
    number: str | None = None
    baseline: str | None = None
    otherwise: str | None = None
    statement: str | None = None
    role: MyRole | None = None
    reach: Reach | None = None
    sensitivity: Sensitivity | None = None
    kind: Kind | None = None
    dimensions: tuple[Dimension, ...] | None = None
