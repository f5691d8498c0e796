"""files.*: the external upload in three steps, looking up, deleting."""

from __future__ import annotations

import mimetypes

from bot.sandbox.errors import Refusal
from bot.sandbox.posting import thread_parent
from bot.sandbox.shapes import file_json
from bot.sandbox.state import Channel, File, Json
from bot.sandbox.web_api.registry import Call, method

MAX_BYTES = 1_000_000_000


@method("files.getUploadURLExternal")
async def get_upload_url(call: Call) -> Json:
    """Step one: an address to send the bytes to."""
    name = call.args.required("filename")
    length = call.args.number("length", 0, MAX_BYTES + 1)
    if length == 0:
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: length"])
    if length > MAX_BYTES:
        raise Refusal("file_upload_size_restricted")
    world = call.platform.world
    file = File(
        id=world.ids.next("F"),
        team_id=call.workspace.id,
        user=call.workspace.bot_user_id,
        name=name,
        title=name,
        length=length,
        created=world.seconds(),
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        alt_text=call.args.text("alt_txt"),
    )
    call.workspace.files[file.id] = file
    return {"upload_url": f"{world.base_url}/upload/v1/{call.workspace.id}/{file.id}", "file_id": file.id}


def _targets(call: Call) -> list[Channel]:
    names = [name for name in (call.args.text("channel_id"), *call.args.text("channels").split(",")) if name]
    channels: list[Channel] = []
    for name in names:
        channel = call.workspace.channels.get(name)
        if channel is None:
            raise Refusal("channel_not_found")
        if not call.workspace.is_bot_in(channel):
            raise Refusal("not_in_channel" if channel.kind == "channel" else "channel_not_found")
        channels.append(channel)
    return channels


@method("files.completeUploadExternal")
async def complete_upload(call: Call) -> Json:
    """Step three: name the files and show them in a conversation, if one is given."""
    given = call.args.structure("files")
    if not isinstance(given, list) or not given:
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: files"])
    files: list[File] = []
    for item in given:
        file = call.workspace.files.get(str(item.get("id"))) if isinstance(item, dict) else None
        if file is None or file.content is None:
            raise Refusal("file_not_found")
        files.append(file)
    channels = _targets(call)
    thread_ts = call.args.text("thread_ts") or None
    for file, item in zip(files, given, strict=True):
        file.title = str(item.get("title") or file.name)
    for channel in channels:
        parent = thread_parent(channel, thread_ts)
        call.platform.posting.share_files(call.workspace, channel, files, call.args.text("initial_comment"), parent)
    base = call.platform.world.base_url
    return {"files": [file_json(file, call.workspace, base_url=base) for file in files]}


def _file(call: Call) -> File:
    file = call.workspace.files.get(call.args.required("file", "file_not_found"))
    if file is None:
        raise Refusal("file_not_found")
    return file


@method("files.info")
async def info(call: Call) -> Json:
    """One file."""
    return {"file": file_json(_file(call), call.workspace, base_url=call.platform.world.base_url)}


@method("files.delete")
async def delete(call: Call) -> Json:
    """Take one of the bot's files away."""
    file = _file(call)
    if file.user != call.workspace.bot_user_id:
        raise Refusal("cant_delete_file")
    del call.workspace.files[file.id]
    call.platform.changes.tell("file", workspace=call.workspace.id, file=file.id)
    return {}
