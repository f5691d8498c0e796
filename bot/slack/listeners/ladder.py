"""The form in which a person writes their own career levels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pydantic import ValidationError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.content.ladder import read_levels
from bot.content.messages import Words
from bot.domain.ladder import Ladder
from bot.services import Services
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.payloads import Payload, where_of
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.views.blocks import modal, section
from bot.slack.views.capture import sentence
from bot.slack.views.ladder import read_form


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to the ladder's form and its button."""
    listen_to_buttons(app, HANDLERS, services, words)
    app.view(ids.VIEW_LADDER)(partial(on_ladder, services=services, words=words))


async def drop(pressed: Pressed) -> None:
    """Go back to the workspace's ladder."""
    await pressed.services.ladders.drop(*pressed.me)
    ladder = await pressed.services.ladders.of(*pressed.me)
    await pressed.show(sentence(pressed.words("ladder.dropped", name=ladder.name)))


async def on_ladder(ack: AsyncAck, body: Payload, view: Payload, *, services: Services, words: Words) -> None:
    """Take the ladder; what is wrong is said at its field, with the line."""
    where = where_of(body)
    name, texts = read_form(Form.handed_in(view))
    levels, wrong = read_levels(texts)
    ladder = None
    if not wrong:
        try:
            ladder = Ladder(name=name or words("ladder.unnamed"), levels=tuple(levels))
        except ValidationError as error:
            reason = str(error.errors(include_url=False, include_input=False)[0]["msg"])
            wrong = {next(iter(texts), ids.FIELD_TITLE): reason.removeprefix("Value error, ")}
    if ladder is None:
        await ack(response_action="errors", errors={name: reason[:200] for name, reason in wrong.items()})
        return
    await services.ladders.bring(where.workspace_id, where.user_id, ladder)
    said = section(words("ladder.saved", levels=", ".join(level.name for level in ladder.levels)))
    await ack(response_action="update", view=modal(words("ladder.title"), ids.VIEW_DETAILS, [said]))


HANDLERS: Mapping[str, Handler] = {ids.LADDER_DROP: drop}
