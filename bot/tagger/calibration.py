"""Fitting the calibration that turns scores to probabilities, and choosing thresholds.

Fitted on scores of texts whose writers the scoring model had not seen, so that the probabilities
hold for people it doesn't know.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.tagging import Thresholds
from bot.tagger.arrays import FloatArray
from bot.tagger.model import DIMENSIONS, KINDS, Calibration, expected, sigmoid, softmax
from bot.tagger.texts import LabelledText

_STEPS = 800
_RATE = 0.05
_PULL = 0.02


def fit_calibration(scores: FloatArray, texts: Sequence[LabelledText]) -> Calibration:
    """The calibration that makes the labels of out-of-fold `scores` most likely (plain gradient descent).

    A slight pull towards one common scale and no shift keeps rare kinds from being overfitted.
    """
    kinds = np.array([KINDS.index(t.kind) for t in texts])
    shown = np.array([[d in t.dimensions for d in DIMENSIONS] for t in texts], np.float64)
    kind_scores = scores[:, : len(KINDS)].astype(np.float64)
    scale, shift = _fit_kinds(kind_scores, kinds)
    probabilities = softmax((kind_scores * scale + shift).astype(np.float32))
    own = scores[:, len(KINDS) :].astype(np.float64)
    columns = [_fit_dimension(own[:, i], expected(probabilities)[:, i], shown[:, i]) for i in range(len(DIMENSIONS))]
    table = np.array(np.round(columns, 4), np.float32)
    scale, shift = np.round(scale, 4), np.round(shift, 4)
    return Calibration(scale.astype(np.float32), shift.astype(np.float32), table[:, 0], table[:, 1], table[:, 2])


def _fit_kinds(scores: NDArray[np.float64], kinds: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    truth = np.eye(len(KINDS))[kinds]
    scale, shift = np.full(len(KINDS), 3.0), np.zeros(len(KINDS))
    descent = _Descent(2 * len(KINDS))
    for _ in range(_STEPS):
        error = softmax(np.asarray(scores * scale + shift, np.float32)) - truth
        to_scale = (error * scores).mean(axis=0) + _PULL * (scale - scale.mean())
        to_shift = error.mean(axis=0) + _PULL * shift / len(KINDS)
        step = descent.step(np.concatenate([to_scale, to_shift]))
        scale, shift = scale - step[: len(KINDS)], shift - step[len(KINDS) :]
    return scale, shift


def _fit_dimension(own: NDArray[np.float64], prior: FloatArray, shown: NDArray[np.float64]) -> NDArray[np.float64]:
    columns = np.stack([own, prior.astype(np.float64), np.ones_like(own)], axis=1)
    weights = np.array([0.5, 0.5, 0.0])
    descent = _Descent(3)
    for _ in range(_STEPS):
        error = sigmoid(np.asarray(columns @ weights, np.float32)) - shown
        weights = weights - descent.step((columns * error[:, None]).mean(axis=0))
    return weights


class _Descent:
    """Adam (Kingma & Ba, 2015) with a rate that falls to nothing at the last step."""

    def __init__(self, size: int) -> None:
        self._mean, self._square, self._count = np.zeros(size), np.zeros(size), 0

    def step(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        self._count += 1
        self._mean = 0.9 * self._mean + 0.1 * gradient
        self._square = 0.999 * self._square + 0.001 * gradient**2
        mean, square = self._mean / (1 - 0.9**self._count), self._square / (1 - 0.999**self._count)
        rate = _RATE * (1 - self._count / (_STEPS + 1))
        return np.asarray(rate * mean / (np.sqrt(square) + 1e-9))


def choose_thresholds(kinds: FloatArray, texts: Sequence[LabelledText]) -> Thresholds:
    """Thresholds from out-of-fold probabilities.

    `show`: the lowest probability of the best kind from which on at least 95 % of the tags shown are
    right. `suggest`: the lowest probability of multiplying evidence from which on at most 1 in
    200 of the texts without any is suggested (they are harder than what real channels hold).
    """
    best, p = kinds.argmax(axis=1), kinds.max(axis=1)
    right = np.array([KINDS[i] in (t.kind, t.second) for i, t in zip(best, texts, strict=True)])
    order = np.argsort(-p, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(running >= 0.95)
    show = float(p[order][good[-1]]) if len(good) else 0.95
    plain = [KINDS.index(k) for k in KINDS if k in ("none", "delivery")]
    without = np.array([t.kind in ("none", "delivery") for t in texts])
    multiplying = 1.0 - kinds[without][:, plain].sum(axis=1)
    suggest = float(np.quantile(multiplying, 1 - 1 / 200)) if without.any() else 0.99
    return Thresholds(show=round(min(show, 0.9), 3), suggest=round(min(max(suggest, 0.9), 0.999), 3))
