"""Settings, opened from anywhere and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.domain.errors import Refused
from bot.domain.language_model import Consent
from bot.services import Services
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.home import publish_home
from bot.slack.pages import settings_page
from bot.slack.payloads import Payload, where_of
from bot.slack.pressed import Handler, Pressed, listen_to_buttons
from bot.slack.views.settings import CREDITS_ON, FIELD_OF_REASON, GivenPlan, read_plan


def register(app: AsyncApp, services: Services, words: Words) -> None:
    """Listen to the settings' button and form."""
    listen_to_buttons(app, HANDLERS, services, words)
    app.view(ids.VIEW_SETTINGS)(partial(on_settings, services=services, words=words))


async def open_settings(pressed: Pressed) -> None:
    """Open the settings."""
    await pressed.open(await settings_page(pressed.services, pressed.words, *pressed.me))


async def on_settings(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, *, services: Services, words: Words
) -> None:
    """Save the settings; what is refused is said at its field, and the form stays as it is."""
    where, form = where_of(body), Form.handed_in(view)
    me = (where.workspace_id, where.user_id)
    try:
        await services.workspaces.set_emoji(
            where.workspace_id,
            keep=form.text(ids.FIELD_KEEP_EMOJI),
            credit=form.text(ids.FIELD_CREDIT_EMOJI),
        )
        if (given := read_plan(form)) is not None:
            await _save_plan(services, me, given)
    except Refused as error:
        block_id = FIELD_OF_REASON.get(error.message_key, ids.FIELD_KEEP_EMOJI)
        await ack(response_action="errors", errors={block_id: words(error.message_key, **error.facts)})
        return
    wants_credits = form.chosen(ids.FIELD_CREDITS) == CREDITS_ON
    await services.people.set_wants_credits(*me, wants_credits)
    if (wants_requests := form.chosen(ids.FIELD_CONFIRMS)) is not None:
        await services.corroboration.set_wants_requests(*me, wants_requests == CREDITS_ON)
    if (sends := form.chosen(ids.FIELD_MODEL)) is not None and services.proposals.destination:
        before = await services.proposals.consent(*me) is Consent.YES
        if (sends == CREDITS_ON) != before:
            await services.proposals.decide(*me, yes=not before)
    if level := form.chosen(ids.FIELD_LEVEL):
        await services.people.set_target_level(*me, level)
    await ack()
    await publish_home(services, words, client, *me)


async def _save_plan(services: Services, me: tuple[str, str], given: GivenPlan) -> None:
    """Store what changed about check-ins. Whoever says no to them is asked nothing."""
    before = (await services.plans.view(*me)).plan
    if given.rhythm != before.rhythm.model_copy(update={"anchor": given.rhythm.anchor}):
        await services.plans.set_rhythm(*me, given.rhythm)
    if given.paused_until != before.paused_until:
        await services.plans.pause(*me, given.paused_until)
    if given.is_on and not before.is_on:
        await services.plans.turn_on(*me, paused_until=given.paused_until)
    elif before.is_on and not given.is_on:
        await services.plans.turn_off(*me)


HANDLERS: Mapping[str, Handler] = {ids.SETTINGS_OPEN: open_settings}
