"""The shared evaluation set of a model: its training texts, scored by models that hadn't seen their writers.

It is made when the model is trained and lies beside it, so that a running bot, which has no scikit-learn and other
things to do, can ask in about a second whether something laid over the model is worse for everybody. It holds what
judging needs and no words: of each text its kind, scores and embedding, and the weights of its words by hash. Those
weights are the model's, so the set belongs to one model and names it.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.tagger.arrays import FloatArray
from bot.tagger.artifact import ArtifactError
from bot.tagger.encoder import SIZE
from bot.tagger.model import KINDS, Model
from bot.tagger.views import HashedWords, View, WordWeights

if TYPE_CHECKING:
    from bot.tagger.training import Prepared

FILE = "held_out.npz"
#: Numbers of an embedding lie between -1 and 1, and are kept in so many steps to each side.
_STEPS = 127.0


@dataclass(frozen=True)
class HeldOut:
    """Of each text: the place of its kind, 18 scores by a model that hadn't seen its writer, its meaning and words."""

    kinds: NDArray[np.intp]
    scores: FloatArray
    embeddings: NDArray[np.int8]
    words: HashedWords
    own: HashedWords

    def __len__(self) -> int:
        return len(self.kinds)

    def views(self, start: int, stop: int) -> list[View]:
        """Some of the texts, as a layer sees them."""
        parts = (self.embeddings[start:stop], self.scores[start:stop])
        rows = zip(*parts, self.words.of(start, stop), self.own.of(start, stop), strict=True)
        return [
            View(embedding.astype(np.float32) / _STEPS, words, frozenset(own), scores, b"")
            for embedding, scores, words, own in rows
        ]


def held_out_from(data: Prepared, scores: FloatArray, model: Model) -> HeldOut:
    """The set that prepared texts and their out-of-fold scores make for this model."""
    weigh = WordWeights(model.ngrams)
    seen = [weigh(text) for text in data.normalised]
    return HeldOut(
        kinds=np.array([KINDS.index(text.kind) for text in data.texts], np.intp),
        scores=scores,
        embeddings=np.round(data.embeddings[:, :SIZE] * _STEPS).astype(np.int8),
        words=HashedWords.from_texts([words for words, _ in seen]),
        own=HashedWords.from_texts([dict.fromkeys(own, 1.0) for _, own in seen]),
    )


def save_held_out(folder: Path, held_out: HeldOut, model_sha256: str) -> None:
    """Write the set beside a version's model, with the hash of the model it belongs to."""
    arrays = {
        "model": np.frombuffer(model_sha256.encode(), np.uint8),
        "kinds": held_out.kinds.astype(np.uint8),
        "scores": held_out.scores.astype(np.float16),
        "embeddings": held_out.embeddings,
        **held_out.words.arrays("words"),
        **held_out.own.arrays("own"),
    }
    np.savez_compressed(folder / FILE, **arrays)  # type: ignore[arg-type]


def has_held_out(folder: Path, model_sha256: str) -> bool:
    """Whether a set lies there that names this model. Reads no more than the name."""
    try:
        return _read(folder, ["model"])["model"].tobytes().decode() == model_sha256
    except (ArtifactError, UnicodeDecodeError):
        return False


def load_held_out(folder: Path, model_sha256: str) -> HeldOut:
    """The set beside a version's model. Raises `ArtifactError` when there is none, or it belongs to another model."""
    if not has_held_out(folder, model_sha256):
        message = f"Tagger model {folder.name!r} has no evaluation set of its own that can be read; train it again."
        raise ArtifactError(message, folder.name)
    names = [*HashedWords.names("words"), *HashedWords.names("own")]
    held = _read(folder, ["kinds", "scores", "embeddings", *names])
    return HeldOut(
        kinds=held["kinds"].astype(np.intp),
        scores=held["scores"].astype(np.float32),
        embeddings=held["embeddings"],
        words=HashedWords.from_arrays(held, "words"),
        own=HashedWords.from_arrays(held, "own"),
    )


def _read(folder: Path, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    try:
        with (folder / FILE).open("rb") as file:
            held = np.load(file, allow_pickle=False)
            return {name: held[name] for name in names}
    except (OSError, ValueError, LookupError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        message = f"The evaluation set of tagger model {folder.name!r} is missing or damaged; train it again."
        raise ArtifactError(message, folder.name) from error
