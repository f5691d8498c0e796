"""Plans, check-ins, what was asked and what was answered."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import EvidenceJson, EvidenceText


def _of_a_member() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "user_id"], ["members.workspace_id", "members.user_id"], ondelete="CASCADE"
    )


class PlanRow(Base):
    """How one person wants to be asked. `period` and `due_at` are their next turn, empty when there is none.

    `days` holds a bit for each weekday, Monday lowest.
    """

    __tablename__ = "checkin_plans"
    __table_args__ = (Index(None, "due_at"), _of_a_member())

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_on: Mapped[bool]
    cadence: Mapped[str] = mapped_column(String(16))
    day: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[time] = mapped_column(Time)
    hours_start: Mapped[time] = mapped_column(Time)
    hours_end: Mapped[time] = mapped_column(Time)
    days: Mapped[int] = mapped_column(SmallInteger)
    anchor: Mapped[date]
    zone: Mapped[str | None] = mapped_column(String(64))
    period: Mapped[str | None] = mapped_column(String(16))
    due_at: Mapped[datetime | None]
    last_period: Mapped[str | None] = mapped_column(String(16))
    paused_until: Mapped[date | None]
    is_awaited: Mapped[bool]
    unanswered: Mapped[int] = mapped_column(SmallInteger)
    steps_back: Mapped[int] = mapped_column(SmallInteger)
    focus: Mapped[str | None] = mapped_column(String(32))


class CheckinRow(Base):
    """One check-in with one person. The database itself sees to it that a period has only one."""

    __tablename__ = "checkins"
    __table_args__ = (
        UniqueConstraint("workspace_id", "user_id", "period"),
        Index(None, "workspace_id", "user_id", "created_at"),
        Index(None, "workspace_id", "channel", "ts"),
        Index(None, "remind_at"),
        _of_a_member(),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str | None] = mapped_column(String(64))
    questions: Mapped[list[dict[str, Any]]] = mapped_column(EvidenceJson)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    remind_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(SmallInteger)
    stepped_back_to: Mapped[str | None] = mapped_column(String(16))
    is_last: Mapped[bool]


class AnswerRow(Base):
    """What a person said to a check-in; gone with the entry it became when that is deleted."""

    __tablename__ = "checkin_answers"
    __table_args__ = (Index(None, "checkin_id"), Index(None, "workspace_id", "user_id", "ts"), _of_a_member())

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    checkin_id: Mapped[str] = mapped_column(ForeignKey("checkins.id", ondelete="CASCADE"))
    number: Mapped[int | None] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(EvidenceText)
    entry_id: Mapped[str | None] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    ts: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AskedRow(Base):
    """The last day on which a question was asked, a thing followed up, or a dimension asked about."""

    __tablename__ = "checkin_asked"
    __table_args__ = (_of_a_member(),)

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sort: Mapped[str] = mapped_column(String(16), primary_key=True)
    what: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_on: Mapped[date]
