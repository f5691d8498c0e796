"""The outer shape of what Slack sends: checked before anything else reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time
from typing import Annotated, Any, Literal, Required, cast

import pydantic_core
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

_Id = Annotated[str, Field(max_length=255)]
_LETTERS_AND_DIGITS = r"^[A-Za-z0-9_.-]*$"
#: Of a workspace, a person, a channel, or the moment that names a message; so much of it fits into the database.
_Key = Annotated[str, Field(max_length=32, pattern=_LETTERS_AND_DIGITS)]
_EventId = Annotated[str, Field(max_length=64, pattern=_LETTERS_AND_DIGITS)]


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _a_time(text: str) -> str:
    time.fromisoformat(text)
    return text


# These say what must hold for the parts that are read; whatever else Slack sends may be there too. They are
# dictionaries, not models, as Slack waits while they are checked.


class Ref(TypedDict, total=False):
    """One of Slack's things, where more than its id is told."""

    id: _Key | None
    team_id: _Key | None
    enterprise_id: _Key | None


class _Option(TypedDict):
    value: str


class _Action(TypedDict, total=False):
    action_id: Required[_Id]
    block_id: _Id | None
    value: str | None
    selected_option: _Option | None
    type: _Id | None


class _Container(TypedDict, total=False):
    message_ts: _Key | None
    view_id: _Id | None
    is_ephemeral: bool | None


class _Field(TypedDict, total=False):
    """What one field of a form holds, whatever its kind."""

    type: _Id | None
    value: str | None
    selected_option: _Option | None
    selected_options: list[_Option] | None
    selected_date: Annotated[str, AfterValidator(_a_day)] | None
    selected_time: Annotated[str, AfterValidator(_a_time)] | None
    selected_user: _Id | None
    selected_users: list[_Id] | None


class _State(TypedDict, total=False):
    values: dict[_Id, dict[_Id, _Field]]


class _View(TypedDict, total=False):
    id: _Id | None
    type: Required[_Id]
    callback_id: _Id | None
    private_metadata: str | None
    state: _State | None
    team_id: _Key | None
    app_installed_team_id: _Key | None


class Edited(TypedDict, total=False):
    """When a message was edited, and by whom."""

    ts: _Key | None
    user: _Key | None


class Item(TypedDict, total=False):
    """What a reaction is to, or what was pinned."""

    type: _Id | None
    channel: _Key | None
    ts: _Key | None
    file: Ref | _Key | None
    file_comment: Ref | _Key | None


class _Message(TypedDict, total=False):
    ts: _Key | None
    thread_ts: _Key | None
    text: str | None
    user: _Key | None
    bot_id: _Key | None
    subtype: _Id | None
    edited: Edited | None


class _Authorization(TypedDict, total=False):
    enterprise_id: _Key | None
    team_id: _Key | None
    user_id: _Key | None
    is_enterprise_install: bool | None


class _Who(TypedDict, total=False):
    """Who does something, and where: what Bolt looks for in a payload and in its event."""

    team: Ref | _Key | None
    user: Ref | _Key | None
    channel: Ref | _Key | None
    enterprise: Ref | _Key | None
    team_id: _Key | None
    user_id: _Key | None
    channel_id: _Key | None
    enterprise_id: _Key | None


class Event(_Who, total=False):
    """What happened."""

    type: Required[_Id]
    subtype: _Id | None
    text: str | None
    ts: _Key | None
    event_ts: _Key | None
    deleted_ts: _Key | None
    channel_type: _Id | None
    bot_id: _Key | None
    reaction: _Id | None
    tab: _Id | None
    item: Item | None
    message: _Message | None
    previous_message: _Message | None
    # Bolt would look for ids in there.
    event: _Id | None
    inviter: _Key | None


class EventEnvelope(_Who, total=False):
    """An `event_callback`: an event, and for whom Slack tells it."""

    type: Required[Literal["event_callback"]]
    event_id: _EventId | None
    event: Required[Event]
    authorizations: Annotated[list[_Authorization], Field(max_length=100)] | None
    is_enterprise_install: bool | _Id | None


class _Envelope(_Who, total=False):
    type: _Id | None
    command: _Id | None
    text: str | None
    callback_id: _Id | None
    trigger_id: _Id | None
    response_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+/\S*$", max_length=2_000)] | None
    is_enterprise_install: bool | _Id | None
    actions: Annotated[list[_Action], Field(min_length=1)] | None
    view: _View | None
    message: _Message | None
    container: _Container | None


_EVENT, _OTHER = TypeAdapter(EventEnvelope).validator, TypeAdapter(_Envelope).validator

#: What each type of payload, events aside, can't do without.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "block_actions": ("actions", "user"),
    "view_submission": ("view", "user"),
    "view_closed": ("view", "user"),
    "message_action": ("callback_id", "message", "channel", "user", "response_url"),
    "shortcut": ("callback_id", "user"),
}


def event_in(body: str) -> EventEnvelope | None:
    """The event that a JSON body tells of, read and checked in one go; `None` where there is none of Slack's shape.

    Only what is read of an event is in it.
    """
    with suppress(ValidationError):
        return cast("EventEnvelope", _EVENT.validate_json(body, strict=True))
    if _spells_halves(body):
        with suppress(ValueError, RecursionError):
            return event_of(from_json(body))
    return None


def event_of(payload: object) -> EventEnvelope | None:
    """The event that a payload tells of, as far as it is read; `None` where there is none of Slack's shape."""
    try:
        return cast("EventEnvelope", _EVENT.validate_python(payload, strict=True))
    except ValidationError:
        return None


def is_well_formed(payload: dict[str, Any]) -> bool:
    """Whether a payload that is no event has the shape that Slack documents, as far as anything of it is read."""
    kind = payload.get("type")
    if kind == "event_callback":
        return False
    needed = _NEEDS.get(kind, ()) if isinstance(kind, str) else ()
    if not needed and "command" not in payload and kind != "url_verification" and "ssl_check" not in payload:
        return False
    if any(payload.get(name) is None for name in needed):
        return False
    return _OTHER.isinstance_python(payload, strict=True)


def from_json(text: str) -> Any:
    """JSON as it is read here: with `?` for halves of characters, which it can spell and nothing else can hold.

    Raises `ValueError`, also for what is nested too deep.
    """
    if _spells_halves(text):
        found = json.loads(text)
        return json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return pydantic_core.from_json(text)


def _spells_halves(text: str) -> bool:
    """Whether it may spell halves of characters; whole ones beyond the first 65,536 are two of them."""
    return "\\ud" in text or "\\uD" in text
