"""Training a model from labelled texts. Needs scikit-learn, which running the bot does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.tagger.arrays import FloatArray
from bot.tagger.calibration import Calibration, fit_calibration
from bot.tagger.encoder import WIDTH, encode
from bot.tagger.model import DIMENSIONS, KINDS, Features, Model
from bot.tagger.ngrams import NgramChoice, Ngrams, fit_ngrams
from bot.tagger.text import normalise
from bot.tagger.texts import LabelledText


class TrainingUnavailable(Exception):
    """scikit-learn is missing. Install the development dependencies: `uv sync`."""


@dataclass(frozen=True)
class Settings:
    """What was chosen for training; every value won on writers unseen in training (`docs/tagger.md`).

    `strength` and `dimension_strength` are scikit-learn's `C` (inverse of regularisation),
    `embedding_weight` scales the sentence embedding against the n-gram blocks.
    """

    ngrams: NgramChoice = field(default_factory=NgramChoice)
    strength: float = 4.0
    dimension_strength: float = 1.0
    embedding_weight: float = 1.0
    folds: int = 5

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values for the artifact's description."""
        return asdict(self)


@dataclass(frozen=True)
class Prepared:
    """Training texts with what doesn't change between folds: normalised words and embeddings."""

    texts: tuple[LabelledText, ...]
    normalised: tuple[str, ...]
    embeddings: FloatArray

    def take(self, rows: NDArray[np.intp]) -> Prepared:
        """Some of the texts, in the order given."""
        some = [int(i) for i in rows]
        return Prepared(
            tuple(self.texts[i] for i in some), tuple(self.normalised[i] for i in some), self.embeddings[rows]
        )


def prepare(texts: Sequence[LabelledText]) -> Prepared:
    """Normalise and embed the texts once."""
    normalised = tuple(normalise(text.text) for text in texts)
    return Prepared(tuple(texts), normalised, encode(normalised))


def folds_of(texts: Sequence[LabelledText], count: int) -> list[NDArray[np.intp]]:
    """Row numbers of each fold; a writer's texts are all in one fold, folds are of similar size.

    With fewer writers than `count` there are as many folds as writers.
    """
    sizes: dict[str, int] = {}
    for text in texts:
        sizes[text.writer] = sizes.get(text.writer, 0) + 1
    loads = [0] * min(count, len(sizes))
    fold_of: dict[str, int] = {}
    for writer in sorted(sizes, key=lambda w: (-sizes[w], w)):
        fold_of[writer] = loads.index(min(loads))
        loads[fold_of[writer]] += sizes[writer]
    return [np.array([i for i, t in enumerate(texts) if fold_of[t.writer] == n], np.intp) for n in range(len(loads))]


def out_of_fold_scores(data: Prepared, settings: Settings) -> FloatArray:
    """Uncalibrated scores of every text by a model that has seen no text of its writer."""
    scores = np.zeros((len(data.texts), len(KINDS) + len(DIMENSIONS)), np.float32)
    for held_out in folds_of(data.texts, settings.folds):
        rest = np.setdiff1d(np.arange(len(data.texts)), held_out)
        model = fit_uncalibrated(data.take(rest), settings)
        scores[held_out] = model.scores(features_of(model.ngrams, data.take(held_out)))
    return scores


def features_of(ngrams: Ngrams, data: Prepared) -> Features:
    """Features of prepared texts, without embedding them again."""
    return Features(tuple(ngrams.vector(t) for t in data.normalised), data.embeddings)


def train(data: Prepared, settings: Settings, scores: FloatArray) -> Model:
    """A model of all the texts, calibrated on their out-of-fold scores. The same input gives the same model."""
    model = fit_uncalibrated(data, settings)
    return calibrated(model, fit_calibration(scores, data.texts))


def calibrated(model: Model, calibration: Calibration) -> Model:
    """The model with another calibration."""
    return Model(
        ngrams=model.ngrams,
        gram_weights=model.gram_weights,
        embedding_weights=model.embedding_weights,
        intercept=model.intercept,
        kind_scale=calibration.kind_scale,
        kind_shift=calibration.kind_shift,
        dimension_scale=calibration.dimension_scale,
        dimension_prior=calibration.dimension_prior,
        dimension_shift=calibration.dimension_shift,
    )


def fit_uncalibrated(data: Prepared, settings: Settings) -> Model:
    """Vocabulary and weights from the texts; the calibration is neutral."""
    try:
        from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    except ImportError as error:
        raise TrainingUnavailable("Training needs scikit-learn: run `uv sync` in the checkout.") from error
    ngrams = fit_ngrams(data.normalised, [t.writer for t in data.texts], settings.ngrams)
    rows = [ngrams.vector(text) for text in data.normalised]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    values, columns = np.concatenate([v for _, v in rows]), np.concatenate([c for c, _ in rows])
    grams = csr_matrix((values, columns, ends), shape=(len(rows), ngrams.size))
    matrix = hstack([grams, csr_matrix(data.embeddings * settings.embedding_weight)]).tocsr()

    heads = LogisticRegression(C=settings.strength, max_iter=400, tol=1e-3)
    heads.fit(matrix, [KINDS.index(t.kind) for t in data.texts])
    weights = np.zeros((ngrams.size + WIDTH, len(KINDS) + len(DIMENSIONS)), np.float32)
    intercept = np.zeros(len(KINDS) + len(DIMENSIONS), np.float32)
    intercept[: len(KINDS)] = -20.0  # a kind no training text shows is never given
    weights[:, heads.classes_], intercept[heads.classes_] = heads.coef_.T, heads.intercept_
    for place, dimension in enumerate(DIMENSIONS, len(KINDS)):
        shown = [dimension in t.dimensions for t in data.texts]
        if len(set(shown)) == 2:
            head = LogisticRegression(C=settings.dimension_strength, max_iter=400, tol=1e-3).fit(matrix, shown)
            weights[:, place], intercept[place] = head.coef_[0], head.intercept_[0]
    return _model(ngrams, weights, intercept, settings.embedding_weight)


def _model(ngrams: Ngrams, weights: FloatArray, intercept: FloatArray, embedding_weight: float) -> Model:
    """A model with neutral calibration, its weights rounded as they will be stored."""
    stored = weights.astype(np.float16).astype(np.float32)
    kinds, dimensions = np.ones(len(KINDS), np.float32), np.ones(len(DIMENSIONS), np.float32)
    scaled = (weights[ngrams.size :] * embedding_weight).astype(np.float16).astype(np.float32)
    return Model(
        ngrams, stored[: ngrams.size], scaled, intercept, kinds, kinds * 0, dimensions, dimensions * 0, dimensions * 0
    )
