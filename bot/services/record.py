"""Taking a whole record away, and bringing it back."""

from __future__ import annotations

from bot.domain.errors import Refused
from bot.domain.ports import Clock
from bot.domain.record import Record, Restored
from bot.domain.statement import named_in
from storage.unit_of_work import Storage, WorkspaceWork


class RecordService:
    """A person's record as one value, out and in."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def export(self, workspace_id: str, user_id: str) -> Record:
        """Everything the person has kept here, whatever its status."""
        async with self._storage.reading(workspace_id) as work:
            entries = tuple([entry async for entry in work.entries.all(user_id)])
            people = {user for entry in entries for user in named_in(entry)} | {user_id}
            return Record(
                exported_at=self._clock.now(),
                workspace_id=workspace_id,
                user_id=user_id,
                entries=entries,
                capture_keys=dict(await work.entries.keys(user_id)),
                projects=tuple(await work.projects.list(user_id)),
                bets=tuple(await work.bets.list(user_id)),
                packets=tuple(await work.packet_drafts.list(user_id)),
                corrections=tuple(await work.corrections.list(user_id)),
                ladder=await work.ladders.get(user_id),
                names=dict(sorted((await work.members.names(people)).items())),
            )

    async def restore(self, record: Record, workspace_id: str, user_id: str) -> Restored:
        """Bring a record back; what is there already stays as it is.

        Raises `Refused` for a record of someone else or of another workspace: ids of people and
        channels mean nothing there.
        """
        if (record.workspace_id, record.user_id) != (workspace_id, user_id):
            raise Refused("errors.record_of_another")
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            there = await work.entries.keys(user_id)
            taken = set(there.values())
            for project in record.projects:
                await work.projects.put(project)
            added = 0
            for entry in record.entries:
                key = record.capture_keys.get(entry.id, f"record:{entry.id}")
                if entry.id in there or key in taken:
                    continue
                await work.entries.add(entry, key)
                added += 1
            await self._restore_rest(work, record)
            await work.commit()
        return Restored(added=added, there_already=len(record.entries) - added)

    async def _restore_rest(self, work: WorkspaceWork, record: Record) -> None:
        there = await work.entries.keys(record.user_id)
        bets = {bet.id for bet in await work.bets.list(record.user_id)}
        for bet in record.bets:
            if bet.id not in bets and bet.entry_id in there:
                await work.bets.put(bet)
        drafts = {draft.id for draft in await work.packet_drafts.list(record.user_id)}
        for draft in record.packets:
            if draft.id not in drafts:
                await work.packet_drafts.put(draft)
        if record.ladder is not None and await work.ladders.get(record.user_id) is None:
            await work.ladders.put(record.user_id, record.ladder, self._clock.now())
        corrected = {correction.entry_id for correction in await work.corrections.list(record.user_id)}
        for each in record.corrections:
            if each.entry_id not in corrected and each.entry_id in there:
                await work.corrections.put(
                    record.user_id,
                    each.entry_id,
                    text=each.text,
                    kind=each.kind,
                    was=each.was,
                    now=each.corrected_at,
                )
