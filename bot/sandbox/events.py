"""Telling the bot what happened: who is told, and the envelope around an event (docs.slack.dev/reference/events)."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.delivery import Deliveries, Delivery
from bot.sandbox.scopes import EVENT_SCOPES, subscription_of
from bot.sandbox.state import Channel, Json, Workspace
from bot.sandbox.world import World

#: Told of every change, for pages that show the sandbox.
Listener = Callable[[Json], None]


class Changes:
    """Passes every change on to those who watch (the page's socket, tests)."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with each change; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def tell(self, kind: str, /, **facts: object) -> None:
        """Something changed."""
        if self._listeners:
            for listener in list(self._listeners):
                listener({"type": kind, **facts})


class Events:
    """Wraps events and hands them to delivery, if the bot may hear of them."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries

    def emit(
        self,
        workspace: Workspace,
        event: Json,
        channel: Channel | None = None,
        *,
        to_non_member: bool = False,
    ) -> Delivery | None:
        """Send an event if the app is installed, subscribed, has the scope, and is in the conversation."""
        if not workspace.installed or not self._may_hear(workspace, event, channel):
            return None
        if channel is not None and not to_non_member and not workspace.is_bot_in(channel):
            return None
        return self._deliveries.send_event(workspace.id, self.envelope(workspace, event))

    def envelope(self, workspace: Workspace, event: Json, event_id: str | None = None) -> Json:
        """The ``event_callback`` around an event."""
        return {
            "token": self._world.verification_token,
            "team_id": workspace.id,
            "context_team_id": workspace.id,
            "context_enterprise_id": None,
            "api_app_id": self._world.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id or self._world.ids.next("Ev"),
            "event_time": self._world.seconds(),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.id,
                    "user_id": workspace.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{self._world.ids.next('ctx', 20)}",
        }

    def _may_hear(self, workspace: Workspace, event: Json, channel: Channel | None) -> bool:
        subscription = subscription_of(str(event["type"]), channel.kind if channel else None)
        if not self._world.manifest.hears(subscription):
            return False
        scope = EVENT_SCOPES.get(subscription)
        granted = self._world.manifest.scopes
        token = self._world.tokens.get(workspace.bot_token)
        if token is not None:
            granted = token.scopes
        return scope is None or granted is None or scope in granted
