"""A person's rights over what the bot holds of them: see it, take it away, have it gone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from bot.domain.audit import Trace
from bot.domain.ports import Clock
from bot.domain.threads import ThreadWords
from bot.services.keeping import without_quotes
from storage.unit_of_work import Storage

#: What stands in others' words where a person was who had their data deleted.
STAND_IN = "someone"
#: How many lines the audit list shows.
AUDIT_LINES = 40
#: So many old entries are looked for at a time.
FORGOTTEN_AT_ONCE = 200

#: Lets go of what is held of a person in memory.
LetGo = Callable[[str, str], Awaitable[None]]


class PrivacyService:
    """Deletes, exports and lists everything the bot holds of one person."""

    def __init__(
        self, storage: Storage, clock: Clock, words: ThreadWords, let_go: Sequence[LetGo] = (), kept_days: int = 0
    ) -> None:
        """Entries go so many days after their last change; 0 leaves that to their owners."""
        self._storage, self._clock, self._words, self._let_go = storage, clock, words, let_go
        self.kept_days = kept_days

    async def forget_old(self) -> int:
        """Delete the entries whose time is over; how many they were."""
        if not self.kept_days:
            return 0
        forgotten = 0
        while old := await self._old():
            for workspace_id, theirs in groupby(old, key=itemgetter(0)):
                async with self._storage.work(workspace_id, takes_long=True) as work:
                    for _, user_id, entry_id in theirs:
                        await work.entries.delete(user_id, entry_id)
                    await work.layers.forget_incomplete()
                    await work.commit()
            forgotten += len(old)
        return forgotten

    async def _old(self) -> Sequence[tuple[str, str, str]]:
        since = self._clock.now() - timedelta(days=self.kept_days)
        async with self._storage.machinery_reading() as machinery:
            return await machinery.removal.unchanged_entries(since, FORGOTTEN_AT_ONCE)

    async def audit(self, workspace_id: str, user_id: str) -> Sequence[Trace]:
        """Who confirmed, credited or was shown something of this person's, newest first."""
        async with self._storage.reading(workspace_id) as work:
            return await work.audit.of(user_id, AUDIT_LINES)

    async def everything(self, workspace_id: str, user_id: str) -> str:
        """All that is held of this person, table by table, as JSON. Tokens and keys of shares are no part of it."""
        async with self._storage.reading(workspace_id) as work:
            found = await work.traces.everything(user_id)
        told = {
            "exported_at": self._clock.now(),
            "workspace_id": workspace_id,
            "user_id": user_id,
            "held": {
                table: [
                    {name: value for name, value in row.items() if name not in ("vector", "key_digest")} for row in rows
                ]
                for table, rows in found.items()
            },
        }
        return json.dumps(told, ensure_ascii=False, indent=2, default=_plain)

    async def delete_everything(self, workspace_id: str, user_id: str) -> None:
        """Remove every trace of this person, for good, also of what is just being done for them.

        Their own rows go. In others' entries their quotes, confirmations and relations go, and "someone"
        stands where they were mentioned; the rest of those entries is others' own and stays. What Slack
        itself keeps of the conversation is Slack's.
        """
        async with self._storage.machinery() as machinery:
            await machinery.installations.forget_installer(workspace_id, user_id)
            await machinery.commit()
        async with self._storage.reading(workspace_id) as work:
            member = await work.members.get(user_id)
            name = member.name if member else ""
            theirs, named = await work.traces.work_of(user_id), await work.traces.naming(user_id, name)
        async with self._storage.removing(workspace_id) as work:
            await work.traces.take_away(user_id, theirs)
            for entry in await work.traces.quoting(user_id):
                mine = [quote for quote in entry.quotes if quote.author == user_id]
                await work.traces.save_others(without_quotes(entry, mine, self._words))
            await work.traces.forget(user_id, name, STAND_IN, named)
            await work.layers.forget_incomplete()
            await work.commit()
        for let_go in self._let_go:
            await let_go(workspace_id, user_id)

    async def sweep(self) -> None:
        """Have SQLite let go of the words of those who had everything deleted, if that is still to be done."""
        async with self._storage.machinery_reading() as machinery:
            more = wanted = await machinery.sweeping.wanted()
        first = True
        # In steps, because the index is everybody's, and nobody can store anything while one goes on.
        while more:
            async with self._storage.machinery(takes_long=True) as machinery:
                more = await machinery.sweeping.sweep_some(first=first)
                await machinery.commit()
            first = False
        # As long as somebody reads in the log it stays, until the next time.
        if wanted and await self._storage.empty_log():
            async with self._storage.machinery() as machinery:
                await machinery.sweeping.swept(wanted)
                await machinery.commit()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else str(value)
