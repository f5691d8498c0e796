"""Probabilities for every labelled text by a model and a calibration that have not seen its writer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.tagger.arrays import FloatArray
from bot.tagger.calibration import Calibration, fit_calibration
from bot.tagger.model import DIMENSIONS, KINDS, Probabilities, expected, sigmoid, softmax
from bot.tagger.texts import LabelledText
from bot.tagger.training import folds_of


def nested_probabilities(scores: FloatArray, texts: Sequence[LabelledText], folds: int) -> Probabilities:
    """Out-of-fold scores calibrated fold by fold, each with what was fitted on the other folds."""
    kinds = np.zeros((len(texts), len(KINDS)), np.float32)
    dimensions = np.zeros((len(texts), len(DIMENSIONS)), np.float32)
    for held_out in folds_of(texts, folds):
        rest = np.setdiff1d(np.arange(len(texts)), held_out)
        calibration = fit_calibration(scores[rest], [texts[int(i)] for i in rest])
        found = calibrate(scores[held_out], calibration)
        kinds[held_out], dimensions[held_out] = found.kinds, found.dimensions
    return Probabilities(kinds, dimensions)


def calibrate(scores: FloatArray, calibration: Calibration) -> Probabilities:
    """Probabilities of scores under a calibration."""
    kinds = softmax(scores[:, : len(KINDS)] * calibration.kind_scale + calibration.kind_shift)
    own = scores[:, len(KINDS) :] * calibration.dimension_scale + calibration.dimension_shift
    return Probabilities(kinds, sigmoid(own + calibration.dimension_prior * expected(kinds)))
