"""Calls to Slack: each workspace with its own token, each failure as one of our own errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import TryLater, Unreachable
from bot.domain.people import Profile
from bot.domain.threads import Thread, thread_of
from bot.slack.api_errors import translated
from bot.slack.payloads import Malformed, message_of, profile_of

#: Slack's own limit for one page of a thread.
_THREAD_PAGE = 200
_THREAD_PAGES = 5
_CLOCKS_APART = timedelta(minutes=10)

#: How many pages of a direct message are looked through for a message that may have been sent.
_MARKED_PAGES = 5

Call = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
TokenOf = Callable[[str], Awaitable[str]]


class _PatientClient(AsyncWebClient):
    """A workspace's client that asks nothing of a method for as long as Slack wanted it left alone.

    `api_call` raises `TryLater` with the time that is left; other methods go on.
    """

    def __init__(self, token: str, base_url: str, timeout: int, session: aiohttp.ClientSession) -> None:
        # Retries are the outbox's and the inbox's work: they survive a restart, and look before they send again.
        super().__init__(token=token, base_url=base_url, timeout=timeout, session=session, retry_handlers=[])
        self._resting: dict[str, float] = {}

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        left = self._resting.get(api_method, 0.0) - monotonic()
        if left > 0:
            raise TryLater("ratelimited", after=left)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            ours = translated(error)
            if isinstance(ours, TryLater) and ours.reason == "ratelimited":
                self._resting[api_method] = monotonic() + ours.after
            raise


class SlackGateway:
    """The way to Slack's Web API for all workspaces. One HTTP session, one client a workspace."""

    def __init__(self, token_of: TokenOf, base_url: str, *, timeout: int = 10) -> None:
        self._token_of, self.base_url, self._timeout = token_of, base_url, timeout
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}

    async def client(self, workspace_id: str) -> AsyncWebClient:
        """The Web API client of this workspace. Raises `NotFound` when there is no token for it."""
        token = await self._token_of(workspace_id)
        client = self._clients.get(workspace_id)
        if client is None or client.token != token:
            if self._session is None:
                self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
            client = _PatientClient(token, self.base_url, self._timeout, self._session)
            self._clients[workspace_id] = client
        return client

    async def identify(self, token: str) -> dict[str, Any]:
        """Whose token this is: the answer of `auth.test`."""
        client = AsyncWebClient(token=token, base_url=self.base_url, timeout=self._timeout, retry_handlers=[])
        response = await _translating(client.auth_test())
        data = response.data
        return dict(data) if isinstance(data, dict) else {}

    async def call(self, workspace_id: str, call: Call) -> AsyncSlackResponse:
        """One call. Raises `Unreachable` when it can never work, `TryLater` for passing faults."""
        return await _translating(call(await self.client(workspace_id)))

    async def thread(self, workspace_id: str, channel: str, ts: str) -> Thread:
        """The message and, when it stands in a thread, the whole thread, oldest first.

        `conversations.replies` takes the timestamp of any message of a thread, so a reply that only a
        reaction pointed at is found too (`conversations.history` knows no replies).
        """
        first = await self._replies(workspace_id, channel, ts)
        root = next((message.get("thread_ts") for message in first if message.get("ts") == ts), None)
        messages = first
        if root and root != ts:
            messages = await self._replies(workspace_id, channel, root)
        values = [message_of(channel, message) for message in [*first, *messages] if message.get("ts")]
        thread = thread_of(values)
        if thread.find(ts) is None:
            raise Unreachable("message_not_found", "errors.unreachable_gone")
        return thread

    async def _replies(self, workspace_id: str, channel: str, ts: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(_THREAD_PAGES):
            response = await self.call(
                workspace_id,
                lambda client, cursor=cursor: client.conversations_replies(  # type: ignore[misc]
                    channel=channel, ts=ts, limit=_THREAD_PAGE, cursor=cursor or None
                ),
            )
            messages += [each for each in response.get("messages") or [] if isinstance(each, dict)]
            cursor = (response.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return messages

    async def permalink(self, workspace_id: str, channel: str, ts: str) -> str | None:
        """The message's own address; `None` when Slack gives none."""
        response = await self.call(
            workspace_id, lambda client: client.chat_getPermalink(channel=channel, message_ts=ts)
        )
        return response.get("permalink")

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        """What Slack says of a person at this moment."""
        response = await self.call(workspace_id, lambda client: client.users_info(user=user_id))
        try:
            return profile_of({"user": response.get("user")})
        except Malformed:
            raise Unreachable("user_not_found") from None

    async def open_dm(self, workspace_id: str, user_id: str) -> str:
        """The id of the direct message with this person."""
        response = await self.call(workspace_id, lambda client: client.conversations_open(users=[user_id]))
        channel: str = response["channel"]["id"]
        return channel

    async def find_marked(
        self, workspace_id: str, channel: str, metadata: Mapping[str, Any], since: datetime, thread_ts: str | None
    ) -> str | None:
        """The timestamp of the bot's message in this channel, or thread of it, that carries this metadata."""
        # Slack's clock and ours need not agree to the second.
        where: dict[str, Any] = {"channel": channel, "oldest": f"{(since - _CLOCKS_APART).timestamp():.6f}"}
        if thread_ts:
            where["ts"] = thread_ts
        cursor: str | None = None
        for _ in range(_MARKED_PAGES):
            asked = {**where, "limit": 200, "include_all_metadata": True, "cursor": cursor}
            response = await self.call(
                workspace_id,
                lambda client, asked=asked: (  # type: ignore[misc]
                    client.conversations_replies(**asked) if thread_ts else client.conversations_history(**asked)
                ),
            )
            for message in response.get("messages") or []:
                marked = message.get("metadata") or {}
                if marked.get("event_payload") == metadata["event_payload"]:
                    return str(message["ts"])
            cursor = (response.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        return None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
            self._clients.clear()


async def _translating(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    try:
        return await call
    except Exception as error:
        ours = translated(error)
        if ours is None:
            raise
        raise ours from error
