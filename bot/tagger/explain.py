"""Why a text got its kind: the few words without which the model would be less sure.

Each word is left out in turn and the text is read again; what the score of the kind loses (in
log-odds against all other kinds) is what that word carried. That holds for every part of the
model alike, and anyone can check it by deleting the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from bot.domain.tagging import Cue, Kind
from bot.tagger.arrays import FloatArray
from bot.tagger.model import KINDS, Probabilities
from bot.tagger.text import clip

#: How many words are tried one by one; in a longer text words are tried in groups.
TRIES = 60
_SHOWN = 3
#: Less probable than this is all one.
_LEAST = 1e-30
_LONGEST_CUE = 4
_WORD = re.compile(r"<[^>\s]*>|\S+")

Span = tuple[int, int]
#: Anything that gives raw texts their probabilities.
Reader = Callable[[Sequence[str]], Probabilities]


def cues(read: Reader, text: str, kind: Kind) -> tuple[Cue, ...]:
    """Up to three pieces of the text that carried `kind`, heaviest first, in the text's own spelling.

    Every cue's weight is what the log-odds of `kind` lose when just that piece is removed; only
    pieces that lose something are given.
    """
    text = clip(text, 2000, 1000)
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        return ()
    size = -(-len(words) // TRIES)
    pieces = [(words[i][0], words[min(i + size, len(words)) - 1][1]) for i in range(0, len(words), size)]
    losses = _losses(read, text, kind, pieces)
    spans = _merge(pieces, losses)
    weights = _losses(read, text, kind, spans)
    found = [Cue(text=text[a:b].strip(), weight=float(w)) for (a, b), w in zip(spans, weights, strict=True) if w > 0]
    return tuple(sorted(found, key=lambda cue: -cue.weight)[:_SHOWN])


def _losses(read: Reader, text: str, kind: Kind, spans: Sequence[Span]) -> FloatArray:
    without = [text[:a] + text[b:] for a, b in spans]
    kinds = np.maximum(read([text, *without]).kinds.astype(np.float64), _LEAST)
    place = KINDS.index(kind)
    # Of a kind the model is very sure of, what is left for the others still tells; 1 - p would be nought.
    odds = np.log(kinds[:, place]) - np.log(np.delete(kinds, place, axis=1).sum(axis=1))
    return np.asarray(odds[0] - odds[1:], np.float32)


def _merge(pieces: Sequence[Span], losses: FloatArray) -> list[Span]:
    """The heaviest pieces, each grown over neighbours that carry at least a third as much."""
    spans: list[Span] = []
    taken: set[int] = set()
    for i in map(int, np.argsort(-losses, kind="stable")):
        if len(spans) == 2 * _SHOWN or losses[i] <= 0:
            break
        if i in taken:
            continue
        first = last = i
        while last - first + 1 < _LONGEST_CUE:
            sides = [j for j in (first - 1, last + 1) if 0 <= j < len(pieces) and j not in taken]
            best = max(sides, key=lambda j: float(losses[j]), default=None)
            if best is None or losses[best] < losses[i] / 3:
                break
            first, last = min(first, best), max(last, best)
        taken.update(range(first, last + 1))
        spans.append((pieces[first][0], pieces[last][1]))
    return spans
