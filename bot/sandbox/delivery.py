"""Bringing things to the bot: one queue for events, commands and interactions, whatever the transport.

Slack's rules (docs.slack.dev/apis/events-api): an answer within three seconds; a failed *event* is sent again at once,
after one minute and after five, with the same ``event_id``; commands and interactions are never repeated.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.sandbox.clock import Timers
from bot.sandbox.state import Json
from bot.sandbox.world import World

Kind = Literal["events_api", "slash_commands", "interactive"]

#: After the first failure, the second, the third.
RETRY_DELAYS = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answered. ``failure`` is empty or the reason as ``x-slack-retry-reason`` puts it."""

    failure: str = ""
    status: int = 200
    body: Json = field(default_factory=dict)
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether Slack counts it as acknowledged."""
        return not self.failure


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: its number (0 is the first), why it was made, and what came of it."""

    number: int
    reason: str
    at: datetime
    outcome: str


@dataclass(slots=True)
class Delivery:
    """One thing sent to the bot, with every attempt."""

    kind: Kind
    team_id: str
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    reply: Reply | None = None

    @property
    def acknowledged(self) -> bool:
        """Whether the bot has acknowledged it."""
        return self.reply is not None and self.reply.ok

    @property
    def event_id(self) -> str:
        """The event's id (empty for commands and interactions)."""
        return str(self.payload.get("event_id", ""))

    @property
    def type(self) -> str:
        """``reaction_added``, ``/evidence``, ``block_actions`` …"""
        event = self.payload.get("event")
        if isinstance(event, dict):
            return str(event.get("type"))
        return str(self.payload.get("command") or self.payload.get("type") or self.kind)


class Transport(Protocol):
    """A way to the bot."""

    @property
    def ready(self) -> bool:
        """Whether a bot can be reached at all."""
        ...

    async def send(self, kind: Kind, payload: Json, *, attempt: int, reason: str, within: float) -> Reply:
        """Send and wait for the answer; never raises for what the bot does wrong."""
        ...


class Deliveries:
    """Sends, retries, and remembers the last ones."""

    def __init__(self, world: World, timers: Timers, *, timeout: float = 3.0, limit: int = 10_000) -> None:
        self.timeout = timeout
        self.log: deque[Delivery] = deque(maxlen=limit)
        self.transport: Transport | None = None
        self._world = world
        self._timers = timers
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_the_air = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def in_the_air(self) -> int:
        """How many attempts are waiting for an answer now (retries not yet due do not count)."""
        return self._in_the_air

    async def idle(self) -> None:
        """Return when nothing is in the air."""
        await self._idle.wait()

    def send_event(self, team_id: str, payload: Json) -> Delivery:
        """Send an event without waiting; it is retried as Slack does."""
        delivery = Delivery("events_api", team_id, payload)
        self.log.append(delivery)
        self._take_off()
        self._spawn(self._attempt_event(delivery, 0, ""))
        return delivery

    async def ask(self, kind: Kind, team_id: str, payload: Json) -> Reply:
        """Send a command or an interaction and wait for the answer; never repeated."""
        delivery = Delivery(kind, team_id, payload)
        self.log.append(delivery)
        self._take_off()
        try:
            delivery.reply = await self._send(delivery, 0, "")
        finally:
            self._land()
        return delivery.reply

    async def stop(self) -> None:
        """Give up on everything in the air."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _attempt_event(self, delivery: Delivery, number: int, reason: str) -> None:
        try:
            reply = await self._send(delivery, number, reason)
        finally:
            self._land()
        if delivery.reply is None or not delivery.reply.ok:
            delivery.reply = reply
        if reply.ok or reply.no_retry or number >= len(RETRY_DELAYS):
            return
        delay = RETRY_DELAYS[number]
        if delay:
            self._timers.after(delay, lambda: self._retry(delivery, number + 1, reply.failure))
        else:
            await self._retry(delivery, number + 1, reply.failure)

    async def _retry(self, delivery: Delivery, number: int, reason: str) -> None:
        self._take_off()
        self._spawn(self._attempt_event(delivery, number, reason))

    async def _send(self, delivery: Delivery, number: int, reason: str) -> Reply:
        at = self._world.clock.now()
        if self.transport is None or not self.transport.ready:
            reply = Reply(failure="connection_failed", status=0)
        else:
            reply = await self.transport.send(
                delivery.kind, delivery.payload, attempt=number, reason=reason, within=self.timeout
            )
        delivery.attempts.append(Attempt(number, reason, at, reply.failure or "acknowledged"))
        return reply

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _take_off(self) -> None:
        self._in_the_air += 1
        self._idle.clear()

    def _land(self) -> None:
        self._in_the_air -= 1
        if self._in_the_air == 0:
            self._idle.set()
