"""Which scope opens which method and which event (the "Scopes" line of each page under docs.slack.dev/reference)."""

from __future__ import annotations

from bot.sandbox.errors import Refusal

#: Method → scopes of which one is enough; an empty tuple needs none.
METHOD_SCOPES: dict[str, tuple[str, ...]] = {
    "apps.connections.open": ("connections:write",),
    "auth.revoke": (),
    "auth.test": (),
    "blocks.validate": (),
    "bots.info": ("users:read",),
    "canvases.access.set": ("canvases:write",),
    "canvases.create": ("canvases:write",),
    "canvases.delete": ("canvases:write",),
    "chat.delete": ("chat:write",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.join": ("channels:join",),
    "conversations.leave": ("channels:manage", "groups:write", "im:write", "mpim:write"),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.open": ("im:write", "mpim:write", "channels:manage", "groups:write"),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "oauth.v2.access": (),
    "reactions.add": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "reactions.remove": ("reactions:write",),
    "team.info": ("team:read",),
    "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}

#: Scopes that differ by kind of conversation: family → kind → scope.
CONVERSATION_SCOPES: dict[str, dict[str, str]] = {
    "history": {
        "channel": "channels:history",
        "group": "groups:history",
        "im": "im:history",
        "mpim": "mpim:history",
    },
    "read": {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"},
}

#: Event as subscribed to → the scope without which Slack does not send it.
EVENT_SCOPES: dict[str, str] = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "group_left": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}


def require(granted: frozenset[str] | None, *alternatives: str) -> None:
    """Refuse with ``missing_scope`` unless one of the scopes is granted; ``None`` grants all.

    Slack names what it needs and what it was provided, as comma-separated lists.
    """
    if granted is None or not alternatives or granted.intersection(alternatives):
        return
    raise Refusal("missing_scope", needed=",".join(alternatives), provided=",".join(sorted(granted)))


def subscription_of(event_type: str, channel_kind: str | None) -> str:
    """The name one subscribes to for an event: ``message`` in a DM → ``message.im``."""
    if event_type != "message":
        return event_type
    return {
        "channel": "message.channels",
        "group": "message.groups",
        "im": "message.im",
        "mpim": "message.mpim",
    }[channel_kind or "channel"]
