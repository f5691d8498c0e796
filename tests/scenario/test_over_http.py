"""The same bot over signed HTTP, and what its door refuses."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.domain.evidence import EntryStatus, SourceType
from bot.sandbox import ManualClock, Sandbox
from bot.tagger.reading import TextTagger
from bot.web.server import LARGEST_HEAD
from tests.running import RunningBot, running_bot


@pytest.fixture
async def bot(slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """The bot on a new SQLite file, listening at `POST /slack/events`."""
    async with running_bot(slack, clock, tagger, f"sqlite:///{tmp_path}/bot.db", http=True) as running:
        yield running


async def test_the_main_job_works_over_http(bot: RunningBot) -> None:
    sam, priya = bot.slack.person("sam"), bot.slack.person("priya")
    answer = await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    assert "Kept." in answer.shown[0].text

    question = await priya.say("#payments", "does anyone know why staging says the certificate expired?")
    await sam.say("#payments", "rotate it with `make rotate-cert`", thread_ts=question.ts)
    thanks = await priya.say("#payments", "thanks @sam, that was it", thread_ts=question.ts)
    await sam.react(thanks, "seedling")
    await bot.settle()
    assert "Kept from #payments" in sam.ephemerals()[-1].text

    await sam.press(answer.shown[0], "Undo")
    entries = {entry.source.type: entry.status for entry in await bot.entries("sam")}
    assert entries == {SourceType.COMMAND: EntryStatus.WITHDRAWN, SourceType.REACTION: EntryStatus.KEPT}


def signed(bot: RunningBot, body: bytes, *, age: int = 0, secret: str | None = None) -> dict[str, str]:
    """Slack's headers for this body (docs.slack.dev, "Verifying requests from Slack")."""
    secret = secret or bot.multiplier.settings.slack_signing_secret.get_secret_value()
    timestamp = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/json",
    }


async def post(bot: RunningBot, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """What the door answers."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(bot.request_url, data=io.BytesIO(body), headers=headers) as response,
    ):
        return response.status, await response.text()


async def test_the_challenge_is_echoed(bot: RunningBot) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc123"}).encode()
    status, text = await post(bot, body, signed(bot, body))
    assert (status, json.loads(text)) == (200, {"challenge": "abc123"})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"secret": "another"}, 401),
        ({"age": 301}, 401),
        ({"age": -301}, 401),
    ],
)
async def test_forged_and_stale_requests_are_refused(bot: RunningBot, change: dict[str, str], status: int) -> None:
    body = b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}}'
    assert (await post(bot, body, signed(bot, body, **change)))[0] == status  # type: ignore[arg-type]


async def test_unsigned_unreadable_and_oversized_bodies_are_refused(bot: RunningBot) -> None:
    assert (await post(bot, b"{}", {}))[0] == 401
    assert (await post(bot, b"{}", signed(bot, b"{}") | {"x-slack-signature": "v0=é"}))[0] == 401
    assert (await post(bot, b"\xff\xfe", signed(bot, b"\xff\xfe")))[0] == 400
    for body in (b"{", b"[]", b"[" * 50_000):
        assert (await post(bot, body, signed(bot, body)))[0] == 400
    huge = b'{"a": "' + b"x" * 1_100_000 + b'"}'
    assert (await post(bot, huge, signed(bot, huge)))[0] == 413


async def test_a_request_whose_head_has_no_end_is_refused(bot: RunningBot) -> None:
    place = urlsplit(bot.request_url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: bot\r\n")
    async with asyncio.timeout(30):
        with suppress(ConnectionError):
            for number in range(20 * LARGEST_HEAD // 1000):
                writer.write(f"X-Filler-{number}: {'x' * 1000}\r\n".encode())
                await writer.drain()
            assert (await reader.read()).startswith(b"HTTP/1.1 431 ")
    writer.close()
