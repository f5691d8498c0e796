"""Word and character n-grams weighted by TF-IDF, without scikit-learn.

Each text becomes one sparse vector of three blocks (words, characters, groups of word pieces), each of length one. The
numbers are those of scikit-learn's `TfidfVectorizer` with `sublinear_tf` (a test compares them).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from bot.tagger.arrays import FloatArray, IntArray
from bot.tagger.groups import NONE, Groups, group_pieces

_Gram = TypeVar("_Gram", str, int)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[?!…]")
_CHUNK_LIMIT = 40
#: Kana and Chinese characters: scripts without spaces, where a chunk would be a sentence or more.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
#: Where clauses end in such scripts, as `normalise` leaves them.
_CLAUSE_END = re.compile(r"[。、「」『』・()]+|(?<=[!?])")
#: Chunks whose columns are kept: the frequent ones are among them nearly always, and they take some 4 MB.
_CACHE_LIMIT = 4_096


def words_of(text: str) -> list[str]:
    """Lower-cased words of a normalised text, with `?`, `!` and `…` as words of their own."""
    return _WORD.findall(text.lower().replace("’", "'"))


def word_grams(text: str) -> list[str]:
    """Words, pairs of neighbouring words (`a b`), and pairs around one word (`a * b`).

    The text's beginning and end count as words in pairs: `^ thanks`, `again $`.
    """
    words = words_of(text)
    fenced = ["^", *words, "$"]
    pairs = [f"{a} {b}" for a, b in pairwise(fenced)]
    return words + pairs + [f"{a} * {b}" for a, b in zip(fenced, fenced[2:], strict=False)]


def chunks_of(text: str, *, clauses: bool) -> list[str]:
    """Lower-cased pieces of a normalised text, as cut by its spaces.

    With `clauses`, pieces in a script without spaces are cut where a clause ends, too.
    """
    chunks = text.lower().split()
    if not clauses or text.isascii():
        return chunks
    return [part for chunk in chunks for part in _parts_of(chunk)]


def _parts_of(chunk: str) -> list[str]:
    return [part for part in _CLAUSE_END.split(chunk) if part] if _UNSPACED.search(chunk) else [chunk]


def chunk_grams(chunk: str, shortest: int, longest: int) -> list[str]:
    """Character n-grams inside one chunk of text, which is padded with a space on each side."""
    padded = f" {chunk[:_CHUNK_LIMIT]} "
    size = len(padded)
    return [padded[i : i + n] for n in range(shortest, min(longest, size) + 1) for i in range(size - n + 1)]


def char_grams(text: str, shortest: int, longest: int, *, clauses: bool) -> list[str]:
    """Character n-grams of every chunk of a normalised text (`chunks_of`)."""
    return [gram for chunk in chunks_of(text, clauses=clauses) for gram in chunk_grams(chunk, shortest, longest)]


@dataclass(frozen=True)
class Ngrams:
    """The vocabulary of one model: which n-grams count, in which column, and how rare they are.

    Word grams take columns `0 … len(words)-1`, character grams the columns after them, grams of groups the last ones.
    `clauses` says how its texts are cut to chunks; models before `v6` were made without.
    """

    words: tuple[str, ...]
    chars: tuple[str, ...]
    idf: FloatArray
    shortest: int
    longest: int
    clauses: bool
    groups: Groups = NONE
    _word_column: dict[str, int] = field(init=False, repr=False)
    _char_column: dict[str, int] = field(init=False, repr=False)
    _chunk_columns: dict[str, list[int]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_word_column", {gram: i for i, gram in enumerate(self.words)})
        start = len(self.words)
        object.__setattr__(self, "_char_column", {gram: i for i, gram in enumerate(self.chars, start)})

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.words) + len(self.chars) + len(self.groups.grams)

    def vector(self, text: str) -> tuple[IntArray, FloatArray]:
        """Columns (ascending) and values of one normalised text; both empty if no n-gram is known."""
        get = self._word_column.get
        words = [column for gram in word_grams(text) if (column := get(gram)) is not None]
        chars: list[int] = []
        cache = self._chunk_columns
        for chunk in chunks_of(text, clauses=self.clauses):
            columns = cache.get(chunk)
            if columns is None:
                columns = self._columns_of(chunk)
            chars += columns
        groups = self.groups.columns(text) + (len(self.words) + len(self.chars))
        columns_of, values_of = zip(*(self._weigh(part) for part in (words, chars, groups)), strict=True)
        return np.concatenate(columns_of), np.concatenate(values_of)

    def _columns_of(self, chunk: str) -> list[int]:
        get = self._char_column.get
        grams = chunk_grams(chunk, self.shortest, self.longest)
        columns = [column for gram in grams if (column := get(gram)) is not None]
        if len(self._chunk_columns) >= _CACHE_LIMIT:
            self._chunk_columns.clear()
        self._chunk_columns[chunk] = columns
        return columns

    def _weigh(self, columns: Sequence[int] | IntArray) -> tuple[IntArray, FloatArray]:
        if not len(columns):
            return np.empty(0, np.int32), np.empty(0, np.float32)
        unique, counts = np.unique(np.array(columns, np.int32), return_counts=True)
        values = ((1.0 + np.log(counts)) * self.idf[unique]).astype(np.float32)
        values /= np.sqrt(values @ values)
        return unique, values


@dataclass(frozen=True)
class NgramChoice:
    """Which n-grams are worth a column: seen in enough texts and by enough writers.

    `clauses`: character n-grams of scripts without spaces are taken within clauses (`chunks_of`). `groups`: into how
    many the encoder's word pieces are put, 0 for none; a gram of them must occur in `min_group_texts`.
    """

    min_texts: int = 3
    min_writers: int = 2
    shortest: int = 2
    longest: int = 5
    clauses: bool = True
    groups: int = 500
    min_group_texts: int = 5


def fit_ngrams(texts: Sequence[str], writers: Sequence[str], choice: NgramChoice) -> Ngrams:
    """The vocabulary of normalised training texts, in alphabetical order, with smoothed IDF."""
    words = _frequent([word_grams(t) for t in texts], writers, choice.min_writers, choice.min_texts)
    parts = [char_grams(t, choice.shortest, choice.longest, clauses=choice.clauses) for t in texts]
    chars = _frequent(parts, writers, choice.min_writers, choice.min_texts)
    grouped, groups = NONE, dict[int, int]()
    if choice.groups:
        every = Groups(group_pieces(choice.groups), NONE.grams)
        followed = [every.codes(t).tolist() for t in texts]
        groups = _frequent(followed, writers, choice.min_writers, choice.min_group_texts)
        grouped = replace(every, grams=np.array(list(groups), np.int32))
    counts = np.array([*words.values(), *chars.values(), *groups.values()], np.float64)
    idf = (np.log((1.0 + len(texts)) / (1.0 + counts)) + 1.0).astype(np.float32)
    return Ngrams(tuple(words), tuple(chars), idf, choice.shortest, choice.longest, choice.clauses, grouped)


def _frequent(
    grams: Iterable[list[_Gram]], writers: Sequence[str], min_writers: int, min_texts: int
) -> dict[_Gram, int]:
    counts: dict[_Gram, int] = {}
    seen_by: dict[_Gram, set[str]] = {}
    for text_grams, writer in zip(grams, writers, strict=True):
        for gram in set(text_grams):
            counts[gram] = counts.get(gram, 0) + 1
            seen_by.setdefault(gram, set()).add(writer)
    kept = (g for g, n in counts.items() if n >= min_texts and len(seen_by[g]) >= min_writers)
    return {gram: counts[gram] for gram in sorted(kept)}
