"""What the sandbox remembers: plain mutable records in memory, with an index for every look-up.

Nothing here knows of HTTP, tokens' scopes or delivery; rules live in ``checks``, ``posting`` and ``modals``.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.ids import Timestamps, microseconds_of

#: Raw JSON as it travels: blocks, views, payloads.
Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person, or the bot's own user (``is_bot``)."""

    id: str
    team_id: str
    name: str
    real_name: str
    display_name: str = ""
    title: str = ""
    email: str = ""
    tz: str = "Europe/Lisbon"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    status_text: str = ""
    status_emoji: str = ""
    updated: int = 0
    bot_id: str = ""

    @property
    def shown_name(self) -> str:
        """The name others see beside a message."""
        return self.display_name or self.real_name or self.name

    def tz_offset(self, now: datetime) -> int:
        """Seconds east of UTC at that moment."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0


@dataclass(slots=True)
class File:
    """A file, from the upload's first step on; ``shared_in`` is empty until the upload is completed."""

    id: str
    team_id: str
    user: str
    name: str
    title: str
    length: int
    created: int
    content: bytes | None = None
    mimetype: str = "application/octet-stream"
    alt_text: str = ""
    shared_in: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Canvas:
    """A canvas made from Markdown."""

    id: str
    team_id: str
    title: str
    markdown: str
    user: str
    channel_id: str = ""
    #: Who was given access.
    readers: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Message:
    """One message, shown to all members or, with ``ephemeral_to``, to one person only."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    #: Timestamps of the replies, oldest first (only on a thread's parent).
    replies: list[str] = field(default_factory=list)
    client_msg_id: str | None = None
    ephemeral_to: str | None = None
    extra: Json = field(default_factory=dict)
    #: What has been picked in selects and typed in inputs of this message: block_id → action_id → value.
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    #: The response_url's key that made it (so ``replace_original`` finds it).
    response_key: str | None = None


@dataclass(slots=True)
class Channel:
    """A conversation: public, private, direct, or direct with several."""

    id: str
    team_id: str
    name: str
    kind: str  # channel | group | im | mpim
    created: int
    members: set[str] = field(default_factory=set)
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    is_archived: bool = False
    is_general: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    #: Keys of the messages in order of time: (microseconds, ts). Ephemerals are not among them.
    order: list[tuple[int, str]] = field(default_factory=list)
    #: The same for what history shows: parents, single messages and broadcast replies.
    top_level: list[tuple[int, str]] = field(default_factory=list)
    ephemerals: dict[str, Message] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """File a message, and it under its thread's parent where it is a reply."""
        if message.ephemeral_to is not None:
            self.ephemerals[message.ts] = message
            return
        key = (microseconds_of(message.ts) or 0, message.ts)
        self.messages[message.ts] = message
        bisect.insort(self.order, key)
        is_reply = message.thread_ts is not None and message.thread_ts != message.ts
        if not is_reply or message.subtype == "thread_broadcast":
            bisect.insort(self.top_level, key)
        if is_reply and message.thread_ts in self.messages:
            parent = self.messages[message.thread_ts]
            bisect.insort(parent.replies, message.ts)
            parent.thread_ts = parent.ts

    def remove(self, ts: str) -> Message | None:
        """Take a message away for good; ``None`` if there is none."""
        if ts in self.ephemerals:
            return self.ephemerals.pop(ts)
        message = self.messages.pop(ts, None)
        if message is None:
            return None
        key = (microseconds_of(ts) or 0, ts)
        for listing in (self.order, self.top_level):
            at = bisect.bisect_left(listing, key)
            if at < len(listing) and listing[at] == key:
                del listing[at]
        parent = self.messages.get(message.thread_ts or "")
        if parent is not None and ts in parent.replies:
            parent.replies.remove(ts)
            if not parent.replies:
                parent.thread_ts = None
        return message


@dataclass(slots=True)
class View:
    """An open modal or a published Home, as Slack keeps it."""

    id: str
    team_id: str
    user: str
    body: Json
    hash: str
    kind: str  # modal | home
    root_view_id: str
    previous_view_id: str | None = None
    external_id: str = ""
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    #: Errors shown under the fields: block_id → words.
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Trigger:
    """What a ``trigger_id`` stands for."""

    id: str
    user: str
    issued: datetime
    view_id: str | None = None
    exchanged: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where and to whom posts to one ``response_url`` go."""

    key: str
    channel: str
    user: str
    issued: datetime
    thread_ts: str | None = None
    #: The message the interaction came from (empty for a command).
    message_ts: str | None = None
    uses: int = 0
    last_ts: str | None = None


@dataclass(slots=True)
class Token:
    """One token and what it may do; ``scopes=None`` may do everything."""

    text: str
    kind: str  # bot | app
    team_id: str
    scopes: frozenset[str] | None
    expires: datetime | None = None
    revoked: bool = False


@dataclass(slots=True)
class Workspace:
    """One team with all that is in it."""

    id: str
    name: str
    domain: str
    bot_user_id: str
    bot_id: str
    users: dict[str, User] = field(default_factory=dict)
    users_by_name: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    channels_by_name: dict[str, Channel] = field(default_factory=dict)
    #: Direct conversations by their members.
    directs: dict[frozenset[str], Channel] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    views_by_external_id: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    #: The open modals of each person, bottom first.
    modals: dict[str, list[View]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    canvases: dict[str, Canvas] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    timestamps: Timestamps = field(default_factory=Timestamps)
    bot_token: str = ""
    installed: bool = True

    def user(self, name_or_id: str) -> User | None:
        """By id or handle, with or without ``@``."""
        bare = name_or_id.removeprefix("@")
        return self.users.get(bare) or self.users_by_name.get(bare.lower())

    def channel(self, name_or_id: str) -> Channel | None:
        """By id or name, with or without ``#``."""
        bare = name_or_id.removeprefix("#")
        return self.channels.get(bare) or self.channels_by_name.get(bare)

    def add_user(self, user: User) -> None:
        """File a person under id and handle."""
        self.users[user.id] = user
        self.users_by_name[user.name.lower()] = user

    def add_channel(self, channel: Channel) -> None:
        """File a conversation under id and, where it has one, name."""
        self.channels[channel.id] = channel
        if channel.kind in ("channel", "group"):
            self.channels_by_name[channel.name] = channel
        else:
            self.directs[frozenset(channel.members)] = channel

    def conversations_of(self, user_id: str) -> Iterator[Channel]:
        """Those the person is a member of, in order of creation."""
        return (channel for channel in self.channels.values() if user_id in channel.members)

    def is_bot_in(self, channel: Channel) -> bool:
        """Whether the bot is a member."""
        return self.bot_user_id in channel.members
