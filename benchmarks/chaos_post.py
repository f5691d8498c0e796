"""Bringing events to the bots of `benchmarks.chaos` as Slack does: again and again until they are acknowledged."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import aiohttp

from bot.sandbox.http_mode import signature

#: How long after each refusal it is tried again: Slack's "at once, after a minute, after five", made short.
WAITS = (0.0, 0.5, 1.0)
#: So many are under way at once.
LINES = 12
#: Out of a hundred acknowledged events, so many come again under the same id, and so many under another.
AGAIN, UNDER_ANOTHER_ID = 10, 5


class Post:
    """Delivers, repeats, and counts."""

    def __init__(self, secret: str, addresses: Callable[[], Sequence[str]], seed: int) -> None:
        self._secret, self._addresses, self._random = secret, addresses, Random(seed)
        self._ready: asyncio.Queue[tuple[dict[str, Any], int, bool]] = asyncio.Queue()
        self._lines: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None
        self.outstanding = 0
        self.acknowledged = 0
        #: Events by how many tries they took; answers that were not 200; events sent again though acknowledged.
        self.tries: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()
        self.repeated: Counter[str] = Counter()
        self.slowest = 0.0

    def open(self) -> None:
        """Begin to deliver."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3))
        self._lines = [asyncio.create_task(self._bring()) for _ in range(LINES)]

    async def close(self) -> None:
        """Stop."""
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        if self._session:
            await self._session.close()

    def take(self, payload: dict[str, Any]) -> None:
        """Deliver this until it is acknowledged."""
        self.outstanding += 1
        self._ready.put_nowait((payload, 0, True))

    async def _bring(self) -> None:
        while True:
            payload, tried, is_first = await self._ready.get()
            outcome = await self._try(payload, tried)
            if outcome == "200":
                self.outstanding -= 1
                if is_first:
                    self.acknowledged += 1
                    self.tries[tried + 1] += 1
                    self._repeat(payload)
                continue
            self.refused[outcome] += 1
            wait = WAITS[min(tried, len(WAITS) - 1)]
            again = (payload, tried + 1, is_first)
            asyncio.get_running_loop().call_later(wait, self._ready.put_nowait, again)

    def _repeat(self, payload: dict[str, Any]) -> None:
        draw = self._random.random() * 100
        if draw < AGAIN:
            self.repeated["same id"] += 1
        elif draw < AGAIN + UNDER_ANOTHER_ID:
            self.repeated["another id"] += 1
            payload = {**payload, "event_id": f"{payload['event_id']}B"}
        else:
            return
        self.outstanding += 1
        later = self._random.random() * 5
        asyncio.get_running_loop().call_later(later, self._ready.put_nowait, (payload, 0, False))

    async def _try(self, payload: dict[str, Any], tried: int) -> str:
        assert self._session
        body = json.dumps(payload, ensure_ascii=False).encode()
        stamp = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(self._secret, stamp, body),
        }
        if tried:
            headers |= {"x-slack-retry-num": str(tried), "x-slack-retry-reason": "http_error"}
        began = time.perf_counter()
        try:
            address = self._random.choice(self._addresses())
            async with self._session.post(address, data=body, headers=headers) as answer:
                await answer.read()
                if answer.status == 200:
                    self.slowest = max(self.slowest, time.perf_counter() - began)
                return str(answer.status)
        except TimeoutError:
            return "timeout"
        except aiohttp.ClientError:
            return "no connection"
