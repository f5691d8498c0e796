"""canvases.*"""

from __future__ import annotations

from bot.sandbox.errors import Refusal
from bot.sandbox.state import Canvas, Json
from bot.sandbox.web_api.registry import Call, method

#: docs.slack.dev/surfaces/canvases
MAX_MARKDOWN = 100_000


@method("canvases.create")
async def create(call: Call) -> Json:
    """A canvas from Markdown, optionally the one of a channel."""
    content = call.args.structure("document_content")
    markdown = ""
    if content is not None:
        if not isinstance(content, dict) or content.get("type") != "markdown":
            raise Refusal("invalid_arguments", ["[ERROR] document_content must be of type markdown"])
        markdown = str(content.get("markdown", ""))
    if len(markdown) > MAX_MARKDOWN:
        raise Refusal("canvas_creation_failed", ["[ERROR] canvas is too large"])
    channel_id = call.args.text("channel_id")
    if channel_id:
        call.channel("channel_id")
    canvas = Canvas(
        id=call.platform.world.ids.next("F"),
        team_id=call.workspace.id,
        title=call.args.text("title", "Untitled"),
        markdown=markdown,
        user=call.workspace.bot_user_id,
        channel_id=channel_id,
    )
    call.workspace.canvases[canvas.id] = canvas
    call.platform.changes.tell("canvas", workspace=call.workspace.id, canvas=canvas.id)
    return {"canvas_id": canvas.id}


@method("canvases.delete")
async def delete(call: Call) -> Json:
    """Take a canvas away."""
    canvas_id = call.args.required("canvas_id")
    if call.workspace.canvases.pop(canvas_id, None) is None:
        raise Refusal("canvas_not_found")
    return {}


@method("canvases.access.set")
async def set_access(call: Call) -> Json:
    """Let people read or write a canvas (channels are not kept)."""
    canvas = call.workspace.canvases.get(call.args.required("canvas_id"))
    if canvas is None:
        raise Refusal("canvas_not_found")
    if call.args.required("access_level") not in ("read", "write", "owner"):
        raise Refusal("invalid_arguments", ["[ERROR] access_level must be read, write or owner"])
    canvas.readers.update(user for user in call.args.text("user_ids").split(",") if user)
    return {}
