"""auth.*, apps.connections.open, team.info, bots.info, blocks.validate."""

from __future__ import annotations

from bot.sandbox.checks import find_in_blocks, find_in_view
from bot.sandbox.errors import Refusal
from bot.sandbox.state import Json
from bot.sandbox.web_api.registry import Call, method


@method("auth.test")
async def auth_test(call: Call) -> Json:
    """Who the token is."""
    if call.token.kind == "app":
        raise Refusal("not_allowed_token_type")
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.users[workspace.bot_user_id].name,
        "team_id": workspace.id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


@method("auth.revoke")
async def auth_revoke(call: Call) -> Json:
    """End the token (``test`` only tries); the bot hears ``tokens_revoked``."""
    if call.args.flag("test"):
        return {"revoked": False}
    workspace = call.workspace
    event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot_user_id]}}
    call.platform.events.emit(workspace, {**event, "event_ts": call.platform.posting.new_ts(workspace)})
    call.token.revoked = True
    return {"revoked": True}


@method("apps.connections.open")
async def connections_open(call: Call) -> Json:
    """An address for one WebSocket; takes the app-level token only."""
    if call.token.kind != "app":
        raise Refusal("not_allowed_token_type")
    world = call.platform.world
    address = world.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={call.platform.socket.new_ticket()}&app_id={world.app_id}"}


@method("team.info")
async def team_info(call: Call) -> Json:
    """The workspace."""
    workspace = call.workspace
    return {
        "team": {
            "id": workspace.id,
            "name": workspace.name,
            "url": f"https://{workspace.domain}.slack.com/",
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            "avatar_base_url": "https://ca.slack-edge.com/",
            "is_verified": False,
        }
    }


@method("bots.info")
async def bots_info(call: Call) -> Json:
    """The bot."""
    workspace = call.workspace
    if call.args.text("bot", workspace.bot_id) != workspace.bot_id:
        raise Refusal("bot_not_found")
    return {
        "bot": {
            "id": workspace.bot_id,
            "deleted": False,
            "name": workspace.users[workspace.bot_user_id].real_name,
            "updated": 0,
            "app_id": call.platform.world.app_id,
            "user_id": workspace.bot_user_id,
            "icons": {},
        }
    }


@method("blocks.validate")
async def blocks_validate(call: Call) -> Json:
    """Check ``blocks``, a ``message`` or a ``view`` (exactly one) and tell every broken rule."""
    given = [name for name in ("blocks", "message", "view") if call.args.raw.get(name)]
    if len(given) != 1:
        raise Refusal("invalid_arguments", ["must provide exactly one of `blocks`, `view`, or `message`"])
    value = call.args.structure(given[0])
    if given[0] == "view":
        kind = value.get("type") if isinstance(value, dict) else None
        problems = find_in_view(value, "home" if kind == "home" else "modal")
    elif given[0] == "message":
        blocks = value.get("blocks", []) if isinstance(value, dict) else value
        problems = find_in_blocks(blocks, "message")
    else:
        problems = find_in_blocks(value, "message", "")
    if problems:
        errors = [
            {
                "code": "failed_constraint",
                "message": problem.message,
                "pointer": problem.pointer,
                "constraint": problem.constraint,
            }
            for problem in problems
        ]
        raise Refusal(f"invalid_{given[0]}", errors=errors)
    return {}
