"""Tagging a stream of JSON lines: `{"id", "text"}` in, one line of JSON out for each, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from bot.domain.ports import Tagger
from bot.domain.tagging import Tag
from bot.tagger.model import BATCH


class _Sink(Protocol):
    def write(self, text: str, /) -> object: ...


@dataclass(frozen=True)
class StreamResult:
    """How many lines were answered, and how many of them with an error."""

    lines: int = 0
    failed: int = 0


@dataclass(frozen=True)
class _BadLine:
    problem: str
    line_id: object = None


def tag_lines(tagger: Tagger, lines: Iterable[bytes], out: _Sink) -> StreamResult:
    """Answer every line that isn't blank, in order; memory doesn't grow with the number of lines.

    A good line gives `{"id", "kind", "confidence", "ranked": [{"kind", "p"}, …], "dimensions"}`. A
    line that is not UTF-8, not a JSON object or has no text gives `{"id"?, "error"}`, and the run
    goes on.
    """
    done = failed = 0
    rest = (line for line in lines if line.strip())
    while batch := list(islice(rest, BATCH)):
        answers = list(_answers(tagger, batch))
        out.write("".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers))
        done += len(answers)
        failed += sum("error" in answer for answer in answers)
    return StreamResult(done, failed)


def _answers(tagger: Tagger, batch: list[bytes]) -> Iterator[dict[str, Any]]:
    parsed = [_parse(line) for line in batch]
    tags = iter(tagger.tag_many([p[1] for p in parsed if not isinstance(p, _BadLine)]))
    for item in parsed:
        if isinstance(item, _BadLine):
            known = {} if item.line_id is None else {"id": item.line_id}
            yield known | {"error": item.problem}
        else:
            yield {"id": item[0]} | fields_of(next(tags))


def fields_of(tag: Tag) -> dict[str, Any]:
    """A tag's fields as they stand in a line of output, probabilities rounded to six places."""
    return {
        "kind": tag.kind.value,
        "confidence": round(tag.confidence, 6),
        "ranked": [{"kind": r.kind.value, "p": round(r.p, 6)} for r in tag.ranked],
        "dimensions": [d.value for d in tag.dimensions],
    }


def _parse(line: bytes) -> tuple[object, str] | _BadLine:
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _BadLine("not UTF-8")
    try:
        item = json.loads(text)
    except (ValueError, RecursionError):
        return _BadLine("not JSON")
    if not isinstance(item, dict):
        return _BadLine("not a JSON object")
    if not isinstance(item.get("text"), str):
        return _BadLine("no text", _writable(item.get("id")))
    return _writable(item.get("id")), item["text"]


def _writable(line_id: object) -> object:
    """The id as it can be written as UTF-8: lone surrogates in it become question marks."""
    if isinstance(line_id, str):
        return line_id.encode("utf-8", "replace").decode("utf-8")
    return line_id if isinstance(line_id, int | float) else None
