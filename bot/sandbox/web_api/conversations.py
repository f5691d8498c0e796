"""conversations.*: who is where, and what was said."""

from __future__ import annotations

import bisect

from bot.sandbox.errors import Refusal
from bot.sandbox.ids import microseconds_of
from bot.sandbox.scopes import CONVERSATION_SCOPES, require
from bot.sandbox.shapes import channel_json
from bot.sandbox.state import Channel, Json, Message
from bot.sandbox.web_api.paging import cursor_of, page, position_of
from bot.sandbox.web_api.registry import Call, method

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_LATEST = 1 << 62
_LAST = "\U0010ffff"


@method("conversations.info")
async def info(call: Call) -> Json:
    """One conversation."""
    channel = call.channel(family="read")
    body = channel_json(channel, call.workspace, call.workspace.bot_user_id)
    if not call.args.flag("include_num_members"):
        body.pop("num_members", None)
    return {"channel": body}


def _kinds(call: Call) -> list[str]:
    names = [name.strip() for name in call.args.text("types", "public_channel").split(",") if name.strip()]
    if any(name not in KINDS for name in names):
        raise Refusal("invalid_types")
    kinds = [KINDS[name] for name in names]
    for kind in kinds:
        require(call.token.scopes, CONVERSATION_SCOPES["read"][kind])
    return kinds


def _listing(call: Call, *, members_only: bool) -> Json:
    bot = call.workspace.bot_user_id
    kinds = set(_kinds(call))
    without_archived = call.args.flag("exclude_archived")
    channels = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and (bot in channel.members or (channel.kind == "channel" and not members_only))
        and not (without_archived and channel.is_archived)
    ]
    shown, following = page(channels, call.args.text("cursor"), call.args.number("limit", 100, 1000))
    return {
        "channels": [channel_json(channel, call.workspace, bot) for channel in shown],
        "response_metadata": {"next_cursor": following},
    }


@method("conversations.list")
async def list_(call: Call) -> Json:
    """All conversations the bot can see, by ``types``."""
    return _listing(call, members_only=False)


@method("users.conversations")
async def users_conversations(call: Call) -> Json:
    """Those the bot is a member of."""
    user = call.args.text("user", call.workspace.bot_user_id)
    call.user(user)
    return _listing(call, members_only=True)


@method("conversations.members")
async def members(call: Call) -> Json:
    """The members' ids."""
    channel = call.channel(family="read")
    shown, following = page(sorted(channel.members), call.args.text("cursor"), call.args.number("limit", 100, 1000))
    return {"members": shown, "response_metadata": {"next_cursor": following}}


@method("conversations.open")
async def open_(call: Call) -> Json:
    """A direct conversation with one person or several (``users``), or one known by ``channel``."""
    if call.args.text("channel"):
        channel = call.channel()
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    users = [user.strip() for user in call.args.required("users", "users_list_not_supplied").split(",")]
    others = [user for user in users if user != call.workspace.bot_user_id]
    require(call.token.scopes, "im:write" if len(others) == 1 else "mpim:write")
    if len(others) > 8:
        raise Refusal("too_many_users")
    for user in others:
        if call.user(user).deleted:
            raise Refusal("user_disabled")
    bot = call.workspace.bot_user_id
    channel, known = call.platform.posting.open_direct(call.workspace, [bot, *others])
    body: Json = {"id": channel.id}
    if call.args.flag("return_im"):
        body = channel_json(channel, call.workspace, bot)
    return {"no_op": known, "already_open": known, "channel": body}


@method("conversations.join")
async def join(call: Call) -> Json:
    """Become a member of a public channel."""
    channel = call.channel()
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    bot = call.workspace.bot_user_id
    body: Json = {}
    if not call.platform.posting.join(call.workspace, channel, bot):
        body = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": channel_json(channel, call.workspace, bot), **body}


@method("conversations.leave")
async def leave(call: Call) -> Json:
    """Leave a channel."""
    channel = call.channel()
    if channel.is_general:
        raise Refusal("cant_leave_general")
    left = call.platform.posting.leave(call.workspace, channel, call.workspace.bot_user_id)
    return {} if left else {"not_in_channel": True}


def _window(call: Call) -> tuple[int, int]:
    """``oldest`` and ``latest`` as whole microseconds, both included."""
    inclusive = call.args.flag("inclusive")
    bounds: list[int] = []
    for name, default, step in (("oldest", 0, 1), ("latest", _LATEST, -1)):
        given = call.args.text(name)
        if given in ("", "0", "now"):
            bounds.append(default)
            continue
        moment = microseconds_of(given)
        if moment is None:
            raise Refusal(f"invalid_ts_{name}")
        bounds.append(moment if inclusive else moment + step)
    return bounds[0], bounds[1]


def _within(listing: list[tuple[int, str]], oldest: int, latest: int) -> tuple[int, int]:
    """Positions of a window in a sorted listing."""
    return bisect.bisect_left(listing, (oldest, "")), bisect.bisect_right(listing, (latest, _LAST))


def _json(call: Call, message: Message) -> Json:
    with_metadata = call.args.flag("include_all_metadata")
    return call.platform.posting.json(message, call.workspace, metadata=with_metadata)


def _readable(call: Call) -> Channel:
    channel = call.channel(family="history")
    if not call.workspace.is_bot_in(channel):
        raise Refusal("not_in_channel")
    return channel


@method("conversations.history")
async def history(call: Call) -> Json:
    """Top-level messages, newest first, between ``oldest`` and ``latest``; replies are in ``conversations.replies``."""
    channel = _readable(call)
    limit = call.args.number("limit", 100, 999)
    oldest, latest = _window(call)
    cursor = call.args.text("cursor")
    if cursor:
        latest = min(latest, _moment(position_of(cursor)))
    first, end = _within(channel.top_level, oldest, latest)
    start = max(first, end - limit)
    shown = [channel.messages[ts] for _, ts in reversed(channel.top_level[start:end])]
    more = start > first
    body: Json = {
        "messages": [_json(call, message) for message in shown],
        "has_more": more,
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if more:
        body["response_metadata"] = {"next_cursor": cursor_of(str(channel.top_level[start - 1][0]))}
    return body


@method("conversations.replies")
async def replies(call: Call) -> Json:
    """A thread, oldest first, its parent before all; the ``ts`` of a reply gives that reply alone."""
    channel = _readable(call)
    ts = call.args.required("ts", "thread_not_found")
    parent = channel.messages.get(ts)
    if parent is None:
        raise Refusal("thread_not_found")
    if parent.thread_ts and parent.thread_ts != ts:
        return {"messages": [_json(call, parent)], "has_more": False}
    limit = call.args.number("limit", 1000, 1000)
    oldest, latest = _window(call)
    cursor = call.args.text("cursor")
    if cursor:
        oldest = max(oldest, _moment(position_of(cursor)))
    keys = [(microseconds_of(reply) or 0, reply) for reply in parent.replies]
    first, end = _within(keys, oldest, latest)
    stop = min(end, first + limit)
    shown = [parent] if not cursor else []
    shown += [channel.messages[reply] for _, reply in keys[first:stop]]
    body: Json = {"messages": [_json(call, message) for message in shown], "has_more": stop < end}
    if stop < end:
        body["response_metadata"] = {"next_cursor": cursor_of(str(keys[stop][0]))}
    return body


def _moment(position: str) -> int:
    if not position.isdecimal():
        raise Refusal("invalid_cursor")
    return int(position)
