"""What can happen in a conversation, whoever does it: posting, editing, deleting, reacting, coming and going.

The Web API and the people both act through here, so both cause the same events.
"""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.errors import Refusal
from bot.sandbox.events import Changes, Events
from bot.sandbox.ids import Ids, microseconds_of
from bot.sandbox.shapes import message_json
from bot.sandbox.state import Channel, File, Json, Message, User, Workspace
from bot.sandbox.world import World


class Posting:
    """Changes conversations and tells the bot and the watchers."""

    def __init__(self, world: World, events: Events, changes: Changes) -> None:
        self._world = world
        self._events = events
        self._changes = changes

    def json(self, message: Message, workspace: Workspace, *, metadata: bool = False) -> Json:
        """The message as Slack returns it."""
        return message_json(message, workspace, base_url=self._world.base_url, metadata=metadata)

    def new_ts(self, workspace: Workspace) -> str:
        """A fresh timestamp."""
        return workspace.timestamps.next(self._world.clock.now())

    def post(self, workspace: Workspace, message: Message, *, silent: bool = False) -> Message:
        """File a message and tell of it; ephemerals are told to watchers only."""
        channel = workspace.channels[message.channel]
        channel.add(message)
        self._changes.tell(
            "message",
            workspace=workspace.id,
            channel=channel.id,
            ts=message.ts,
            thread_ts=message.thread_ts,
            user=message.user,
            only_for=message.ephemeral_to,
        )
        if message.ephemeral_to is None and not silent:
            self._tell_posted(workspace, channel, message)
        return message

    def _tell_posted(self, workspace: Workspace, channel: Channel, message: Message) -> None:
        event = {
            **self.json(message, workspace),
            "channel": channel.id,
            "channel_type": channel.kind,
            "event_ts": message.ts,
        }
        self._events.emit(workspace, event, channel)
        mentions_bot = f"<@{workspace.bot_user_id}" in message.text
        if mentions_bot and channel.kind != "im" and message.user != workspace.bot_user_id:
            mention = {key: value for key, value in event.items() if key != "channel_type"}
            self._events.emit(workspace, {**mention, "type": "app_mention"}, channel)

    def edit(self, workspace: Workspace, message: Message, editor: str, **new: object) -> Message:
        """Change text, blocks, attachments or metadata; ``message_changed`` carries both versions."""
        before = self.json(message, workspace)
        for name, value in new.items():
            setattr(message, name, value)
        if message.user == editor and new.get("text") is not None:
            message.edited = {"user": editor, "ts": self.new_ts(workspace)}
        self._tell_change(workspace, message, before)
        return message

    def _tell_change(self, workspace: Workspace, message: Message, before: Json) -> None:
        channel = workspace.channels[message.channel]
        event_ts = self.new_ts(workspace)
        self._changes.tell("message_changed", workspace=workspace.id, channel=channel.id, ts=message.ts)
        if message.ephemeral_to is not None:
            return
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": self.json(message, workspace),
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "ts": event_ts,
            "event_ts": event_ts,
            "channel_type": channel.kind,
        }
        self._events.emit(workspace, event, channel)

    def delete(self, workspace: Workspace, message: Message) -> None:
        """Take a message away; a thread's parent stays as a tombstone while it has replies, as in Slack."""
        channel = workspace.channels[message.channel]
        before = self.json(message, workspace)
        if message.replies and message.ephemeral_to is None:
            tombstone = replace(
                message,
                user="USLACKBOT",
                text="This message was deleted.",
                subtype="tombstone",
                blocks=[],
                attachments=[],
                files=[],
                reactions={},
                metadata=None,
                bot_id=None,
                app_id=None,
                client_msg_id=None,
                extra={"hidden": True},
            )
            channel.messages[message.ts] = tombstone
            self._tell_change(workspace, tombstone, before)
            return
        channel.remove(message.ts)
        self._changes.tell("message_deleted", workspace=workspace.id, channel=channel.id, ts=message.ts)
        if message.ephemeral_to is not None:
            return
        event_ts = self.new_ts(workspace)
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": message.ts,
            "ts": event_ts,
            "event_ts": event_ts,
            "channel_type": channel.kind,
        }
        self._events.emit(workspace, event, channel)

    def react(self, workspace: Workspace, message: Message, user: str, emoji: str) -> None:
        """Add a reaction; refuses ``already_reacted``."""
        users = message.reactions.setdefault(emoji, [])
        if user in users:
            raise Refusal("already_reacted")
        users.append(user)
        self._tell_reaction(workspace, message, user, emoji, "reaction_added")

    def unreact(self, workspace: Workspace, message: Message, user: str, emoji: str) -> None:
        """Take a reaction back; refuses ``no_reaction``."""
        users = message.reactions.get(emoji, [])
        if user not in users:
            raise Refusal("no_reaction")
        users.remove(user)
        if not users:
            del message.reactions[emoji]
        self._tell_reaction(workspace, message, user, emoji, "reaction_removed")

    def _tell_reaction(self, workspace: Workspace, message: Message, user: str, emoji: str, kind: str) -> None:
        self._changes.tell("reactions", workspace=workspace.id, channel=message.channel, ts=message.ts)
        event: Json = {
            "type": kind,
            "user": user,
            "reaction": emoji,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
            "event_ts": self.new_ts(workspace),
        }
        self._events.emit(workspace, event, workspace.channels[message.channel])

    def open_direct(self, workspace: Workspace, members: list[str]) -> tuple[Channel, bool]:
        """The direct conversation of exactly these people, and whether it was there already."""
        key = frozenset(members)
        known = workspace.directs.get(key)
        if known is not None:
            return known, True
        kind = "im" if len(key) <= 2 else "mpim"
        names = sorted(workspace.users[member].name for member in key)
        channel = Channel(
            id=self._world.ids.named("D" if kind == "im" else "G", workspace.domain, *sorted(key)),
            team_id=workspace.id,
            name="" if kind == "im" else f"mpdm-{'--'.join(names)}-1",
            kind=kind,
            created=self._world.seconds(),
            members=set(key),
            creator=members[0],
        )
        workspace.add_channel(channel)
        self._changes.tell("channel", workspace=workspace.id, channel=channel.id)
        return channel, False

    def join(self, workspace: Workspace, channel: Channel, user: str, inviter: str | None = None) -> bool:
        """Make someone a member; ``False`` if they were already. The channel shows a line about it."""
        if user in channel.members:
            return False
        channel.members.add(user)
        self._note(workspace, channel, user, "channel_join", f"<@{user}> has joined the channel")
        event: Json = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": workspace.id,
            "event_ts": self.new_ts(workspace),
        }
        if inviter:
            event["inviter"] = inviter
        self._events.emit(workspace, event, channel)
        return True

    def leave(self, workspace: Workspace, channel: Channel, user: str) -> bool:
        """Take someone out; ``False`` if they were no member. The bot hears ``channel_left`` of itself."""
        if user not in channel.members:
            return False
        self._note(workspace, channel, user, "channel_leave", f"<@{user}> has left the channel")
        channel.members.discard(user)
        kind = "C" if channel.kind == "channel" else "G"
        event: Json = {
            "type": "member_left_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": kind,
            "team": workspace.id,
            "event_ts": self.new_ts(workspace),
        }
        if user == workspace.bot_user_id:
            left = "channel_left" if kind == "C" else "group_left"
            event = {"type": left, "channel": channel.id, "actor_id": user, "event_ts": event["event_ts"]}
            self._events.emit(workspace, event, channel, to_non_member=True)
        else:
            self._events.emit(workspace, event, channel)
        return True

    def _note(self, workspace: Workspace, channel: Channel, user: str, subtype: str, text: str) -> None:
        message = Message(ts=self.new_ts(workspace), channel=channel.id, user=user, text=text, subtype=subtype)
        self.post(workspace, message)

    def change_user(self, workspace: Workspace, user: User, user_json: Json) -> None:
        """Tell of a changed profile."""
        event = {
            "type": "user_change",
            "user": user_json,
            "cache_ts": self._world.seconds(),
            "event_ts": self.new_ts(workspace),
        }
        self._changes.tell("user", workspace=workspace.id, user=user.id)
        self._events.emit(workspace, event)

    def share_files(
        self, workspace: Workspace, channel: Channel, files: list[File], comment: str, thread_ts: str | None
    ) -> Message:
        """Show files in a conversation as one message of the bot."""
        for file in files:
            file.shared_in.append(channel.id)
        message = Message(
            ts=self.new_ts(workspace),
            channel=channel.id,
            user=workspace.bot_user_id,
            text=comment,
            thread_ts=thread_ts,
            bot_id=workspace.bot_id,
            app_id=self._world.app_id,
            subtype="file_share",
            files=[file.id for file in files],
            extra={"upload": False},
        )
        return self.post(workspace, message)


def find_message(channel: Channel, ts: str, error: str = "message_not_found") -> Message:
    """The message with that timestamp (no ephemerals); refuses otherwise."""
    message = channel.messages.get(ts)
    if message is None or message.subtype == "tombstone":
        raise Refusal(error)
    return message


def thread_parent(channel: Channel, thread_ts: str | None) -> str | None:
    """The timestamp to file a reply under: that of the parent, also where a reply's was given.

    A parent that is not there is refused (``cannot_reply_to_message``).
    """
    if not thread_ts:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None or microseconds_of(thread_ts) is None:
        raise Refusal("cannot_reply_to_message", [f"[ERROR] no message {thread_ts!r} to reply to"])
    return parent.thread_ts or parent.ts


def fill_block_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """Give every block a ``block_id`` and every element of ``actions`` an ``action_id``, as Slack does."""
    for block in blocks:
        if not block.get("block_id"):
            block["block_id"] = ids.next("blk", 5)
        elements = block.get("elements") if block.get("type") == "actions" else None
        for element in [*(elements or []), block.get("accessory"), block.get("element")]:
            if (
                isinstance(element, dict)
                and element.get("type") not in (None, "image")
                and not element.get("action_id")
            ):
                element["action_id"] = ids.next("act", 5)
    return blocks
