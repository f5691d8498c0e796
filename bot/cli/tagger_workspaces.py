"""`multiplier tagger workspace …`: what workspaces learned from corrections, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from bot.bootstrap import engine_from
from bot.cli.say import fail, tell
from bot.domain.errors import NotFound
from bot.domain.learning import Layer, LayerState
from bot.services.clock import SystemClock
from bot.services.learning import LearningService
from bot.settings import Settings
from bot.tagger import load_tagger, workspace_taggers
from storage.unit_of_work import Storage

T = TypeVar("T")

workspace_app = typer.Typer(help="What workspaces learned from their people's corrections.", no_args_is_help=True)

Team = Annotated[str, typer.Argument(help="The workspace's id (T…).")]


@workspace_app.command("versions")
def list_versions(team: Team) -> None:
    """List what a workspace tried to learn, newest first; the version in use has a star."""
    layers = _with_learning(lambda learning: learning.versions(team))
    if not layers:
        tell(f"{team} has learned nothing yet: its people use the shared model, with their own corrections")
    for layer in layers:
        typer.echo(shown(layer))


@workspace_app.command("rollback")
def go_back(team: Team) -> None:
    """Use the version before again, or the shared model alone. Running bots follow within half a minute."""
    try:
        before = _with_learning(lambda learning: learning.go_back(team))
    except NotFound:
        fail(f"{team} uses nothing it learned, so there is nothing to go back from")
    tell(f"in use again: {f'version {before.version}' if before else 'the shared model alone'}")


@workspace_app.command("learn")
def learn_now(team: Team) -> None:
    """Have a workspace learn now, if it has enough new corrections; a running bot does so by itself."""
    layer = _with_learning(lambda learning: learning.learn(team))
    if layer is None:
        tell(f"{team} has too few new corrections, or of too few people")
    else:
        typer.echo(shown(layer))


def shown(layer: Layer) -> str:
    """One version on one line: figures only, no words."""
    star = "*" if layer.state is LayerState.IN_USE else " "
    figures = layer.figures
    shared = f"macro-F1 for everybody {figures.get('shared_before', 0):.4f} → {figures.get('shared_after', 0):.4f}"
    others = (
        f"right for others {figures.get('others_right_before', 0):.0%} → {figures.get('others_right_after', 0):.0%}"
    )
    of = f"{layer.corrections} corrections of {layer.people} people"
    return f"{star} {layer.version} {layer.made_at:%Y-%m-%d} over {layer.base}, {of}: {shared}, {others}, {layer.state}"


def _with_learning(use: Callable[[LearningService], Awaitable[T]]) -> T:
    async def run() -> T:
        engine = engine_from(Settings())
        try:
            return await use(LearningService(Storage(engine), workspace_taggers(load_tagger()), SystemClock()))
        finally:
            await engine.dispose()

    return asyncio.run(run())
