"""`multiplier ladder`: career levels of one's own, checked and brought."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap import engine_from
from bot.cli.say import fail, tell
from bot.content.ladder import default_ladder, load_ladder
from bot.content.yaml_source import WrongFile
from bot.domain.ladder import Ladder
from bot.services.clock import SystemClock
from bot.services.ladders import LadderService
from bot.settings import Settings
from storage.migrate import upgrade
from storage.unit_of_work import Storage

ladder_app = typer.Typer(help="Career levels of your own.", no_args_is_help=True)
_File = Annotated[Path, typer.Argument(help="A YAML file like the product's prompts/ladder.yaml.")]


@ladder_app.command("check")
def check(file: _File) -> None:
    """Say whether a ladder file is right, and what is wrong on which line."""
    ladder = _read(file)
    tell(f"{file}: {len(ladder.levels)} levels: {', '.join(level.name for level in ladder.levels)}")


@ladder_app.command("bring")
def bring(
    team: Annotated[str, typer.Option(help="The workspace's id (T…).")],
    user: Annotated[str, typer.Option(help="The person's id (U…).")],
    file: _File,
) -> None:
    """Read one person's record against the levels in this file from now on."""
    ladder = _read(file)
    asyncio.run(_bring(Settings(), team, user, ladder))
    tell(f"{user} works with “{ladder.name}”: {', '.join(level.name for level in ladder.levels)}")


def _read(file: Path) -> Ladder:
    try:
        return load_ladder(file)
    except WrongFile as wrong:
        fail("\n".join(["the ladder can't be used", *map(str, wrong.problems)]))


async def _bring(settings: Settings, team: str, user: str, ladder: Ladder) -> None:
    engine = engine_from(settings)
    try:
        await upgrade(engine)
        storage = Storage(engine)
        async with storage.reading(team) as work:
            if await work.members.get(user) is None:
                fail(f"nobody with the id {user} has used the bot in {team}")
        await LadderService(storage, lambda _: default_ladder(), SystemClock()).bring(team, user, ladder)
    finally:
        await engine.dispose()
