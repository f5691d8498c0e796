"""A layer over the shared model: what some corrections taught, as numbers.

Corrections become a regularised correction of the model's log-odds in the space of "texts like this one" (kernel
logistic regression on the residual). Likeness is shared words, known to the model or not, and likeness of the
embeddings. Nothing of the shared model changes, so nobody's tags do but those of whoever the layer is laid under.
It needs numpy alone, takes milliseconds to fit, and is small enough to be stored for each workspace.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bot.domain.tagging import Kind
from bot.tagger.arrays import FloatArray, IntArray
from bot.tagger.encoder import SIZE
from bot.tagger.model import BATCH, KINDS, softmax

# Chosen on simulated people (`multiplier tagger evaluate --learning`).
_STRENGTH = 60.0
#: What it adds to the likeness of two texts that they share a word no training text knows: a word of one's own.
_OWN_WORD = 4.0
_STEPS = 60


class Breadth(NamedTuple):
    """How much sharing words, and meaning something alike, counts beside sharing a word of one's own."""

    words: float
    meaning: float


BROAD = Breadth(words=1.0, meaning=1.0)


class LayerDamaged(Exception):
    """The stored numbers are no layer."""


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


class Layer:
    """Corrected texts, by their meaning and words, and how strongly each pulls texts like it towards each kind."""

    def __init__(
        self,
        embeddings: FloatArray,
        words: Sequence[Mapping[int, float]],
        trusted: Mapping[int, Sequence[int]],
        lesson: FloatArray,
        breadth: Breadth = BROAD,
    ) -> None:
        self._breadth = breadth
        self._embeddings, self._words, self._trusted, self._lesson = embeddings, tuple(words), dict(trusted), lesson
        self._places = _places_of(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def change(self, views: Sequence[View]) -> FloatArray:
        """What to add to the log-odds of these texts' kinds: a row of twelve each."""
        parts = [self.likeness(views[start : start + BATCH]) @ self._lesson for start in range(0, len(views), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(KINDS)), np.float32)

    def likeness(self, views: Sequence[View]) -> FloatArray:
        """How alike each text is to each corrected text: by words, by meaning, by words of one's own."""
        words = np.zeros((len(views), len(self)), np.float32)
        for row, view in zip(words, views, strict=True):
            for word in view.words.keys() & self._places.keys():
                places, weights = self._places[word]
                row[places] += self._breadth.words * view.words[word] * weights
            shared = {place for word in view.own & self._trusted.keys() for place in self._trusted[word]}
            row[list(shared)] += _OWN_WORD
        meaning = np.maximum(np.stack([view.embedding for view in views]) @ self._embeddings.T, 0.0)
        return np.asarray(words + self._breadth.meaning * meaning**3, np.float32)

    def with_lesson(self, lesson: FloatArray) -> Layer:
        """The same corrected texts, pulling as this lesson says."""
        taught = copy(self)
        taught._lesson = lesson
        return taught

    def to_bytes(self) -> bytes:
        """The layer to be stored: numbers only, no words."""
        words = [(word, weight) for each in self._words for word, weight in each.items()]
        trusted = [(word, place) for word, places in self._trusted.items() for place in places]
        held = io.BytesIO()
        np.savez_compressed(
            held,
            embeddings=self._embeddings.astype(np.float16),
            words=np.array([word for word, _ in words], np.int64),
            weights=np.array([weight for _, weight in words], np.float16),
            ends=np.cumsum([len(each) for each in self._words], dtype=np.int32),
            trusted=np.array(trusted, np.int64).reshape(-1, 2),
            lesson=self._lesson.astype(np.float32),
            breadth=np.array(self._breadth, np.float32),
        )
        return held.getvalue()


def fit_layer(
    views: Sequence[View],
    kinds: Sequence[Kind],
    odds: FloatArray,
    people: Sequence[Hashable] | None = None,
    breadth: Breadth = BROAD,
) -> Layer:
    """The layer that makes these kinds likely for these texts without straying far from `odds`, the log-odds before.

    With `people`, whose texts they are, a word of one's own counts only when at least two of them use it.
    """
    embeddings = np.stack([view.embedding for view in views]) if views else np.zeros((0, SIZE), np.float32)
    lesson = np.zeros((len(views), len(KINDS)), np.float32)
    bare = Layer(embeddings, [view.words for view in views], _trusted(views, kinds, people), lesson, breadth)
    if not views:
        return bare
    truth = np.eye(len(KINDS), dtype=np.float32)[[KINDS.index(kind) for kind in kinds]]
    likeness = bare.likeness(views)
    rate = 1.0 / (1.0 / _STRENGTH + 0.5 * float(likeness.sum(axis=1).max()))
    for _ in range(_STEPS):
        missing = truth - softmax(odds + likeness @ lesson)
        lesson += rate * (missing - lesson / _STRENGTH)
    return bare.with_lesson(lesson)


def layer_from(stored: bytes) -> Layer:
    """The layer that `to_bytes` stored. Raises `LayerDamaged` for anything else."""
    try:
        with np.load(io.BytesIO(stored), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        ends = [0, *(int(end) for end in arrays["ends"])]
        words = [
            dict(zip(map(int, arrays["words"][a:b]), map(float, arrays["weights"][a:b]), strict=True))
            for a, b in pairwise(ends)
        ]
        trusted: dict[int, list[int]] = {}
        for word, place in arrays["trusted"]:
            trusted.setdefault(int(word), []).append(int(place))
        embeddings, lesson = arrays["embeddings"].astype(np.float32), arrays["lesson"]
        breadth = Breadth(*(float(each) for each in arrays["breadth"]))
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise LayerDamaged from error
    places = max((place for each in trusted.values() for place in each), default=-1)
    count = len(words)
    if embeddings.shape != (count, SIZE) or lesson.shape != (count, len(KINDS)) or places >= count:
        raise LayerDamaged
    return Layer(embeddings, words, trusted, np.asarray(lesson, np.float32), breadth)


def _places_of(words: Sequence[Mapping[int, float]]) -> dict[int, tuple[IntArray, FloatArray]]:
    """For each word the corrected texts it is in, with its weight there."""
    found: dict[int, tuple[list[int], list[float]]] = {}
    for place, each in enumerate(words):
        for word, weight in each.items():
            places, weights = found.setdefault(word, ([], []))
            places.append(place)
            weights.append(weight)
    return {word: (np.array(places, np.int32), np.array(w, np.float32)) for word, (places, w) in found.items()}


def _trusted(views: Sequence[View], kinds: Sequence[Kind], people: Iterable[Hashable] | None) -> dict[int, list[int]]:
    """Words of one's own that stand for a kind, with the corrected texts they are in.

    A word stands for a kind when at least two corrections (of different people, where those are given) have it
    and all of them give that kind.
    """
    whose = list(people) if people is not None else list(range(len(views)))
    places: dict[int, list[int]] = {}
    for place, view in enumerate(views):
        for word in view.own:
            places.setdefault(word, []).append(place)
    return {
        word: found
        for word, found in places.items()
        if len({whose[i] for i in found}) > 1 and len({kinds[i] for i in found}) == 1
    }
