"""Signed HTTP: posting to the bot's request address (docs.slack.dev/authentication/verifying-requests-from-slack)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.delivery import Kind, Reply
from bot.sandbox.errors import SandboxError
from bot.sandbox.state import Json
from bot.sandbox.world import World


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``v0=`` + HMAC-SHA256 of ``v0:timestamp:body``."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpTransport:
    """Posts events as JSON, commands as a form, interactions as a form with ``payload``; all signed."""

    def __init__(self, world: World, url: str) -> None:
        self._world = world
        self._url = url
        self._session = aiohttp.ClientSession()

    @property
    def ready(self) -> bool:
        return True

    async def verify(self, within: float) -> None:
        """Check the address as Slack does before it takes it: ``challenge`` must come back.

        Raises ``SandboxError`` saying what came instead.
        """
        challenge = self._world.ids.next("", 40)
        payload = {
            "type": "url_verification",
            "token": self._world.verification_token,
            "challenge": challenge,
        }
        body = json.dumps(payload).encode()
        try:
            async with asyncio.timeout(within):
                async with self._session.post(
                    self._url, data=body, headers=self._headers("application/json", body)
                ) as answer:
                    text = await answer.text()
        except (TimeoutError, aiohttp.ClientError) as problem:
            raise SandboxError(f"the request address {self._url} did not answer: {problem!r}") from problem
        if answer.status != 200 or challenge not in text:
            raise SandboxError(
                f"the request address {self._url} did not return the challenge (HTTP {answer.status}): {text[:200]!r}"
            )

    async def send(self, kind: Kind, payload: Json, *, attempt: int, reason: str, within: float) -> Reply:
        if kind == "events_api":
            content_type, body = "application/json", json.dumps(payload, ensure_ascii=False).encode()
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload, ensure_ascii=False)}
            content_type, body = "application/x-www-form-urlencoded", urlencode(form).encode()
        headers = self._headers(content_type, body)
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        return await self.post_raw(body, headers, within)

    async def post_raw(self, body: bytes, headers: dict[str, str], within: float) -> Reply:
        """Post bytes as they are and read the answer."""
        try:
            async with asyncio.timeout(within):
                async with self._session.post(self._url, data=body, headers=headers, max_redirects=2) as answer:
                    content = await answer.read()
        except TimeoutError:
            return Reply(failure="http_timeout", status=0)
        except aiohttp.TooManyRedirects:
            return Reply(failure="too_many_redirects", status=0)
        except aiohttp.ClientSSLError:
            return Reply(failure="ssl_error", status=0)
        except aiohttp.ClientError:
            return Reply(failure="connection_failed", status=0)
        no_retry = answer.headers.get("x-slack-no-retry") == "1"
        if not 200 <= answer.status < 300:
            return Reply(failure="http_error", status=answer.status, no_retry=no_retry)
        return Reply(status=answer.status, body=_read(content, answer.content_type), no_retry=no_retry)

    async def stop(self) -> None:
        """Close the session."""
        await self._session.close()

    def _headers(self, content_type: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))  # not the sandbox's clock: the bot compares it with its machine's
        return {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(self._world.signing_secret, timestamp, body),
        }


def _read(content: bytes, content_type: str) -> Json:
    """An acknowledgement's body: JSON as it is, plain text as ``{"text": …}``."""
    text = content.decode("utf-8", "replace").strip()
    if not text:
        return {}
    if content_type == "application/json":
        try:
            body = json.loads(text)
        except ValueError:
            return {"text": text}
        return body if isinstance(body, dict) else {}
    return {"text": text}
