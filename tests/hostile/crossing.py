"""Everything that a person's request can reach, found by itself, and calls of it with somebody else's ids."""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import json
import types
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from bot.content.ladder import default_ladder
from bot.domain.corroboration import Answer
from bot.domain.errors import BotError
from bot.domain.evidence import Note
from bot.domain.ladder import Ladder
from bot.services import Services
from bot.slack import ids
from bot.slack.metadata import FormMetadata
from storage import row_security
from storage.keyring import Keyring, new_key
from storage.models import Base
from tests.filling import NOW, fill_every_table
from tests.running import RunningBot

MARKER = "saffron-pelican"
#: Services that no person's request reaches with ids of its choice: workers, installing, running the bot.
MACHINERY = {"clock", "inbox", "outbox", "workspaces", "installations", "watching", "asking", "learning"}
#: Methods that take values which the service itself handed out before, or that only the bot calls.
NOT_A_PERSONS = {
    "credits.given_with": "takes a credit that `get` gave to its receiver",
    "credits.reaction_changed": "speaks of a Slack message, not of what is held",
    "keeping.reaction_changed": "speaks of a Slack message, not of what is held",
    "keeping.keep_shown": "speaks of a Slack message, not of what is held",
    "keeping.message_edited": "Slack's word on a message, for everyone's entries",
    "keeping.message_deleted": "Slack's word on a message, for everyone's entries",
    "capture.capture": "creates only; tried through the command",
    "evidence.explain": "takes an entry that `get` gave to its owner",
    "record.restore": "takes a whole record, refused for any other owner; see the record's own tests",
    "people.learn": "Slack's word on a person",
    "people.changed": "Slack's word on a person",
    "people.serve": "gives nothing; says whose request is answered in the rest of the task",
    "people.names": "display names, which everybody in the workspace sees",
    "shares.read": "takes the key of a share, which is its own permission",
    "shares.forget_expired": "housekeeping",
    "privacy.forget_old": "housekeeping",
    "privacy.sweep": "housekeeping",
    "search.embed": "places one's own entries",
    "search.place_some": "housekeeping",
    "answers.take": "takes a check-in that was read for its owner",
    "proposals.close": "housekeeping",
    "packets.print": "takes a packet that was composed for its owner",
}


def methods() -> list[str]:
    """`service.method` for all that a person's request may reach."""
    found = []
    for each in dataclasses.fields(Services):
        if each.name in MACHINERY:
            continue
        service = typing.get_type_hints(Services)[each.name]
        for name, _ in inspect.getmembers(service, inspect.isfunction):
            if not name.startswith("_") and f"{each.name}.{name}" not in NOT_A_PERSONS:
                found.append(f"{each.name}.{name}")
    return found


def filled(annotation: Any, name: str, given: str) -> Any:
    """Something of this type, with the victim's id wherever an id can be."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return filled(next(each for each in inner if each is not type(None)), name, given)
    if annotation is str:
        return given
    if annotation is Ladder:
        return default_ladder()
    if annotation is Note:
        return Note(text="spoilt by somebody else")
    simple: Mapping[Any, Any] = {
        bool: True, int: 1, float: 0.5, date: NOW.date(), datetime: NOW, time: time(9), timedelta: timedelta(days=7),
    }  # fmt: skip
    if annotation in simple:
        return simple[annotation]
    if annotation is Answer:
        return Answer.YES
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if origin in (tuple, list, set, frozenset) or origin in (Sequence, Collection, Iterable):
        return (filled(inner[0], name, given),)
    if origin in (dict, Mapping):
        return {filled(inner[0], name, given): filled(inner[1], name, given)}
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        hints = typing.get_type_hints(annotation)
        values = {
            field: filled(hints[field], field, given)
            for field, info in annotation.model_fields.items()
            if info.is_required()
        }
        return annotation.model_validate(values)
    raise AssertionError(f"say how to fill {name}: {annotation}")


async def victims_rows(bot: RunningBot, sam: str) -> dict[str, set[str]]:
    """Everything that is the victim's, as it stands."""
    held = {}
    async with bot.multiplier.storage.engine.connect() as connection:
        await connection.run_sync(row_security.enter, None)
        for table in Base.metadata.sorted_tables:
            rows = (await connection.execute(select(table))).mappings().all()
            held[table.name] = {repr(dict(row)) for row in rows if sam in repr(dict(row)) or MARKER in repr(dict(row))}
    return held


async def make_victim(bot: RunningBot) -> tuple[str, list[str]]:
    """Sam, with something in every table, and the ids of it all."""
    sam = bot.user_id("sam")
    engine = bot.multiplier.storage.engine
    # The rows hold tokens, too, which are stored sealed or not at all.
    engine.dialect.multiplier_keyring = Keyring([new_key()])  # type: ignore[attr-defined]
    await fill_every_table(engine, bot.workspace_id, sam, MARKER)
    found = []
    async with engine.connect() as connection:
        await connection.run_sync(row_security.enter, None)
        for table in Base.metadata.sorted_tables:
            if "id" in table.c and "workspace_id" in table.c:
                rows = await connection.execute(select(table.c.id))
                found += [str(row.id) for row in rows if sam in str(row.id)]
    return sam, found


def arguments_of(call: Any, given: str, **own: str) -> dict[str, Any]:
    """Arguments for a service's method: who calls it, and the victim's id wherever else an id can be."""
    hints, arguments = typing.get_type_hints(call), {}
    for name, parameter in inspect.signature(call).parameters.items():
        if name in own:
            arguments[name] = own[name]
        elif parameter.default is parameter.empty:
            arguments[name] = filled(hints[name], name, given)
    return arguments


async def outcome_of(call: Any, arguments: Mapping[str, Any]) -> str:
    """What the caller learns: the answer, or what the refusal says."""
    try:
        answer = call(**arguments)
        if inspect.isasyncgen(answer):
            return repr([each async for each in answer])
        return repr(await answer)
    except BotError as error:
        return repr(error.facts)
    except Exception as error:
        # A person who is not there, a value that makes no sense: refused all the same, and told nothing.
        return f"{error!r} {error.__cause__!r}"


def _payload(bot: RunningBot, user: str, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": bot.workspace_id, "domain": "sandbox"},
        "user": {"id": user, "team_id": bot.workspace_id},
        "api_app_id": bot.slack.app_id,
        "token": "t",
        "trigger_id": "1.1.1",
    }


def presses(bot: RunningBot, user: str, theirs: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every button there is, pressed in a message, on Home and in a window, with each of somebody else's ids."""
    places = itertools.cycle(["message", "home", "modal"])
    for name, given in itertools.product(buttons(), theirs):
        for value in (given, f"{given} {theirs[0]} unblock"):
            kind = next(places)
            payload = _payload(bot, user, "block_actions") | {
                "container": {"type": kind},
                "actions": [{"type": "button", "action_id": name, "block_id": "b", "value": value, "action_ts": "1.1"}],
            }
            if kind == "message":
                payload["channel"] = {"id": bot.slack.channel_id("#payments"), "name": "payments"}
                payload["message"] = {"ts": "1.1", "text": "x"}
            else:
                payload["view"] = {"id": "V1", "type": kind, "callback_id": "x", "state": {"values": {}}}
            yield payload


def buttons() -> list[str]:
    """The action ids of all buttons but the two that speak of nothing but one's own."""
    apart = ("VIEW_", "FIELD_", "SHORTCUT_")
    names = [
        value
        for name, value in vars(ids).items()
        if name.isupper() and isinstance(value, str) and not name.startswith(apart)
    ]
    return [name for name in names if name not in (ids.DATA_DELETE, ids.DATA_EXPORT, ids.COMMAND, ids.VALUE)]


#: What fields take that take only what is on their list.
_ON_THE_LIST = {
    ids.FIELD_CADENCE: "weekly",
    ids.FIELD_DAY: "2",
    ids.FIELD_LASTS: "7",
    ids.FIELD_LOOK_AGAIN: "90",
    ids.FIELD_FOCUS: "multiplying",
}


def _filled_in(name: str, user: str, given: str) -> dict[str, Any]:
    """A field with what each kind of element holds, so that it is read whatever it is read as."""
    return {
        "type": "plain_text_input",
        "value": "80" if name == ids.FIELD_SURE else "spoilt",
        "selected_date": "2026-11-01",
        "selected_time": "10:00",
        "selected_option": {"value": _ON_THE_LIST.get(name, given)},
        "selected_options": [{"value": "2" if name == ids.FIELD_DAYS else given}],
        "selected_user": user,
        "selected_users": [user],
    }


def submissions(bot: RunningBot, user: str, theirs: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every form there is, handed in for each of somebody else's ids."""
    fields = [value for name, value in vars(ids).items() if name.startswith("FIELD_")]
    views = [value for name, value in vars(ids).items() if name.startswith("VIEW_")]
    for view, given in itertools.product(views, theirs):
        metadata = FormMetadata(**dict.fromkeys(FormMetadata.model_fields, given))
        values: dict[str, Any] = {name: {ids.VALUE: _filled_in(name, user, given)} for name in fields}
        for name in (ids.FIELD_KIND, ids.FIELD_SENSITIVITY, ids.FIELD_ROLE, ids.FIELD_REACH):
            values.pop(name)
        values[ids.FIELD_LINKS] = {ids.VALUE: {"type": "plain_text_input", "value": ""}}
        values[f"{ids.FIELD_ANSWER}1"] = {ids.VALUE: {"type": "plain_text_input", "value": "spoilt by somebody else"}}
        values[f"{ids.FIELD_BET}{given}"] = {ids.VALUE: {"type": "static_select", "selected_option": {"value": "held"}}}
        state = {
            "id": f"V{given}",
            "type": "modal",
            "callback_id": view,
            "private_metadata": json.dumps(metadata.model_dump(exclude={"response_url"})),
            "state": {"values": values},
        }
        yield _payload(bot, user, "view_submission") | {"view": state}
