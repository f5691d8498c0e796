"""Sharing a snapshot of chosen entries for a while, read-only, behind an address nobody can guess."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.domain.errors import NotFound, Refused
from bot.domain.evidence import Entry, Value
from bot.domain.ids import new_id
from bot.domain.ports import Clock, Press
from bot.domain.shares import LASTS, MOST_SHARED, Share, ShareView, held_of, may_be_shared
from bot.domain.statement import named_in
from bot.services.people import PeopleService
from storage.unit_of_work import Storage


class Shared(Value):
    """A new share with its address, which is told this once."""

    share: Share
    address: str


class AccessLog(Value):
    """How often a share was opened, and the latest times."""

    share: Share
    count: int
    latest: tuple[ShareView, ...]


class ShareService:
    """A person's shares, and the one door through which their readers come."""

    def __init__(
        self, storage: Storage, people: PeopleService, press: Press, clock: Clock, public_url: str | None
    ) -> None:
        """`public_url` is where the bot's HTTP server is reached; without one nothing can be shared."""
        self._storage, self._people, self._press, self._clock = storage, people, press, clock
        self._public_url = (public_url or "").rstrip("/")

    @property
    def is_possible(self) -> bool:
        """Whether the bot has a web address under which a page can be read."""
        return bool(self._public_url)

    async def offered(self, workspace_id: str, user_id: str) -> Sequence[Entry]:
        """The entries their owner marked as shareable, newest first."""
        async with self._storage.reading(workspace_id) as work:
            return [entry for entry in await work.entries.list(user_id) if may_be_shared(entry)]

    async def share(
        self, workspace_id: str, user_id: str, entry_ids: Collection[str], *, title: str, lasts: timedelta
    ) -> Shared:
        """Make a snapshot of these entries. What changes in them later does not change it.

        Raises `Refused` without an HTTP address, without entries, for too many, for one not marked as
        shareable, or for too long a time.
        """
        if not self._public_url:
            raise Refused("share.not_in_this_mode")
        if not entry_ids or len(entry_ids) > MOST_SHARED or not timedelta() < lasts <= LASTS[-1]:
            raise Refused("share.choose_some", most=MOST_SHARED)
        async with self._storage.reading(workspace_id) as work:
            found = await work.search.entries(user_id, list(dict.fromkeys(entry_ids)))
        if len(found) < len(set(entry_ids)) or not all(map(may_be_shared, found)):
            raise Refused("share.not_shareable")
        names = await self._people.names(workspace_id, {user for entry in found for user in named_in(entry)})
        page = await asyncio.to_thread(self._press.shared, title, found, names)
        now, key = self._clock.now(), secrets.token_urlsafe(32)
        share = Share(
            id=new_id("shr", now),
            workspace_id=workspace_id,
            user_id=user_id,
            title=title[:200],
            entry_count=len(found),
            created_at=now,
            expires_at=now + lasts,
        )
        async with self._storage.work(workspace_id) as work:
            await work.shares.add(share, key_digest=_digest(key), page=page, holds=[held_of(entry) for entry in found])
            await work.commit()
        return Shared(share=share, address=f"{self._public_url}/shared/{key}")

    async def list(self, workspace_id: str, user_id: str) -> Sequence[AccessLog]:
        """This person's shares with who opened them when, newest first."""
        async with self._storage.reading(workspace_id) as work:
            logs = []
            for share in await work.shares.list(user_id):
                count, latest = await work.shares.views(user_id, share.id)
                logs.append(AccessLog(share=share, count=count, latest=tuple(latest)))
            return logs

    async def revoke(self, workspace_id: str, user_id: str, share_id: str) -> None:
        """End a share at once; its page is forgotten. Raises `NotFound` when it is not this person's."""
        async with self._storage.work(workspace_id) as work:
            if not await work.shares.revoke(user_id, share_id, self._clock.now()):
                raise NotFound
            await work.commit()

    async def read(self, key: str, agent: str) -> str | None:
        """The page that this key opens now, noted in its owner's log; nothing for any other key.

        A page ends by itself when its owner no longer shares one of its entries, or someone quoted in
        it takes their words back.
        """
        now = self._clock.now()
        async with self._storage.machinery() as work:
            found = await work.open_shares.page(_digest(key), now)
            if found is None:
                await work.commit()
                return None
            share_id, page = found
            await work.open_shares.seen(new_id("view", now), share_id, now, agent)
            await work.commit()
        return page

    async def forget_expired(self) -> None:
        """Empty the pages that have run out."""
        async with self._storage.machinery(takes_long=True) as work:
            await work.open_shares.forget_expired(self._clock.now())
            await work.commit()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
