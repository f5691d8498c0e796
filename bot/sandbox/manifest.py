"""What the app's manifest allows: scopes, events, commands, shortcuts (docs.slack.dev/reference/app-manifest)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.errors import SandboxError


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One shortcut; ``kind`` is ``global`` or ``message``."""

    callback_id: str
    name: str
    kind: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of a manifest the sandbox enforces.

    ``scopes``, ``events``, ``commands`` and ``shortcuts`` are ``None`` when there is no manifest: then all is allowed.
    """

    app_name: str = "Bot"
    bot_name: str = "bot"
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: dict[str, Command] | None = None
    shortcuts: dict[str, Shortcut] | None = None
    token_rotation: bool = False
    redirect_urls: tuple[str, ...] = ()
    home_tab: bool = True
    messages_tab: bool = True
    raw: dict[str, Any] = field(default_factory=dict)

    def hears(self, event: str) -> bool:
        """Whether the app has subscribed to that event."""
        return self.events is None or event in self.events


def load_manifest(source: str | Path | dict[str, Any] | None) -> Manifest:
    """Read a manifest from a YAML or JSON file, or take it as a dict.

    Raises ``SandboxError`` when the file is not a mapping.
    """
    if source is None:
        return Manifest()
    raw = source if isinstance(source, dict) else yaml.safe_load(Path(source).read_text(encoding="utf-8"))
    if not isinstance(raw, dict):
        raise SandboxError(f"{source} is no app manifest: expected a mapping at the top")
    features = _part(raw, "features")
    settings = _part(raw, "settings")
    oauth = _part(raw, "oauth_config")
    app_name = str(_part(raw, "display_information").get("name", "Bot"))
    home = _part(features, "app_home")
    return Manifest(
        app_name=app_name,
        bot_name=str(_part(features, "bot_user").get("display_name", app_name)),
        scopes=frozenset(_part(oauth, "scopes").get("bot") or ()),
        events=frozenset(_part(settings, "event_subscriptions").get("bot_events") or ()),
        commands=_commands(features.get("slash_commands") or ()),
        shortcuts=_shortcuts(features.get("shortcuts") or ()),
        token_rotation=bool(settings.get("token_rotation_enabled", False)),
        redirect_urls=tuple(oauth.get("redirect_urls") or ()),
        home_tab=bool(home.get("home_tab_enabled", True)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        raw=raw,
    )


def _part(mapping: dict[str, Any], name: str) -> dict[str, Any]:
    part = mapping.get(name)
    return part if isinstance(part, dict) else {}


def _commands(listed: Iterable[dict[str, Any]]) -> dict[str, Command]:
    return {
        str(one["command"]): Command(
            name=str(one["command"]),
            description=str(one.get("description", "")),
            usage_hint=str(one.get("usage_hint", "")),
            should_escape=bool(one.get("should_escape", False)),
        )
        for one in listed
    }


def _shortcuts(listed: Iterable[dict[str, Any]]) -> dict[str, Shortcut]:
    return {
        str(one["callback_id"]): Shortcut(
            callback_id=str(one["callback_id"]),
            name=str(one.get("name", "")),
            kind=str(one.get("type", "global")),
            description=str(one.get("description", "")),
        )
        for one in listed
    }
