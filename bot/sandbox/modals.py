"""Modals and Home: the stack of open views and its rules (docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import copy

from bot.sandbox.errors import Refusal
from bot.sandbox.events import Changes
from bot.sandbox.posting import fill_block_ids
from bot.sandbox.shapes import view_json
from bot.sandbox.state import Json, View, Workspace
from bot.sandbox.world import World

#: A root view and two more.
STACK_LIMIT = 3


class Modals:
    """Opens, pushes, updates and closes views; Home is the view that is always there once published."""

    def __init__(self, world: World, changes: Changes) -> None:
        self._world = world
        self._changes = changes

    def json(self, view: View, workspace: Workspace) -> Json:
        """The view as Slack returns it."""
        return view_json(view, workspace, self._world.app_id)

    def open(self, workspace: Workspace, user: str, body: Json) -> View:
        """Show a modal; one that was open before is replaced."""
        self.close_all(workspace, user)
        view = self._make(workspace, user, body, "modal")
        workspace.modals[user] = [view]
        return self._told(workspace, view)

    def push(self, workspace: Workspace, user: str, body: Json) -> View:
        """Put a modal on top; refuses past three (``push_limit_reached``) and without one below (``not_found``)."""
        stack = workspace.modals.get(user, [])
        if not stack:
            raise Refusal("not_found", ["[ERROR] there is no open view to push onto"])
        if len(stack) >= STACK_LIMIT:
            raise Refusal("push_limit_reached")
        view = self._make(workspace, user, body, "modal")
        view.root_view_id = stack[0].id
        view.previous_view_id = stack[-1].id
        stack.append(view)
        return self._told(workspace, view)

    def update(self, workspace: Workspace, view: View, body: Json, given_hash: str | None) -> View:
        """Replace what a view shows; refuses ``hash_conflict`` when it has changed since."""
        self._check_hash(view, given_hash)
        self._take_external_id(workspace, view, body)
        view.body = self._prepared(body)
        view.values = _kept_values(view)
        view.errors = {}
        view.hash = self._hash()
        return self._told(workspace, view)

    def publish(self, workspace: Workspace, user: str, body: Json, given_hash: str | None) -> View:
        """Show a person's Home; refuses ``hash_conflict``."""
        view = workspace.homes.get(user)
        if view is not None:
            return self.update(workspace, view, body, given_hash)
        view = self._make(workspace, user, body, "home")
        workspace.homes[user] = view
        return self._told(workspace, view)

    def find(self, workspace: Workspace, view_id: str | None, external_id: str | None) -> View:
        """An open view; refuses ``not_found``."""
        view = workspace.views.get(view_id or "") or workspace.views_by_external_id.get(external_id or "")
        if view is None:
            raise Refusal("not_found")
        return view

    def close_top(self, workspace: Workspace, user: str) -> View | None:
        """Take the topmost modal off."""
        stack = workspace.modals.get(user, [])
        if not stack:
            return None
        view = stack.pop()
        self._forget(workspace, view)
        return view

    def close_all(self, workspace: Workspace, user: str) -> list[View]:
        """Take all modals off; returns them, topmost first."""
        closed = list(reversed(workspace.modals.pop(user, [])))
        for view in closed:
            self._forget(workspace, view)
        return closed

    def _make(self, workspace: Workspace, user: str, body: Json, kind: str) -> View:
        view_id = self._world.ids.next("V")
        view = View(
            id=view_id,
            team_id=workspace.id,
            user=user,
            body=self._prepared(body),
            hash=self._hash(),
            kind=kind,
            root_view_id=view_id,
        )
        self._take_external_id(workspace, view, body)
        view.values = initial_values(view.body.get("blocks", []))
        workspace.views[view_id] = view
        return view

    def _prepared(self, body: Json) -> Json:
        body = copy.deepcopy(body)
        body["blocks"] = fill_block_ids(body.get("blocks") or [], self._world.ids)
        return body

    def _take_external_id(self, workspace: Workspace, view: View, body: Json) -> None:
        external_id = str(body.get("external_id") or "")
        if external_id and workspace.views_by_external_id.get(external_id, view) is not view:
            raise Refusal("duplicate_external_id")
        workspace.views_by_external_id.pop(view.external_id, None)
        view.external_id = external_id
        if external_id:
            workspace.views_by_external_id[external_id] = view

    def _check_hash(self, view: View, given: str | None) -> None:
        if given and given != view.hash:
            raise Refusal("hash_conflict")

    def _hash(self) -> str:
        return f"{self._world.seconds()}.{self._world.ids.next('hash', 8)}"

    def _forget(self, workspace: Workspace, view: View) -> None:
        workspace.views.pop(view.id, None)
        workspace.views_by_external_id.pop(view.external_id, None)
        self._changes.tell("view", workspace=workspace.id, user=view.user, view=view.id, closed=True)

    def _told(self, workspace: Workspace, view: View) -> View:
        self._changes.tell("view", workspace=workspace.id, user=view.user, view=view.id, surface=view.kind)
        return view


#: Element type → (field with the preset, field in the state's value).
INITIAL_FIELDS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("initial_value", "value"),
    "email_text_input": ("initial_value", "value"),
    "url_text_input": ("initial_value", "value"),
    "number_input": ("initial_value", "value"),
    "rich_text_input": ("initial_value", "rich_text_value"),
    "static_select": ("initial_option", "selected_option"),
    "external_select": ("initial_option", "selected_option"),
    "radio_buttons": ("initial_option", "selected_option"),
    "checkboxes": ("initial_options", "selected_options"),
    "multi_static_select": ("initial_options", "selected_options"),
    "multi_external_select": ("initial_options", "selected_options"),
    "users_select": ("initial_user", "selected_user"),
    "multi_users_select": ("initial_users", "selected_users"),
    "channels_select": ("initial_channel", "selected_channel"),
    "multi_channels_select": ("initial_channels", "selected_channels"),
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "multi_conversations_select": ("initial_conversations", "selected_conversations"),
    "datepicker": ("initial_date", "selected_date"),
    "timepicker": ("initial_time", "selected_time"),
    "datetimepicker": ("initial_date_time", "selected_date_time"),
    "file_input": ("", "files"),
}


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    kind = block.get("type")
    if kind == "input":
        found = [block.get("element")]
    elif kind == "section":
        found = [block.get("accessory")]
    elif kind in ("actions", "context_actions"):
        found = list(block.get("elements") or [])
    else:
        found = []
    return [element for element in found if isinstance(element, dict) and element.get("type") != "image"]


def initial_values(blocks: list[Json]) -> dict[str, dict[str, Json]]:
    """The ``state.values`` of blocks nobody has touched: every element that holds a value, presets in place."""
    values: dict[str, dict[str, Json]] = {}
    for block in blocks:
        for element in elements_of(block):
            fields = INITIAL_FIELDS.get(str(element.get("type")))
            if fields is None:
                continue
            preset, held = fields
            empty: object = [] if held.endswith("s") and held != "value" else None
            value = element.get(preset, empty) if preset else empty
            values.setdefault(str(block["block_id"]), {})[str(element["action_id"])] = {
                "type": element["type"],
                held: value,
            }
    return values


def _kept_values(view: View) -> dict[str, dict[str, Json]]:
    """After an update Slack keeps what was typed where block_id and action_id stayed the same."""
    fresh = initial_values(view.body["blocks"])
    for block_id, actions in fresh.items():
        for action_id, value in actions.items():
            before = view.values.get(block_id, {}).get(action_id)
            if before is not None and before["type"] == value["type"]:
                actions[action_id] = before
    return fresh
