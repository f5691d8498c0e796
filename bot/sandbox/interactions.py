"""Commands, shortcuts, presses, forms: the payloads Slack sends, and what it does with the answers.

Shapes: docs.slack.dev/interactivity/handling-user-interaction and docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from bot.sandbox.checks import check_message_blocks, check_text, check_view
from bot.sandbox.delivery import Reply
from bot.sandbox.errors import NotPossible, Refusal
from bot.sandbox.filling import client_errors
from bot.sandbox.modals import INITIAL_FIELDS
from bot.sandbox.platform import Platform
from bot.sandbox.posting import fill_block_ids
from bot.sandbox.state import Channel, Json, Message, User, View, Workspace
from bot.sandbox.typing_text import command_text

#: What the client shows when a modal's app answers late, badly or not at all.
MODAL_TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(slots=True)
class Outcome:
    """What a person was shown at once; ``shown`` came with the acknowledgement."""

    error: str = ""
    shown: list[Message] = field(default_factory=list)
    field_errors: dict[str, str] = field(default_factory=dict)


def failure_code(reply: Reply) -> str:
    """Slack's name for an unanswered or badly answered request."""
    return "operation_timeout" if "timeout" in reply.failure else "dispatch_failed"


class Interactions:
    """Sends what people do and applies what the bot answers."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._world = platform.world

    async def command(self, workspace: Workspace, user: User, channel: Channel, name: str, typed: str) -> Outcome:
        """A slash command."""
        known = self._world.manifest.commands
        if known is not None and name not in known:
            raise NotPossible(
                f'{name} is not a valid command. In Slack, all messages that start with the "/" character '
                "are interpreted as commands."
            )
        should_escape = known[name].should_escape if known else True
        url = self._world.new_response_url(workspace, channel.id, user.id, message_ts=None)
        form: Json = {
            "token": self._world.verification_token,
            "team_id": workspace.id,
            "team_domain": workspace.domain,
            "channel_id": channel.id,
            "channel_name": {"im": "directmessage", "mpim": "mpdm", "group": "privategroup"}.get(
                channel.kind, channel.name
            ),
            "user_id": user.id,
            "user_name": user.name,
            "command": name,
            "text": command_text(typed, workspace, should_escape=should_escape),
            "api_app_id": self._world.app_id,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": self._world.new_trigger(workspace, user.id),
        }
        reply = await self._platform.deliveries.ask("slash_commands", workspace.id, form)
        if not reply.ok:
            return Outcome(error=f'{name} failed with the error "{failure_code(reply)}"')
        try:
            shown = self._show_answer(workspace, user, channel, reply.body)
        except Refusal as refusal:
            self._note(workspace, reply.body, refusal)
            return Outcome(error=f'{name} failed with the error "{refusal.error}"')
        return Outcome(shown=[shown] if shown else [])

    def _show_answer(self, workspace: Workspace, user: User, channel: Channel, body: Json) -> Message | None:
        if not body.get("text") and not body.get("blocks"):
            return None
        check_text(str(body.get("text", "")))
        blocks = fill_block_ids(check_message_blocks(body.get("blocks")), self._world.ids)
        message = Message(
            ts=self._platform.posting.new_ts(workspace),
            channel=channel.id,
            user=workspace.bot_user_id,
            text=str(body.get("text", "")),
            blocks=blocks,
            attachments=list(body.get("attachments") or []),
            bot_id=workspace.bot_id,
            app_id=self._world.app_id,
            ephemeral_to=None if body.get("response_type") == "in_channel" else user.id,
        )
        return self._platform.posting.post(workspace, message)

    async def message_shortcut(self, workspace: Workspace, user: User, callback_id: str, message: Message) -> Outcome:
        """A shortcut on a message; works also where the bot is no member."""
        self._check_shortcut(callback_id, "message")
        channel = workspace.channels[message.channel]
        payload = {
            **self._common("message_action", workspace, user),
            "callback_id": callback_id,
            "trigger_id": self._world.new_trigger(workspace, user.id),
            "response_url": self._world.new_response_url(
                workspace, channel.id, user.id, message_ts=message.ts, thread_ts=message.thread_ts
            ),
            "message_ts": message.ts,
            "channel": self._channel(channel),
            "message": self._platform.posting.json(message, workspace),
        }
        return await self._ask(workspace, payload)

    async def global_shortcut(self, workspace: Workspace, user: User, callback_id: str) -> Outcome:
        """A shortcut from the lightning menu or the search box."""
        self._check_shortcut(callback_id, "global")
        payload = {
            **self._common("shortcut", workspace, user),
            "callback_id": callback_id,
            "trigger_id": self._world.new_trigger(workspace, user.id),
        }
        return await self._ask(workspace, payload)

    def _check_shortcut(self, callback_id: str, kind: str) -> None:
        known = self._world.manifest.shortcuts
        if known is not None and (callback_id not in known or known[callback_id].kind != kind):
            raise NotPossible(
                f"the manifest has no {kind} shortcut {callback_id!r}; it has {', '.join(known) or 'none'}"
            )

    async def message_action(
        self,
        workspace: Workspace,
        user: User,
        message: Message,
        block_id: str,
        element: Json,
        value: Json | None,
    ) -> Outcome:
        """Something pressed or picked in a message; ephemerals travel without the message itself."""
        channel = workspace.channels[message.channel]
        ephemeral = message.ephemeral_to is not None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = {
            **self._common("block_actions", workspace, user),
            "container": container,
            "trigger_id": self._world.new_trigger(workspace, user.id),
            "channel": self._channel(channel),
            "state": {"values": copy.deepcopy(message.values)},
            "response_url": self._world.new_response_url(
                workspace, channel.id, user.id, message_ts=message.ts, thread_ts=message.thread_ts
            ),
            "actions": [self._action(workspace, block_id, element, value)],
        }
        if not ephemeral:
            payload["message"] = self._platform.posting.json(message, workspace)
        return await self._ask(workspace, payload)

    async def view_action(
        self, workspace: Workspace, user: User, view: View, block_id: str, element: Json, value: Json | None
    ) -> Outcome:
        """Something pressed or picked in a modal or on Home."""
        payload = {
            **self._common("block_actions", workspace, user),
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": self._world.new_trigger(workspace, user.id, view.id),
            "view": self._view(view, workspace),
            "actions": [self._action(workspace, block_id, element, value)],
        }
        return await self._ask(workspace, payload, trouble=MODAL_TROUBLE if view.kind == "modal" else "")

    async def suggestions(
        self, workspace: Workspace, user: User, view: View, block_id: str, element: Json, query: str
    ) -> list[Json]:
        """Ask the bot for the options of an ``external_select``."""
        payload = {
            **self._common("block_suggestion", workspace, user),
            "container": {"type": "view", "view_id": view.id},
            "view": self._view(view, workspace),
            "action_id": element["action_id"],
            "block_id": block_id,
            "value": query,
        }
        reply = await self._platform.deliveries.ask("interactive", workspace.id, payload)
        options: list[Json] = list(reply.body.get("options") or [])
        for group in reply.body.get("option_groups") or []:
            options += group.get("options") or []
        return options

    async def submit(self, workspace: Workspace, user: User, view: View) -> Outcome:
        """Submit a modal: checked by the client first, then by the bot, whose answer is applied."""
        view.errors = client_errors(view)
        if view.errors:
            self._platform.changes.tell("view", workspace=workspace.id, user=user.id, view=view.id)
            return Outcome(field_errors=dict(view.errors))
        payload = {
            **self._common("view_submission", workspace, user),
            "trigger_id": self._world.new_trigger(workspace, user.id, view.id),
            "view": self._view(view, workspace),
            "response_urls": self._response_urls(workspace, user, view),
        }
        reply = await self._platform.deliveries.ask("interactive", workspace.id, payload)
        if not reply.ok:
            return Outcome(error=MODAL_TROUBLE)
        try:
            return self._apply(workspace, user, view, reply.body)
        except Refusal as refusal:
            self._note(workspace, reply.body, refusal)
            return Outcome(error=MODAL_TROUBLE)

    def _response_urls(self, workspace: Workspace, user: User, view: View) -> list[Json]:
        urls: list[Json] = []
        for block in view.body.get("blocks", []):
            element = block.get("element") or {}
            if not element.get("response_url_enabled"):
                continue
            value = view.values.get(block["block_id"], {}).get(element["action_id"], {})
            channel_id = value.get("selected_conversation") or value.get("selected_channel")
            if channel_id:
                url = self._world.new_response_url(workspace, channel_id, user.id, message_ts=None)
                place = {"block_id": block["block_id"], "action_id": element["action_id"]}
                urls.append({**place, "channel_id": channel_id, "response_url": url})
        return urls

    def _apply(self, workspace: Workspace, user: User, view: View, body: Json) -> Outcome:
        """Do what ``response_action`` says; an empty answer closes this view."""
        modals = self._platform.modals
        action = body.get("response_action")
        still_open = workspace.views.get(view.id) is view
        if action == "errors":
            errors = body.get("errors")
            known = {block["block_id"] for block in view.body["blocks"] if block.get("type") == "input"}
            if not isinstance(errors, dict) or not errors or not known.issuperset(errors):
                raise Refusal("invalid_response_action", [f"[ERROR] errors must name input blocks: {sorted(known)}"])
            view.errors = {block_id: str(words) for block_id, words in errors.items()}
            self._platform.changes.tell("view", workspace=workspace.id, user=user.id, view=view.id)
            return Outcome(field_errors=dict(view.errors))
        if action == "clear":
            modals.close_all(workspace, user.id)
        elif action == "update":
            modals.update(workspace, view, check_view(body.get("view"), "modal"), None)
        elif action == "push":
            modals.push(workspace, user.id, check_view(body.get("view"), "modal"))
        elif action is not None:
            raise Refusal("invalid_response_action", [f"[ERROR] unknown response_action {action!r}"])
        elif still_open and workspace.modals.get(user.id, [None])[-1] is view:
            modals.close_top(workspace, user.id)
        return Outcome()

    async def close(self, workspace: Workspace, user: User, view: View, *, all_views: bool) -> Outcome:
        """Close the topmost modal, or all of them; ``view_closed`` where a view asked for it."""
        if all_views or view.body.get("clear_on_close"):
            closed = self._platform.modals.close_all(workspace, user.id)
        else:
            top = self._platform.modals.close_top(workspace, user.id)
            closed = [top] if top else []
        for one in closed:
            if one.body.get("notify_on_close"):
                payload = {
                    **self._common("view_closed", workspace, user),
                    "view": self._view(one, workspace),
                    "is_cleared": all_views,
                }
                payload.pop("action_ts", None)
                await self._ask(workspace, payload)
        return Outcome()

    def home_opened(self, workspace: Workspace, user: User, tab: str) -> None:
        """Tell that a person opened the app's Home or Messages tab."""
        channel, _ = self._platform.posting.open_direct(workspace, [workspace.bot_user_id, user.id])
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self._platform.posting.new_ts(workspace),
        }
        view = workspace.homes.get(user.id)
        if view is not None and tab == "home":
            event["view"] = self._view(view, workspace)
        self._platform.events.emit(workspace, event)

    async def _ask(self, workspace: Workspace, payload: Json, trouble: str = "") -> Outcome:
        reply = await self._platform.deliveries.ask("interactive", workspace.id, payload)
        if reply.ok:
            return Outcome()
        return Outcome(
            error=trouble or f'{self._world.manifest.app_name} failed with the error "{failure_code(reply)}"'
        )

    def _common(self, kind: str, workspace: Workspace, user: User) -> Json:
        return {
            "type": kind,
            "token": self._world.verification_token,
            "action_ts": self._platform.posting.new_ts(workspace),
            "team": self._world.team_json(workspace),
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.id},
            "api_app_id": self._world.app_id,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _channel(self, channel: Channel) -> Json:
        names = {"im": "directmessage", "mpim": "mpdm", "group": "privategroup"}
        return {"id": channel.id, "name": names.get(channel.kind, channel.name)}

    def _view(self, view: View, workspace: Workspace) -> Json:
        return copy.deepcopy(self._platform.modals.json(view, workspace))

    def _action(self, workspace: Workspace, block_id: str, element: Json, value: Json | None) -> Json:
        action: Json = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block_id,
            "action_ts": self._platform.posting.new_ts(workspace),
        }
        kept = ("text", "value", "style", "url") if "button" in element["type"] else ("placeholder", "confirm")
        action |= {name: element[name] for name in kept if name in element}
        if value is not None:
            action |= {name: held for name, held in value.items() if name != "type"}
        return action

    def _note(self, workspace: Workspace, body: Json, refusal: Refusal) -> None:
        """Write a refused acknowledgement into the journal, with the rule."""
        self._platform.journal.record("ack", workspace.id, self._world.clock.now(), body, refusal.body(), verb="ack")


def holds_value(element: Json) -> bool:
    """Whether an element keeps what was picked (a button does not)."""
    return str(element.get("type")) in INITIAL_FIELDS
