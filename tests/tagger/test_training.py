"""Training is reproducible, agrees with scikit-learn, and its probabilities are probabilities."""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import diags
from sklearn.svm import LinearSVC

from bot.domain.tagging import Dimension, Kind
from bot.tagger.artifact import arrays_of, digest
from bot.tagger.calibration import choose_thresholds, fit_calibration
from bot.tagger.figures import calibration_error, evidence_recall, macro_f1, top_two
from bot.tagger.model import DIMENSIONS, KINDS
from bot.tagger.texts import LabelledText
from bot.tagger.training import (
    Prepared,
    TrainingUnavailable,
    features_of,
    fit_uncalibrated,
    folds_of,
    matrix_of,
    out_of_fold_scores,
    spread_of,
    train,
)
from tests.tagger.conftest import SMALL


def test_the_same_texts_give_the_same_model(few: Prepared) -> None:
    one, two = (train(few, SMALL, out_of_fold_scores(few, SMALL)) for _ in range(2))
    assert digest(arrays_of(one)) == digest(arrays_of(two))
    fewer = few.take(np.arange(len(few.texts) - 1))
    assert digest(arrays_of(fit_uncalibrated(fewer, SMALL))) != digest(arrays_of(fit_uncalibrated(few, SMALL)))


def test_scores_are_those_of_scikit_learn(few: Prepared) -> None:
    model = fit_uncalibrated(few, SMALL)
    features = features_of(model.ngrams, few)
    matrix = matrix_of(features, model.ngrams.size, SMALL.embedding_weights)
    scores = model.scores(features)
    for kind in (Kind.UNBLOCK, Kind.NONE):
        shown = np.array([text.kind is kind for text in few.texts])
        spread = spread_of(matrix[:, : model.ngrams.size], shown[None], SMALL.unevenness)[0]
        weighed = matrix @ diags(np.concatenate([spread, np.ones(matrix.shape[1] - model.ngrams.size)]))
        theirs = LinearSVC(C=SMALL.strength, dual=True, random_state=0, max_iter=3000).fit(weighed, shown)
        ours = scores[:, KINDS.index(kind)]
        np.testing.assert_allclose(ours, theirs.decision_function(weighed), atol=5e-3)  # weights are kept in 16 bits


def test_no_writer_is_in_two_folds(few_texts: list[LabelledText]) -> None:
    folds = folds_of(few_texts, 3)
    writers = [{few_texts[i].writer for i in fold} for fold in folds]
    assert sorted(int(i) for fold in folds for i in fold) == list(range(len(few_texts)))
    assert all(not (a & b) for n, a in enumerate(writers) for b in writers[n + 1 :])
    assert len(folds_of(few_texts, 50)) == 3


def test_calibrated_probabilities_sum_to_one_and_mean_what_they_say() -> None:
    draw = np.random.default_rng(1)
    truth = draw.integers(0, len(KINDS), 3000)
    scores = draw.normal(0, 0.35, (3000, len(KINDS) + len(DIMENSIONS))).astype(np.float32)
    scores[np.arange(3000), truth] += 0.8
    texts = [LabelledText(text=str(i), kind=KINDS[k], dimensions=(Dimension.SCOPE,)) for i, k in enumerate(truth)]
    found = fit_calibration(scores[:2000], texts[:2000]).probabilities(scores[2000:])
    np.testing.assert_allclose(found.kinds.sum(axis=1), 1, atol=1e-5)
    assert ((found.dimensions >= 0) & (found.dimensions <= 1)).all()
    assert calibration_error(truth[2000:], found.kinds) < 0.05
    assert found.dimensions[:, DIMENSIONS.index(Dimension.SCOPE)].min() > 0.9


def test_figures_of_known_answers() -> None:
    truth = np.array([0, 0, 1, 11])
    kinds = np.full((4, 12), 0.01, np.float32)
    kinds[[0, 1, 2, 3], [0, 1, 1, 11]] = 0.6
    kinds[1, 0] = 0.3
    assert macro_f1(truth, kinds.argmax(axis=1)) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert top_two(truth, kinds) == 1.0
    assert evidence_recall(truth, kinds) == 1.0
    assert calibration_error(truth, kinds) == pytest.approx(0.15, abs=1e-6)


def test_thresholds_are_stricter_for_texts_nobody_marked(few: Prepared) -> None:
    scores = out_of_fold_scores(few, SMALL)
    kinds = fit_calibration(scores, few.texts).probabilities(scores).kinds
    thresholds = choose_thresholds(kinds, few.texts)
    assert 0 < thresholds.show <= 0.9 <= thresholds.suggest < 1


def test_without_scikit_learn_training_says_what_to_do(few: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith(("sklearn", "scipy")):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(TrainingUnavailable, match="uv sync"):
        fit_uncalibrated(few, SMALL)


def test_a_kind_without_texts_is_never_given(few: Prepared) -> None:
    rows = np.array([i for i, t in enumerate(few.texts) if t.kind is not Kind.COHERENCE], np.intp)
    model = fit_uncalibrated(few.take(rows), replace(SMALL, folds=2))
    scores = model.scores(features_of(model.ngrams, few))[:, : len(KINDS)]
    assert (scores.argmax(axis=1) != KINDS.index(Kind.COHERENCE)).all()
