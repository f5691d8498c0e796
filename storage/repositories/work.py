"""Queries on stored work that several workers share; the inbox and the outbox say what is theirs alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Executable, Table, and_, bindparam, delete, exists, or_, select, update

from bot.domain.retry import WorkState
from storage.models.base import table_of
from storage.models.work import WorkRow
from storage.repositories.base import CrossWorkspaceRepository

#: So many candidates are looked at for each piece wanted, so that one workspace's crowd doesn't hide the others.
_WIDER = 4


class WorkItem(Protocol):
    """A piece of stored work, as it was claimed."""

    @property
    def id(self) -> int: ...
    @property
    def workspace_id(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def failures(self) -> int: ...
    @property
    def due_at(self) -> AwareDatetime: ...


Item = TypeVar("Item", bound=WorkItem)


class Work(CrossWorkspaceRepository, Generic[Item]):
    """Work of all workspaces. Pieces in the same line are worked one after the other."""

    #: The table, and the values that its rows become.
    row: ClassVar[type[WorkRow]]
    item: type[Item]
    #: The column's name that says which line a piece stands in.
    line: ClassVar[str]
    #: Whether a piece that must wait for a later moment holds up those behind it.
    waits_for_retries: ClassVar[bool]
    #: What is taken back from a piece that is handed back unfinished.
    handed_back: ClassVar[Mapping[str, Any]]
    #: How many tries a given-up piece has behind it when it is replayed.
    replayed_after: ClassVar[int] = 0
    #: What else is set on a piece that is done.
    finished: ClassVar[Mapping[str, Any]] = {}
    _statements: ClassVar[_Statements]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._statements = _statements_of(cls)

    async def has_due(self, now: datetime, *, without: Collection[str] = ()) -> bool:
        """Whether anything can be taken; asked without the lock that taking needs."""
        query = self._statements.has_due
        return await self._session.scalar(query, {"now": now, "without": list(without)}) is not None

    async def claim(
        self, now: datetime, *, limit: int, lease: timedelta, each: int, without: Collection[str] = ()
    ) -> Sequence[Item]:
        """Take due pieces for the length of a lease: the oldest of each line, of each workspace at most `each`.

        `without` names workspaces of which nothing is taken. Another worker may take a piece again when its lease
        has run out unreported.
        """
        statements = self._statements
        looked_at = {"now": now, "without": list(without), "most": limit * _WIDER}
        chosen, taken = list[int](), Counter[str]()
        for item_id, workspace_id in await self._session.execute(statements.free, looked_at):
            if len(chosen) < limit and taken[workspace_id] < each:
                chosen.append(item_id)
                taken[workspace_id] += 1
        if not chosen:
            return []
        rows = await self._session.execute(statements.take, {"chosen": chosen, "until": now + lease})
        return sorted((self.item.model_validate(row) for row in rows), key=lambda item: item.id)  # type: ignore[attr-defined]

    async def hold(self, item_ids: Collection[int], until: datetime) -> None:
        """Those of these that still wait are held until then."""
        await self._change(self._among(item_ids), claimed_until=until)

    async def hand_back(self, item_ids: Collection[int]) -> None:
        """Whoever asks next may take these."""
        await self._change(self._among(item_ids), claimed_until=None, **self.handed_back)

    async def done(self, item_ids: Collection[int], now: datetime) -> None:
        """These are done, and remembered so that nothing is done twice."""
        await self._session.execute(self._statements.done, {"chosen": list(item_ids), "now": now})

    async def later(self, item: Item, due_at: datetime, reason: str) -> None:
        """It failed and is to be tried again."""
        failed = {"failure": reason[:500], "failures": self.row.failures + 1}
        await self._change(self._held_as(item), due_at=due_at, claimed_until=None, **failed)

    async def postpone(self, item: Item, due_at: datetime) -> None:
        """It has its moment later; taking it up now was no try."""
        attempts = self.row.attempts - 1
        await self._change(self._held_as(item), due_at=due_at, claimed_until=None, attempts=attempts)

    async def dead(self, item: Item, now: datetime, reason: str) -> None:
        """It is given up; it stays, so that it can be replayed."""
        dead = {"state": WorkState.DEAD, "done_at": now, "claimed_until": None, "failure": reason[:500]}
        await self._change(self._held_as(item), **dead)

    async def replay(self, item_id: int, now: datetime) -> bool:
        """Put a given-up piece back to work. False when there is none of this number."""
        given_up = and_(self.row.id == item_id, self.row.state == WorkState.DEAD)
        return bool(
            await self._change(
                given_up,
                state=WorkState.WAITING,
                attempts=self.replayed_after,
                failures=0,
                due_at=now,
                done_at=None,
                failure=None,
            )
        )

    async def list(self, state: WorkState, limit: int = 100) -> Sequence[Item]:
        """Pieces in this state, oldest first."""
        query = select(self.row).where(self.row.state == state).order_by(self.row.id).limit(limit)
        return [self.item.model_validate(row) for row in await self._session.scalars(query)]  # type: ignore[attr-defined]

    async def prune(self, *, done_before: datetime, dead_before: datetime) -> int:
        """Remove pieces done, and pieces given up, before then; how many they were."""
        done = and_(self.row.state == WorkState.DONE, self.row.done_at < done_before)
        dead = and_(self.row.state == WorkState.DEAD, self.row.done_at < dead_before)
        result = await self._session.execute(delete(self.row).where(or_(done, dead)))
        return int(result.rowcount)  # type: ignore[attr-defined]

    def _among(self, item_ids: Collection[int]) -> ColumnElement[bool]:
        return and_(self.row.id.in_(item_ids), self.row.state == WorkState.WAITING)

    def _held_as(self, item: Item) -> ColumnElement[bool]:
        # Only while it is this worker's: one that was too long away has lost it to another.
        return and_(self.row.id == item.id, self.row.state == WorkState.WAITING, self.row.attempts == item.attempts)

    async def _change(self, which: ColumnElement[bool], **values: object) -> int:
        changed = update(self.row).where(which).values(**values).execution_options(synchronize_session=False)
        return int((await self._session.execute(changed)).rowcount)  # type: ignore[attr-defined]


class _Statements(NamedTuple):
    """What is asked for each piece of work. Putting a statement together anew costs more than running it."""

    has_due: Executable
    free: Executable
    take: Executable
    done: Executable


def _statements_of(work: type[Work[Any]]) -> _Statements:
    # Columns of the table, not of the mapping: the mapping would have its say in each of these.
    table = table_of(work.row)
    row, now = table.c, bindparam("now", type_=table.c.due_at.type)
    due = (
        row.state == WorkState.WAITING,
        row.due_at <= now,
        or_(row.claimed_until.is_(None), row.claimed_until <= now),
        row.workspace_id.not_in(bindparam("without", expanding=True)),
    )
    chosen = row.id.in_(bindparam("chosen", expanding=True))
    done = {"state": WorkState.DONE, "done_at": now, "claimed_until": None, "failure": None}
    return _Statements(
        has_due=select(row.id).where(*due).limit(1),
        free=select(row.id, row.workspace_id)
        .where(*due, ~_stands_behind(work, table, now))
        .order_by(row.due_at, row.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True),
        take=update(table)
        .where(chosen)
        .values(claimed_until=bindparam("until"), attempts=row.attempts + 1)
        .returning(*row),
        done=update(table).where(chosen, row.state == WorkState.WAITING).values(**done, **work.finished),
    )


def _stands_behind(work: type[Work[Any]], table: Table, now: ColumnElement[datetime]) -> ColumnElement[bool]:
    ahead = table.alias().c
    conditions = [
        ahead[work.line] == table.c[work.line],
        ahead.state == WorkState.WAITING,
        ahead.id < table.c.id,
    ]
    if not work.waits_for_retries:
        conditions.append(ahead.due_at <= now)
    return exists().where(*conditions)
