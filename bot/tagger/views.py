"""Texts as a layer over the model sees them: their meaning, and their words as weights by hash."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.tagger.arrays import FloatArray, IntArray
from bot.tagger.encoder import SIZE
from bot.tagger.ngrams import Ngrams, words_of
from bot.tagger.reading import TextTagger
from bot.tagger.text import normalise

_KEPT = 4096
_OWN = re.compile(r"(?<![\w@#./-])[^\W\d_A-Z]{4,}(?![\w@./])")


@dataclass(frozen=True)
class View:
    """A text as a layer sees it; its words only as weights by hash, never the text itself."""

    embedding: FloatArray
    words: dict[int, float]
    own: frozenset[int]
    scores: FloatArray
    key: bytes


def word_key(word: str) -> int:
    """A word as a number that is the same in every process."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


class WordWeights:
    """How a layer weighs the words of a text: the rarer in the training texts the heavier."""

    def __init__(self, known: Ngrams) -> None:
        rarest = float(known.idf.max(initial=1.0))
        self._weights = {w: (float(idf) / rarest) ** 2 for w, idf in zip(known.words, known.idf, strict=False)}

    def __call__(self, normalised: str) -> tuple[dict[int, float], frozenset[int]]:
        """Weights of the text's words, of length one together, and the words that may be the person's own.

        Those are words no training text knows, written small and of letters only: names and
        identifiers are unknown too, but say nothing of a kind.
        """
        weights = {word_key(word): self._weights.get(word, 1.0) for word in words_of(normalised)}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        own = frozenset(word_key(word) for word in _OWN.findall(normalised) if word not in self._weights)
        return {word: weight / length for word, weight in weights.items()}, own


class HashedWords(NamedTuple):
    """The weighed words of many texts, one text after the other; `ends` says where each text's end."""

    words: NDArray[np.int64]
    weights: NDArray[np.float16]
    ends: IntArray

    @classmethod
    def from_texts(cls, texts: Sequence[Mapping[int, float]]) -> HashedWords:
        """The words of each text with their weights."""
        pairs = [pair for each in texts for pair in each.items()]
        return cls(
            np.array([word for word, _ in pairs], np.int64),
            np.array([weight for _, weight in pairs], np.float16),
            np.cumsum([len(each) for each in texts], dtype=np.int32),
        )

    def of(self, start: int, stop: int) -> list[dict[int, float]]:
        """The words of some of the texts."""
        ends = [int(self.ends[start - 1]) if start else 0, *self.ends[start:stop].tolist()]
        return [
            dict(zip(self.words[a:b].tolist(), self.weights[a:b].astype(np.float64).tolist(), strict=True))
            for a, b in pairwise(ends)
        ]

    @staticmethod
    def names(prefix: str) -> tuple[str, str, str]:
        """What its arrays are called where they are stored."""
        return prefix, f"{prefix}_weights", f"{prefix}_ends"

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Its arrays by name, to be stored."""
        return dict(zip(self.names(prefix), self, strict=True))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> HashedWords:
        """Those that `arrays` gave."""
        return cls(*(arrays[name] for name in cls.names(prefix)))


class Views:
    """Views of texts by one tagger, the most recent ones kept so that they needn't be made twice."""

    def __init__(self, base: TextTagger) -> None:
        self._base = base
        self._kept: OrderedDict[bytes, View] = OrderedDict()
        self._words = WordWeights(base.model.ngrams)

    def of(self, texts: Sequence[str]) -> list[View]:
        """The views of raw texts, in their order."""
        keys = [_hash(text) for text in texts]
        held = {key: view for key in keys if (view := self._kept.get(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in held}
        made = dict(zip(missing, self._make([normalise(text) for text in missing.values()]), strict=True))
        self._kept.update(made)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return [held.get(key) or made[key] for key in keys]

    def _make(self, normalised: list[str]) -> list[View]:
        if not normalised:
            return []
        model = self._base.model
        features = model.features(normalised)
        rows = zip(normalised, features.embeddings[:, :SIZE], model.scores(features), strict=True)
        return [View(embedding.copy(), *self._words(text), scores, _hash(text)) for text, embedding, scores in rows]


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
