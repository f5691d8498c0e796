"""YAML that people write by hand, read so that every complaint names file, line and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.domain.errors import BotError
from bot.domain.evidence import Value

#: A file of words larger than this is refused unread.
LARGEST_FILE = 1_000_000

#: Written in C where PyYAML came with it: several times as fast.
_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Model = TypeVar("Model", bound=BaseModel)


def parse(text: str) -> Any:
    """What a YAML text says. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, whichever of the two


class Problem(Value):
    """One thing that is wrong with a file, where, and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


class WrongFile(BotError):
    """A file of words or levels is wrong. `problems` says where and why; mend it and load it again."""

    message_key = "errors.content"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(None, problems="\n".join(map(str, self.problems)))
        self.args = ("; ".join(map(str, self.problems)),)


class YamlSource:
    """A parsed YAML file that knows on which line each of its parts stands."""

    def __init__(self, text: str, file: str) -> None:
        """Raises `WrongFile` when the text is too large, not YAML, or names a key twice."""
        self.file = file
        if len(text) > LARGEST_FILE:
            raise self.error(1, f"the file is larger than {LARGEST_FILE:,} characters")
        try:
            self._root = yaml.compose(text, Loader=_LOADER)
            self._refuse_aliases(text)
            self.data: Any = parse(text)
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark or wrong.context_mark
            raise self.error(mark.line + 1 if mark else 1, wrong.problem or "not YAML") from wrong
        except (yaml.YAMLError, ValueError, RecursionError) as wrong:
            raise self.error(1, "this is not YAML that can be read") from wrong
        self._refuse_twice(self._root)

    def error(self, line: int, reason: str) -> WrongFile:
        """An error with this one problem."""
        return WrongFile([Problem(file=self.file, line=line, reason=reason)])

    def line_of(self, path: Iterable[str | int]) -> int:
        """The line, from 1, of the part at this path of keys and positions, or of the nearest above it."""
        node, line = self._root, 1
        for step in path:
            child = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        line, child = key.start_mark.line + 1, value
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                child = node.value[step]
                line = child.start_mark.line + 1
            if child is None:
                break
            node = child
        return line

    def problems(self, error: ValidationError, above: tuple[str | int, ...] = ()) -> list[Problem]:
        """What pydantic found wrong, with its lines. `above` is the path of what was validated."""
        found = error.errors(include_url=False)
        # A part that fails takes the whole it belongs to with it; only the part is worth saying.
        wholes = {each["loc"][:length] for each in found for length in range(len(each["loc"]))}
        return [
            Problem(file=self.file, line=self.line_of((*above, *each["loc"])), reason=_reason(each))
            for each in found
            if each["loc"] not in wholes
        ]

    def read_as(self, model: type[Model]) -> Model:
        """The whole file as this model. Raises `WrongFile` with everything that is wrong."""
        try:
            return model.model_validate(self.data)
        except ValidationError as wrong:
            raise WrongFile(self.problems(wrong)) from wrong

    def _refuse_aliases(self, text: str) -> None:
        # A few nested aliases expand to gigabytes; hand-written words need none.
        for token in yaml.scan(text, Loader=_LOADER):
            if isinstance(token, yaml.AliasToken):
                raise self.error(token.start_mark.line + 1, "aliases (`*name`) are not read here")

    def _refuse_twice(self, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.SequenceNode):
            for child in node.value:
                self._refuse_twice(child)
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise self.error(key.start_mark.line + 1, f"`{key.value}` is there twice")
                seen.add(key.value)
                self._refuse_twice(value)


def _reason(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"])
    what = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
