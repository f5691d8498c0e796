"""A button pressed: what was pressed, by whom, and the ways to show what became of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.messages import Words
from bot.services import Services
from bot.slack import ids
from bot.slack.form import Form
from bot.slack.home import publish_home
from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Action, Payload, action_of
from bot.slack.views.blocks import modal
from bot.slack.views.capture import Shown


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A button pressed, with everything needed to act on it and to show what became of it."""

    action: Action
    services: Services
    words: Words
    client: AsyncWebClient
    respond: AsyncRespond
    response_url: str | None
    view_type: str | None
    form: Form
    """What stands in the fields of the window the button is in."""

    async def show(self, shown: Shown) -> None:
        """Put this in place of the message with the button; on Home, renew Home; in a window, say it there."""
        where = self.action.where
        if self.view_type == "home":
            await publish_home(self.services, self.words, self.client, where.workspace_id, where.user_id)
        elif self.view_type == "modal" and self.action.view_id:
            window = modal(self.words("buttons.details"), ids.VIEW_DETAILS, shown.blocks)
            await self.client.views_update(view_id=self.action.view_id, view=window)
        elif self.response_url:
            await self.respond(text=shown.text, blocks=shown.blocks, replace_original=True)

    async def tell(self, shown: Shown) -> None:
        """Say this beside the message with the button, which stays as it is; elsewhere as `show` does."""
        if self.view_type in ("home", "modal"):
            await self.show(shown)
        else:
            await self.respond(text=shown.text, blocks=shown.blocks, response_type="ephemeral", replace_original=False)

    async def open(self, view: dict[str, object]) -> str:
        """Open a form; from a window, on top of it. Its id."""
        call = self.client.views_push if self.view_type == "modal" else self.client.views_open
        opened = await call(trigger_id=self.action.trigger_id, view=view)
        return str(opened["view"]["id"])

    def metadata(self, **identifiers: str) -> FormMetadata:
        """What a form opened from here carries."""
        return FormMetadata(channel=self.action.where.channel, response_url=self.response_url, **identifiers)

    @property
    def me(self) -> tuple[str, str]:
        """Workspace and person, as services want them."""
        return self.action.where.workspace_id, self.action.where.user_id


#: These store nothing that could be lost, and read more than Slack would wait for.
ACKED_FIRST = frozenset({ids.PACKET_OPEN, ids.SUMMARY_OPEN, ids.CHECK_OPEN})
Handler = Callable[[Pressed], Awaitable[None]]


def listen_to_buttons(app: AsyncApp, handlers: Mapping[str, Handler], services: Services, words: Words) -> None:
    """One listener for all these buttons: every further listener costs each event its matching."""
    any_of_these = re.compile("^(" + "|".join(handlers) + ")(:.*)?$")
    app.action(any_of_these)(partial(on_action, handlers=handlers, services=services, words=words))


async def on_action(
    ack: AsyncAck,
    body: Payload,
    client: AsyncWebClient,
    respond: AsyncRespond,
    *,
    handlers: Mapping[str, Handler],
    services: Services,
    words: Words,
) -> None:
    """Do what the button says, and show what became of it."""
    action = action_of(body)
    view = body.get("view") or {}
    pressed = Pressed(
        action=action,
        services=services,
        words=words,
        client=client,
        respond=respond,
        response_url=body.get("response_url"),
        view_type=view.get("type"),
        form=Form(view),
    )
    name = action.action_id.split(":", 1)[0]
    if name in ACKED_FIRST:
        await ack()
    await handlers[name](pressed)
    await ack()
