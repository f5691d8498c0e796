"""oauth.v2.access: a code or a refresh token buys a bot token (docs.slack.dev/authentication/installing-with-oauth)."""

from __future__ import annotations

import secrets

from bot.sandbox.errors import Refusal
from bot.sandbox.state import Json, Workspace
from bot.sandbox.web_api.registry import Call, method
from bot.sandbox.world import ROTATING_TOKEN_LIFE, World


@method("oauth.v2.access", needs_token=False)
async def access(call: Call) -> Json:
    """Exchange ``code``, or ``refresh_token`` with ``grant_type=refresh_token``."""
    world = call.platform.world
    args = call.args
    if args.text("client_id") != world.client_id:
        raise Refusal("invalid_client_id")
    if not secrets.compare_digest(args.text("client_secret").encode(), world.client_secret.encode()):
        raise Refusal("bad_client_secret")
    if args.text("grant_type") == "refresh_token":
        return _refresh(world, args.text("refresh_token"))
    grant = world.codes.pop(args.text("code"), None)
    if grant is None:
        raise Refusal("invalid_code")
    given = args.text("redirect_uri")
    if grant.redirect_uri and given and given != grant.redirect_uri:
        raise Refusal("bad_redirect_uri")
    workspace = world.workspaces[grant.team_id]
    return _tokens(world, workspace, grant.scopes, grant.user)


def _tokens(world: World, workspace: Workspace, scopes: list[str], user: str) -> Json:
    rotating = world.manifest.token_rotation
    text = world.ids.token("xoxe.xoxb-1" if rotating else "xoxb", workspace.domain, world.ids.next("installation"))
    world.new_bot_token(workspace, text, scopes or world.manifest.scopes)
    body: Json = {
        "access_token": text,
        "token_type": "bot",
        "scope": ",".join(sorted(scopes or world.manifest.scopes or ())),
        "bot_user_id": workspace.bot_user_id,
        "app_id": world.app_id,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": user},
    }
    if rotating:
        body |= {"refresh_token": _new_refresh(world, workspace), "expires_in": _life()}
    return body


def _refresh(world: World, refresh_token: str) -> Json:
    """A new pair; the old bot token is good until it expires, the old refresh token is not."""
    team_id = world.refresh_tokens.pop(refresh_token, None)
    if team_id is None:
        raise Refusal("invalid_refresh_token")
    workspace = world.workspaces[team_id]
    return _tokens(world, workspace, [], "")


def _new_refresh(world: World, workspace: Workspace) -> str:
    text = world.ids.token("xoxe-1", workspace.domain, world.ids.next("refresh"))
    world.refresh_tokens[text] = workspace.id
    return text


def _life() -> int:
    return int(ROTATING_TOKEN_LIFE.total_seconds())
