"""Persons and workspaces tried against each other: every method of every service, every command, button and form.

What is new is tried by itself: a method whose parameters can't be filled fails the test until
`tests/hostile/crossing.py` says how to, or why it is not a person's to call.
"""

from __future__ import annotations

import inspect
import json

from bot.slack.listeners.commands import SUBCOMMANDS
from tests.hostile.crossing import (
    MARKER,
    NOT_A_PERSONS,
    arguments_of,
    buttons,
    make_victim,
    methods,
    outcome_of,
    presses,
    submissions,
    victims_rows,
)
from tests.running import RunningBot
from tests.walled import bot, database_url, on_both

__all__ = ["bot", "database_url"]


@on_both
async def test_no_service_gives_or_changes_anything_of_anybody_elses(bot: RunningBot) -> None:
    sam, theirs = await make_victim(bot)
    if bot.multiplier.storage.engine.dialect.name == "postgresql":
        # A sample: the same queries once more, with the database's own wall beneath.
        theirs = theirs[::5]
    before = await victims_rows(bot, sam)
    for method in methods():
        service, name = method.split(".")
        call = getattr(getattr(bot.multiplier.services, service), name)
        first = next(iter(inspect.signature(call).parameters))
        assert first == "workspace_id", f"say why {method} is not a person's to call"
        for workspace_id, user_id in ((bot.workspace_id, bot.user_id("tom")), ("T0THER", sam)):
            for given in theirs:
                own = {"workspace_id": workspace_id, "user_id": user_id, "asked_user": user_id}
                told = await outcome_of(call, arguments_of(call, given, **own))
                assert MARKER not in told, f"{method} told {user_id} something of {sam}'s"
        assert_intact(before, await victims_rows(bot, sam), method)


@on_both
async def test_whoever_the_bot_never_met_meets_no_error_of_the_database(bot: RunningBot) -> None:
    for number, method in enumerate(methods()):
        service, name = method.split(".")
        call = getattr(getattr(bot.multiplier.services, service), name)
        stranger = {"workspace_id": bot.workspace_id, "user_id": f"USTRANGER{number}", "asked_user": f"UASKED{number}"}
        told = await outcome_of(call, arguments_of(call, "nothing", **stranger))
        assert "IntegrityError" not in told, f"{method}: {told}"


async def test_reasons_for_not_trying_a_method_speak_of_methods_that_are_there(bot: RunningBot) -> None:
    for method in NOT_A_PERSONS:
        service, name = method.split(".")
        assert hasattr(getattr(bot.multiplier.services, service), name), method


async def test_an_id_opens_no_shared_page(bot: RunningBot) -> None:
    _, theirs = await make_victim(bot)
    for given in [*theirs, MARKER]:
        assert await bot.multiplier.services.shares.read(given, "browser") is None


@on_both
async def test_no_word_of_command_shows_anything_of_anybody_elses(bot: RunningBot) -> None:
    sam, theirs = await make_victim(bot)
    before = await victims_rows(bot, sam)
    tom = bot.slack.person("tom")
    for word in (word for word in SUBCOMMANDS if word):
        for rest in ("", MARKER.split("-")[0], f"<@{sam}>", theirs[0], "--all"):
            answer = await tom.command("/evidence", f"{word} {rest}".strip(), channel="#payments")
            assert MARKER not in json.dumps([shown.raw for shown in answer.shown]), f"{word} {rest}"
        modal = tom.modal()
        assert modal is None or MARKER not in json.dumps(modal.raw), word
    await bot.settle()
    assert all(MARKER not in str(file.content) for file in tom.files())
    assert_nothing_told(bot)
    assert_intact(before, await victims_rows(bot, sam), "a command")


async def test_no_button_does_or_shows_anything_with_somebody_elses_ids(bot: RunningBot) -> None:
    sam, theirs = await make_victim(bot)
    before = await victims_rows(bot, sam)
    assert len(buttons()) > 40
    for payload in presses(bot, bot.user_id("tom"), theirs):
        reply = await bot.slack.deliver_raw("interactive", payload)
        assert MARKER not in str(reply.body), payload["actions"]
    await bot.settle()
    assert_nothing_told(bot)
    assert_intact(before, await victims_rows(bot, sam), "a button")


async def test_no_form_changes_or_shows_anything_of_anybody_elses(bot: RunningBot) -> None:
    sam, theirs = await make_victim(bot)
    before = await victims_rows(bot, sam)
    for payload in submissions(bot, bot.user_id("tom"), theirs):
        reply = await bot.slack.deliver_raw("interactive", payload)
        assert MARKER not in str(reply.body), payload["view"]["callback_id"]
    await bot.settle()
    assert_nothing_told(bot)
    assert_intact(before, await victims_rows(bot, sam), "a form")


def assert_nothing_told(bot: RunningBot) -> None:
    for call in bot.slack.journal.calls():
        assert MARKER not in call.text, call.method


def assert_intact(before: dict[str, set[str]], after: dict[str, set[str]], what: str) -> None:
    for table, rows in before.items():
        assert rows <= after[table], f"{what} changed {table}"
