"""How a Web API method is written: its name, its arguments, its place in the list."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import Refusal
from bot.sandbox.platform import Platform
from bot.sandbox.scopes import CONVERSATION_SCOPES, require
from bot.sandbox.state import Channel, Json, Token, User, Workspace

_TRUE = {"1", "true"}


class Arguments:
    """A request's arguments, whatever way they came; query, form and JSON are one."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as their text."""
        value = self.raw.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise Refusal("invalid_arguments", [f"[ERROR] must provide a string [json-pointer:/{name}]"])
        return str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """A string that must not be empty."""
        value = self.text(name)
        if not value:
            raise Refusal(error, [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean: ``1``, ``0``, ``true``, ``false``."""
        value = self.raw.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in _TRUE

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to ``most``; larger ones are taken as ``most``."""
        value = self.raw.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Refusal("invalid_arguments", [f"[ERROR] must provide an integer [json-pointer:/{name}]"]) from None
        if number < 1:
            raise Refusal("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(number, most)

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """A list or object, also as JSON text; ``None`` when absent."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise Refusal(error, [f"[ERROR] {name} is no valid JSON"]) from None
        return value


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one method."""

    platform: Platform
    workspace: Workspace
    token: Token
    args: Arguments

    def channel(self, name: str = "channel", *, family: str | None = None) -> Channel:
        """The conversation an argument names, if the bot can see it.

        Refuses ``channel_not_found`` (also for private ones the bot is not in) and ``missing_scope`` by family
        (``history``, ``read``) and kind.
        """
        given = self.args.required(name, "channel_not_found" if name == "channel" else "invalid_arguments")
        channel = self.workspace.channel(given)
        if channel is None or (channel.kind != "channel" and not self.workspace.is_bot_in(channel)):
            raise Refusal("channel_not_found")
        if family is not None:
            require(self.token.scopes, CONVERSATION_SCOPES[family][channel.kind])
        return channel

    def user(self, user_id: str) -> User:
        """A person by id; refuses ``user_not_found``."""
        user = self.workspace.users.get(user_id)
        if user is None:
            raise Refusal("user_not_found")
        return user


Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """One registered method; ``needs_token`` is false for OAuth alone."""

    name: str
    handler: Handler
    needs_token: bool = True

    @property
    def docs(self) -> str:
        """Slack's page about it."""
        return f"https://docs.slack.dev/reference/methods/{self.name}"


METHODS: dict[str, Method] = {}


def method(name: str, *, needs_token: bool = True) -> Callable[[Handler], Handler]:
    """Register a function as a Web API method."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, needs_token)
        return handler

    return register
