"""The tagger's model: scores from n-grams and an embedding, turned into calibrated probabilities.

Everything here is numpy; scikit-learn is needed for training only (`bot/tagger/training.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.tagging import DIMENSIONS_OF, Dimension, Kind
from bot.tagger.arrays import FloatArray
from bot.tagger.encoder import encode
from bot.tagger.ngrams import Ngrams
from bot.tagger.text import normalise

KINDS: tuple[Kind, ...] = tuple(Kind)
DIMENSIONS: tuple[Dimension, ...] = tuple(Dimension)

#: How many texts are worked at once: enough to keep the encoder busy, little enough to stay small.
BATCH = 256


@dataclass(frozen=True)
class Features:
    """What the model sees of some texts: sparse n-gram vectors and the rows of their embeddings."""

    grams: tuple[tuple[NDArray[np.int32], FloatArray], ...]
    embeddings: FloatArray

    def __len__(self) -> int:
        return len(self.grams)


@dataclass(frozen=True)
class Probabilities:
    """Calibrated probabilities: `kinds` has a row of 12 that sums to one, `dimensions` a row of 6."""

    kinds: FloatArray
    dimensions: FloatArray


@dataclass(frozen=True)
class Calibration:
    """From scores to probabilities that mean what they say.

    `kind_scale` and `kind_shift` (12 each) turn the kinds' scores to log-odds. A dimension's
    log-odds are its own score by `dimension_scale`, what the kinds say of it by `dimension_prior`,
    and `dimension_shift` (6 each).
    """

    kind_scale: FloatArray
    kind_shift: FloatArray
    dimension_scale: FloatArray
    dimension_prior: FloatArray
    dimension_shift: FloatArray

    def probabilities(self, scores: FloatArray) -> Probabilities:
        """Probabilities of rows of 18 scores."""
        kinds = softmax(self.kind_odds(scores))
        return Probabilities(kinds, self.dimensions(scores, kinds))

    def kind_odds(self, scores: FloatArray) -> FloatArray:
        """Log-odds of the kinds, up to a constant in each row."""
        return np.asarray(scores[:, : len(KINDS)] * self.kind_scale + self.kind_shift, np.float32)

    def dimensions(self, scores: FloatArray, kinds: FloatArray) -> FloatArray:
        """Probabilities of the dimensions, given those of the kinds."""
        own = scores[:, len(KINDS) :] * self.dimension_scale + self.dimension_shift
        return sigmoid(own + self.dimension_prior * expected(kinds))


@dataclass(frozen=True)
class Model:
    """A linear model over both feature blocks, with its calibration.

    Columns of the weights are the twelve kinds in the order of `Kind`, then the six dimensions in
    the order of `Dimension`. Those of the n-grams, the largest part of a model, stay in the 16 bits they are stored in.
    """

    ngrams: Ngrams
    gram_weights: NDArray[np.float16]
    embedding_weights: FloatArray
    intercept: FloatArray
    calibration: Calibration

    def features(self, normalised: Sequence[str]) -> Features:
        """Features of texts that went through `normalise`."""
        return Features(tuple(self.ngrams.vector(t) for t in normalised), encode(normalised))

    def scores(self, features: Features) -> FloatArray:
        """Uncalibrated scores, one row of 18 a text."""
        out = features.embeddings @ self.embedding_weights + self.intercept
        for row, (columns, values) in zip(out, features.grams, strict=True):
            if len(columns):
                row += values @ self.gram_weights[columns]
        return np.asarray(out, np.float32)

    def read(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of raw texts, all at once; for many texts call it with `BATCH` at a time."""
        return self.calibration.probabilities(self.scores(self.features([normalise(t) for t in texts])))


def softmax(scores: FloatArray) -> FloatArray:
    """Rows of probabilities from rows of scores."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)


def sigmoid(scores: FloatArray) -> FloatArray:
    """Probabilities from log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0))), np.float32)


def expected(kinds: FloatArray) -> FloatArray:
    """Log-odds of each dimension if every kind showed exactly the dimensions the codebook gives it."""
    share = np.clip(kinds @ _SHOWS, 0.01, 0.99)
    return np.asarray(np.log(share / (1.0 - share)), np.float32)


_SHOWS = np.array([[d in DIMENSIONS_OF[k] for d in DIMENSIONS] for k in KINDS], np.float32)
