"""The shared evaluation set of a model: its training texts, scored by models that hadn't seen their writers.

The scores are made when the model is trained and lie beside it, so that a running bot, which has no scikit-learn,
can ask of anything laid over the model whether it is worse for everybody. The texts themselves are those the model
was trained from; a set whose texts are not those of `bot/tagger/texts` can't be used.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.tagger.arrays import FloatArray
from bot.tagger.artifact import ArtifactError
from bot.tagger.texts import TRAINING_TEXTS, LabelledText, load_texts, texts_digest

FILE = "held_out.npz"


@dataclass(frozen=True)
class HeldOut:
    """Texts, and a row of 18 scores for each by a model that has not seen its writer."""

    texts: tuple[LabelledText, ...]
    scores: FloatArray


def save_held_out(folder: Path, held_out: HeldOut) -> None:
    """Write the scores beside a version's model, with the digest of the texts they belong to."""
    digest = np.frombuffer(texts_digest(held_out.texts).encode(), np.uint8)
    np.savez_compressed(folder / FILE, scores=held_out.scores.astype(np.float16), texts=digest)


def load_held_out(folder: Path, texts: Sequence[LabelledText] | None = None) -> HeldOut:
    """The set beside a version's model. Raises `ArtifactError` when there is none, or it belongs to other texts."""
    there = tuple(texts if texts is not None else load_texts(TRAINING_TEXTS))
    try:
        with np.load(folder / FILE, allow_pickle=False) as held:
            scores, digest = held["scores"].astype(np.float32), held["texts"].tobytes().decode()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        message = f"Tagger model {folder.name!r} has no evaluation set that can be read; train it again."
        raise ArtifactError(message, folder.name) from error
    if digest != texts_digest(there) or len(scores) != len(there):
        message = f"The evaluation set of tagger model {folder.name!r} belongs to other texts; train it again."
        raise ArtifactError(message, folder.name)
    return HeldOut(there, scores)
