"""reactions.*"""

from __future__ import annotations

import re

from bot.sandbox.errors import Refusal
from bot.sandbox.posting import find_message
from bot.sandbox.shapes import reactions_json
from bot.sandbox.state import Channel, Json, Message
from bot.sandbox.web_api.registry import Call, method

_EMOJI = re.compile(r"^[a-z0-9_+'\-]+(::skin-tone-[2-6])?$")
#: Different emoji on one message (docs.slack.dev/reference/methods/reactions.add).
MAX_EMOJI = 23


def _message(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    timestamp = call.args.required("timestamp", "no_item_specified")
    return channel, find_message(channel, timestamp)


def _emoji(call: Call) -> str:
    name = call.args.required("name", "invalid_name").strip(":")
    if not _EMOJI.match(name):
        raise Refusal("invalid_name")
    return name


@method("reactions.add")
async def add(call: Call) -> Json:
    """React as the bot."""
    name = _emoji(call)
    channel, message = _message(call)
    if not call.workspace.is_bot_in(channel):
        raise Refusal("not_in_channel")
    if name not in message.reactions and len(message.reactions) >= MAX_EMOJI:
        raise Refusal("too_many_emoji")
    call.platform.posting.react(call.workspace, message, call.workspace.bot_user_id, name)
    return {}


@method("reactions.remove")
async def remove(call: Call) -> Json:
    """Take the bot's reaction back."""
    name = _emoji(call)
    _, message = _message(call)
    call.platform.posting.unreact(call.workspace, message, call.workspace.bot_user_id, name)
    return {}


@method("reactions.get")
async def get(call: Call) -> Json:
    """The reactions of a message."""
    channel, message = _message(call)
    body = call.platform.posting.json(message, call.workspace)
    body["permalink"] = (
        f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    )
    if message.reactions:
        body["reactions"] = reactions_json(message)
    return {"type": "message", "channel": channel.id, "message": body}
