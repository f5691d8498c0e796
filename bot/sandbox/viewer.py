"""What one person sees of a workspace, and how they find it again."""

from __future__ import annotations

from collections.abc import Iterable

from bot.sandbox.errors import NotPossible, NotSeen
from bot.sandbox.platform import Platform
from bot.sandbox.seeing import SeenFile, SeenMessage, SeenView, see_canvas, see_file, see_message, see_view
from bot.sandbox.state import Channel, Message, User, View, Workspace


class Viewer:
    """The eyes of one member of one workspace; reads the present state each time."""

    def __init__(self, platform: Platform, workspace: Workspace, user: User) -> None:
        self._platform = platform
        self._workspace = workspace
        self._user = user

    def __repr__(self) -> str:
        return f"<{self._user.name} {self._user.id} of {self._workspace.domain}>"

    @property
    def id(self) -> str:
        """The user id."""
        return self._user.id

    @property
    def name(self) -> str:
        """The handle."""
        return self._user.name

    @property
    def team_id(self) -> str:
        """The workspace's id."""
        return self._workspace.id

    @property
    def dm_id(self) -> str:
        """The id of the direct conversation with the bot."""
        return self._dm().id

    # --- seeing -------------------------------------------------------------------------------------------------

    def channels(self) -> list[Channel]:
        """The conversations this person sees: their own and all public ones."""
        return [
            channel
            for channel in self._workspace.channels.values()
            if self.id in channel.members or channel.kind == "channel"
        ]

    def messages(self, channel: str, *, thread: str | None = None) -> list[SeenMessage]:
        """What stands in a conversation, oldest first, with this person's ephemerals; replies only with ``thread``."""
        target = self._conversation(channel)
        keys = target.order if thread else target.top_level
        shown = [target.messages[ts] for _, ts in keys]
        if thread:
            shown = [message for message in shown if message.thread_ts == thread or message.ts == thread]
        mine = [
            message
            for message in target.ephemerals.values()
            if message.ephemeral_to == self.id and (message.thread_ts == thread if thread else not message.thread_ts)
        ]
        return self._in_order([*shown, *mine])

    def ephemerals(self, channel: str | None = None) -> list[SeenMessage]:
        """What only this person sees, in one conversation or in all, oldest first, threads included."""
        channels = self._workspace.channels.values() if channel is None else [self._conversation(channel)]
        found = [one for target in channels for one in target.ephemerals.values() if one.ephemeral_to == self.id]
        return self._in_order(found)

    def dm_with_bot(self) -> list[SeenMessage]:
        """The whole direct conversation with the bot, threads and ephemerals included, oldest first."""
        channel = self._dm()
        mine = [one for one in channel.ephemerals.values() if one.ephemeral_to == self.id]
        return self._in_order([*channel.messages.values(), *mine])

    def look(self, message: SeenMessage) -> SeenMessage:
        """The same message as it is now; raises ``NotSeen`` when it is gone."""
        return self._see(self._find(message))

    def home(self) -> SeenView | None:
        """The Home tab, once the bot has published one."""
        view = self._workspace.homes.get(self.id)
        return None if view is None else self._see_view(view)

    def modal(self) -> SeenView | None:
        """The topmost open modal."""
        stack = self._workspace.modals.get(self.id)
        return self._see_view(stack[-1]) if stack else None

    def modals(self) -> list[SeenView]:
        """All open modals, bottom first."""
        return [self._see_view(view) for view in self._workspace.modals.get(self.id, [])]

    def files(self) -> list[SeenFile]:
        """The files in conversations this person sees, in order of upload."""
        seen = {channel.id for channel in self.channels()}
        return [see_file(file) for file in self._workspace.files.values() if seen.intersection(file.shared_in)]

    def canvases(self) -> list[SeenFile]:
        """The canvases this person was given access to, and those of the channels they are in."""
        seen = {channel.id for channel in self.channels()}
        shared = [one for one in self._workspace.canvases.values() if self.id in one.readers or one.channel_id in seen]
        return [see_canvas(canvas) for canvas in shared]

    # --- finding ------------------------------------------------------------------------------------------------

    def _see(self, message: Message) -> SeenMessage:
        return see_message(message, self._workspace, self._platform.world.base_url)

    def _see_view(self, view: View) -> SeenView:
        return see_view(view, self._workspace, self._platform.world.app_id)

    def _in_order(self, messages: Iterable[Message]) -> list[SeenMessage]:
        return [self._see(message) for message in sorted(messages, key=lambda one: (len(one.ts), one.ts))]

    def _dm(self) -> Channel:
        return self._platform.posting.open_direct(self._workspace, [self._workspace.bot_user_id, self.id])[0]

    def _conversation(self, name: str) -> Channel:
        if name.startswith("@"):
            other = self._workspace.user(name)
            if other is None:
                raise NotSeen(f"nobody called {name}; there are {', '.join(sorted(self._workspace.users_by_name))}")
            return self._platform.posting.open_direct(self._workspace, [self.id, other.id])[0]
        channel = self._workspace.channel(name)
        if channel is None or (channel.kind != "channel" and self.id not in channel.members):
            raise NotSeen(f"{self.name} sees no {name}; there are {', '.join(self._workspace.channels_by_name)}")
        return channel

    def _find(self, message: SeenMessage) -> Message:
        channel = self._workspace.channels.get(message.channel)
        found = None if channel is None else channel.messages.get(message.ts) or channel.ephemerals.get(message.ts)
        if found is None or found.ephemeral_to not in (None, self.id):
            raise NotSeen(f"that message is gone or not {self.name}'s to see: {message.text[:60]!r}")
        return found

    def _own(self, message: SeenMessage) -> Message:
        found = self._find(message)
        if found.user != self.id:
            raise NotPossible(f"{self.name} cannot change a message of {message.author}")
        return found

    def _view(self, view: SeenView) -> View:
        found = self._workspace.views.get(view.id)
        if found is None or found.user != self.id:
            raise NotSeen(f"the view {view.title!r} is closed")
        return found

    def _owner(self, target: SeenMessage | SeenView) -> Message | View:
        return self._view(target) if isinstance(target, SeenView) else self._find(target)
