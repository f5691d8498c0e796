"""`multiplier inbox` and `multiplier outbox`: what was given up, and another try for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from bot.bootstrap import engine_from
from bot.cli.say import fail, tell
from bot.domain.errors import NotFound
from bot.services.clock import SystemClock
from bot.services.inbox import InboxService
from bot.services.outbox import OutboxService
from bot.settings import Settings
from storage.unit_of_work import Storage

T = TypeVar("T")

inbox_app = typer.Typer(help="Events that were given up.", no_args_is_help=True)
outbox_app = typer.Typer(help="Messages that were given up.", no_args_is_help=True)


def _with_storage(use: Callable[[Storage], Awaitable[T]]) -> T:
    async def run() -> T:
        engine = engine_from(Settings())
        try:
            return await use(Storage(engine))
        finally:
            await engine.dispose()

    return asyncio.run(run())


@inbox_app.command("list")
def list_inbox() -> None:
    """List given-up events: number, workspace, attempts and reason; never their content."""
    for item in _with_storage(lambda storage: InboxService(storage, SystemClock()).dead()):
        typer.echo(f"{item.id}\t{item.workspace_id}\t{item.attempts} tries\t{item.failure}")


@inbox_app.command("replay")
def replay_inbox(number: int) -> None:
    """Put a given-up event back to work."""
    try:
        _with_storage(lambda storage: InboxService(storage, SystemClock()).replay(number))
    except NotFound:
        fail(f"there is no given-up event {number}; `multiplier inbox list` shows what there is")
    tell(f"event {number} will be worked again")


@outbox_app.command("list")
def list_outbox() -> None:
    """List given-up messages: number, workspace, kind, attempts and reason; never their words."""
    for item in _with_storage(lambda storage: OutboxService(storage, SystemClock()).dead()):
        typer.echo(f"{item.id}\t{item.workspace_id}\t{item.message.type}\t{item.attempts} tries\t{item.failure}")


@outbox_app.command("replay")
def replay_outbox(number: int) -> None:
    """Send a given-up message again."""
    try:
        _with_storage(lambda storage: OutboxService(storage, SystemClock()).replay(number))
    except NotFound:
        fail(f"there is no given-up message {number}; `multiplier outbox list` shows what there is")
    tell(f"message {number} will be sent again")
