"""Making a new version of the shipped model: train, calibrate, measure, write."""

from __future__ import annotations

from pathlib import Path

from bot.tagger.artifact import FORMAT, ArtifactStore, Meta
from bot.tagger.calibration import choose_thresholds
from bot.tagger.crossvalidation import nested_probabilities
from bot.tagger.figures import figures_of
from bot.tagger.texts import load_texts, texts_digest
from bot.tagger.training import Settings, out_of_fold_scores, prepare, train


def build(texts_path: Path, store: ArtifactStore, version: str | None = None, settings: Settings | None = None) -> Meta:
    """Train a version from labelled texts, write it to the store and return its description.

    Takes a minute or two. Raises `TextsError`, `TrainingUnavailable` or `ArtifactError`.
    """
    settings = settings or Settings()
    texts = load_texts(texts_path)
    data = prepare(texts)
    scores = out_of_fold_scores(data, settings)
    model = train(data, settings, scores)
    held_out = nested_probabilities(scores, texts, settings.folds)
    meta = Meta(
        version=version or next_version(store),
        format=FORMAT,
        sha256="",
        texts_sha256=texts_digest(texts),
        texts=len(texts),
        writers=len({t.writer for t in texts}),
        settings=settings.as_dict(),
        thresholds=choose_thresholds(held_out.kinds, texts),
        figures=figures_of(held_out, texts),
    )
    store.save(model, meta)
    return store.meta(meta.version)


def next_version(store: ArtifactStore) -> str:
    """`v1`, `v2`, …: one more than the highest there is."""
    numbers = [int(m.version[1:]) for m in store.versions() if m.version[1:].isdigit()]
    return f"v{max(numbers, default=0) + 1}"
