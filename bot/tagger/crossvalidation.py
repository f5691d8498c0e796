"""Probabilities for every labelled text by a model and a calibration that have not seen its writer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.tagger.arrays import FloatArray
from bot.tagger.calibration import fit_calibration
from bot.tagger.model import DIMENSIONS, KINDS, Probabilities
from bot.tagger.texts import LabelledText
from bot.tagger.training import folds_of


def nested_probabilities(scores: FloatArray, texts: Sequence[LabelledText], folds: int) -> Probabilities:
    """Out-of-fold scores calibrated fold by fold, each with what was fitted on the other folds."""
    kinds = np.zeros((len(texts), len(KINDS)), np.float32)
    dimensions = np.zeros((len(texts), len(DIMENSIONS)), np.float32)
    for held_out in folds_of(texts, folds):
        rest = np.setdiff1d(np.arange(len(texts)), held_out)
        calibration = fit_calibration(scores[rest], [texts[int(i)] for i in rest])
        found = calibration.probabilities(scores[held_out])
        kinds[held_out], dimensions[held_out] = found.kinds, found.dimensions
    return Probabilities(kinds, dimensions)
