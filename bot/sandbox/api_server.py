"""The HTTP side of the Web API: arguments, tokens, scopes, faults, the journal; uploads, downloads, OAuth."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.sandbox.errors import Refusal
from bot.sandbox.faults import Fault
from bot.sandbox.platform import Platform
from bot.sandbox.rate_limits import Limited
from bot.sandbox.response_urls import Responses
from bot.sandbox.scopes import METHOD_SCOPES, require
from bot.sandbox.state import Json, Token, Workspace
from bot.sandbox.web_api import METHODS, Call, Method
from bot.sandbox.web_api.registry import Arguments
from bot.sandbox.world import Grant

MAX_REQUEST_BYTES = 1_000_000_000


class ApiServer:
    """Answers the bot."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._world = platform.world
        self._responses = Responses(platform)
        self._stopping = asyncio.Event()
        #: Requests being answered now (hanging ones apart).
        self.in_flight = 0

    def routes(self) -> list[web.RouteDef]:
        """All of Slack's own addresses."""
        return [
            web.route("*", "/api/{method}", self.call),
            web.get("/link/", self._platform.socket.serve),
            web.post("/upload/v1/{team}/{file}", self.upload),
            web.get("/files-pri/{key}/{name:.*}", self.download),
            web.post("/commands/{team}/{number}/{key}", self.response),
            web.post("/actions/{team}/{number}/{key}", self.response),
            web.get("/oauth/v2/authorize", self.authorize),
        ]

    def stop(self) -> None:
        """Let hanging answers go."""
        self._stopping.set()

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One Web API request."""
        name = request.match_info["method"]
        self.in_flight += 1
        try:
            raw, given_token = await self._read(request)
            team_id, domain = self._whose(given_token)
            fault = self._platform.faults.take(name, team_id, domain)
            if fault is not None and not fault.after_effect and fault.kind != "delay":
                self._record(name, team_id, raw, {"ok": False, "error": f"fault:{fault.kind}"}, request, 0)
                return await self._fail(request, fault)
            if fault is not None and fault.kind == "delay":
                await self._pause(fault.seconds)
            status, body, headers = await self._answer(name, raw, given_token)
            self._record(name, team_id, raw, body, request, status)
            if fault is not None and fault.after_effect:
                return await self._fail(request, fault)
            return web.json_response(body, status=status, headers=headers)
        finally:
            self.in_flight -= 1

    async def _answer(self, name: str, raw: Json, given: str) -> tuple[int, Json, dict[str, str]]:
        headers: dict[str, str] = {}
        method = METHODS.get(name)
        if method is None:
            return 200, {"ok": False, "error": "unknown_method", "req_method": name}, headers
        try:
            call = self._authorized(method, raw, given)
            if call.token.scopes is not None:
                headers["x-oauth-scopes"] = ",".join(sorted(call.token.scopes))
            accepted = METHOD_SCOPES.get(name, ())
            headers["x-accepted-oauth-scopes"] = ",".join(accepted)
            require(call.token.scopes, *accepted)
            self._platform.rate_limits.take(name, call.workspace.id, str(raw.get("channel")), self._world.clock.now())
            body = await method.handler(call)
        except Refusal as refusal:
            return 200, refusal.body(), headers
        except Limited as limited:
            headers["retry-after"] = str(limited.retry_after)
            return 429, {"ok": False, "error": "ratelimited"}, headers
        return 200, {"ok": True, **body}, headers

    def _authorized(self, method: Method, raw: Json, given: str) -> Call:
        if not method.needs_token:
            anyone = Token("", "app", "", None)
            return Call(self._platform, self._world.workspace(), anyone, Arguments(raw))
        token = self._world.authenticate(given)
        if token.kind == "app" and method.name not in ("apps.connections.open", "auth.test"):
            raise Refusal("not_allowed_token_type")
        workspace = self._world.workspaces.get(token.team_id) or self._world.workspace()
        if token.kind == "bot" and not workspace.installed:
            raise Refusal("account_inactive")
        return Call(self._platform, workspace, token, Arguments(raw))

    def _whose(self, given: str) -> tuple[str, str]:
        token = self._world.tokens.get(given)
        workspace = self._world.workspaces.get(token.team_id) if token else None
        return (workspace.id, workspace.domain) if workspace else ("", "")

    def _record(self, name: str, team_id: str, raw: Json, body: Json, request: web.Request, status: int) -> None:
        now = self._world.clock.now()
        self._platform.journal.record(name, team_id, now, raw, body, status=status, verb=request.method)

    async def _read(self, request: web.Request) -> tuple[Json, str]:
        """Query, form and JSON as one, and the token wherever it stood."""
        raw: Json = dict(request.query)
        if request.can_read_body:
            content = await request.read()
            if request.content_type == "application/json":
                raw.update(_json_object(content))
            elif request.content_type == "application/x-www-form-urlencoded":
                raw.update(parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True))
            elif request.content_type == "multipart/form-data":
                raw.update({name: str(value) for name, value in (await request.post()).items()})
        header = request.headers.get("authorization", "")
        token = str(raw.pop("token", "") or "")
        if header.startswith("Bearer "):
            token = header.removeprefix("Bearer ").strip()
        elif header.startswith("Basic "):
            raw.update(_basic(header))
        return {name: value for name, value in raw.items() if value is not None}, token

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind == "ratelimited":
            headers = {"retry-after": str(fault.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault.kind == "error":
            return web.json_response({"ok": False, "error": fault.error})
        if fault.kind == "status":
            return web.Response(status=fault.status, text="<html>the server is unwell</html>", content_type="text/html")
        if fault.kind == "garbage":
            return web.Response(text='{"ok": tru', content_type="application/json")
        if fault.kind == "hang":
            self.in_flight -= 1
            await self._stopping.wait()
            self.in_flight += 1
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Step two of an upload: the bytes, raw or as a form's file."""
        workspace = self._world.workspaces.get(request.match_info["team"])
        file = workspace.files.get(request.match_info["file"]) if workspace else None
        if workspace is None or file is None:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            parts = [value for value in (await request.post()).values() if isinstance(value, web.FileField)]
            content = parts[0].file.read() if parts else b""
        else:
            content = await request.read()
        fault = self._platform.faults.take("upload", workspace.id, workspace.domain)
        if fault is not None and not fault.after_effect:
            return await self._fail(request, fault)
        file.content, file.length = content, len(content)
        self._record("upload", workspace.id, {"file": file.id, "bytes": len(content)}, {"ok": True}, request, 200)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file's content, to the bot's token (``files:read``) or to the page on this machine."""
        team, _, file_id = request.match_info["key"].partition("-")
        workspace = self._world.workspaces.get(team)
        file = workspace.files.get(file_id) if workspace else None
        if file is None or file.content is None:
            return web.Response(status=404, text="not found")
        # Never shown as a page of this origin: a file's content is a stranger's.
        headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    async def response(self, request: web.Request) -> web.StreamResponse:
        """A post to a ``response_url``."""
        info = request.match_info
        key = f"{info['team']}/{info['number']}/{info['key']}"
        workspace = self._world.workspaces.get(info["team"])
        fault = self._platform.faults.take("response_url", info["team"], workspace.domain if workspace else "")
        self.in_flight += 1
        try:
            if fault is not None and not fault.after_effect:
                return await self._fail(request, fault)
            status, body = self._responses.take(key, _json_object(await request.read()))
            return web.Response(text="ok") if status == 200 else web.json_response(body, status=status)
        finally:
            self.in_flight -= 1

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """The OAuth page: redirects at once with ``auto=1``, otherwise on a click; ``deny=1`` refuses."""
        query = request.query
        redirect_uri = query.get("redirect_uri") or next(iter(self._world.manifest.redirect_urls), "")
        known = self._world.manifest.redirect_urls
        if query.get("client_id") != self._world.client_id:
            return web.Response(status=400, text="Invalid client_id parameter")
        if not redirect_uri or (known and not any(redirect_uri.startswith(one) for one in known)):
            return web.Response(status=400, text=f"redirect_uri did not match any configured URIs: {redirect_uri}")
        workspace = self._world.workspaces.get(query.get("team", "")) or self._first_without_app()
        joiner = "&" if "?" in redirect_uri else "?"
        state = query.get("state", "")
        if query.get("deny") == "1":
            raise web.HTTPFound(redirect_uri + joiner + urlencode({"error": "access_denied", "state": state}))
        if query.get("auto") == "1" or query.get("approve") == "1":
            code = self._new_code(workspace, query.get("scope", ""), redirect_uri)
            raise web.HTTPFound(redirect_uri + joiner + urlencode({"code": code, "state": state}))
        page = _consent_page(workspace.name, self._world.manifest.app_name, dict(query))
        return web.Response(text=page, content_type="text/html")

    def _first_without_app(self) -> Workspace:
        waiting = [workspace for workspace in self._world.workspaces.values() if not workspace.installed]
        return waiting[0] if waiting else self._world.workspace()

    def _new_code(self, workspace: Workspace, scope: str, redirect_uri: str) -> str:
        code = self._world.ids.next("", 24)
        people = [user.id for user in workspace.users.values() if not user.is_bot]
        scopes = [one for one in scope.split(",") if one]
        self._world.codes[code] = Grant(workspace.id, people[0] if people else "", scopes, redirect_uri)
        return code


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _basic(header: str) -> dict[str, str]:
    """``client_id`` and ``client_secret`` of HTTP Basic."""
    try:
        client_id, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _consent_page(team: str, app: str, query: dict[str, str]) -> str:
    def link(choice: str) -> str:
        return escape("/oauth/v2/authorize?" + urlencode({**query, choice: "1"}))

    return (
        f"<!doctype html><title>Install {escape(app)}</title><h1>{escape(app)} wants to join {escape(team)}</h1>"
        f"<p>It asks for: {escape(query.get('scope', 'what its manifest says'))}</p>"
        f'<p><a id="allow" href="{link("approve")}">Allow</a> <a id="deny" href="{link("deny")}">Cancel</a></p>'
    )
