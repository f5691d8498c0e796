"""`prompts/ladder.yaml`, or a ladder that a workspace or person brought."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from bot.content.yaml_source import YamlSource
from bot.domain.ladder import Ladder


def read_ladder(text: str, file: str) -> Ladder:
    """The ladder in this text. Raises `WrongFile` naming `file`, each wrong line and what is wrong."""
    return YamlSource(text, file).read_as(Ladder)


@cache
def default_ladder() -> Ladder:
    """The ladder that comes with the product."""
    return read_ladder(files("prompts").joinpath("ladder.yaml").read_text("utf-8"), "prompts/ladder.yaml")
