"""``Sandbox``: starts the server, hands out people, and gives tests their handles on time, faults and delivery."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

from bot.sandbox.acting import Person
from bot.sandbox.api_server import MAX_REQUEST_BYTES, ApiServer
from bot.sandbox.clock import Clock, ManualClock, SystemClock, Timers
from bot.sandbox.control import Control
from bot.sandbox.delivery import Deliveries, Delivery, Kind, Reply
from bot.sandbox.errors import NotSeen, SandboxError
from bot.sandbox.events import Changes, Events
from bot.sandbox.faults import Faults
from bot.sandbox.http_mode import HttpTransport
from bot.sandbox.ids import Ids
from bot.sandbox.journal import Journal
from bot.sandbox.manifest import Manifest, load_manifest
from bot.sandbox.modals import Modals
from bot.sandbox.platform import Platform
from bot.sandbox.posting import Posting
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.seeding import plant, plant_channel, plant_person
from bot.sandbox.shapes import user_json
from bot.sandbox.socket_mode import SocketTransport
from bot.sandbox.spec import DEFAULT_WORKSPACE, ChannelSpec, PersonSpec, WorkspaceSpec
from bot.sandbox.state import Json, Workspace
from bot.sandbox.world import World

#: ``settled`` takes the bot for quiet when nothing has come for this long.
QUIET_SECONDS = 0.05


class Sandbox:
    """A running Slack. See the package's docstring for the whole of what one can do with it."""

    def __init__(
        self,
        manifest: str | Path | dict[str, Any] | None = None,
        seed: WorkspaceSpec | Sequence[WorkspaceSpec] | None = None,
        *,
        port: int = 0,
        clock: Clock | None = None,
        id_seed: int = 0,
        id_run: str = "",
        answer_timeout: float = 3.0,
        real_rate_limits: bool = False,
        keep_bodies: bool = True,
        journal_limit: int = 10_000,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self._port = port
        self._specs = [DEFAULT_WORKSPACE] if seed is None else [seed] if isinstance(seed, WorkspaceSpec) else list(seed)
        world = World(self.clock, Ids(id_seed, id_run), load_manifest(manifest))
        self._timers = Timers(self.clock)
        deliveries = Deliveries(world, self._timers, timeout=answer_timeout, limit=journal_limit)
        changes = Changes()
        events = Events(world, deliveries)
        self.platform = Platform(
            world=world,
            events=events,
            changes=changes,
            deliveries=deliveries,
            socket=SocketTransport(world, self._nonsense),
            posting=Posting(world, events, changes),
            modals=Modals(world, changes),
            journal=Journal(keep_bodies=keep_bodies, limit=journal_limit),
            faults=Faults(),
            rate_limits=RateLimits(enabled=real_rate_limits),
        )
        for spec in self._specs:
            plant(world, spec)
        deliveries.transport = self.platform.socket
        self._api = ApiServer(self.platform)
        self._http: HttpTransport | None = None
        self._runner: web.AppRunner | None = None
        self._extra_routes: list[web.RouteDef] = []
        self._idle_checks: list[Callable[[], bool | Awaitable[bool]]] = []

    # --- life ---------------------------------------------------------------------------------------------------

    @classmethod
    async def start(cls, *args: Any, **options: Any) -> Sandbox:
        """Make and start one; the caller stops it (or uses ``async with``)."""
        sandbox = cls(*args, **options)
        await sandbox.open()
        return sandbox

    def add_routes(self, routes: Sequence[web.RouteDef]) -> None:
        """Serve more than Slack's own addresses (the page); before the start."""
        self._extra_routes += routes

    async def open(self) -> None:
        """Bind 127.0.0.1 and begin to answer; raises ``OSError`` when the port is taken."""
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.add_routes(self._api.routes())
        app.add_routes(Control(self).routes())
        app.add_routes(self._extra_routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        address = self._runner.addresses[0]
        self.platform.world.base_url = f"http://127.0.0.1:{address[1]}"
        self._timers.start()

    async def stop(self) -> None:
        """Close every connection and give up on everything in the air; may be called twice."""
        self._api.stop()
        await self._timers.stop()
        await self.platform.deliveries.stop()
        await self.platform.socket.stop()
        if self._http is not None:
            await self._http.stop()
            self._http = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Sandbox:
        if self._runner is None:
            await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # --- addresses and keys -------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """``http://127.0.0.1:port``"""
        return self.platform.world.base_url

    @property
    def api_url(self) -> str:
        """What ``SLACK_API_URL`` should be."""
        return f"{self.url}/api/"

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode."""
        return self.platform.world.app_token

    @property
    def signing_secret(self) -> str:
        """The key requests to the bot are signed with."""
        return self.platform.world.signing_secret

    @property
    def client_id(self) -> str:
        """For OAuth."""
        return self.platform.world.client_id

    @property
    def client_secret(self) -> str:
        """For OAuth."""
        return self.platform.world.client_secret

    @property
    def app_id(self) -> str:
        """``api_app_id``"""
        return self.platform.world.app_id

    @property
    def manifest(self) -> Manifest:
        """What is enforced."""
        return self.platform.world.manifest

    def bot_token(self, workspace: str | None = None) -> str:
        """The bot's token in a workspace (the first one by default)."""
        return self.workspace(workspace).bot_token

    def env(self, *, socket: bool = True) -> dict[str, str]:
        """The environment variables a bot needs; without ``SLACK_APP_TOKEN`` when it is to use HTTP."""
        env = {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token(),
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }
        return {**env, "SLACK_APP_TOKEN": self.app_token} if socket else env

    # --- people and places --------------------------------------------------------------------------------------

    def workspace(self, name: str | None = None) -> Workspace:
        """A workspace by id or domain; the first one without a name."""
        return self.platform.world.workspace(name)

    def person(self, name: str, workspace: str | None = None) -> Person:
        """Someone to act as, by handle or id."""
        place = self.workspace(workspace)
        user = place.user(name)
        if user is None or user.is_bot:
            raise NotSeen(f"nobody called {name!r}; there are {', '.join(sorted(place.users_by_name))}")
        return Person(self.platform, place, user)

    def people(self, workspace: str | None = None) -> list[Person]:
        """Everybody but bots."""
        place = self.workspace(workspace)
        return [Person(self.platform, place, user) for user in place.users.values() if not user.is_bot]

    async def add_person(self, spec: PersonSpec, workspace: str | None = None) -> Person:
        """Somebody joins the workspace (``team_join``), in no channel yet."""
        place = self.workspace(workspace)
        user = plant_person(self.platform.world, place, spec)
        body = {"type": "team_join", "user": user_json(user, self.clock.now())}
        self.platform.events.emit(place, {**body, "event_ts": self.platform.posting.new_ts(place)})
        return Person(self.platform, place, user)

    def add_channel(self, spec: ChannelSpec, workspace: str | None = None) -> str:
        """A further channel; returns its id."""
        return plant_channel(self.platform.world, self.workspace(workspace), spec).id

    def channel_id(self, name: str, workspace: str | None = None) -> str:
        """``#payments`` → ``C…``; raises ``NotSeen``."""
        channel = self.workspace(workspace).channel(name)
        if channel is None:
            raise NotSeen(f"no channel {name!r}")
        return channel.id

    # --- the other side of the wire -----------------------------------------------------------------------------

    @property
    def journal(self) -> Journal:
        """The bot's requests."""
        return self.platform.journal

    @property
    def faults(self) -> Faults:
        """Things to go wrong."""
        return self.platform.faults

    @property
    def deliveries(self) -> deque[Delivery]:
        """What was sent to the bot, oldest first."""
        return self.platform.deliveries.log

    def on_change(self, listener: Callable[[Json], None]) -> Callable[[], None]:
        """Be told of every change; returns what ends it."""
        return self.platform.changes.subscribe(listener)

    async def use_http(self, url: str, *, verify: bool = True) -> None:
        """Deliver by signed HTTP from now on; raises ``SandboxError`` unless the address returns the challenge."""
        transport = HttpTransport(self.platform.world, url)
        if verify:
            try:
                await transport.verify(max(self.platform.deliveries.timeout, 3.0))
            except SandboxError:
                await transport.stop()
                raise
        if self._http is not None:
            await self._http.stop()
        self._http = transport
        self.platform.deliveries.transport = transport

    async def use_socket(self) -> None:
        """Deliver by Socket Mode from now on (as at the start)."""
        self.platform.deliveries.transport = self.platform.socket
        if self._http is not None:
            await self._http.stop()
            self._http = None

    async def connected(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Return when the bot can be reached; raises ``TimeoutError``."""
        if self._http is None:
            async with asyncio.timeout(timeout):
                await self.platform.socket.connected()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Socket Mode: ask the bot to reconnect, as Slack does now and then."""
        await self.platform.socket.disconnect(reason)

    async def drop_connections(self) -> None:
        """Socket Mode: break the connections off without a word."""
        await self.platform.socket.drop()

    async def redeliver(self, delivery: Delivery, *, new_event_id: bool = False) -> Delivery:
        """Send an event once more, with the same ``event_id`` or a new one."""
        payload = dict(delivery.payload)
        if new_event_id:
            payload["event_id"] = self.platform.world.ids.next("Ev")
        return self.platform.deliveries.send_event(delivery.team_id, payload)

    async def emit(self, event: Json, workspace: str | None = None) -> Delivery:
        """Send the bot any event, as it stands, in a proper envelope, subscribed or not."""
        place = self.workspace(workspace)
        payload = self.platform.events.envelope(place, event)
        return self.platform.deliveries.send_event(place.id, payload)

    async def deliver_raw(self, kind: Kind, payload: Json) -> Reply:
        """Send the bot any payload, once, as it stands; returns what it answered."""
        return await self.platform.deliveries.ask(kind, str(payload.get("team_id", "")), payload)

    async def revoke_tokens(self, workspace: str | None = None) -> None:
        """The bot's tokens there end; it hears ``tokens_revoked`` first."""
        place = self.workspace(workspace)
        tokens = {"oauth": [], "bot": [place.bot_user_id]}
        self._farewell(place, {"type": "tokens_revoked", "tokens": tokens})
        self._end_tokens(place)

    async def uninstall(self, workspace: str | None = None) -> None:
        """The app is taken out of a workspace: ``app_uninstalled`` and ``tokens_revoked``, then silence."""
        place = self.workspace(workspace)
        self._farewell(place, {"type": "app_uninstalled"})
        self._farewell(place, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [place.bot_user_id]}})
        self._end_tokens(place)
        place.installed = False

    def _farewell(self, place: Workspace, event: Json) -> None:
        self.platform.events.emit(place, {**event, "event_ts": self.platform.posting.new_ts(place)})

    def _end_tokens(self, place: Workspace) -> None:
        for token in self.platform.world.tokens.values():
            if token.kind == "bot" and token.team_id == place.id:
                token.revoked = True

    # --- time and quiet -----------------------------------------------------------------------------------------

    async def advance(self, by: timedelta | None = None, **parts: float) -> None:
        """Move the clock (``advance(minutes=5)``) and run what became due. Needs a clock with ``advance``."""
        amount = by if by is not None else timedelta(**parts)
        if not isinstance(self.clock, ManualClock):
            raise SandboxError("only a ManualClock can be moved; move yours and call run_due()")
        end = self.clock.now() + amount
        while True:
            await self.platform.deliveries.idle()
            due = self._timers.next_due()
            if due is None or due > end:
                break
            self.clock.advance(max(timedelta(0), due - self.clock.now()))
            await self._timers.run_due()
        self.clock.advance(end - self.clock.now())

    async def run_due(self) -> int:
        """Run what is due by the clock now (event retries); returns how many."""
        return await self._timers.run_due()

    def watch_idle(self, check: Callable[[], bool | Awaitable[bool]]) -> None:
        """Let ``settled`` also wait until ``check()`` is true: a bot in the same process can say it is idle."""
        self._idle_checks.append(check)

    async def settled(self, timeout: float = 10.0, quiet: float = QUIET_SECONDS) -> None:  # noqa: ASYNC109
        """Return when every delivery is answered and nothing has come from the bot for a moment.

        Best effort: a bot that works longer than ``quiet`` seconds without a request is taken for done, unless
        ``watch_idle`` tells better. Raises ``TimeoutError``.
        """
        async with asyncio.timeout(timeout):
            while True:
                await self.platform.deliveries.idle()
                mark = (self.journal.number, len(self.deliveries), self._api.in_flight)
                await asyncio.sleep(quiet)
                same = mark == (self.journal.number, len(self.deliveries), self._api.in_flight)
                if same and self._api.in_flight == 0 and not self.platform.deliveries.in_the_air and await self._idle():
                    return

    async def _idle(self) -> bool:
        for check in self._idle_checks:
            answer = check()
            if not (await answer if inspect.isawaitable(answer) else answer):
                return False
        return True

    def _nonsense(self, why: str, body: Json) -> None:
        """A Socket Mode message that acknowledges nothing; it stands in the journal as a refused ``ack``."""
        self.journal.record("ack", "", self.clock.now(), body, {"ok": False, "error": why}, verb="socket")
