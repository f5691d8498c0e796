"""A person's whole record, as they take it away and bring it back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pydantic import AwareDatetime, Field, ValidationError

from bot.domain.bets import Bet
from bot.domain.errors import Refused
from bot.domain.evidence import Entry, Value
from bot.domain.ladder import Ladder
from bot.domain.packet import PacketDraft
from bot.domain.projects import Project
from bot.domain.tagging import Kind

#: Raised whenever a reader of an older record would no longer understand a newer one.
RECORD_FORMAT = 2
#: A larger file is refused unread; fifty thousand entries stay well below.
LARGEST_RECORD = 100_000_000


class Correction(Value):
    """The kind its owner gave to an entry's text, for the tagger to learn from."""

    entry_id: str
    text: str
    kind: Kind
    was: Kind
    corrected_at: AwareDatetime


class Record(Value):
    """Everything a person has kept in one workspace: what they export, and what comes back unchanged."""

    format: int = RECORD_FORMAT
    exported_at: AwareDatetime
    workspace_id: str
    user_id: str
    entries: tuple[Entry, ...]
    capture_keys: dict[str, str] = Field(default_factory=dict)
    """What each entry was captured from, by its id, so that nothing is kept twice after coming back."""
    projects: tuple[Project, ...] = ()
    bets: tuple[Bet, ...] = ()
    packets: tuple[PacketDraft, ...] = ()
    corrections: tuple[Correction, ...] = ()
    ladder: Ladder | None = None
    """The career levels the person brought."""
    names: dict[str, str] = Field(default_factory=dict)
    """Display names of the people in it, for reading it outside Slack."""


class Restored(Value):
    """What came of bringing a record back."""

    added: int
    there_already: int


def record_schema() -> dict[str, Any]:
    """The JSON schema of a record."""
    schema = Record.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def read_record(content: bytes) -> Record:
    """The record in a file. Raises `Refused` for anything else, saying where it is wrong."""
    if len(content) > LARGEST_RECORD:
        raise Refused("errors.record_too_large", megabytes=LARGEST_RECORD // 1_000_000)
    try:
        record = Record.model_validate_json(content)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise Refused("errors.not_a_record", place=place, reason=first["msg"]) from None
    if record.format > RECORD_FORMAT:
        raise Refused("errors.record_too_new", format=record.format, known=RECORD_FORMAT)
    _refuse_strangers(record)
    return record


def _refuse_strangers(record: Record) -> None:
    known = {entry.id for entry in record.entries}
    owners: Collection[Value] = (*record.entries, *record.projects, *record.bets, *record.packets)
    for each in owners:
        owner = (getattr(each, "workspace_id", None), getattr(each, "user_id", None))
        if owner != (record.workspace_id, record.user_id):
            raise Refused("errors.not_a_record", place=str(getattr(each, "id", "")), reason="another owner")
    if len(known) != len(record.entries):
        raise Refused("errors.not_a_record", place="entries", reason="an id is there twice")
    for bet in record.bets:
        if bet.entry_id not in known:
            raise Refused("errors.not_a_record", place=bet.id, reason="a bet on no entry")
    for correction in record.corrections:
        if correction.entry_id not in known:
            raise Refused("errors.not_a_record", place=correction.entry_id, reason="a correction of no entry")
