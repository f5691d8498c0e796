"""users.*"""

from __future__ import annotations

from bot.sandbox.errors import Refusal
from bot.sandbox.shapes import user_json
from bot.sandbox.state import Json, User
from bot.sandbox.web_api.paging import page
from bot.sandbox.web_api.registry import Call, method


def _json(call: Call, user: User) -> Json:
    with_email = call.token.scopes is None or "users:read.email" in call.token.scopes
    return user_json(user, call.platform.world.clock.now(), email=with_email)


@method("users.info")
async def info(call: Call) -> Json:
    """One person, with their time zone."""
    return {"user": _json(call, call.user(call.args.required("user", "user_not_found")))}


@method("users.list")
async def list_(call: Call) -> Json:
    """Everybody, deactivated ones and the bot included."""
    users = list(call.workspace.users.values())
    shown, following = page(users, call.args.text("cursor"), call.args.number("limit", 1000, 1000))
    return {
        "members": [_json(call, user) for user in shown],
        "cache_ts": call.platform.world.seconds(),
        "response_metadata": {"next_cursor": following},
    }


@method("users.lookupByEmail")
async def lookup_by_email(call: Call) -> Json:
    """The person with that address."""
    email = call.args.required("email").lower()
    for user in call.workspace.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": _json(call, user)}
    raise Refusal("users_not_found")
