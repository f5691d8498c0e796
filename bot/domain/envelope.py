"""The outer shape of what Slack sends: checked before anything else reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

_Id = Annotated[str, Field(max_length=255)]


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _a_time(text: str) -> str:
    time.fromisoformat(text)
    return text


class _Part(BaseModel):
    """Says what must hold for the parts that are read; whatever else Slack sends may be there too."""

    model_config = ConfigDict(extra="ignore", strict=True)


class _Ref(_Part):
    id: _Id | None = None


class _Option(_Part):
    value: str


class _Action(_Part):
    action_id: _Id
    block_id: _Id | None = None
    value: str | None = None
    selected_option: _Option | None = None
    type: _Id | None = None


class _Container(_Part):
    message_ts: _Id | None = None
    view_id: _Id | None = None
    is_ephemeral: bool | None = None


class _Field(_Part):
    """What one field of a form holds, whatever its kind."""

    type: _Id | None = None
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_date: Annotated[str, AfterValidator(_a_day)] | None = None
    selected_time: Annotated[str, AfterValidator(_a_time)] | None = None
    selected_user: _Id | None = None
    selected_users: list[_Id] | None = None


class _State(_Part):
    values: dict[_Id, dict[_Id, _Field]] = Field(default_factory=dict)


class _View(_Ref):
    type: _Id
    callback_id: _Id | None = None
    private_metadata: str | None = None
    state: _State | None = None
    team_id: _Id | None = None
    app_installed_team_id: _Id | None = None


class _Message(_Part):
    ts: _Id | None = None
    thread_ts: _Id | None = None
    text: str | None = None
    user: _Id | None = None
    bot_id: _Id | None = None


class _Authorization(_Part):
    enterprise_id: _Id | None = None
    team_id: _Id | None = None
    user_id: _Id | None = None
    is_enterprise_install: bool | None = None


class _Event(_Part):
    type: _Id


class _EventEnvelope(_Part):
    team_id: _Id | None = None
    enterprise_id: _Id | None = None
    event_id: _Id | None = None
    event: _Event
    authorizations: list[_Authorization] | None = None
    is_enterprise_install: bool | _Id | None = None


class _Envelope(_Part):
    type: _Id | None = None
    command: _Id | None = None
    text: str | None = None
    callback_id: _Id | None = None
    trigger_id: _Id | None = None
    response_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+/\S*$", max_length=2_000)] | None = None
    team: _Ref | _Id | None = None
    user: _Ref | _Id | None = None
    channel: _Ref | _Id | None = None
    enterprise: _Ref | _Id | None = None
    team_id: _Id | None = None
    user_id: _Id | None = None
    channel_id: _Id | None = None
    enterprise_id: _Id | None = None
    is_enterprise_install: bool | _Id | None = None
    actions: Annotated[list[_Action], Field(min_length=1)] | None = None
    view: _View | None = None
    message: _Message | None = None
    container: _Container | None = None


#: What each type of payload can't do without.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "block_actions": ("actions", "user"),
    "view_submission": ("view", "user"),
    "view_closed": ("view", "user"),
    "message_action": ("callback_id", "message", "channel", "user", "response_url"),
    "shortcut": ("callback_id", "user"),
}


def is_well_formed(payload: dict[str, Any]) -> bool:
    """Whether a payload has the shape that Slack documents, as far as anything of it is read."""
    kind = payload.get("type")
    try:
        if kind == "event_callback":
            _EventEnvelope.model_validate(payload)
            return True
        needed = _NEEDS.get(kind, ()) if isinstance(kind, str) else ()
        if not needed and "command" not in payload and kind != "url_verification" and "ssl_check" not in payload:
            return False
        if any(payload.get(name) is None for name in needed):
            return False
        _Envelope.model_validate(payload)
    except ValidationError:
        return False
    return True


def from_json(text: str) -> Any:
    """JSON as it is read here: with `?` for halves of characters, which it can spell and nothing else can hold.

    Raises `ValueError`, and `RecursionError` for what is nested too deep.
    """
    found = json.loads(text)
    if "\\ud" in text or "\\uD" in text:
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return found
