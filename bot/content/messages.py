"""The sentences of `prompts/messages.yaml`, by key."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from importlib.resources import files

import yaml

from bot.content.yaml_source import parse
from bot.domain.tagging import Dimension, Kind

#: What the bot says in Slack, by subject. Files may share a branch (`errors`), never a sentence.
_FILES = ("messages.yaml", "privacy.yaml", "checkins.yaml", "case.yaml", "language_model.yaml")


class ContentError(Exception):
    """A file of words is wrong. The message names the file, and what to mend."""


class Words:
    """Finds a sentence by its key and puts facts into it.

    Facts are put in as they are: escape them first for where the sentence is going.
    """

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)

    def __call__(self, key: str, **facts: object) -> str:
        """The sentence with this key. Raises `ContentError` when it, or a fact it names, is missing."""
        try:
            return self._sentences[key].format(**facts)
        except KeyError as error:
            raise ContentError(f"messages.yaml: {key}: {error} is missing") from None

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def facts(self, key: str) -> set[str]:
        """The names of the facts that a sentence wants."""
        return {name for _, name, _, _ in string.Formatter().parse(self._sentences[key]) if name}

    def kind(self, kind: Kind) -> str:
        """The kind as people say it."""
        return self(f"kinds.{kind}")

    def dimension(self, dimension: Dimension) -> str:
        """The dimension as people say it."""
        return self(f"dimensions.{dimension}")


def load_words() -> Words:
    """All sentences. Raises `ContentError` for a file that is not a tree of sentences, or lacks a kind."""
    sentences: dict[str, str] = {}
    for name in _FILES:
        text = files("prompts").joinpath(name).read_text(encoding="utf-8")
        try:
            tree = parse(text)
        except yaml.YAMLError as error:
            raise ContentError(f"{name}: {error}") from None
        sentences.update(_flattened(tree, ""))
    needed = [f"kinds.{kind}" for kind in Kind] + [f"dimensions.{dimension}" for dimension in Dimension]
    missing = [key for key in needed if key not in sentences]
    if missing:
        raise ContentError(f"messages.yaml lacks {', '.join(missing)}")
    return Words(sentences)


def _flattened(node: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, child in node.items():
            if not isinstance(name, str):
                # YAML takes a bare `off` or `no` for a truth value.
                raise ContentError(f"messages.yaml: {path}: put the name {name!r} in quotes")
            yield from _flattened(child, f"{path}.{name}" if path else name)
    elif isinstance(node, str):
        yield path, node.rstrip("\n")
    else:
        raise ContentError(f"messages.yaml: {path}: a sentence is expected, not {type(node).__name__}")
