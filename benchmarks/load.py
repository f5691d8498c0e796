"""A burst of signed Slack events over many connections, and how long each answer took."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - a secret for nobody
TEAM = "T0BENCHMARK"
PEOPLE = 400


@dataclass(frozen=True)
class Burst:
    """What a burst showed: seconds in all, and of each answer; statuses that were not 200."""

    seconds: float
    latencies: Sequence[float]
    refused: Sequence[int]

    @property
    def rps(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        return sorted(self.latencies)[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000


def reactions(count: int, run: str) -> Iterator[bytes]:
    """Bodies of `reaction_added`, each told once, with an emoji that the bot has no use for, as most have."""
    for number in range(count):
        yield json.dumps(
            {
                "token": "verification",
                "team_id": TEAM,
                "api_app_id": "A0BENCHMARK",
                "event": {
                    "type": "reaction_added",
                    "user": f"U{number % PEOPLE:09d}",
                    "reaction": "eyes",
                    "item": {"type": "message", "channel": "C0BENCHMARK", "ts": f"1700000000.{number:06d}"},
                    "item_user": "U0AUTHOR",
                    "event_ts": f"1700000001.{number:06d}",
                },
                "type": "event_callback",
                "event_id": f"Ev{run}{number:08d}",
                "event_time": 1700000001,
                "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "UBOT", "is_bot": True}],
                "is_ext_shared_channel": False,
            }
        ).encode()


def signed_request(url: str, body: bytes, secret: str = SECRET) -> bytes:
    """A whole HTTP request, signed now."""
    place = urlsplit(url)
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    head = (
        f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Line(asyncio.Protocol):
    """One kept-alive connection: sends a request when the answer to the one before is whole."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float], refused: list[int]) -> None:
        self._requests, self._latencies, self._refused = requests, latencies, refused
        self._received = b""
        self._sent_at = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._latencies.append(time.perf_counter() - self._sent_at)
        if not head.startswith(b"HTTP/1.1 200"):
            self._refused.append(int(head.split(b" ", 2)[1]))
        self._received = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionResetError("closed by the server"))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


async def burst(url: str, requests: Sequence[bytes], connections: int) -> Burst:
    """Send them all, as fast as they are answered."""
    place = urlsplit(url)
    left, latencies, refused = iter(requests), list[float](), list[int]()
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    lines = [
        (await loop.create_connection(lambda: _Line(left, latencies, refused), place.hostname, place.port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(line.done for line in lines))
    return Burst(time.perf_counter() - began, latencies, refused)
