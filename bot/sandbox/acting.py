"""A person of the sandbox: acts as Slack's own client would let them, and sees what they would see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.errors import NotPossible, NotSeen, Refusal
from bot.sandbox.filling import held_value, options_of
from bot.sandbox.interactions import Interactions, Outcome, holds_value
from bot.sandbox.modals import elements_of
from bot.sandbox.platform import Platform
from bot.sandbox.seeing import (
    SeenMessage,
    SeenView,
    all_blocks,
    text_of,
)
from bot.sandbox.shapes import user_json
from bot.sandbox.state import Channel, File, Json, Message, User, View, Workspace
from bot.sandbox.typing_text import message_text, rich_text_blocks
from bot.sandbox.viewer import Viewer

_EMOJI = re.compile(r"^[\w+'\-]+(::skin-tone-[2-6])?$")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person was shown at once. ``field_errors``: {label: words}."""

    error: str = ""
    shown: tuple[SeenMessage, ...] = ()
    field_errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong in the person's eyes."""
        return not self.error and not self.field_errors

    @property
    def text(self) -> str:
        """The words of what was shown."""
        return "\n".join(message.text for message in self.shown)


class Person(Viewer):
    """Acts and sees as one member of one workspace. Get one from ``Sandbox.person``."""

    def __init__(self, platform: Platform, workspace: Workspace, user: User) -> None:
        super().__init__(platform, workspace, user)
        self._do = Interactions(platform)

    # --- speaking -----------------------------------------------------------------------------------------------

    async def say(self, channel: str, text: str, *, thread_ts: str | None = None, raw: bool = False) -> SeenMessage:
        """Post in a channel (``#payments``), a direct conversation (``@dana``) or by id; ``thread_ts`` replies."""
        return self._see(self._post(self._conversation(channel), text, thread_ts, raw=raw))

    async def dm(self, text: str, *, thread_ts: str | None = None, raw: bool = False) -> SeenMessage:
        """Write to the bot."""
        return self._see(self._post(self._dm(), text, thread_ts, raw=raw))

    def _post(self, channel: Channel, text: str, thread_ts: str | None, *, raw: bool) -> Message:
        if text.startswith("/") and thread_ts:
            raise NotPossible(f"{text.split()[0]} is not supported in threads. Sorry!")
        if not text.strip():
            raise NotPossible("an empty message cannot be sent")
        if self._user.id not in channel.members:
            raise NotPossible(f"{self.name} is not a member of #{channel.name}")
        if channel.is_archived:
            raise NotPossible(f"#{channel.name} is archived")
        words = text if raw else message_text(text, self._workspace)
        ids = self._platform.world.ids
        message = Message(
            ts=self._platform.posting.new_ts(self._workspace),
            channel=channel.id,
            user=self._user.id,
            text=words,
            blocks=rich_text_blocks(words, ids.next("blk", 5)),
            thread_ts=self._parent(channel, thread_ts),
            client_msg_id=ids.uuid(),
        )
        return self._platform.posting.post(self._workspace, message)

    def _parent(self, channel: Channel, thread_ts: str | None) -> str | None:
        if thread_ts is None:
            return None
        parent = channel.messages.get(thread_ts)
        if parent is None:
            raise NotSeen(f"no message {thread_ts} in {channel.name or channel.id} to reply to")
        return parent.thread_ts or parent.ts

    async def share_file(self, channel: str, name: str, content: bytes, text: str = "") -> SeenMessage:
        """Post a file of one's own."""
        target = self._conversation(channel)
        world = self._platform.world
        file = File(world.ids.next("F"), self.team_id, self.id, name, name, len(content), world.seconds(), content)
        file.shared_in.append(target.id)
        self._workspace.files[file.id] = file
        message = Message(
            ts=self._platform.posting.new_ts(self._workspace),
            channel=target.id,
            user=self.id,
            text=message_text(text, self._workspace),
            subtype="file_share",
            files=[file.id],
        )
        return self._see(self._platform.posting.post(self._workspace, message))

    async def edit(self, message: SeenMessage, text: str, *, raw: bool = False) -> SeenMessage:
        """Change one's own message."""
        found = self._own(message)
        words = text if raw else message_text(text, self._workspace)
        blocks = rich_text_blocks(words, self._platform.world.ids.next("blk", 5))
        self._platform.posting.edit(self._workspace, found, self.id, text=words, blocks=blocks)
        return self._see(found)

    async def delete(self, message: SeenMessage) -> None:
        """Delete one's own message; an ephemeral is only dismissed."""
        found = self._find(message)
        if found.ephemeral_to is None:
            self._own(message)
        self._platform.posting.delete(self._workspace, found)

    async def react(self, message: SeenMessage, emoji: str) -> None:
        """React; raises ``NotPossible`` where Slack refuses (twice the same, an ephemeral, no such name)."""
        self._react(message, emoji, add=True)

    async def unreact(self, message: SeenMessage, emoji: str) -> None:
        """Take one's reaction back."""
        self._react(message, emoji, add=False)

    def _react(self, message: SeenMessage, emoji: str, *, add: bool) -> None:
        found = self._find(message)
        name = emoji.strip(":")
        if found.ephemeral_to is not None or not _EMOJI.match(name):
            raise NotPossible(f"cannot react with {emoji!r} there")
        change = self._platform.posting.react if add else self._platform.posting.unreact
        try:
            change(self._workspace, found, self.id, name)
        except Refusal as refusal:
            raise NotPossible(refusal.error) from None

    # --- asking the bot -----------------------------------------------------------------------------------------

    async def command(
        self, command: str, text: str = "", channel: str | None = None, *, thread_ts: str | None = None
    ) -> Answer:
        """Type a slash command (in the DM with the bot by default); not possible in threads."""
        if thread_ts is not None:
            raise NotPossible(f"{command} is not supported in threads. Sorry!")
        target = self._dm() if channel is None else self._conversation(channel)
        return self._answer(await self._do.command(self._workspace, self._user, target, command, text))

    async def message_shortcut(self, callback_id: str, message: SeenMessage) -> Answer:
        """Use a shortcut from a message's menu."""
        found = self._find(message)
        return self._answer(await self._do.message_shortcut(self._workspace, self._user, callback_id, found))

    async def global_shortcut(self, callback_id: str) -> Answer:
        """Use a shortcut from the search box."""
        return self._answer(await self._do.global_shortcut(self._workspace, self._user, callback_id))

    async def open_home(self, tab: str = "home") -> Answer:
        """Open the app's Home (or ``messages``) tab; the bot hears of it, ``home()`` shows it."""
        self._do.home_opened(self._workspace, self._user, tab)
        return Answer()

    async def press(
        self, target: SeenMessage | SeenView, what: str, value: Any = None, *, block_id: str | None = None
    ) -> Answer:
        """Press a button (by its words or action_id), or pick ``value`` in a menu or picker (by placeholder, label or
        action_id); an overflow's options are pressed by their words.

        ``block_id`` says which is meant where several blocks have the same. Acts on the present state of the message
        or view. Raises ``NotSeen`` naming what there is.
        """
        owner = self._owner(target)
        blocks = owner.body["blocks"] if isinstance(owner, View) else owner.blocks
        block_id, element, option = self._find_element(blocks, what, pressing=True, within=block_id)
        held: Json | None = None
        if option is not None:
            held = {"type": "overflow", "selected_option": option}
        elif holds_value(element):
            held = await self._held(owner, block_id, element, value)
            owner.values.setdefault(block_id, {})[element["action_id"]] = held
        if isinstance(owner, View):
            outcome = await self._do.view_action(self._workspace, self._user, owner, block_id, element, held)
        else:
            outcome = await self._do.message_action(self._workspace, self._user, owner, block_id, element, held)
        return self._answer(outcome)

    async def fill(self, target: SeenView | SeenMessage, values: dict[str, Any]) -> None:
        """Fill fields by label, block_id or action_id; those with ``dispatch_action`` tell the bot at once."""
        owner = self._owner(target)
        blocks = owner.body["blocks"] if isinstance(owner, View) else owner.blocks
        for what, value in values.items():
            block_id, element, _ = self._find_element(blocks, what, pressing=False)
            held = await self._held(owner, block_id, element, value)
            owner.values.setdefault(block_id, {})[element["action_id"]] = held
            block = next((one for one in blocks if one.get("block_id") == block_id), {})
            if isinstance(owner, View):
                owner.errors.pop(block_id, None)
                if block.get("dispatch_action"):
                    await self._do.view_action(self._workspace, self._user, owner, block_id, element, held)

    async def submit(self, view: SeenView) -> Answer:
        """Press the modal's submit button."""
        found = self._view(view)
        labels = {block["block_id"]: text_of(block.get("label"), self._workspace) for block in found.body["blocks"]}
        outcome = await self._do.submit(self._workspace, self._user, found)
        return self._answer(outcome, labels)

    async def fill_and_submit(self, view: SeenView, values: dict[str, Any]) -> Answer:
        """``fill`` and ``submit``."""
        await self.fill(view, values)
        return await self.submit(view)

    async def close(self, view: SeenView, *, all_views: bool = False) -> Answer:
        """Press close (or, with ``all_views``, the cross while several are open)."""
        found = self._view(view)
        return self._answer(await self._do.close(self._workspace, self._user, found, all_views=all_views))

    # --- oneself and channels -----------------------------------------------------------------------------------

    async def set_timezone(self, tz: str) -> None:
        """Move to another zone (IANA name); the bot hears ``user_change``."""
        try:
            ZoneInfo(tz)
        except (ZoneInfoNotFoundError, ValueError):
            raise NotPossible(f"no time zone {tz!r}") from None
        self._user.tz = tz
        self._changed()

    async def set_status(self, text: str, emoji: str = "") -> None:
        """Set a status; the bot hears ``user_change``."""
        self._user.status_text, self._user.status_emoji = text, emoji
        self._changed()

    async def deactivate(self) -> None:
        """The account is switched off by an administrator; the bot hears ``user_change``."""
        self._user.deleted = True
        self._changed()

    def _changed(self) -> None:
        world = self._platform.world
        self._user.updated = world.seconds()
        token = world.tokens.get(self._workspace.bot_token)
        with_email = token is None or token.scopes is None or "users:read.email" in token.scopes
        body = user_json(self._user, world.clock.now(), email=with_email)
        self._platform.posting.change_user(self._workspace, self._user, body)

    async def join(self, channel: str) -> None:
        """Join a public channel."""
        self._platform.posting.join(self._workspace, self._conversation(channel), self.id)

    async def leave(self, channel: str) -> None:
        """Leave a channel."""
        self._platform.posting.leave(self._workspace, self._conversation(channel), self.id)

    async def invite_bot(self, channel: str) -> None:
        """``/invite @bot``."""
        target = self._conversation(channel)
        self._platform.posting.join(self._workspace, target, self._workspace.bot_user_id, inviter=self.id)

    async def remove_bot(self, channel: str) -> None:
        """``/remove @bot``."""
        self._platform.posting.leave(self._workspace, self._conversation(channel), self._workspace.bot_user_id)

    # --- elements ----------------------------------------

    def _find_element(
        self, blocks: list[Json], what: str, *, pressing: bool, within: str | None = None
    ) -> tuple[str, Json, Json | None]:
        """The element with those words or ids; for an overflow also the option."""
        seen: list[str] = []
        places = [block for block in all_blocks(blocks) if within in (None, block.get("block_id"))]
        if not pressing:
            places.sort(key=lambda block: block.get("block_id") != what)  # an id is surer than words
        for block in places:
            block_id = str(block.get("block_id", ""))
            for element in [*elements_of(block), *(block.get("actions") or [])]:
                names = self._names(block, element)
                if what in names or (not pressing and what == block_id):
                    return block_id, element, None
                options = options_of(element) if element.get("type") == "overflow" else []
                for option in options:
                    if what in (option["text"]["text"], option.get("value")):
                        return block_id, element, option
                seen += names[:1] + [option["text"]["text"] for option in options]
        raise NotSeen(f"nothing called {what!r} to {'press' if pressing else 'fill'}; there is {seen}")

    def _names(self, block: Json, element: Json) -> list[str]:
        words = [text_of(element.get(name), self._workspace) for name in ("text", "placeholder")]
        label = text_of(block.get("label"), self._workspace) if block.get("type") == "input" else ""
        return [name for name in (label, *words, str(element.get("action_id", ""))) if name]

    async def _held(self, owner: Message | View, block_id: str, element: Json, value: Any) -> Json:
        if "external_select" in element["type"] and isinstance(owner, View) and isinstance(value, str):
            options = await self._do.suggestions(self._workspace, self._user, owner, block_id, element, value)
            element = {**element, "options": options}
        return held_value(element, value, self._workspace)

    def _answer(self, outcome: Outcome, labels: dict[str, str] | None = None) -> Answer:
        errors = {(labels or {}).get(block_id, block_id): words for block_id, words in outcome.field_errors.items()}
        return Answer(outcome.error, tuple(self._see(message) for message in outcome.shown), errors)
