"""Queries on check-ins, on what was answered to them, and on what was asked before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from bot.domain.checkins import ANSWERABLE, Answer, Asked, Checkin, CheckinState
from storage.models.base import table_of
from storage.models.checkins import AnswerRow, AskedRow, CheckinRow
from storage.repositories.base import CrossWorkspaceRepository, WorkspaceRepository, insert_or_change, insert_or_leave
from storage.repositories.choosing import AskedSort

_CHECKINS = table_of(CheckinRow)
#: Asked for with every direct message, so put together once and past the mapping.
_LATEST = (
    select(_CHECKINS)
    .where(
        _CHECKINS.c.workspace_id == bindparam("workspace_id"),
        _CHECKINS.c.user_id == bindparam("user_id"),
        _CHECKINS.c.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(_CHECKINS.c.created_at.desc(), _CHECKINS.c.id.desc())
    .limit(1)
)


class Checkins(WorkspaceRepository):
    """The check-ins of one workspace."""

    async def get(self, user_id: str, checkin_id: str) -> Checkin | None:
        """This person's check-in with this id."""
        query = select(CheckinRow).where(*self._of(user_id), CheckinRow.id == checkin_id)
        row = await self._session.scalar(self._held(query, CheckinRow))
        return _checkin(row) if row else None

    async def in_period(self, user_id: str, period: str) -> Checkin | None:
        """This person's check-in of this period."""
        row = await self._session.scalar(select(CheckinRow).where(*self._of(user_id), CheckinRow.period == period))
        return _checkin(row) if row else None

    async def at(self, user_id: str, channel: str, ts: str) -> Checkin | None:
        """The check-in that stands in this message of the person's DM."""
        row = await self._session.scalar(
            select(CheckinRow).where(*self._of(user_id), CheckinRow.channel == channel, CheckinRow.ts == ts)
        )
        return _checkin(row) if row else None

    async def latest(self, user_id: str, *, states: Sequence[CheckinState] = tuple(ANSWERABLE)) -> Checkin | None:
        """The person's latest check-in in one of these states."""
        theirs = {"workspace_id": self._workspace_id, "user_id": user_id, "states": list(states)}
        row = (await self._session.execute(_LATEST, theirs)).one_or_none()
        return _checkin(row) if row else None

    async def periods(self, user_id: str, since: str) -> Sequence[str]:
        """The periods from this one on that have a check-in."""
        rows = await self._session.scalars(
            select(CheckinRow.period).where(*self._of(user_id), CheckinRow.period >= since)
        )
        return list(rows)

    async def list(self, user_id: str, limit: int | None = None) -> Sequence[Checkin]:
        """The person's check-ins, the latest first."""
        rows = await self._session.scalars(
            select(CheckinRow)
            .where(*self._of(user_id))
            .order_by(CheckinRow.created_at.desc(), CheckinRow.id.desc())
            .limit(limit)
        )
        return [_checkin(row) for row in rows]

    async def add(self, checkin: Checkin) -> bool:
        """Store a new check-in; False when its period has one already."""
        result = await self._session.execute(insert_or_leave(self._session, CheckinRow), _columns(checkin))
        return bool(result.rowcount)  # type: ignore[attr-defined]

    async def save(self, checkin: Checkin) -> None:
        """Store a changed check-in."""
        row = await self._session.scalar(
            select(CheckinRow).where(*self._of(checkin.user_id), CheckinRow.id == checkin.id)
        )
        if row is None:
            raise LookupError(checkin.id)
        for name, value in _columns(checkin).items():
            setattr(row, name, value)
        await self._session.flush()

    def _of(self, user_id: str) -> tuple[Any, ...]:
        return CheckinRow.workspace_id == self._workspace_id, CheckinRow.user_id == user_id


class DueCheckins(CrossWorkspaceRepository):
    """Check-ins of all workspaces, for the tick."""

    async def add_all(self, checkins: Sequence[Checkin]) -> frozenset[str]:
        """Store new check-ins; the ids of those whose period had none yet."""
        if not checkins:
            return frozenset()
        query = insert_or_leave(self._session, CheckinRow).returning(CheckinRow.id)
        rows = await self._session.scalars(query, [_columns(checkin) for checkin in checkins])
        return frozenset(rows)

    async def take_reminders(self, now: datetime, limit: int) -> Sequence[Checkin]:
        """Snoozed check-ins whose moment has come, this transaction's until it ends."""
        rows = await self._session.scalars(
            select(CheckinRow)
            .where(CheckinRow.remind_at <= now)
            .order_by(CheckinRow.remind_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        taken = []
        for row in rows:
            row.remind_at = None
            row.reminders += 1
            taken.append(_checkin(row))
        await self._session.flush()
        return taken


class Answers(WorkspaceRepository):
    """What people said to their check-ins."""

    async def list(self, user_id: str, checkin_id: str) -> Sequence[Answer]:
        """The answers to one check-in, in the order they came."""
        rows = await self._session.scalars(
            select(AnswerRow)
            .where(*self._of(user_id), AnswerRow.checkin_id == checkin_id)
            .order_by(AnswerRow.created_at, AnswerRow.id)
        )
        return [Answer.model_validate(row) for row in rows]

    async def get(self, user_id: str, answer_id: str) -> Answer | None:
        """This person's answer with this id."""
        row = await self._session.scalar(select(AnswerRow).where(*self._of(user_id), AnswerRow.id == answer_id))
        return Answer.model_validate(row) if row else None

    async def typed_at(self, user_id: str, ts: str) -> Sequence[Answer]:
        """The answers that stand in this message of the person's DM."""
        rows = await self._session.scalars(
            select(AnswerRow).where(*self._of(user_id), AnswerRow.ts == ts).order_by(AnswerRow.id)
        )
        return [Answer.model_validate(row) for row in rows]

    async def put(self, answer: Answer) -> None:
        """Store an answer, new or changed."""
        changing = ("number", "text", "entry_id", "updated_at")
        await self._put(AnswerRow, answer.model_dump(), changing)

    async def delete(self, user_id: str, answer_id: str) -> None:
        """Remove an answer for good."""
        await self._session.execute(delete(AnswerRow).where(*self._of(user_id), AnswerRow.id == answer_id))

    def _of(self, user_id: str) -> tuple[Any, ...]:
        return AnswerRow.workspace_id == self._workspace_id, AnswerRow.user_id == user_id


class AskedBefore(WorkspaceRepository):
    """When each question, thing and dimension was last asked about; `Choosing` reads it."""

    async def note(self, user_id: str, questions: Sequence[Asked], today: date) -> None:
        """Remember that these were asked today."""
        asked = {(AskedSort.QUESTION, each.choice.question_id) for each in questions}
        asked |= {(AskedSort.ABOUT, each.choice.about_id) for each in questions if each.choice.about_id}
        asked |= {(AskedSort.DIMENSION, each.choice.dimension) for each in questions if each.choice.dimension}
        if not asked:
            return
        key = {"workspace_id": self._workspace_id, "user_id": user_id, "last_on": today}
        rows = [key | {"sort": sort, "what": what} for sort, what in sorted(asked)]
        await self._session.execute(insert_or_change(self._session, AskedRow, ["last_on"]), rows)


def _columns(checkin: Checkin) -> dict[str, Any]:
    columns = checkin.model_dump(exclude={"questions"})
    return columns | {"questions": [asked.model_dump(mode="json") for asked in checkin.questions]}


def _checkin(row: CheckinRow | Row[Any]) -> Checkin:
    columns = {name: getattr(row, name) for name in Checkin.model_fields if name != "questions"}
    return Checkin(**columns, questions=tuple(Asked.model_validate(each) for each in row.questions))
