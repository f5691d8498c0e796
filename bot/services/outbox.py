"""Sending what must reach Slack: one message a second in each lane, no workspace waiting for another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import NotFound, Postponed, TryLater, Unreachable
from bot.domain.outgoing import OutboxItem, Outgoing
from bot.domain.ports import Clock, Postman
from bot.domain.retry import RetryPolicy, WorkState
from bot.services.inbox import reason_of
from storage.unit_of_work import Storage

_log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
#: Sent messages are remembered this long, so that the same thing is not said again.
REMEMBERED = timedelta(days=30)
BATCH = 50
#: So many messages of one workspace are under way side by side; Slack takes a few a second.
AT_ONCE = 5
#: What `TryLater` says when Slack asked for patience with its `Retry-After`.
RATE_LIMITED = "ratelimited"


class OutboxService:
    """Sends stored messages in the background."""

    def __init__(self, storage: Storage, clock: Clock, policy: RetryPolicy | None = None) -> None:
        self._storage, self._clock = storage, clock
        self._policy = policy or RetryPolicy()
        self._postman: Postman | None = None
        self._resting: dict[str, datetime] = {}
        self.left = asyncio.Event()

    def deliver_with(self, postman: Postman) -> None:
        """Say who brings the messages to Slack."""
        self._postman = postman

    async def leave(self, workspace_id: str, user_id: str, message: Outgoing, *, once_key: str) -> None:
        """Have this person told something, once for this key."""
        async with self._storage.work(workspace_id) as work:
            await work.post.add(user_id, message, once_key=once_key, now=self._clock.now())
            await work.commit()
        self.left.set()

    async def work_once(self) -> int:
        """Send what is due now, lanes side by side; how many messages were taken."""
        now = self._clock.now()
        self._resting = {workspace: until for workspace, until in self._resting.items() if until > now}
        async with self._storage.machinery() as work:
            items = await work.outbox.claim(now, limit=BATCH, lease=LEASE, resting=tuple(self._resting))
            await work.commit()
        lines: dict[str, asyncio.Semaphore] = {}
        for item in items:
            lines.setdefault(item.workspace_id, asyncio.Semaphore(AT_ONCE))
        await asyncio.gather(*(self._send_in_line(item, lines[item.workspace_id]) for item in items))
        held_back = [item for item in items if item.workspace_id in self._resting]
        await self._hold_back(held_back)
        return len(items)

    async def dead(self) -> Sequence[OutboxItem]:
        """Messages that were given up, with the reason."""
        async with self._storage.machinery_reading() as work:
            return await work.outbox.list(WorkState.DEAD)

    async def replay(self, item_id: int) -> None:
        """Put a given-up message back to work. Raises `NotFound` when there is none with this number."""
        async with self._storage.machinery() as work:
            if not await work.outbox.replay(item_id, self._clock.now()):
                raise NotFound
            await work.commit()

    async def prune(self) -> int:
        """Forget messages sent long enough ago; how many they were."""
        async with self._storage.machinery() as work:
            pruned = await work.outbox.prune(self._clock.now() - REMEMBERED)
            await work.commit()
        return pruned

    async def _send_in_line(self, item: OutboxItem, line: asyncio.Semaphore) -> None:
        async with line:
            if item.workspace_id not in self._resting:
                await self._send(item)

    async def _hold_back(self, items: Sequence[OutboxItem]) -> None:
        """What was taken for a workspace that Slack then asked to wait goes back, until it may go on."""
        if items:
            async with self._storage.machinery() as work:
                for workspace_id in {item.workspace_id for item in items}:
                    ids = [item.id for item in items if item.workspace_id == workspace_id]
                    await work.outbox.hold_back(ids, self._resting[workspace_id])
                await work.commit()

    async def _send(self, item: OutboxItem) -> None:
        if self._postman is None:
            raise RuntimeError("deliver_with was not called")
        try:
            await self._postman.deliver(item)
        except Postponed as later:
            await self._postpone(item, later.until)
            return
        except Exception as error:
            # Whatever went wrong, the message must be kept for another try.
            await self._failed(item, error)
            return
        async with self._storage.machinery() as work:
            await work.outbox.done(item.id, self._clock.now())
            await work.commit()

    async def _postpone(self, item: OutboxItem, until: datetime) -> None:
        async with self._storage.machinery() as work:
            await work.outbox.postpone(item.id, until)
            await work.commit()

    async def _failed(self, item: OutboxItem, error: Exception) -> None:
        reason = reason_of(error)
        now = self._clock.now()
        if isinstance(error, TryLater) and error.reason == RATE_LIMITED:
            # Slack's word, and no failed try: meanwhile this workspace rests, and others go on.
            until = now + timedelta(seconds=max(error.after, 1.0))
            self._resting[item.workspace_id] = until
            return
        wait = None
        if not isinstance(error, (Unreachable, NotFound)):
            asked_for = error.after if isinstance(error, TryLater) else 0.0
            wait = self._policy.wait_after(item.attempts, asked_for)
        _log.warning("message_failed", outbox_id=item.id, attempts=item.attempts, reason=reason)
        async with self._storage.machinery() as work:
            if wait is None:
                await work.outbox.dead(item.id, now, reason)
            else:
                await work.outbox.later(item.id, now + wait, reason)
            await work.commit()
