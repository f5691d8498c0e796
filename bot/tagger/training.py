"""Training a model from labelled texts. Needs scikit-learn, which running the bot does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.tagger.arrays import FloatArray
from bot.tagger.calibration import fit_calibration
from bot.tagger.encoder import SIZE, WIDTH, encode, warm_up
from bot.tagger.model import DIMENSIONS, KINDS, Calibration, Features, Model
from bot.tagger.ngrams import NgramChoice, Ngrams, fit_ngrams
from bot.tagger.text import normalise
from bot.tagger.texts import LabelledText

_MISSING = "Training needs scikit-learn, which running the bot does not: run `uv sync` in a checkout."


class TrainingUnavailable(Exception):
    """scikit-learn is missing; the message says how to get it."""


@dataclass(frozen=True)
class Settings:
    """What was chosen for training; every value won on writers unseen in training (`docs/tagger.md`).

    `strength` is scikit-learn's `C` (inverse of regularisation), `unevenness` how much an n-gram's
    spread over the kinds weighs (0 … 1), `embedding_weights` scale the embeddings of the whole
    text, its first and its last sentence against the n-gram blocks.
    """

    ngrams: NgramChoice = field(default_factory=NgramChoice)
    strength: float = 0.5
    unevenness: float = 0.5
    embedding_weights: tuple[float, float, float] = (0.7, 0.35, 0.35)
    folds: int = 8

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

    def joined(self, other: Prepared) -> Prepared:
        """These texts and then the others."""
        embeddings = np.concatenate([self.embeddings, other.embeddings])
        return Prepared(self.texts + other.texts, self.normalised + other.normalised, embeddings)


def prepare(texts: Sequence[LabelledText]) -> Prepared:
    """Normalise and embed the texts once."""
    normalised = tuple(normalise(text.text) for text in texts)
    return Prepared(tuple(texts), normalised, encode(normalised))


@contextmanager
def one_core() -> Iterator[None]:
    """Keeps linear algebra to one core, so that every run on a machine gives the same last digits.

    Raises `TrainingUnavailable` without scikit-learn.
    """
    try:
        import sklearn.svm  # noqa: F401 - its libraries must be there to be limited
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ImportError as error:
        raise TrainingUnavailable(_MISSING) from error
    warm_up()
    with threadpool_limits(1):
        yield


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


def out_of_fold_scores(data: Prepared, settings: Settings, extra: Prepared | None = None) -> FloatArray:
    """Uncalibrated scores of every text by a model that has seen no text of its writer.

    `extra` texts (targeted ones, corrections) are trained on in every fold, and never scored.
    """
    scores = np.zeros((len(data.texts), len(KINDS) + len(DIMENSIONS)), np.float32)
    for held_out in folds_of(data.texts, settings.folds):
        rest = data.take(np.setdiff1d(np.arange(len(data.texts)), held_out))
        model = fit_uncalibrated(rest if extra is None else rest.joined(extra), settings)
        scores[held_out] = model.scores(features_of(model.ngrams, data.take(held_out)))
    return scores


def features_of(ngrams: Ngrams, data: Prepared) -> Features:
    """Features of prepared texts, without embedding them again."""
    return Features(tuple(ngrams.vector(t) for t in data.normalised), data.embeddings)


def train(data: Prepared, settings: Settings, scores: FloatArray, extra: Prepared | None = None) -> Model:
    """A model of all the texts, calibrated on the out-of-fold `scores` of `data`.

    The same input gives the same model.
    """
    model = fit_uncalibrated(data if extra is None else data.joined(extra), settings)
    return replace(model, calibration=fit_calibration(scores, data.texts))


def fit_uncalibrated(data: Prepared, settings: Settings) -> Model:
    """Vocabulary and weights from the texts; the calibration is neutral.

    One squared-hinge classifier for each kind and each dimension. Before a classifier is fitted,
    every n-gram is weighed by how unevenly it is spread over the two sides (Wang & Manning, 2012);
    the weighing is folded into the stored weights, so reading a text doesn't know of it.
    """
    ngrams = fit_ngrams(data.normalised, [t.writer for t in data.texts], settings.ngrams)
    matrix = matrix_of(features_of(ngrams, data), ngrams.size, settings.embedding_weights)
    weights = np.zeros((ngrams.size + WIDTH, len(KINDS) + len(DIMENSIONS)), np.float32)
    intercept = np.full(len(KINDS) + len(DIMENSIONS), -2.0, np.float32)  # a kind without texts is never given
    targets = targets_of(data.texts)
    spread = spread_of(matrix[:, : ngrams.size], np.stack(targets), settings.unevenness)
    for place, shown in enumerate(targets):
        if 0 < shown.sum() < len(shown):
            weighing = np.concatenate([spread[place], np.ones(WIDTH)])
            weights[:, place], intercept[place] = _fit_one(matrix, weighing, shown, settings.strength)
    weights[ngrams.size :] *= np.repeat(settings.embedding_weights, SIZE)[:, None]
    stored = weights.astype(np.float16)
    return Model(ngrams, stored[: ngrams.size], stored[ngrams.size :].astype(np.float32), intercept, _neutral())


def matrix_of(features: Features, width: int, embedding_weights: Sequence[float]) -> Any:
    """Features as one sparse matrix: `width` n-gram columns, then the weighted embeddings."""
    try:
        from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
    except ImportError as error:
        raise TrainingUnavailable(_MISSING) from error
    ends = np.cumsum([0, *(len(columns) for columns, _ in features.grams)])
    columns = np.concatenate([columns for columns, _ in features.grams])
    values = np.concatenate([values for _, values in features.grams])
    grams = csr_matrix((values, columns, ends), shape=(len(features), width))
    return hstack([grams, csr_matrix(features.embeddings * np.repeat(embedding_weights, SIZE))]).tocsr()


def targets_of(texts: Sequence[LabelledText]) -> list[NDArray[np.bool_]]:
    """Which texts show each kind, then each dimension."""
    kinds = [np.array([t.kind is kind for t in texts]) for kind in KINDS]
    return kinds + [np.array([dimension in t.dimensions for t in texts]) for dimension in DIMENSIONS]


def _fit_one(
    matrix: Any, weighing: NDArray[np.float64], shown: NDArray[np.bool_], strength: float
) -> tuple[FloatArray, float]:
    try:
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise TrainingUnavailable(_MISSING) from error
    weighed = matrix.astype(np.float64)
    weighed.data *= weighing[weighed.indices]
    fitted = LinearSVC(C=strength, dual=True, random_state=0, max_iter=3000).fit(weighed, shown)
    return np.asarray(fitted.coef_[0] * weighing, np.float32), float(fitted.intercept_[0])


def spread_of(grams: Any, targets: NDArray[np.bool_], share: float) -> NDArray[np.float64]:
    """How unevenly each n-gram is spread over both sides of each target, mixed with 1 by `share`; quadratic mean 1."""
    present = grams.astype(np.float64)
    present.data[:] = 1.0
    there = 1.0 + (present.T @ targets.T.astype(np.float64)).T
    elsewhere = 2.0 + np.asarray(present.sum(axis=0)) - there
    rare = np.log(there / there.sum(axis=1, keepdims=True))
    uneven = np.abs(rare - np.log(elsewhere / elsewhere.sum(axis=1, keepdims=True)))
    mixed = (1.0 - share) + share * uneven
    return np.asarray(mixed / np.sqrt((mixed * mixed).mean(axis=1, keepdims=True)))


def _neutral() -> Calibration:
    kinds, dimensions = np.ones(len(KINDS), np.float32), np.ones(len(DIMENSIONS), np.float32)
    return Calibration(kinds, kinds * 0, dimensions, dimensions * 0, dimensions * 0)
