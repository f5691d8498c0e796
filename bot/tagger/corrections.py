"""What one person's corrections teach: a small layer over the model that comes with the bot.

A person's corrections become a regularised correction of the model's log-odds in the space of
"texts like this one" (kernel logistic regression on the residual). Likeness is shared words, known
to the model or not, and likeness of the embeddings. Nothing of the shared model changes, so nobody
else's tags do.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

import numpy as np

from bot.domain.tagging import Kind, Tag, Thresholds
from bot.tagger.arrays import FloatArray
from bot.tagger.encoder import SIZE
from bot.tagger.explain import cues
from bot.tagger.model import BATCH, KINDS, Probabilities, softmax
from bot.tagger.ngrams import words_of
from bot.tagger.reading import TextTagger, tag_from
from bot.tagger.text import normalise

#: At most this many corrections are learned from, the newest.
MOST_CORRECTIONS = 400

# Chosen on simulated people (`multiplier tagger evaluate --learning`).
_MEANING = 1.0
_STRENGTH = 60.0
#: What it adds to the likeness of two texts that they share a word no training text knows: a person's own word.
_OWN_WORD = 4.0
_STEPS = 60
_KEPT = 4096
_OWN = re.compile(r"(?<![\w@#./-])[^\W\d_A-Z]{4,}(?![\w@./])")
_SAME_TEXT = 0.98


@dataclass(frozen=True)
class _View:
    """A text as the person's layer sees it; its words only as weights by hash, never the text itself."""

    embedding: FloatArray
    words: dict[int, float]
    own: frozenset[int]
    scores: FloatArray
    key: bytes


class Views:
    """Views of texts by one tagger, the most recent ones kept so that they needn't be made twice."""

    def __init__(self, base: TextTagger) -> None:
        self._base = base
        self._kept: OrderedDict[bytes, _View] = OrderedDict()
        known = base.model.ngrams
        rarest = float(known.idf.max(initial=1.0))
        self._weights = {w: (float(idf) / rarest) ** 2 for w, idf in zip(known.words, known.idf, strict=False)}

    def of(self, texts: Sequence[str]) -> list[_View]:
        """The views of raw texts, in their order."""
        keys = [_hash(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept}
        made = dict(zip(missing, self._make([normalise(text) for text in missing.values()]), strict=True))
        views = [self._kept.get(key) or made[key] for key in keys]
        self._kept.update(made)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return views

    def _make(self, normalised: list[str]) -> list[_View]:
        if not normalised:
            return []
        model = self._base.model
        features = model.features(normalised)
        rows = zip(normalised, features.embeddings[:, :SIZE], model.scores(features), strict=True)
        return [_View(embedding.copy(), *self._words(text), scores, _hash(text)) for text, embedding, scores in rows]

    def _words(self, text: str) -> tuple[dict[int, float], frozenset[int]]:
        """Weights of the text's words, of length one together, and the words that may be the person's own.

        Those are words no training text knows, written small and of letters only: names and
        identifiers are unknown too, but say nothing of a kind.
        """
        weights = {hash(word): self._weights.get(word, 1.0) for word in words_of(text)}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        own = frozenset(hash(word) for word in _OWN.findall(text) if word not in self._weights)
        return {word: weight / length for word, weight in weights.items()}, own


class PersonalTagger:
    """The tagger of one person: the base tagger and what their corrections taught it.

    `corrections` are (text, kind the person gave it), newest first; of several for the same text
    the newest counts. A corrected text gets its kind from then on, and similar texts lean towards
    it. Building it takes some milliseconds if `views` has seen the texts; it is a pure function of
    the base tagger and the corrections. Keeps the contract of `bot.domain.ports.Tagger`.
    """

    def __init__(self, base: TextTagger, corrections: Sequence[tuple[str, Kind]], views: Views | None = None) -> None:
        self._base = base
        self._views = views or Views(base)
        newest = corrections[:MOST_CORRECTIONS]
        known: dict[bytes, tuple[_View, Kind]] = {}
        for view, (_, kind) in zip(self._views.of([text for text, _ in newest]), newest, strict=True):
            known.setdefault(view.key, (view, kind))
        self._known = list(known.values())
        self._kinds = {key: KINDS.index(kind) for key, (_, kind) in known.items()}
        self._columns = {word: i for i, word in enumerate({word for view, _ in self._known for word in view.words})}
        self._weights = self._weighed([view for view, _ in self._known])
        self._embeddings = np.stack([v.embedding for v, _ in self._known]) if known else np.zeros((0, SIZE), np.float32)
        self._trusted = _trusted(self._known)
        self._lesson = self._learn()

    @property
    def version(self) -> str:
        """Version of the base model, with the number of corrections learned from."""
        return f"{self._base.version}~{len(self._known)}" if self._known else self._base.version

    @property
    def thresholds(self) -> Thresholds:
        """How sure the base model must be."""
        return self._base.thresholds

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        """The tag of one text; with `explain`, the words that carried it."""
        found = self.tag_many([text])[0]
        return found.model_copy(update={"why": cues(self.read, text, found.kind)}) if explain else found

    def tag_many(self, texts: Iterable[str]) -> list[Tag]:
        """The tags of many texts, in their order."""
        return list(self.stream(texts))

    def stream(self, texts: Iterable[str]) -> Iterator[Tag]:
        """The tags of any number of texts, worked in batches."""
        rest = iter(texts)
        while batch := list(islice(rest, BATCH)):
            found = self.read(batch)
            for kinds, dimensions in zip(found.kinds, found.dimensions, strict=True):
                yield tag_from(kinds, dimensions, self.version)

    def read(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of raw texts, as this person's corrections change them."""
        views = self._views.of(texts)
        scores = np.stack([view.scores for view in views])
        calibration = self._base.model.calibration
        odds = calibration.kind_odds(scores)
        if self._known:
            odds = odds + self._likeness(views) @ self._lesson
        kinds = softmax(odds)
        for row, view in zip(kinds, views, strict=True):
            given = self._kinds.get(view.key)
            if given is not None:
                rest = np.delete(np.arange(len(KINDS)), given)
                row[rest] *= (1.0 - _SAME_TEXT) / max(float(row[rest].sum()), 1e-9)
                row[given] = 1.0 - row[rest].sum()
        return Probabilities(kinds, calibration.dimensions(scores, kinds))

    def _weighed(self, views: Sequence[_View]) -> FloatArray:
        """Weights of the views' words, one column for each word of the corrected texts."""
        rows = np.zeros((len(views), len(self._columns)), np.float32)
        for row, view in zip(rows, views, strict=True):
            for word in view.words.keys() & self._columns.keys():
                row[self._columns[word]] = view.words[word]
        return rows

    def _likeness(self, views: Sequence[_View]) -> FloatArray:
        """How alike each view is to each corrected text: by words, by meaning, by words of the person's own."""
        words = self._weighed(views) @ self._weights.T
        for row, view in zip(words, views, strict=True):
            shared = {place for word in view.own & self._trusted.keys() for place in self._trusted[word]}
            row[list(shared)] += _OWN_WORD
        meaning = np.maximum(np.stack([view.embedding for view in views]) @ self._embeddings.T, 0.0)
        return np.asarray(words + _MEANING * meaning**3, np.float32)

    def _learn(self) -> FloatArray:
        """Weights of the corrected texts that make their kinds likely without straying far from the model."""
        lesson = np.zeros((len(self._known), len(KINDS)), np.float32)
        if not self._known:
            return lesson
        views = [view for view, _ in self._known]
        odds = self._base.model.calibration.kind_odds(np.stack([view.scores for view in views]))
        truth = np.eye(len(KINDS), dtype=np.float32)[[KINDS.index(kind) for _, kind in self._known]]
        likeness = self._likeness(views)
        rate = 1.0 / (1.0 / _STRENGTH + 0.5 * float(likeness.sum(axis=1).max()))
        for _ in range(_STEPS):
            missing = truth - softmax(odds + likeness @ lesson)
            lesson += rate * (missing - lesson / _STRENGTH)
        return lesson


def _trusted(known: Sequence[tuple[_View, Kind]]) -> dict[int, list[int]]:
    """The person's own words that stand for a kind, with the corrected texts they are in.

    A word stands for a kind when at least two corrections have it and all of them give that kind.
    """
    places: dict[int, list[int]] = {}
    for place, (view, _) in enumerate(known):
        for word in view.own:
            places.setdefault(word, []).append(place)
    return {word: found for word, found in places.items() if len(found) > 1 and len({known[i][1] for i in found}) == 1}


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
