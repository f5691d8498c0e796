"""`prompts/sample_year.yaml`: a made-up engineer's year, for the sandbox, the examples and the tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.content.yaml_source import YamlSource
from bot.domain.bets import Bet, BetState
from bot.domain.evidence import (
    Confirmation,
    ConfirmationState,
    Entry,
    Link,
    LinkType,
    MyRole,
    PersonInEntry,
    PersonRole,
    Reach,
    Sensitivity,
    Source,
    SourceType,
    TaggedBy,
    Value,
)
from bot.domain.projects import Project
from bot.domain.tagging import DIMENSIONS_OF, Kind

_HANDLE = re.compile(r"@([a-z]+)\b")
#: From a colleague's answer to a later day nobody minds.
_ANSWERED_AFTER = timedelta(days=2)


class SampleYear(Value):
    """What the made-up engineer kept."""

    name: str
    entries: tuple[Entry, ...]
    projects: tuple[Project, ...]
    bets: tuple[Bet, ...]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")
    by: str
    quote: str | None = None


class _Line(BaseModel):
    """One entry as it is written in the file. `day` is month and day."""

    model_config = ConfigDict(extra="forbid")
    key: str | None = None
    day: str
    kind: Kind
    text: str
    outcome: str | None = None
    number: str | None = None
    baseline: str | None = None
    otherwise: str | None = None
    role: MyRole | None = None
    reach: Reach | None = None
    helped: tuple[str, ...] = ()
    witness: tuple[str, ...] = ()
    link: str | None = None
    label: str | None = None
    type: LinkType = LinkType.OTHER
    channel: str | None = None
    source: SourceType = SourceType.COMMAND
    sensitivity: Sensitivity = Sensitivity.PACKET_ONLY
    project: str | None = None
    confirmed: tuple[_Said, ...] = ()


def sample_year(
    workspace_id: str,
    user_id: str,
    *,
    user_of: Callable[[str], str],
    channel_of: Callable[[str], str | None] = lambda name: None,
    last_day: date | None = None,
) -> SampleYear:
    """The year as entries, projects and bets of this person; with `last_day`, moved so that it ends then.

    `user_of` and `channel_of` give Slack's ids for the handles and channel names in the file.
    """
    text = files("prompts").joinpath("sample_year.yaml").read_text("utf-8")
    data = YamlSource(text, "prompts/sample_year.yaml").data
    lines = [_Line.model_validate(each) for each in data["entries"]]
    year = int(data["year"])
    days = [date.fromisoformat(f"{year}-{line.day}") for line in lines]
    shift = last_day - max(days) if last_day else timedelta()
    reader = _Reader(workspace_id, user_id, user_of, channel_of, shift)
    entries = tuple(reader.entry(line, day) for line, day in zip(lines, days, strict=True))
    ids = {line.key: entry for line, entry in zip(lines, entries, strict=True) if line.key}
    return SampleYear(
        name=data["name"],
        entries=entries,
        projects=tuple(reader.project(each, min(days)) for each in data["projects"]),
        bets=tuple(reader.bet(each, ids[each["entry"]]) for each in data["bets"]),
    )


class _Reader:
    def __init__(
        self,
        workspace_id: str,
        user_id: str,
        user_of: Callable[[str], str],
        channel_of: Callable[[str], str | None],
        shift: timedelta,
    ) -> None:
        self._workspace_id, self._user_id = workspace_id, user_id
        self._user_of, self._channel_of, self._shift = user_of, channel_of, shift

    def entry(self, line: _Line, day: date) -> Entry:
        day += self._shift
        at = _moment(day)
        channel = self._channel_of(line.channel) if line.channel else None
        words = {
            name: self._with_ids(value)
            for name in ("text", "outcome", "number", "baseline", "otherwise")
            if (value := getattr(line, name)) is not None
        }
        return Entry(
            id=self._id("ent", f"{line.day} {line.text}"),
            workspace_id=self._workspace_id,
            user_id=self._user_id,
            **words,
            kind=line.kind,
            dimensions=DIMENSIONS_OF[line.kind],
            tagged_by=TaggedBy.PERSON,
            occurred_on=day,
            created_at=at,
            updated_at=at,
            source=Source(type=line.source, channel=channel),
            people=tuple(
                PersonInEntry(user=self._user_of(handle), role=role)
                for role, handles in ((PersonRole.HELPED, line.helped), (PersonRole.WITNESS, line.witness))
                for handle in handles
            ),
            links=(Link(url=line.link, type=line.type, label=line.label),) if line.link else (),
            role=line.role,
            reach=line.reach,
            sensitivity=line.sensitivity,
            project_id=self._id("prj", line.project) if line.project else None,
            confirmations=tuple(self._confirmation(said, at) for said in line.confirmed),
        )

    def project(self, each: Mapping[str, Any], first: date) -> Project:
        return Project(
            id=self._id("prj", each["key"]),
            workspace_id=self._workspace_id,
            user_id=self._user_id,
            name=each["name"],
            problem=each["problem"],
            scope=each["scope"],
            created_at=_moment(first + self._shift),
        )

    def bet(self, each: Mapping[str, Any], entry: Entry) -> Bet:
        settled_on: date | None = each.get("settled")
        held = BetState.HELD if each.get("held") else BetState.FAILED
        return Bet(
            id=self._id("bet", each["entry"]),
            workspace_id=self._workspace_id,
            user_id=self._user_id,
            entry_id=entry.id,
            expects=each["expects"],
            sure=each["sure"],
            made_on=entry.occurred_on,
            look_again_on=each["look"] + self._shift,
            state=held if settled_on else BetState.OPEN,
            asked_on=settled_on + self._shift if settled_on else None,
            settled_on=settled_on + self._shift if settled_on else None,
            what_came=each.get("came"),
            created_at=entry.created_at,
        )

    def _confirmation(self, said: _Said, at: datetime) -> Confirmation:
        state = ConfirmationState.QUOTED if said.quote else ConfirmationState.CONFIRMED
        return Confirmation(by=self._user_of(said.by), state=state, quote=said.quote, at=at + _ANSWERED_AFTER)

    def _with_ids(self, text: str) -> str:
        return _HANDLE.sub(lambda match: f"<@{self._user_of(match[1])}>", text)

    def _id(self, prefix: str, words: str) -> str:
        seed = f"{self._workspace_id} {self._user_id} {words}"
        return f"{prefix}_{hashlib.sha256(seed.encode()).hexdigest()[:32]}"


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(16, 30), UTC)
