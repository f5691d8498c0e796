"""Making a new version of a model: train, calibrate, measure, write; with corrections, only if it's no worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.tagger.arrays import FloatArray
from bot.tagger.artifact import FORMAT, ArtifactStore, Meta
from bot.tagger.calibration import choose_thresholds
from bot.tagger.crossvalidation import nested_probabilities
from bot.tagger.figures import figures_of
from bot.tagger.held_out import held_out_from, save_held_out
from bot.tagger.texts import LabelledText, texts_digest
from bot.tagger.training import Prepared, Settings, one_core, out_of_fold_scores, prepare, train


@dataclass(frozen=True)
class Retrained:
    """What became of a candidate: the version it was saved as, or `None` because it was worse.

    `before` and `after` are the figures on the shared texts, by models that hadn't seen their
    writers, without and with the corrections.
    """

    version: str | None
    before: dict[str, float]
    after: dict[str, float]


def build(
    texts: Sequence[LabelledText],
    store: ArtifactStore,
    version: str | None = None,
    settings: Settings | None = None,
    targeted: Sequence[LabelledText] = (),
) -> Meta:
    """Train a version from labelled texts, write it to the store and return its description.

    It is calibrated and measured on `texts`; `targeted` ones are only trained on.
    Takes some minutes. Raises `TrainingUnavailable` or `ArtifactError`.
    """
    with one_core():
        data, extra, chosen = prepare(texts), prepare(targeted), settings or Settings()
        return _save(data, extra, out_of_fold_scores(data, chosen, extra), store, version, chosen)


def retrain(
    texts: Sequence[LabelledText],
    corrections: Sequence[LabelledText],
    store: ArtifactStore,
    settings: Settings | None = None,
    targeted: Sequence[LabelledText] = (),
) -> Retrained:
    """Train a candidate that also knows a workspace's corrections; put it to use only if it's no worse.

    `texts` are the shared training texts: the candidate replaces the model in use when its
    macro-F1 on them, by writers it has not seen, is at least that of training without the
    corrections. The version before can be had back with `ArtifactStore.rollback`.
    """
    with one_core():
        return _retrain(prepare(texts), prepare(targeted), prepare(corrections), store, settings or Settings())


def _retrain(
    data: Prepared, targeted: Prepared, corrections: Prepared, store: ArtifactStore, settings: Settings
) -> Retrained:
    texts, extra = data.texts, targeted.joined(corrections)
    scores = out_of_fold_scores(data, settings, targeted)
    before = figures_of(nested_probabilities(scores, texts, settings.folds), texts)
    scores = out_of_fold_scores(data, settings, extra)
    after = figures_of(nested_probabilities(scores, texts, settings.folds), texts)
    if after["macro_f1"] < before["macro_f1"]:
        return Retrained(None, before, after)
    version = _save(data, extra, scores, store, None, settings).version
    store.activate(version)
    return Retrained(version, before, after)


def _save(
    data: Prepared,
    extra: Prepared,
    scores: FloatArray,
    store: ArtifactStore,
    version: str | None,
    settings: Settings,
) -> Meta:
    model = train(data, settings, scores, extra)
    held_out = nested_probabilities(scores, data.texts, settings.folds)
    used = data.texts + extra.texts
    meta = Meta(
        version=version or next_version(store),
        format=FORMAT,
        sha256="",
        texts_sha256=texts_digest(used),
        texts=len(used),
        writers=len({t.writer for t in used}),
        settings=settings.as_dict(),
        thresholds=choose_thresholds(held_out.kinds, data.texts),
        figures=figures_of(held_out, data.texts),
    )
    folder = store.save(model, meta)
    saved = store.meta(meta.version)
    save_held_out(folder, held_out_from(data, scores, model), saved.sha256)
    return saved


def next_version(store: ArtifactStore) -> str:
    """`v1`, `v2`, …: one more than the highest there is."""
    numbers = [int(m.version[1:]) for m in store.versions() if m.version[1:].isdigit()]
    return f"v{max(numbers, default=0) + 1}"
