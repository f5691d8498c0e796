"""Persons and workspaces tried against each other, on every method of every service and every button and form.

New methods are tried by themselves: one whose parameters can't be filled fails the test until it is
said here how to, or why it is not a person's to call.
"""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import json
import types
import typing
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from bot.domain.corroboration import Answer
from bot.domain.errors import BotError
from bot.domain.evidence import Note
from bot.services import Services
from bot.slack import ids
from bot.slack.listeners.commands import SUBCOMMANDS
from storage import row_security
from storage.models import Base
from tests.filling import NOW, fill_every_table
from tests.running import RunningBot

MARKER = "saffron-pelican"
#: Services that no person's request reaches with ids of its choice: workers, installing, running the bot.
MACHINERY = {"clock", "inbox", "outbox", "workspaces", "installations", "watching", "asking"}
#: Methods that take values which the service itself handed out before, or that only the bot calls.
NOT_A_PERSONS = {
    "credits.given_with": "takes a credit that `get` gave to its receiver",
    "credits.reaction_changed": "speaks of a Slack message, not of what is held",
    "keeping.reaction_changed": "speaks of a Slack message, not of what is held",
    "keeping.keep": "speaks of a Slack message, not of what is held",
    "keeping.keep_shown": "speaks of a Slack message, not of what is held",
    "keeping.message_edited": "Slack's word on a message, for everyone's entries",
    "keeping.message_deleted": "Slack's word on a message, for everyone's entries",
    "keeping.channel_left": "Slack's word on a channel, for everyone's entries",
    "capture.capture": "creates only; tried through the command",
    "evidence.explain": "takes an entry that `get` gave to its owner",
    "record.restore": "takes a whole record, refused for any other owner; see the record's own tests",
    "people.learn": "Slack's word on a person",
    "people.changed": "Slack's word on a person",
    "people.names": "display names, which everybody in the workspace sees",
    "shares.read": "takes the key of a share, which is its own permission",
    "shares.forget_expired": "housekeeping",
    "search.embed": "places one's own entries",
    "answers.take": "takes a check-in that was read for its owner",
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
        return {given: filled(inner[1], name, given)}
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


@pytest.fixture
async def victim(bot: RunningBot) -> tuple[str, list[str]]:
    """Sam, with something in every table, and the ids of it all."""
    sam = bot.user_id("sam")
    engine = bot.multiplier.storage.engine
    engine.dialect.multiplier_keyring = _with_key()  # type: ignore[attr-defined]
    await fill_every_table(engine, bot.workspace_id, sam, MARKER)
    found = []
    async with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if "id" in table.c and "workspace_id" in table.c:
                rows = await connection.execute(select(table.c.id))
                found += [str(row.id) for row in rows if sam in str(row.id)]
    return sam, found


@pytest.mark.parametrize("method", methods())
async def test_a_service_gives_and_changes_nothing_of_anybody_elses(
    bot: RunningBot, victim: tuple[str, list[str]], method: str
) -> None:
    sam, theirs = victim
    service, name = method.split(".")
    call = getattr(getattr(bot.multiplier.services, service), name)
    hints = typing.get_type_hints(call)
    parameters = list(inspect.signature(call).parameters.values())
    assert [each.name for each in parameters][:1] == ["workspace_id"], f"say why {method} is not a person's to call"
    before = await victims_rows(bot, sam)
    for workspace_id, user_id in ((bot.workspace_id, bot.user_id("tom")), ("T0THER", sam)):
        for given in theirs:
            arguments: dict[str, Any] = {}
            for parameter in parameters:
                if parameter.default is not parameter.empty:
                    continue
                own = {"workspace_id": workspace_id, "user_id": user_id, "asked_user": user_id}
                arguments[parameter.name] = own.get(parameter.name) or filled(
                    hints[parameter.name], parameter.name, given
                )
            told = await _outcome(call, arguments)
            assert MARKER not in told, f"{method} told {user_id} something of {sam}'s"
    after = await victims_rows(bot, sam)
    for table, rows in before.items():
        assert rows <= after[table], f"{method} changed {table}"


async def _outcome(call: Any, arguments: dict[str, Any]) -> str:
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


@pytest.mark.parametrize("word", sorted(word for word in SUBCOMMANDS if word))
async def test_a_word_of_command_shows_nothing_of_anybody_elses(
    bot: RunningBot, victim: tuple[str, list[str]], word: str
) -> None:
    sam, theirs = victim
    before = await victims_rows(bot, sam)
    tom = bot.slack.person("tom")
    for rest in ("", MARKER.split("-")[0], f"<@{sam}>", theirs[0], "--all"):
        answer = await tom.command("/evidence", f"{word} {rest}".strip(), channel="#payments")
        assert MARKER not in json.dumps([shown.raw for shown in answer.shown]), rest
    await bot.settle()
    for seen in [*tom.messages("#payments"), *tom.dm_with_bot()]:
        assert MARKER not in seen.text
    modal = tom.modal()
    assert modal is None or MARKER not in json.dumps(modal.raw)
    assert all(MARKER not in str(file.content) for file in tom.files())
    after = await victims_rows(bot, sam)
    for table, rows in before.items():
        assert rows <= after[table], table


@pytest.mark.parametrize("kind", ["message", "home", "modal"])
async def test_a_button_pressed_with_somebody_elses_ids_does_and_shows_nothing(
    bot: RunningBot, victim: tuple[str, list[str]], kind: str
) -> None:
    sam, theirs = victim
    before = await victims_rows(bot, sam)
    tom = bot.user_id("tom")
    names = [value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)]
    for name in names:
        if name in (ids.DATA_DELETE, ids.DATA_EXPORT):
            continue
        for given in theirs:
            payload = _pressed(bot, tom, kind, name, given)
            with contextlib.suppress(Exception):
                reply = await bot.slack.deliver_raw("interactive", payload)
                assert MARKER not in str(reply.body), name
    await bot.settle()
    after = await victims_rows(bot, sam)
    for table, rows in before.items():
        assert rows <= after[table], table
    for call in bot.slack.journal.calls():
        assert MARKER not in call.text, call.method


def _pressed(bot: RunningBot, user: str, kind: str, name: str, given: str) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": bot.workspace_id, "domain": "sandbox"},
        "team_id": bot.workspace_id,
        "user": {"id": user, "team_id": bot.workspace_id},
        "api_app_id": bot.slack.app_id,
        "token": "t",
        "trigger_id": "1.1.1",
        "container": {"type": kind},
        "actions": [
            {"type": "button", "action_id": name, "block_id": "b", "value": f"{given} unblock", "action_ts": "1.1"}
        ],
    }
    payload["actions"][0]["value"] = given
    if kind == "message":
        payload |= {"channel": {"id": bot.slack.channel_id("#payments"), "name": "payments"}}
        payload |= {"message": {"ts": "1.1", "text": "x"}}
    else:
        payload["view"] = {"id": "V1", "type": kind, "callback_id": "x", "state": {"values": {}}}
    return payload


def _with_key() -> Any:
    from storage.keyring import Keyring, new_key

    return Keyring([new_key()])
