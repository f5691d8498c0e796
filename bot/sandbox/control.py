"""The control API: what the Python API does, over HTTP, for the page and for tests in other processes.

All under ``/_sandbox/``, JSON in and out; ``workspace`` (id or domain) may be left out where there is one.  Reached
from this machine's own pages and programs only: a foreign ``Host`` or ``Origin`` is refused with 403.

=======  ===============  ===========================================================================================
GET      ``state``        the app (commands, shortcuts), workspaces, people, channels, the time
GET      ``see``          ``?person=sam``: their channels, Home, open modals, files, canvases
GET      ``messages``     ``?person=sam&channel=#payments[&thread=ts]``; ``channel=dm``: the whole DM with the bot
POST     ``act``          ``{"person": "sam", "do": …}``, see below; answers ``{"ok", "error", "shown", …}``
GET      ``changes``      a WebSocket (without upgrade: server-sent events) with every change as a JSON object
GET      ``journal``      ``[?method=…][&since=number]``: the bot's requests
GET      ``deliveries``   what was sent to the bot, with every attempt
POST     ``faults``       ``{"kind", "method", "times", …}``: ``bot.sandbox.faults.Fault``; DELETE clears them
POST     ``redeliver``    ``{"event_id": …, "new_event_id": false}``
POST     ``emit``         ``{"event": {…}}``: any event, in a proper envelope
POST     ``connection``   ``{"do": "disconnect" | "drop", "reason": …}`` (Socket Mode)
POST     ``http``         ``{"url": …}``: deliver by signed HTTP from now on
POST     ``advance``      ``{"seconds": 300}``: move the clock (only a ``ManualClock``)
POST     ``app``          ``{"do": "revoke" | "uninstall"}``
POST     ``settled``      returns when the bot is quiet
GET      ``env``          the environment variables a bot needs
=======  ===============  ===========================================================================================

``act`` takes: ``say`` (channel, text, thread_ts), ``dm`` (text, thread_ts), ``edit`` / ``delete`` (message, text),
``react`` / ``unreact`` (message, emoji), ``command`` (command, text, channel), ``message_shortcut`` (callback_id,
message), ``global_shortcut`` (callback_id), ``open_home`` (tab), ``press`` (message | view, what, value, block_id),
``fill`` / ``submit`` / ``fill_and_submit`` (view, values), ``close`` (view, all_views), ``set_timezone`` (tz),
``set_status`` (text, emoji), ``join`` / ``leave`` / ``invite_bot`` / ``remove_bot`` (channel), ``deactivate``.  A
``message`` is ``{"channel": id, "ts": ts}``, a ``view`` its id.  Typed text is taken as wire text when ``"raw": true``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.acting import Answer, Person
from bot.sandbox.errors import NotSeen, SandboxError
from bot.sandbox.faults import Fault
from bot.sandbox.seeing import SeenFile, SeenMessage, SeenView
from bot.sandbox.state import Channel, Json
from bot.sandbox.watching import stream_changes

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

Endpoint = Callable[[web.Request], Awaitable[Any]]


class Control:
    """Serves ``/_sandbox/…``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        get: dict[str, Endpoint] = {
            "state": self.state,
            "see": self.see,
            "messages": self.messages,
            "journal": self.journal,
            "deliveries": self.deliveries,
            "env": self.env,
        }
        post: dict[str, Endpoint] = {
            "act": self.act,
            "faults": self.add_fault,
            "redeliver": self.redeliver,
            "emit": self.emit,
            "connection": self.connection,
            "http": self.http,
            "advance": self.advance,
            "app": self.app,
            "settled": self.settled,
        }
        return [
            *(web.get(f"/_sandbox/{name}", self._guarded(endpoint)) for name, endpoint in get.items()),
            *(web.post(f"/_sandbox/{name}", self._guarded(endpoint)) for name, endpoint in post.items()),
            web.delete("/_sandbox/faults", self._guarded(self.clear_faults)),
            web.get("/_sandbox/changes", self.changes),
        ]

    def _guarded(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            refuse_strangers(request)
            try:
                return web.json_response(await endpoint(request))
            except SandboxError as error:
                return web.json_response({"ok": False, "error": str(error)}, status=400)
            except (KeyError, TypeError, ValueError) as error:
                return web.json_response({"ok": False, "error": f"bad request: {error!r}"}, status=400)

        return answer

    # --- seeing -------------------------------------------------------------------------------------------------

    async def state(self, request: web.Request) -> Json:
        """Everything that is the same for all."""
        sandbox = self._sandbox
        manifest = sandbox.manifest
        return {
            "now": sandbox.clock.now().isoformat(),
            "app": {
                "id": sandbox.app_id,
                "name": manifest.app_name,
                "commands": [dataclasses.asdict(command) for command in (manifest.commands or {}).values()],
                "shortcuts": [dataclasses.asdict(shortcut) for shortcut in (manifest.shortcuts or {}).values()],
                "connections": sandbox.platform.socket.count,
            },
            "workspaces": [
                {
                    "id": workspace.id,
                    "name": workspace.name,
                    "domain": workspace.domain,
                    "installed": workspace.installed,
                    "bot_user": workspace.bot_user_id,
                    "people": [
                        {"id": user.id, "name": user.name, "real_name": user.real_name, "title": user.title,
                         "tz": user.tz, "is_bot": user.is_bot, "deleted": user.deleted, "status": user.status_text}
                        for user in workspace.users.values()
                    ],
                    "channels": [
                        {"id": channel.id, "name": channel.name, "kind": channel.kind}
                        for channel in workspace.channels.values()
                        if channel.kind == "channel"
                    ],
                }
                for workspace in sandbox.platform.world.workspaces.values()
            ],
        }  # fmt: skip

    async def see(self, request: web.Request) -> Json:
        """What one person sees, messages apart."""
        person = self._person(dict(request.query))
        workspace = self._sandbox.workspace(person.team_id)
        return {
            "person": {"id": person.id, "name": person.name},
            "dm": person.dm_id,
            "channels": [
                channel_json(channel, person.id, workspace.is_bot_in(channel)) for channel in person.channels()
            ],
            "home": seen_json(person.home()),
            "modals": [seen_json(view) for view in person.modals()],
            "files": [seen_json(file) for file in person.files()],
            "canvases": [{**(seen_json(one) or {}), "text": one.text} for one in person.canvases()],
        }

    async def messages(self, request: web.Request) -> list[Json | None]:
        """What stands in one conversation, in one person's eyes."""
        person = self._person(dict(request.query))
        channel = request.query["channel"]
        thread = request.query.get("thread")
        if channel == "dm" and thread is None:
            return [seen_json(message) for message in person.dm_with_bot()]
        target = person.dm_id if channel == "dm" else channel
        return [seen_json(message) for message in person.messages(target, thread=thread)]

    async def journal(self, request: web.Request) -> list[Json]:
        """The bot's requests."""
        calls = self._sandbox.journal.calls(request.query.get("method"), since=int(request.query.get("since", "0")))
        return [{**dataclasses.asdict(call), "at": call.at.isoformat()} for call in calls]

    async def deliveries(self, request: web.Request) -> list[Json]:
        """What was sent to the bot."""
        return [
            {
                "kind": delivery.kind,
                "type": delivery.type,
                "event_id": delivery.event_id,
                "acknowledged": delivery.acknowledged,
                "attempts": [{**dataclasses.asdict(one), "at": one.at.isoformat()} for one in delivery.attempts],
                "payload": delivery.payload,
            }
            for delivery in self._sandbox.deliveries
        ]

    async def env(self, request: web.Request) -> Json:
        """The environment variables a bot needs."""
        return dict(self._sandbox.env())

    # --- acting -------------------------------------------------------------------------------------------------

    async def act(self, request: web.Request) -> Json:
        """Do something as a person."""
        body = await _body(request)
        person = self._person(body)
        try:
            result = await self._acts(person, body)[str(body["do"])]()
        except SandboxError as refused:  # what Slack's own client would say to the person
            return {"ok": False, "error": str(refused), "shown": [], "field_errors": {}}
        if isinstance(result, Answer):
            shown = [seen_json(message) for message in result.shown]
            return {
                "ok": result.ok,
                "error": result.error,
                "shown": shown,
                "field_errors": result.field_errors,
            }
        return {
            "ok": True,
            "error": "",
            "message": seen_json(result) if isinstance(result, SeenMessage) else None,
        }

    def _acts(self, person: Person, body: Json) -> dict[str, Callable[[], Awaitable[Any]]]:
        raw = bool(body.get("raw", False))
        thread_ts = body.get("thread_ts")
        return {
            "say": lambda: person.say(body["channel"], body["text"], thread_ts=thread_ts, raw=raw),
            "dm": lambda: person.dm(body["text"], thread_ts=thread_ts, raw=raw),
            "edit": lambda: person.edit(self._message(person, body), body["text"], raw=raw),
            "delete": lambda: person.delete(self._message(person, body)),
            "react": lambda: person.react(self._message(person, body), body["emoji"]),
            "unreact": lambda: person.unreact(self._message(person, body), body["emoji"]),
            "command": lambda: person.command(
                body["command"], body.get("text", ""), body.get("channel"), thread_ts=thread_ts
            ),
            "message_shortcut": lambda: person.message_shortcut(body["callback_id"], self._message(person, body)),
            "global_shortcut": lambda: person.global_shortcut(body["callback_id"]),
            "open_home": lambda: person.open_home(body.get("tab", "home")),
            "press": lambda: person.press(
                self._target(person, body), body["what"], body.get("value"), block_id=body.get("block_id")
            ),
            "fill": lambda: person.fill(self._target(person, body), body["values"]),
            "submit": lambda: person.submit(self._view(person, body)),
            "fill_and_submit": lambda: person.fill_and_submit(self._view(person, body), body["values"]),
            "close": lambda: person.close(self._view(person, body), all_views=bool(body.get("all_views"))),
            "set_timezone": lambda: person.set_timezone(body["tz"]),
            "set_status": lambda: person.set_status(body["text"], body.get("emoji", "")),
            "join": lambda: person.join(body["channel"]),
            "leave": lambda: person.leave(body["channel"]),
            "invite_bot": lambda: person.invite_bot(body["channel"]),
            "remove_bot": lambda: person.remove_bot(body["channel"]),
            "deactivate": lambda: person.deactivate(),
        }

    def _person(self, body: Json) -> Person:
        return self._sandbox.person(str(body["person"]), body.get("workspace"))

    def _message(self, person: Person, body: Json) -> SeenMessage:
        where = body["message"]
        reference = SeenMessage(str(where["ts"]), str(where["channel"]), "", "", "")
        return person.look(reference)

    def _view(self, person: Person, body: Json) -> SeenView:
        home = person.home()
        for view in [*person.modals(), *([home] if home else [])]:
            if view.id == body["view"]:
                return view
        raise NotSeen(f"{person.name} has no open view {body['view']!r}")

    def _target(self, person: Person, body: Json) -> SeenMessage | SeenView:
        return self._view(person, body) if "view" in body else self._message(person, body)

    # --- the other side -----------------------------------------------------------------------------------------

    async def add_fault(self, request: web.Request) -> Json:
        """Plan a fault."""
        fault = self._sandbox.faults.add(Fault(**await _body(request)))
        return {"ok": True, "fault": dataclasses.asdict(fault)}

    async def clear_faults(self, request: web.Request) -> Json:
        """Nothing goes wrong any more."""
        self._sandbox.faults.clear()
        return {"ok": True}

    async def redeliver(self, request: web.Request) -> Json:
        """Send an event once more."""
        body = await _body(request)
        for delivery in self._sandbox.deliveries:
            if delivery.event_id == body["event_id"]:
                await self._sandbox.redeliver(delivery, new_event_id=bool(body.get("new_event_id")))
                return {"ok": True}
        raise NotSeen(f"no event {body['event_id']!r} was sent")

    async def emit(self, request: web.Request) -> Json:
        """Send any event."""
        body = await _body(request)
        delivery = await self._sandbox.emit(body["event"], body.get("workspace"))
        return {"ok": True, "event_id": delivery.event_id}

    async def connection(self, request: web.Request) -> Json:
        """Disturb Socket Mode."""
        body = await _body(request)
        if body.get("do") == "drop":
            await self._sandbox.drop_connections()
        else:
            await self._sandbox.disconnect(body.get("reason", "refresh_requested"))
        return {"ok": True}

    async def http(self, request: web.Request) -> Json:
        """Deliver by signed HTTP from now on."""
        await self._sandbox.use_http((await _body(request))["url"])
        return {"ok": True}

    async def advance(self, request: web.Request) -> Json:
        """Move the clock."""
        await self._sandbox.advance(timedelta(seconds=float((await _body(request))["seconds"])))
        return {"ok": True, "now": self._sandbox.clock.now().isoformat()}

    async def app(self, request: web.Request) -> Json:
        """End the installation."""
        body = await _body(request)
        end = self._sandbox.uninstall if body["do"] == "uninstall" else self._sandbox.revoke_tokens
        await end(body.get("workspace"))
        return {"ok": True}

    async def settled(self, request: web.Request) -> Json:
        """Wait until the bot is quiet."""
        await self._sandbox.settled()
        return {"ok": True}

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Every change, as it happens."""
        refuse_strangers(request)
        return await stream_changes(request, self._sandbox.on_change)


def refuse_strangers(request: web.Request) -> None:
    """Only this machine's own address may ask, so that no web page elsewhere can act here (DNS rebinding, CSRF)."""
    allowed = {"127.0.0.1", "localhost", "[::1]"}
    host = urlsplit(f"//{request.host}").hostname or ""
    origin = request.headers.get("origin")
    if host not in allowed or (origin is not None and urlsplit(origin).netloc != request.host):
        raise web.HTTPForbidden(text="the sandbox answers its own page only")


async def _body(request: web.Request) -> Json:
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("expected a JSON object")
    return body


def channel_json(channel: Channel, viewer: str, bot_is_member: bool) -> Json:
    """A conversation in a person's list."""
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "members": sorted(channel.members),
        "is_member": viewer in channel.members,
        "bot_is_member": bot_is_member,
        "messages": len(channel.top_level),
    }


def seen_json(seen: SeenMessage | SeenView | SeenFile | None) -> Json | None:
    """What a person sees, as JSON; contents of files are left to their addresses."""
    if seen is None:
        return None
    body = dataclasses.asdict(seen)
    body.pop("content", None)
    if isinstance(seen, SeenMessage):
        body["files"] = [seen_json(file) for file in seen.files]
    return body
