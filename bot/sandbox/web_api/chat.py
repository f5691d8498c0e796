"""chat.*: posting, changing, deleting, permalinks."""

from __future__ import annotations

from typing import Any

from bot.sandbox.checks import check_message_blocks, check_metadata, check_text
from bot.sandbox.errors import Refusal
from bot.sandbox.posting import fill_block_ids, find_message, thread_parent
from bot.sandbox.scopes import require
from bot.sandbox.state import Channel, Json, Message
from bot.sandbox.web_api.registry import Call, method

MAX_ATTACHMENTS = 100


def _content(call: Call) -> dict[str, Any]:
    """Text, blocks and attachments, checked; refuses ``no_text``."""
    words = call.args.text("text")
    markdown = call.args.text("markdown_text")
    check_text(words)
    blocks = check_message_blocks(call.args.structure("blocks", "invalid_blocks_format"))
    attachments = call.args.structure("attachments", "invalid_attachments") or []
    if len(attachments) > MAX_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    if markdown and (words or blocks):
        raise Refusal("markdown_text_conflict")
    if markdown:
        blocks = check_message_blocks([{"type": "markdown", "text": markdown}])
    if not words.strip() and not blocks and not attachments:
        raise Refusal("no_text")
    fill_block_ids(blocks, call.platform.world.ids)
    return {"text": words, "blocks": blocks, "attachments": attachments}


def _target(call: Call) -> Channel:
    """Where to post: a conversation, or a person (their DM with the bot)."""
    given = call.args.required("channel", "channel_not_found")
    workspace = call.workspace
    if given.startswith(("U", "W")) and given in workspace.users:
        if workspace.users[given].deleted:
            raise Refusal("channel_not_found")
        channel, _ = call.platform.posting.open_direct(workspace, [workspace.bot_user_id, given])
        return channel
    channel = call.channel()
    if channel.is_archived:
        raise Refusal("is_archived")
    if not workspace.is_bot_in(channel) and "chat:write.public" not in (call.token.scopes or ()):
        raise Refusal("not_in_channel")
    return channel


@method("chat.postMessage")
async def post_message(call: Call) -> Json:
    """Post to a conversation, a thread (``thread_ts``), or a person."""
    content = _content(call)
    metadata = check_metadata(call.args.structure("metadata", "invalid_metadata_format"))
    channel = _target(call)
    thread_ts = thread_parent(channel, call.args.text("thread_ts") or None)
    username = call.args.text("username") or None
    if username:
        require(call.token.scopes, "chat:write.customize")
    message = Message(
        ts=call.platform.posting.new_ts(call.workspace),
        channel=channel.id,
        user=call.workspace.bot_user_id,
        thread_ts=thread_ts,
        bot_id=call.workspace.bot_id,
        app_id=call.platform.world.app_id,
        username=username,
        subtype="thread_broadcast" if thread_ts and call.args.flag("reply_broadcast") else None,
        metadata=metadata,
        **content,
    )
    call.platform.posting.post(call.workspace, message)
    body = call.platform.posting.json(message, call.workspace, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": body}


@method("chat.postEphemeral")
async def post_ephemeral(call: Call) -> Json:
    """Show something to one member only; it is never in history and cannot be updated through ``chat.*``."""
    content = _content(call)
    workspace = call.workspace
    channel = call.channel()
    if not workspace.is_bot_in(channel):
        raise Refusal("not_in_channel" if channel.kind == "channel" else "channel_not_found")
    user = call.user(call.args.required("user"))
    if user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    message = Message(
        ts=call.platform.posting.new_ts(workspace),
        channel=channel.id,
        user=workspace.bot_user_id,
        thread_ts=thread_parent(channel, call.args.text("thread_ts") or None),
        bot_id=workspace.bot_id,
        app_id=call.platform.world.app_id,
        ephemeral_to=user.id,
        **content,
    )
    call.platform.posting.post(workspace, message)
    return {"message_ts": message.ts}


def _own_message(call: Call, refusal: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = find_message(channel, call.args.required("ts", "message_not_found"))
    if message.user != call.workspace.bot_user_id:
        raise Refusal(refusal)
    return channel, message


@method("chat.update")
async def update(call: Call) -> Json:
    """Change one of the bot's messages; blocks left out are taken off when ``text`` is given."""
    args = call.args
    channel, message = _own_message(call, "cant_update_message")
    given_blocks = "blocks" in args.raw and args.raw["blocks"] is not None
    if not args.text("text") and not given_blocks and "metadata" in args.raw:
        new: dict[str, Any] = {"metadata": check_metadata(args.structure("metadata", "invalid_metadata_format"))}
    elif given_blocks and args.structure("blocks") == [] and args.text("text"):
        check_text(args.text("text"))
        new = {"text": args.text("text"), "blocks": [], "attachments": []}
    else:
        new = _content(call)
        if "metadata" in args.raw:
            new["metadata"] = check_metadata(args.structure("metadata", "invalid_metadata_format"))
        if "attachments" not in args.raw:
            new["attachments"] = message.attachments
    call.platform.posting.edit(call.workspace, message, call.workspace.bot_user_id, **new)
    body = call.platform.posting.json(message, call.workspace, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": body}


@method("chat.delete")
async def delete(call: Call) -> Json:
    """Take one of the bot's messages away."""
    channel, message = _own_message(call, "cant_delete_message")
    call.platform.posting.delete(call.workspace, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink")
async def get_permalink(call: Call) -> Json:
    """A message's address."""
    channel = call.channel()
    message = find_message(channel, call.args.required("message_ts", "message_not_found"))
    return {"channel": channel.id, "permalink": permalink(call.workspace.domain, message)}


def permalink(domain: str, message: Message) -> str:
    """``https://team.slack.com/archives/C…/p…`` and, for a reply, its thread."""
    address = f"https://{domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        address += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return address
