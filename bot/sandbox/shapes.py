"""How Slack writes down messages, conversations, users, views and files (docs.slack.dev/reference/objects)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox.state import Channel, File, Json, Message, User, View, Workspace


def message_json(
    message: Message, workspace: Workspace, *, base_url: str, viewer: str = "", metadata: bool = False
) -> Json:
    """A message as ``conversations.history`` returns it; no ``channel`` in it."""
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    optional: list[tuple[str, Any]] = [
        ("subtype", message.subtype),
        ("client_msg_id", message.client_msg_id),
        ("bot_id", message.bot_id),
        ("app_id", message.app_id),
        ("username", message.username),
        ("blocks", message.blocks),
        ("attachments", message.attachments),
        ("edited", message.edited),
        ("thread_ts", message.thread_ts),
    ]
    body.update({name: value for name, value in optional if value})
    body["team"] = workspace.id
    if message.bot_id == workspace.bot_id:
        body["bot_profile"] = bot_profile(workspace, message.app_id or "")
    if message.thread_ts and message.thread_ts != message.ts:
        parent = workspace.channels[message.channel].messages.get(message.thread_ts)
        if parent is not None:
            body["parent_user_id"] = parent.user
    if message.replies:
        body.update(_thread_summary(message, workspace))
    if message.reactions:
        body["reactions"] = reactions_json(message)
    if message.files:
        files = (workspace.files.get(file_id) for file_id in message.files)
        body["files"] = [file_json(file, workspace, base_url=base_url) for file in files if file is not None]
    if metadata and message.metadata:
        body["metadata"] = message.metadata
    body.update(message.extra)
    return body


def _thread_summary(parent: Message, workspace: Workspace) -> Json:
    messages = workspace.channels[parent.channel].messages
    authors = list(dict.fromkeys(messages[ts].user for ts in parent.replies if ts in messages))
    return {
        "reply_count": len(parent.replies),
        "reply_users_count": len(authors),
        "reply_users": authors[:5],
        "latest_reply": parent.replies[-1],
        "is_locked": False,
        "subscribed": False,
    }


def reactions_json(message: Message) -> list[Json]:
    """``[{name, users, count}]`` in the order the emoji were first used."""
    return [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]


def bot_profile(workspace: Workspace, app_id: str) -> Json:
    """The short description of the bot that travels with its messages."""
    return {
        "id": workspace.bot_id,
        "app_id": app_id,
        "name": workspace.users[workspace.bot_user_id].real_name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": workspace.id,
    }


def channel_json(channel: Channel, workspace: Workspace, viewer: str) -> Json:
    """A conversation as ``conversations.info`` returns it to the viewer."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_org_shared": False,
        "context_team_id": workspace.id,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        other = next((member for member in sorted(channel.members) if member != viewer), viewer)
        return {**common, "user": other, "is_user_deleted": workspace.users[other].deleted, "priority": 0}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_private": channel.kind in ("group", "mpim"),
        "is_general": channel.is_general,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": viewer in channel.members,
        "creator": channel.creator,
        "unlinked": 0,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(channel.members),
    }


def user_json(user: User, now: datetime, *, email: bool = True) -> Json:
    """A user as ``users.info`` returns it; the address only with ``users:read.email``."""
    body: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "profile": _profile(user, email=email),
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    if user.deleted:  # Slack leaves the rest out for deactivated accounts
        return body
    return {
        **body,
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz.rpartition("/")[2].replace("_", " ") + " time",
        "tz_offset": user.tz_offset(now),
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }


def _profile(user: User, *, email: bool) -> Json:
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "title": user.title,
        "phone": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "first_name": first,
        "last_name": last,
        "status_text": user.status_text,
        "status_emoji": user.status_emoji,
        "status_expiration": 0,
        "team": user.team_id,
    }
    if email and user.email:
        profile["email"] = user.email
    return profile


def view_json(view: View, workspace: Workspace, app_id: str) -> Json:
    """A view as ``views.open`` answers and as payloads carry it."""
    body = view.body
    shown: Json = {
        "id": view.id,
        "team_id": view.team_id,
        "type": view.kind,
        "blocks": body.get("blocks", []),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": app_id,
        "external_id": view.external_id,
        "app_installed_team_id": view.team_id,
        "bot_id": workspace.bot_id,
    }
    return shown


def file_json(file: File, workspace: Workspace, *, base_url: str) -> Json:
    """A file as messages and ``files.*`` carry it."""
    extension = file.name.rpartition(".")[2].lower() if "." in file.name else "text"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": extension,
        "pretty_type": extension.upper(),
        "user": file.user,
        "user_team": workspace.id,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "alt_txt": file.alt_text,
        "url_private": f"{base_url}/files-pri/{workspace.id}-{file.id}/{file.name}",
        "url_private_download": f"{base_url}/files-pri/{workspace.id}-{file.id}/download/{file.name}",
        "permalink": f"https://{workspace.domain}.slack.com/files/{file.user}/{file.id}/{file.name}",
        "channels": [channel for channel in file.shared_in if channel.startswith("C")],
        "groups": [channel for channel in file.shared_in if channel.startswith("G")],
        "ims": [channel for channel in file.shared_in if channel.startswith("D")],
        "file_access": "visible",
        "has_rich_preview": False,
    }
