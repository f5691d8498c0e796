"""What the bot asked of Slack, in order, with a way to wait for it."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.state import Json


@dataclass(slots=True)
class Call:
    """One request of the bot and what it was answered.

    ``method`` is a Web API method, ``response_url``, ``upload`` or ``ack`` (an acknowledgement that made no sense).
    ``args`` are empty when the journal keeps no bodies.
    """

    number: int
    method: str
    team_id: str
    at: datetime
    args: Json = field(default_factory=dict)
    response: Json = field(default_factory=dict)
    ok: bool = True
    error: str = ""
    status: int = 200
    #: How it came: "GET", "POST", "socket".
    verb: str = "POST"

    @property
    def text(self) -> str:
        """All the words of the request: ``text``, blocks and view, as one string of JSON (for ``in``)."""
        return json.dumps(self.args, ensure_ascii=False)

    @property
    def rules(self) -> list[str]:
        """The broken rules Slack named, if it refused."""
        messages = self.response.get("response_metadata", {}).get("messages", [])
        return [str(message) for message in messages]


class Journal:
    """The requests so far; the oldest are dropped past ``limit``, bodies are dropped without ``keep_bodies``."""

    def __init__(self, *, keep_bodies: bool = True, limit: int = 10_000) -> None:
        self.keep_bodies = keep_bodies
        self._limit = limit
        self._all: deque[Call] = deque(maxlen=limit)
        self._by_method: dict[str, deque[Call]] = defaultdict(lambda: deque(maxlen=limit))
        self._counts: dict[str, int] = defaultdict(int)
        self._number = 0
        self._waiters: set[asyncio.Future[None]] = set()

    def record(
        self,
        method: str,
        team_id: str,
        at: datetime,
        args: Json,
        response: Json,
        *,
        status: int = 200,
        verb: str = "POST",
    ) -> Call:
        """Write down a request and wake those who wait."""
        self._number += 1
        self._counts[method] += 1
        ok = bool(response.get("ok", status < 400))
        call = Call(
            number=self._number,
            method=method,
            team_id=team_id,
            at=at,
            args=args if self.keep_bodies else {},
            response=response if self.keep_bodies else {},
            ok=ok,
            error="" if ok else str(response.get("error", status)),
            status=status,
            verb=verb,
        )
        self._all.append(call)
        self._by_method[method].append(call)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        return call

    @property
    def number(self) -> int:
        """How many requests there have been; a mark for ``since``."""
        return self._number

    def count(self, method: str) -> int:
        """How many requests of a method there have been since the last ``clear``, dropped ones included."""
        return self._counts[method]

    def calls(self, method: str | None = None, *, since: int = 0) -> list[Call]:
        """The requests, oldest first; of one method; after a mark."""
        source = self._all if method is None else self._by_method.get(method, ())
        return [call for call in source if call.number > since]

    def refused(self) -> list[Call]:
        """The requests that were answered with an error (faults included)."""
        return [call for call in self._all if not call.ok]

    def clear(self) -> None:
        """Forget everything; the numbering goes on."""
        self._all.clear()
        self._by_method.clear()
        self._counts.clear()

    async def wait_for(
        self,
        method: str,
        predicate: Callable[[Call], Any] | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109
        *,
        since: int = 0,
        count: int = 1,
    ) -> Call:
        """The first request (or the ``count``-th) of that method that fits, past or to come.

        Raises ``TimeoutError`` that says what came instead.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    fitting = [call for call in self.calls(method, since=since) if not predicate or predicate(call)]
                    if len(fitting) >= count:
                        return fitting[count - 1]
                    await self.changed()
        except TimeoutError:
            came = ", ".join(
                f"{call.method}{'' if call.ok else ' (' + call.error + ')'}" for call in self.calls()[-20:]
            )
            raise TimeoutError(f"no fitting {method} within {timeout} s; the bot asked: {came or 'nothing'}") from None

    async def changed(self) -> None:
        """Return after the next request."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
