"""`prompts/ladder.yaml`, or a ladder that a workspace or person brought."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from bot.content.yaml_source import Problem, WrongFile, YamlSource
from bot.domain.ladder import Ladder


def read_ladder(text: str, file: str) -> Ladder:
    """The ladder in this text. Raises `WrongFile` naming `file`, each wrong line and what is wrong."""
    return YamlSource(text, file).read_as(Ladder)


def load_ladder(path: Path) -> Ladder:
    """The ladder in a file of one's own. Raises `WrongFile`, also when it can't be read."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        problem = Problem(file=str(path), line=1, reason="the file can't be read as UTF-8 text")
        raise WrongFile([problem]) from unreadable
    return read_ladder(text, path.name)


@cache
def default_ladder() -> Ladder:
    """The ladder that comes with the product."""
    return read_ladder(files("prompts").joinpath("ladder.yaml").read_text("utf-8"), "prompts/ladder.yaml")
