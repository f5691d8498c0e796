"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def sources() -> Iterator[tuple[str, str]]:
    """Our own modules; migrations are generated."""
    for folder in ("bot", "storage", "prompts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "versions" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_no_file_is_too_long() -> None:
    lengths = {name: len(source.splitlines()) for name, source in sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    too_long = {}
    for name, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                # Counted without the signature, where one parameter a line is good to read.
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                length = (node.end_lineno or first.lineno) - first.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long[f"{name}:{node.name}"] = length
    assert too_long == {}


def test_no_file_is_named_for_nothing_in_particular() -> None:
    vague = {"utils", "helpers", "manager", "misc", "common"}
    assert [name for name, _ in sources() if Path(name).stem in vague] == []
