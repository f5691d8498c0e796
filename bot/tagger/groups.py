"""Groups of word pieces that mean much the same, and which of them follow each other in a text.

"Helped Wei decide" and "ayudé a Ana a decidir" share no word, and yet the same groups follow each other in both.
The encoder's vocabulary, one for all its languages, is put into groups by what it knows of each piece alone (k-means);
single groups and pairs of neighbours are then counted as words and pairs of words are, and weighed by TF-IDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from bot.tagger.arrays import IntArray
from bot.tagger.encoder import piece_vectors, pieces

#: Every so many pieces of the vocabulary are enough to find the groups by.
_EVERY = 4


@dataclass(frozen=True)
class Groups:
    """The groups of one model and which grams of them have a column.

    `of_piece` has the group of each piece of the encoder's vocabulary; `grams` are the numbers of single
    groups and pairs as `codes` gives them, ascending. Both are empty in models before `v9`.
    """

    of_piece: NDArray[np.uint16]
    grams: IntArray

    def columns(self, text: str) -> IntArray:
        """The columns of a normalised text's grams, one for each time one occurs."""
        if not len(self.grams):
            return np.empty(0, np.int32)
        found = self.codes(text)
        places = np.minimum(np.searchsorted(self.grams, found), len(self.grams) - 1)
        return np.asarray(places[self.grams[places] == found], np.int32)

    def codes(self, text: str) -> IntArray:
        """The groups in a normalised text and the pairs of neighbours, each as a number.

        The text's beginning and end are neighbours, too, as in `ngrams.word_grams`.
        """
        single = self.of_piece[np.array(pieces(text), np.intp)].astype(np.int32)
        if not len(single):
            return single
        base = self._base
        fenced = np.concatenate(([base - 2], single, [base - 1])).astype(np.int32)
        return np.concatenate((single, base * (1 + fenced[:-1]) + fenced[1:]))

    @cached_property
    def _base(self) -> int:
        """One more than the highest number in a pair: the groups, then the text's beginning and its end."""
        return int(self.of_piece.max()) + 3


NONE = Groups(np.empty(0, np.uint16), np.empty(0, np.int32))


@cache
def group_pieces(count: int) -> NDArray[np.uint16]:
    """The encoder's vocabulary in `count` groups by likeness, the same every time; takes some seconds.

    Raises `ImportError` without scikit-learn.
    """
    from sklearn.cluster import MiniBatchKMeans

    vectors = piece_vectors()
    vectors -= vectors.mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    found = MiniBatchKMeans(count, random_state=0, n_init=1, batch_size=4096, max_iter=60).fit(vectors[::_EVERY])
    return np.asarray(found.predict(vectors), np.uint16)
