"""`prompts/ladder.yaml`, or a ladder that a workspace or person brought."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from bot.content.yaml_source import Problem, WrongFile, YamlSource
from bot.domain.ladder import Ladder, Level


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


def level_text(level: Level) -> str:
    """One level as it is written in a ladder file, to be changed by hand."""
    plain = level.model_dump(mode="json", exclude_defaults=True)
    written: str = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=1_000)
    return written


def read_levels(texts: Mapping[str, str]) -> tuple[list[Level], dict[str, str]]:
    """The levels in these texts, each under a name of its own, and what is wrong with which."""
    levels: list[Level] = []
    wrong: dict[str, str] = {}
    for name, text in texts.items():
        try:
            levels.append(YamlSource(text, name).read_as(Level))
        except WrongFile as error:
            wrong[name] = "; ".join(f"line {each.line}: {each.reason}" for each in error.problems[:3])
    return levels, wrong


class LadderFiles:
    """The ladder of each workspace: its own file's, or the product's.

    `pattern` is the path of that file, in which `{team}` stands for the workspace's id; empty for none.
    One file for all is read at once, so that a wrong one is refused at the start. With a file for each, a
    workspace may have none, and what is wrong with one is told to `complain`, once.
    """

    def __init__(self, pattern: str, complain: Callable[[Problem], None]) -> None:
        """Raises `WrongFile` when the one file for all is wrong."""
        self._pattern, self._complain = pattern, complain
        self._ladders: dict[str, Ladder] = {}
        if pattern and "{team}" not in pattern:
            self._ladders[pattern] = load_ladder(Path(pattern))

    def __call__(self, workspace_id: str) -> Ladder:
        """The ladder of this workspace."""
        path = self._pattern.replace("{team}", workspace_id)
        if path not in self._ladders:
            self._ladders[path] = self._own(Path(path)) if path and Path(path).exists() else default_ladder()
        return self._ladders[path]

    def _own(self, path: Path) -> Ladder:
        try:
            return load_ladder(path)
        except WrongFile as wrong:
            for problem in wrong.problems:
                self._complain(problem)
            return default_ladder()
