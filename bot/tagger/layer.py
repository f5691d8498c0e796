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
from typing import NamedTuple

import numpy as np

from bot.domain.tagging import Kind
from bot.tagger.arrays import FloatArray
from bot.tagger.encoder import SIZE
from bot.tagger.model import BATCH, KINDS, softmax
from bot.tagger.views import HashedWords, View

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


class Likeness(NamedTuple):
    """How alike each of some texts is to each corrected text: by words, by words of one's own, by meaning."""

    words: FloatArray
    own: FloatArray
    meaning: FloatArray

    def together(self, breadth: Breadth) -> FloatArray:
        """All three in one number, each counting as much as `breadth` says."""
        total = breadth.words * self.words + _OWN_WORD * self.own + breadth.meaning * self.meaning
        return np.asarray(total, np.float32)


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
        self._index = _Index(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def change(self, views: Sequence[View]) -> FloatArray:
        """What to add to the log-odds of these texts' kinds: a row of twelve each."""
        parts = [self.pull(self.likeness(views[at : at + BATCH])) for at in range(0, len(views), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(KINDS)), np.float32)

    def pull(self, likeness: Likeness) -> FloatArray:
        """The same for texts whose likeness to the corrected texts is known."""
        return np.asarray(likeness.together(self._breadth) @ self._lesson, np.float32)

    def likeness(self, views: Sequence[View]) -> Likeness:
        """How alike each text is to each corrected text; the same for every layer over the same corrected texts."""
        own = np.zeros((len(views), len(self)), np.float32)
        for row, view in zip(own, views, strict=True):
            row[[place for word in view.own & self._trusted.keys() for place in self._trusted[word]]] = 1.0
        meaning = np.maximum(np.stack([view.embedding for view in views]) @ self._embeddings.T, 0.0)
        return Likeness(self._index.shared(views), own, meaning * meaning * meaning)

    def with_lesson(self, lesson: FloatArray) -> Layer:
        """The same corrected texts, pulling as this lesson says."""
        taught = copy(self)
        taught._lesson = lesson
        return taught

    def to_bytes(self) -> bytes:
        """The layer to be stored: numbers only, no words."""
        trusted = [(word, place) for word, places in self._trusted.items() for place in places]
        arrays = {
            "embeddings": self._embeddings.astype(np.float16),
            **HashedWords.from_texts(self._words).arrays("words"),
            "trusted": np.array(trusted, np.int64).reshape(-1, 2),
            "lesson": self._lesson.astype(np.float32),
            "breadth": np.array(self._breadth, np.float32),
        }
        held = io.BytesIO()
        np.savez_compressed(held, **arrays)  # type: ignore[arg-type]
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
    likeness = bare.likeness(views).together(breadth)
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
        words = HashedWords.from_arrays(arrays, "words").of(0, len(arrays["lesson"]))
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


class _Index:
    """For each word the corrected texts it is in, with its weight there, one word after the other."""

    def __init__(self, texts: Sequence[Mapping[int, float]]) -> None:
        found = sorted((word, place, weight) for place, each in enumerate(texts) for word, weight in each.items())
        self._size = len(texts)
        self._places = np.array([place for _, place, _ in found], np.int32)
        self._weights = np.array([weight for _, _, weight in found], np.float32)
        words = [word for word, _, _ in found]
        starts = [i for i, word in enumerate(words) if not i or words[i - 1] != word]
        self._numbers = {words[start]: number for number, start in enumerate(starts)}
        self._bounds = np.array([*starts, len(words)], np.int64)

    def shared(self, views: Sequence[View]) -> FloatArray:
        """For each text and each corrected text the sum over the words they share of the product of the weights."""
        known = self._numbers
        hits = [(row, known[w], x) for row, view in enumerate(views) for w, x in view.words.items() if w in known]
        if not hits:
            return np.zeros((len(views), self._size), np.float32)
        rows, numbers, weights = (np.array(column) for column in zip(*hits, strict=True))
        first, counts = self._bounds[numbers], self._bounds[numbers + 1] - self._bounds[numbers]
        hit = np.repeat(np.arange(len(hits)), counts)
        entry = np.arange(len(hit)) + np.repeat(first - np.cumsum(counts) + counts, counts)
        cells = rows[hit] * self._size + self._places[entry]
        sums = np.bincount(cells, weights[hit] * self._weights[entry], minlength=len(views) * self._size)
        return np.asarray(sums.reshape(len(views), self._size), np.float32)


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
