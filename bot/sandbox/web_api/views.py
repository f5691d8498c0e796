"""views.*: modals and Home."""

from __future__ import annotations

from bot.sandbox.block_rules import Surface
from bot.sandbox.checks import check_view
from bot.sandbox.errors import Refusal
from bot.sandbox.state import Json, View
from bot.sandbox.web_api.registry import Call, method


def _view(call: Call, surface: Surface | None = None) -> Json:
    body = call.args.structure("view")
    if body is None:
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: view"])
    kind = body.get("type") if isinstance(body, dict) else None
    return check_view(body, surface or ("home" if kind == "home" else "modal"))


def _answer(call: Call, view: View) -> Json:
    return {"view": call.platform.modals.json(view, call.workspace)}


def _triggered(call: Call) -> tuple[str, Json]:
    """The person behind the trigger, and the view; the trigger is used up only by a good view."""
    trigger_id = call.args.required("trigger_id")
    view = _view(call, "modal")
    return call.platform.world.exchange(call.workspace, trigger_id).user, view


@method("views.open")
async def open_(call: Call) -> Json:
    """Show a modal to who triggered it, within three seconds."""
    user, view = _triggered(call)
    return _answer(call, call.platform.modals.open(call.workspace, user, view))


@method("views.push")
async def push(call: Call) -> Json:
    """Put a modal on top of the open one; three at most."""
    user, view = _triggered(call)
    return _answer(call, call.platform.modals.push(call.workspace, user, view))


@method("views.update")
async def update(call: Call) -> Json:
    """Change an open view by ``view_id`` or ``external_id``; ``hash`` guards against races."""
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if not view_id and not external_id:
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: view_id or external_id"])
    known = call.platform.modals.find(call.workspace, view_id, external_id)
    body = _view(call, "home" if known.kind == "home" else "modal")
    return _answer(call, call.platform.modals.update(call.workspace, known, body, call.args.text("hash") or None))


@method("views.publish")
async def publish(call: Call) -> Json:
    """Show a person's Home."""
    user_id = call.args.required("user_id")
    if not call.platform.world.manifest.home_tab:
        raise Refusal("not_enabled")
    if user_id not in call.workspace.users or call.workspace.users[user_id].is_bot:
        raise Refusal("invalid_arguments", ["[ERROR] invalid `user_id`"])
    body = _view(call, "home")
    view = call.platform.modals.publish(call.workspace, user_id, body, call.args.text("hash") or None)
    return _answer(call, view)
