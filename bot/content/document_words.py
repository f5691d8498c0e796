"""The words of documents: `prompts/packet.yaml`, by key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from bot.content.messages import Words
from bot.content.yaml_source import YamlSource

_FILES = ("packet.yaml", "insight.yaml", "check.yaml")


@cache
def document_words() -> Words:
    """The sentences packets, summaries and checks are made of. Raises `WrongFile` for a file with errors."""
    sentences: dict[str, str] = {}
    for name in _FILES:
        sentences.update(sentences_of(name))
    return Words(sentences)


def sentences_of(name: str) -> dict[str, str]:
    """The sentences of one file in `prompts/`, by key. Raises `WrongFile` for a file with errors."""
    source = YamlSource(files("prompts").joinpath(name).read_text("utf-8"), f"prompts/{name}")
    return dict(_sentences(source, source.data, ()))


def _sentences(source: YamlSource, node: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _sentences(source, child, (*path, str(name)))
    elif isinstance(node, str):
        yield ".".join(path), node.rstrip("\n")
    else:
        raise source.error(source.line_of(path), f"{'.'.join(path)}: a sentence is expected")
