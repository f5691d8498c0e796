"""Posts to a ``response_url``: five in thirty minutes (docs.slack.dev/interactivity/handling-user-interaction)."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox.checks import check_message_blocks, check_text
from bot.sandbox.errors import Refusal
from bot.sandbox.platform import Platform
from bot.sandbox.posting import fill_block_ids
from bot.sandbox.state import Channel, Json, Message, ResponseUrl, Workspace

MAX_USES = 5
LIFE = timedelta(minutes=30)


class Responses:
    """Carries out what is posted to the response_urls handed out."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def take(self, key: str, body: Json) -> tuple[int, Json]:
        """Carry out one post; returns HTTP status and answer. Writes the journal."""
        world = self._platform.world
        known = world.response_urls.get(key)
        team_id = key.partition("/")[0]
        status, answer = self._judge(known, body)
        self._platform.journal.record("response_url", team_id, world.clock.now(), body, answer, status=status)
        return status, answer

    def _judge(self, known: ResponseUrl | None, body: Json) -> tuple[int, Json]:
        world = self._platform.world
        if known is None:
            return 404, {"ok": False, "error": "invalid_url"}
        if world.clock.now() - known.issued > LIFE:
            return 404, {"ok": False, "error": "expired_url"}
        if known.uses >= MAX_USES:
            return 404, {"ok": False, "error": "used_url"}
        workspace = world.workspaces[known.key.partition("/")[0]]
        try:
            self._carry_out(workspace, known, body)
        except Refusal as refusal:
            return 400, refusal.body()
        known.uses += 1
        return 200, {"ok": True}

    def _carry_out(self, workspace: Workspace, known: ResponseUrl, body: Json) -> None:
        channel = workspace.channels[known.channel]
        target = self._target(channel, known)
        if body.get("delete_original"):
            if target is not None:
                self._platform.posting.delete(workspace, target)
            return
        words = str(body.get("text") or "")
        check_text(words)
        blocks = fill_block_ids(check_message_blocks(body.get("blocks")), self._platform.world.ids)
        attachments = list(body.get("attachments") or [])
        if not words and not blocks and not attachments:
            raise Refusal("no_text")
        if body.get("replace_original") and target is not None:
            self._platform.posting.edit(
                workspace, target, workspace.bot_user_id, text=words, blocks=blocks, attachments=attachments
            )
            return
        message = Message(
            ts=self._platform.posting.new_ts(workspace),
            channel=channel.id,
            user=workspace.bot_user_id,
            text=words,
            blocks=blocks,
            attachments=attachments,
            bot_id=workspace.bot_id,
            app_id=self._platform.world.app_id,
            thread_ts=str(body["thread_ts"]) if body.get("thread_ts") else None,
            ephemeral_to=None if body.get("response_type") == "in_channel" else known.user,
        )
        self._platform.posting.post(workspace, message)
        known.last_ts = message.ts

    def _target(self, channel: Channel, known: ResponseUrl) -> Message | None:
        """What ``replace_original`` and ``delete_original`` mean: the message acted on, else the last one made here.

        Only messages of the bot can be replaced.
        """
        for ts in (known.message_ts, known.last_ts):
            found = channel.messages.get(ts or "") or channel.ephemerals.get(ts or "")
            if found is not None and found.bot_id:
                return found
        return None
