"""`multiplier export`: one person's whole record, for them to take away."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli.say import fail
from bot.services.clock import SystemClock
from bot.services.record import RecordService
from bot.settings import Settings
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage


def export(
    team: Annotated[str, typer.Option(help="The workspace's id (T…).")],
    user: Annotated[str, typer.Option(help="The person's id (U…).")],
    format: Annotated[str, typer.Option(help="json")] = "json",  # noqa: A002 - the option's name
) -> None:
    """Write a person's whole record to standard output."""
    if format != "json":
        raise typer.BadParameter(f"{format!r} is not a format; choose json", param_hint="--format")
    typer.echo(asyncio.run(_json(Settings(), team, user)))


async def _json(settings: Settings, team: str, user: str) -> str:
    engine = create_engine(settings.database_url)
    try:
        await upgrade(engine)
        storage = Storage(engine)
        async with storage.reading(team) as work:
            if await work.members.get(user) is None:
                fail(f"nobody with the id {user} has used the bot in {team}")
        return (await RecordService(storage, SystemClock()).export(team, user)).model_dump_json(indent=2)
    finally:
        await engine.dispose()
