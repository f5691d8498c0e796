"""The tagger's figures: how often it is right, and how well it knows when it isn't."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.tagging import Kind
from bot.tagger.arrays import FloatArray
from bot.tagger.model import DIMENSIONS, KINDS, Probabilities
from bot.tagger.texts import LabelledText

_NONE = KINDS.index(Kind.NONE)
_PLAIN = [KINDS.index(Kind.DELIVERY), _NONE]


def figures_of(found: Probabilities, texts: Sequence[LabelledText]) -> dict[str, float]:
    """All figures of probabilities against labels, rounded to four places.

    `macro_f1` over the twelve kinds; `top2`: the kind is among the two best; `recall_at_95`:
    share of evidence found at 95 % precision where half the texts are evidence; `dimensions_f1`
    (micro); `ece`: mean gap between confidence and being right.
    """
    truth = np.array([KINDS.index(t.kind) for t in texts])
    figures = {
        "macro_f1": macro_f1(truth, found.kinds.argmax(axis=1)),
        "accuracy": float((truth == found.kinds.argmax(axis=1)).mean()),
        "top2": top_two(truth, found.kinds),
        "recall_at_95": evidence_recall(truth, found.kinds),
        "dimensions_f1": dimensions_f1(found, texts),
        "ece": calibration_error(truth, found.kinds),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def macro_f1(truth: NDArray[np.intp], given: NDArray[np.intp]) -> float:
    """Mean F1 of the kinds that occur in the labels or the answers."""
    scores = []
    for kind in range(len(KINDS)):
        right = int(((truth == kind) & (given == kind)).sum())
        total = int((truth == kind).sum() + (given == kind).sum())
        if total:
            scores.append(2 * right / total)
    return float(np.mean(scores)) if scores else 0.0


def top_two(truth: NDArray[np.intp], kinds: FloatArray) -> float:
    """Share of texts whose kind is among the two most probable."""
    best = np.argsort(-kinds, axis=1, kind="stable")[:, :2]
    return float((best == truth[:, None]).any(axis=1).mean())


def evidence_recall(truth: NDArray[np.intp], kinds: FloatArray, precision: float = 0.95) -> float:
    """Largest share of evidence found at this precision, evidence and none weighing the same in all."""
    evidence = truth != _NONE
    if evidence.all() or not evidence.any():
        return float("nan")
    order = np.argsort(kinds[:, _NONE], kind="stable")
    found = np.cumsum(evidence[order]) / evidence.sum()
    false = np.cumsum(~evidence[order]) / (~evidence).sum()
    good = found / np.maximum(found + false, 1e-12) >= precision
    return float(found[good].max(initial=0.0))


def dimensions_f1(found: Probabilities, texts: Sequence[LabelledText]) -> float:
    """Micro-F1 of the dimensions shown, as `reading.tag_from` shows them."""
    truth = np.array([[d in t.dimensions for d in DIMENSIONS] for t in texts], bool)
    given = found.dimensions >= 0.5
    given &= ~np.isin(found.kinds.argmax(axis=1), _PLAIN)[:, None]
    right = int((truth & given).sum())
    return 2 * right / max(1, int(truth.sum() + given.sum()))


def reliability(truth: NDArray[np.intp], kinds: FloatArray, bins: int = 10) -> list[tuple[float, float, int]]:
    """For ten equal steps of confidence: mean confidence, share right, number of texts; empty steps left out."""
    confidence, right = kinds.max(axis=1), kinds.argmax(axis=1) == truth
    step = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = []
    for b in range(bins):
        inside = step == b
        if inside.any():
            rows.append((float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum())))
    return rows


def calibration_error(truth: NDArray[np.intp], kinds: FloatArray) -> float:
    """Expected calibration error: mean gap between confidence and share right, over ten steps."""
    rows = reliability(truth, kinds)
    return sum(abs(confidence - right) * count for confidence, right, count in rows) / max(1, len(truth))
