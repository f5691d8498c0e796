"""An event from Slack as it waits to be worked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import AwareDatetime

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


def is_ours_to_read(event: Mapping[str, Any]) -> bool:
    """Whether an event may be looked at. What people write in channels is not: only edits and deletions there.

    Slack sends an app every message of the channels it is in, and its own; those are dropped before they are stored.
    """
    if event.get("type") != "message" or event.get("subtype") in ("message_changed", "message_deleted"):
        return True
    return event.get("channel_type") == "im" and not event.get("bot_id")


_FACT = ("type", "subtype", "channel", "ts", "event_ts", "reaction", "deleted_ts", "tab")


def arrival_of(payload: Mapping[str, Any], body: str) -> Arrival:
    """The keys of one `event_callback` payload; `body` is stored as it came.

    Slack repeats an event under the same `event_id`, and has been seen to tell the same fact under
    another. So the fact itself is named too: what happened, to what, by whom, and when by Slack's
    own clock (`event_ts`), which differs each time a person does the same thing again.
    """
    told_event = payload.get("event")
    event: dict[str, Any] = told_event if isinstance(told_event, dict) else {}
    team = str(payload.get("team_id") or event.get("team") or "")
    member = _id_of(event.get("user"))
    message = event.get("message")
    edit = (message.get("ts"), _in_order(message.get("edited"))) if isinstance(message, dict) else None
    fact = [member, _in_order(event.get("item")), edit, *map(event.get, _FACT)]
    moment = event.get("event_ts") or event.get("ts")
    event_id = str(payload.get("event_id") or "")
    digest = _digest(repr(fact if moment else [fact, event_id]))
    return Arrival(
        workspace_id=_storable(team)[:32],
        event_id=_storable(event_id or digest)[:64],
        # Facts of the same time lie together, so that storing many touches few pages of the index.
        fact_key=f"{_storable(str(moment or ''))[:20]}:{digest}",
        order_key=_storable(f"{team}:{member or _author(event) or event.get('channel') or ''}")[:96],
        body=body,
    )


def _author(event: Mapping[str, Any]) -> Any:
    """Whose message was edited or deleted: such an event stands in line behind the message itself."""
    for name in ("message", "previous_message"):
        message = event.get(name)
        if isinstance(message, dict) and message.get("subtype") != "tombstone":
            return _id_of(message.get("user"))
    return None


def _in_order(part: Any) -> Any:
    """The same for the same names and values, in whatever order they came."""
    return sorted(part.items()) if isinstance(part, dict) else part


def _id_of(user: Any) -> Any:
    return user.get("id") if isinstance(user, dict) else user


def _storable(text: str) -> str:
    """Without what a database refuses: one such event must not spoil the commit it shares with others."""
    return text if text.isprintable() else text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
