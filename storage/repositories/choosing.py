"""All that choosing a person's questions depends on, in one query that looks at indexes instead of entries.

The statement is built once: putting it together again for each person cost as much as running it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    SmallInteger,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from bot.domain.bets import BetState
from bot.domain.evidence import EntryStatus
from bot.domain.gaps import Standing
from bot.domain.questions import FOLLOW_UP_FROM, FOLLOW_UP_UNTIL, REST, Matter, Open, Record
from bot.domain.tagging import DIMENSIONS_OF, EVIDENCE_KINDS, Dimension, Kind
from storage.models.bets import BetRow
from storage.models.checkins import AskedRow
from storage.models.entries import SAYS_OUTCOME, ConfirmationRow, EntryRow
from storage.repositories.base import WorkspaceRepository
from storage.repositories.standings import SAID_YES
from storage.types import dimensions_in

#: So many of each matter are looked at; one is followed up.
_FEW, _ENTRIES = 5, 20
_KEPT, _STRONG = "kept", "strong"
_MULTIPLYING = tuple(kind for kind in Kind if DIMENSIONS_OF[kind])


class AskedSort(StrEnum):
    """What `checkin_asked` remembers the last day of."""

    QUESTION = "question"
    ABOUT = "about"
    DIMENSION = "dimension"


class Choosing(WorkspaceRepository):
    """A person's record, as far as the choice of their questions depends on it."""

    async def record(self, user_id: str, today: date, *, level: str, focus: Dimension | None) -> Record:
        """Where they stand, what can be followed up, and what they were asked before."""
        days = {
            "today": today,
            "rested": today - REST,
            "since": today - FOLLOW_UP_UNTIL,
            "until": today - FOLLOW_UP_FROM,
        }
        mine = {"workspace": self._workspace_id, "user": user_id}
        rows = (await self._session.execute(EVERYTHING, mine | days)).all()
        found: dict[str, list[tuple[str, date]]] = {sort: [] for sort in (*Matter, *AskedSort)}
        groups: list[tuple[str, int, date, int]] = []
        for sort, what, day, number in sorted(rows, key=lambda row: row[3]):
            if sort in found:
                found[sort].append((what, day))
            else:
                groups.append((sort, int(what), day, number))
        return Record(
            user_id=user_id,
            level=level,
            standings=_standings(groups),
            focus=focus,
            asked=dict(found[AskedSort.QUESTION]),
            followed_up=dict(found[AskedSort.ABOUT]),
            asked_about={Dimension(what): day for what, day in found[AskedSort.DIMENSION]},
            open={matter: tuple(Open(id=what, on=day) for what, day in found[matter]) for matter in Matter},
        )


def _standings(groups: Sequence[tuple[str, int, date, int]]) -> tuple[Standing, ...]:
    """The standings without `best`, which the choice doesn't look at."""
    counts = {sort: dict.fromkeys(Dimension, 0) for sort in (_KEPT, _STRONG)}
    last: dict[Dimension, date] = {}
    for sort, bits, last_on, count in groups:
        for dimension in dimensions_in(bits):
            counts[sort][dimension] += count
            last[dimension] = max(last_on, last.get(dimension, last_on))
    return tuple(
        Standing(dimension=each, count=counts[_KEPT][each], strong=counts[_STRONG][each], last_on=last.get(each))
        for each in Dimension
    )


def _of(row: type[EntryRow | BetRow | AskedRow]) -> tuple[Any, ...]:
    return row.workspace_id == bindparam("workspace"), row.user_id == bindparam("user")


def _open(sort: Matter, what: Any, day: Any, order: Sequence[Any], where: Sequence[Any], limit: int) -> Select[Any]:
    """The first few of a matter, numbered in their order."""
    few = select(what.label("what"), day.label("day")).where(*where).order_by(*order).limit(limit).subquery()
    number: Any = func.row_number().over()
    found: Select[Any] = select(literal_column(f"'{sort}'"), few.c.what, few.c.day, number)
    return found


def _bets() -> Select[Any]:
    return _open(
        Matter.BET,
        BetRow.id,
        BetRow.made_on,
        (BetRow.look_again_on, BetRow.id),
        (
            *_of(BetRow),
            BetRow.asks,
            BetRow.state == BetState.OPEN,
            BetRow.look_again_on <= bindparam("today"),
            or_(
                BetRow.asked_on.is_(None),
                BetRow.asked_on < BetRow.look_again_on,
                BetRow.asked_on <= bindparam("rested"),
            ),
        ),
        _FEW,
    )


def _everything() -> CompoundSelect[Any]:
    drafts = _open(
        Matter.DRAFT,
        EntryRow.id,
        EntryRow.occurred_on,
        (EntryRow.occurred_on, EntryRow.id),
        (*_of(EntryRow), EntryRow.status == EntryStatus.DRAFT),
        _FEW,
    )
    entries = _open(
        Matter.ENTRY,
        EntryRow.id,
        EntryRow.occurred_on,
        (EntryRow.occurred_on.desc(), EntryRow.id),
        (
            *_of(EntryRow),
            EntryRow.status == EntryStatus.KEPT,
            EntryRow.kind.in_(_MULTIPLYING),
            func.coalesce(EntryRow.outcome, "") == "",
            EntryRow.occurred_on >= bindparam("since"),
            EntryRow.occurred_on < bindparam("until"),
        ),
        _ENTRIES,
    )
    asked: Any = select(AskedRow.sort, AskedRow.what, AskedRow.last_on, literal_column("0")).where(*_of(AskedRow))
    return union_all(_bets(), drafts, entries, asked, *_groups())


def _groups() -> tuple[Select[Any], ...]:
    """Kept entries by their dimensions; which of them are strong; and which are so by another's word alone."""
    kept = (*_of(EntryRow), EntryRow.status == EntryStatus.KEPT, EntryRow.kind.in_(EVIDENCE_KINDS))
    said_yes = exists().where(ConfirmationRow.entry_id == EntryRow.id, ConfirmationRow.state.in_(SAID_YES))
    confirmed = select(EntryRow.id).where(*kept, said_yes).correlate(None)
    bits = cast(type_coerce(EntryRow.dimensions, SmallInteger), String)

    def group(sort: str, *where: Any) -> Select[Any]:
        found: Any = select(literal_column(f"'{sort}'"), bits, func.max(EntryRow.occurred_on), func.count())
        grouped: Select[Any] = found.where(*where).group_by(EntryRow.dimensions)
        return grouped

    return (
        group(_KEPT, *kept),
        group(_STRONG, *kept, SAYS_OUTCOME),
        group(_STRONG, EntryRow.id.in_(confirmed), text(f"coalesce(NOT {SAYS_OUTCOME.text}, true)")),
    )


EVERYTHING = _everything()
