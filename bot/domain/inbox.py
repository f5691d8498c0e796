"""An event from Slack as it waits to be worked."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from pydantic import AwareDatetime

from bot.domain.envelope import Edited, Event, EventEnvelope, Item, Ref
from bot.domain.evidence import Value
from bot.domain.retry import WorkState


class Arrival(NamedTuple):
    """An event to be stored. See `InboxRow` for what the keys promise.

    A tuple, as Slack waits while it is made.
    """

    workspace_id: str
    event_id: str
    fact_key: str
    order_key: str
    body: str


class InboxItem(Value):
    """A stored event."""

    id: int
    workspace_id: str
    event_id: str
    body: str
    state: WorkState
    attempts: int
    failures: int = 0
    received_at: AwareDatetime
    due_at: AwareDatetime
    failure: str | None = None


_FACT = ("type", "subtype", "channel", "ts", "event_ts", "reaction", "deleted_ts", "tab")


def arrival_of(envelope: EventEnvelope, body: str) -> Arrival | None:
    """The keys of an event; `body` is stored as it came. `None` for one that is not ours to read.

    Slack repeats an event under the same `event_id`, and has been seen to tell the same fact under
    another. So the fact itself is named too: what happened, to what, by whom, and when by Slack's
    own clock (`event_ts`), which differs each time a person does the same thing again.
    """
    event, event_id = envelope["event"], envelope.get("event_id") or ""
    if not _is_ours_to_read(event):
        return None
    # In a channel shared with other organisations, what happens there is told, and worked, for the first of these.
    told_for = envelope.get("authorizations")
    team = told_for[0].get("team_id") if told_for else None
    team = team or envelope.get("team_id") or _id_of(event.get("team")) or ""
    member = _id_of(event.get("user"))
    item, message = event.get("item"), event.get("message")
    edit = (message.get("ts"), _in_order(message.get("edited"))) if message else None
    fact = [member, _in_order(item), edit, *map(event.get, _FACT)]
    moment = event.get("event_ts") or event.get("ts")
    told = repr(fact if moment else [fact, event_id])
    digest = blake2b(told.encode("utf-8", "replace"), digest_size=16).hexdigest()
    line = member or _author(event) or _id_of(event.get("channel")) or ""
    # Facts of the same time lie together, so that storing many touches few pages of the index.
    return Arrival(team, event_id or digest, f"{moment or ''}:{digest}", f"{team}:{line}", body)


def _is_ours_to_read(event: Event) -> bool:
    """Whether an event may be looked at. What people write in channels is not: only edits and deletions there.

    Slack sends an app every message of the channels it is in, and its own; those are dropped before they are stored.
    """
    if event["type"] != "message" or event.get("subtype") in ("message_changed", "message_deleted"):
        return True
    return event.get("channel_type") == "im" and not event.get("bot_id")


def _author(event: Event) -> str | None:
    """Whose message was edited or deleted: such an event stands in line behind the message itself."""
    for message in (event.get("message"), event.get("previous_message")):
        if message and message.get("subtype") != "tombstone":
            return message.get("user")
    return None


def _in_order(part: Item | Edited | None) -> list[tuple[str, object]] | None:
    """The same for the same names and values, in whatever order they came."""
    return None if part is None else sorted(part.items())


def _id_of(who: Ref | str | None) -> str | None:
    return who.get("id") if isinstance(who, dict) else who
