"""Slack's payloads, read into values. What isn't there or isn't of the right shape is refused here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from bot.domain.errors import Refused
from bot.domain.evidence import Value
from bot.domain.people import Profile, known_zone
from bot.domain.threads import Message
from bot.services.keeping import Reacted
from bot.slack.text import to_plain

Payload = Mapping[str, Any]
#: The year 2100, in seconds.
_END_OF_TIME = 4_102_444_800


class Malformed(Refused):
    """Slack sent something that is not of the documented shape."""

    message_key = "errors.not_understood"


class Where(Value):
    """Who does something, and where. `channel` is `None` on Home and in forms opened from there."""

    workspace_id: str
    user_id: str
    channel: str | None = None


class Command(Value):
    """A slash command. `text` is canonical; `word` is its first word in lower case, `rest` what follows."""

    where: Where
    trigger_id: str
    text: str

    @property
    def word(self) -> str:
        """The first word, in lower case; empty for an empty command."""
        return self.text.split(maxsplit=1)[0].lower() if self.text else ""

    @property
    def rest(self) -> str:
        """Everything after the first word."""
        parts = self.text.split(maxsplit=1)
        return parts[1] if len(parts) > 1 else ""


class Action(Value):
    """A button pressed or a choice made. `message_ts` is set when it sits in a message."""

    where: Where
    trigger_id: str
    action_id: str
    value: str
    message_ts: str | None = None
    is_ephemeral: bool = False
    view_id: str | None = None


def command_of(body: Payload) -> Command:
    """A slash command's payload."""
    return Command(
        where=Where(
            workspace_id=_text(body, "team_id"),
            user_id=_text(body, "user_id"),
            channel=body.get("channel_id") or None,
        ),
        trigger_id=str(body.get("trigger_id") or ""),
        text=to_plain(str(body.get("text") or "")).strip(),
    )


def asker_of(body: Payload) -> Where:
    """Who and where, of a request: a command, or something interactive."""
    return command_of(body).where if "command" in body else where_of(body)


def where_of(body: Payload) -> Where:
    """Who and where, of an interactive payload."""
    team = _part(body, "team", required=False) or {}
    user = _part(body, "user")
    channel = _part(body, "channel", required=False) or {}
    return Where(
        workspace_id=str(team.get("id") or user.get("team_id") or "") or _missing("team"),
        user_id=_text(user, "id"),
        channel=channel.get("id") or None,
    )


def action_of(body: Payload) -> Action:
    """The one action of a `block_actions` payload."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, dict):
        raise Malformed(field="actions")
    chosen = action.get("selected_option") or {}
    container = _part(body, "container", required=False) or {}
    return Action(
        where=where_of(body),
        trigger_id=str(body.get("trigger_id") or ""),
        action_id=_text(action, "action_id"),
        value=str(action.get("value") or chosen.get("value") or ""),
        message_ts=container.get("message_ts") or None,
        is_ephemeral=bool(container.get("is_ephemeral")),
        view_id=container.get("view_id") or None,
    )


def reacted_of(workspace_id: str, event: Payload) -> Reacted | None:
    """A reaction put on or taken off a message; `None` for one on anything else."""
    item = _part(event, "item")
    if item.get("type") != "message":
        return None
    return Reacted(
        workspace_id=workspace_id,
        user_id=_text(event, "user"),
        channel=_text(item, "channel"),
        ts=_text(item, "ts"),
        is_on=event.get("type") == "reaction_added",
        changed_ts=str(event.get("event_ts") or ""),
    )


def message_of(channel: str, message: Payload) -> Message:
    """A message as events, shortcuts and history give it."""
    thread_ts, edited = message.get("thread_ts"), _part(message, "edited", required=False) or {}
    return Message(
        channel=channel,
        ts=_text(message, "ts"),
        author=str(message.get("user") or message.get("bot_id") or ""),
        text=to_plain(str(message.get("text") or "")),
        thread_ts=str(thread_ts) if thread_ts else None,
        is_bot=bool(message.get("bot_id")) or message.get("subtype") == "bot_message",
        edited_ts=str(edited["ts"]) if edited.get("ts") else None,
    )


def profile_of(told: Payload) -> Profile:
    """The person that the answer of `users.info` or a `user_change` tells of."""
    user = _part(told, "user")
    profile = _part(user, "profile", required=False) or {}
    expires = profile.get("status_expiration") or 0
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
    return Profile(
        user_id=_text(user, "id"),
        name=str(name or "")[:255],
        zone=known_zone(str(user.get("tz") or "")),
        is_bot=bool(user.get("is_bot")),
        is_active=not user.get("deleted", False),
        status_text=str(profile.get("status_text") or "")[:100],
        status_emoji=str(profile.get("status_emoji") or "")[:100],
        status_expires_at=datetime.fromtimestamp(expires, UTC) if _is_a_moment(expires) else None,
    )


def number_of(text: str, most: int) -> int:
    """A whole number up to `most`, as buttons and selects carry it."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) > most:
        raise Malformed(field="value")
    return int(text)


def _is_a_moment(seconds: object) -> bool:
    return isinstance(seconds, int) and 0 < seconds < _END_OF_TIME


def _part(body: Payload, name: str, *, required: bool = True) -> dict[str, Any]:
    part = body.get(name)
    if isinstance(part, dict):
        return part
    return _missing(name) if required else {}


def _text(body: Payload, name: str) -> str:
    value = body.get(name)
    if isinstance(value, str) and value:
        return value
    return _missing(name)


def _missing(name: str) -> NoReturn:
    raise Malformed(field=name)
