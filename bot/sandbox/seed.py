"""The workspace of ``multiplier sandbox``: ``seed.yaml``, dated over the last working days before a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.spec import ChannelSpec, MessageReplySpec, MessageSpec, PersonSpec, WorkspaceSpec

_SATURDAY = 5


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Show(_Part):
    """Where a hint takes one: as whom, to which channel, thread (how its first message begins) or Home."""

    person: str
    channel: str | None = None
    thread: str | None = None
    type: str | None = None
    home: bool = False


class Done(_Part):
    """The act after which a hint is done; ``do`` is one of ``act``'s of ``bot.sandbox.control``."""

    do: Literal["command", "react", "fill_and_submit", "open_home"]
    command: str | None = None
    emoji: str | None = None


class Hint(_Part):
    """One step that the page suggests. ``words`` is ``mrkdwn``."""

    title: str
    words: str
    show: Show
    done: Done


class Seed(_Part):
    """A workspace, and what to try in it."""

    workspace: WorkspaceSpec
    hints: list[Hint]


class _Reply(_Part):
    author: str
    after: Annotated[int, Field(gt=0)]
    text: str
    reactions: dict[str, list[str]] = {}


class _Thread(_Part):
    channel: str
    author: str
    days: Annotated[int, Field(gt=0)]
    at: time
    text: str
    reactions: dict[str, list[str]] = {}
    replies: list[_Reply] = []


class _Workspace(_Part):
    name: str
    domain: str
    people: list[PersonSpec]
    channels: list[ChannelSpec]


class _File(_Part):
    workspace: _Workspace
    messages: list[_Thread]
    hints: list[Hint]


def load_seed(now: datetime) -> Seed:
    """The seed as of ``now`` (aware); everything in it was said before that, and ids repeat within one day."""
    content: Any = yaml.safe_load(files("bot.sandbox").joinpath("seed.yaml").read_text("utf-8"))
    read = _File.model_validate(content)
    threads = sorted((_dated(thread, now) for thread in read.messages), key=lambda one: one.at or now)
    workspace = WorkspaceSpec(**dict(read.workspace), messages=threads)
    return Seed(workspace=workspace, hints=read.hints)


def _dated(thread: _Thread, now: datetime) -> MessageSpec:
    moment = datetime.combine(_working_days_before(now.astimezone(UTC).date(), thread.days), thread.at, UTC)
    first, replies = moment, []
    for reply in thread.replies:
        moment = _on_working_day(moment + timedelta(minutes=reply.after))
        if moment < now:
            replies.append(MessageReplySpec(**reply.model_dump(exclude={"after"}), at=moment))
    opening = thread.model_dump(include={"channel", "author", "text", "reactions"})
    return MessageSpec(**opening, at=first, replies=replies)


def _on_working_day(moment: datetime) -> datetime:
    while moment.weekday() >= _SATURDAY:
        moment += timedelta(days=1)
    return moment


def _working_days_before(day: date, count: int) -> date:
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day
