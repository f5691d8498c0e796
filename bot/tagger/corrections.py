"""What one person's corrections teach: a small layer (`bot.tagger.layer`) over the model that comes with the bot.

Nothing of the shared model changes, so nobody else's tags do. Where the person's workspace has a layer of its own,
theirs lies over that.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice

import numpy as np

from bot.domain.tagging import Kind, Tag, Thresholds
from bot.tagger.arrays import FloatArray
from bot.tagger.encoder import SIZE
from bot.tagger.explain import cues
from bot.tagger.layer import Layer, View, fit_layer, word_key
from bot.tagger.model import BATCH, KINDS, Probabilities, softmax
from bot.tagger.ngrams import words_of
from bot.tagger.reading import TextTagger, tag_from
from bot.tagger.text import normalise

#: At most this many corrections are learned from, the newest.
MOST_CORRECTIONS = 400

_KEPT = 4096
_OWN = re.compile(r"(?<![\w@#./-])[^\W\d_A-Z]{4,}(?![\w@./])")
_SAME_TEXT = 0.98


class Views:
    """Views of texts by one tagger, the most recent ones kept so that they needn't be made twice."""

    def __init__(self, base: TextTagger) -> None:
        self._base = base
        self._kept: OrderedDict[bytes, View] = OrderedDict()
        known = base.model.ngrams
        rarest = float(known.idf.max(initial=1.0))
        self._weights = {w: (float(idf) / rarest) ** 2 for w, idf in zip(known.words, known.idf, strict=False)}

    def of(self, texts: Sequence[str]) -> list[View]:
        """The views of raw texts, in their order."""
        keys = [_hash(text) for text in texts]
        held = {key: view for key in keys if (view := self._kept.get(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in held}
        made = dict(zip(missing, self._make([normalise(text) for text in missing.values()]), strict=True))
        self._kept.update(made)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return [held.get(key) or made[key] for key in keys]

    def _make(self, normalised: list[str]) -> list[View]:
        if not normalised:
            return []
        model = self._base.model
        features = model.features(normalised)
        rows = zip(normalised, features.embeddings[:, :SIZE], model.scores(features), strict=True)
        return [View(embedding.copy(), *self._words(text), scores, _hash(text)) for text, embedding, scores in rows]

    def _words(self, text: str) -> tuple[dict[int, float], frozenset[int]]:
        """Weights of the text's words, of length one together, and the words that may be the person's own.

        Those are words no training text knows, written small and of letters only: names and
        identifiers are unknown too, but say nothing of a kind.
        """
        weights = {word_key(word): self._weights.get(word, 1.0) for word in words_of(text)}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        own = frozenset(word_key(word) for word in _OWN.findall(text) if word not in self._weights)
        return {word: weight / length for word, weight in weights.items()}, own


class PersonalTagger:
    """The tagger of one person: the base tagger and what their corrections taught it.

    `corrections` are (text, kind the person gave it), newest first; of several for the same text
    the newest counts. A corrected text gets its kind from then on, and similar texts lean towards
    it. Building it takes some milliseconds if `views` has seen the texts; it is a pure function of
    the base tagger, the workspace's layer and the corrections. Keeps the contract of
    `bot.domain.ports.Tagger`.
    """

    def __init__(
        self,
        base: TextTagger,
        corrections: Sequence[tuple[str, Kind]],
        views: Views | None = None,
        workspace: Layer | None = None,
        workspace_version: str = "",
    ) -> None:
        self._base, self._workspace, self._workspace_version = base, workspace, workspace_version
        self._views = views or Views(base)
        newest = corrections[:MOST_CORRECTIONS]
        known: dict[bytes, tuple[View, Kind]] = {}
        for view, (_, kind) in zip(self._views.of([text for text, _ in newest]), newest, strict=True):
            known.setdefault(view.key, (view, kind))
        self._known = list(known.values())
        self._kinds = {key: KINDS.index(kind) for key, (_, kind) in known.items()}
        self._layer = self._learn()

    @property
    def version(self) -> str:
        """Version of the base model, of the workspace's layer, and the number of corrections learned from."""
        version = f"{self._base.version}{self._workspace_version}"
        return f"{version}~{len(self._known)}" if self._known else version

    @property
    def thresholds(self) -> Thresholds:
        """How sure the base model must be."""
        return self._base.thresholds

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        """The tag of one text; with `explain`, the words that carried it."""
        found = self.tag_many([text])[0]
        return found.model_copy(update={"why": cues(self.read, text, found.kind)}) if explain else found

    def tag_many(self, texts: Iterable[str]) -> list[Tag]:
        """The tags of many texts, in their order."""
        return list(self.stream(texts))

    def stream(self, texts: Iterable[str]) -> Iterator[Tag]:
        """The tags of any number of texts, worked in batches."""
        rest = iter(texts)
        while batch := list(islice(rest, BATCH)):
            found = self.read(batch)
            for kinds, dimensions in zip(found.kinds, found.dimensions, strict=True):
                yield tag_from(kinds, dimensions, self.version)

    def read(self, texts: Sequence[str]) -> Probabilities:
        """Probabilities of raw texts, as this person's corrections change them."""
        views = self._views.of(texts)
        scores = np.stack([view.scores for view in views])
        calibration = self._base.model.calibration
        kinds = softmax(self._odds(views) + self._layer.change(views))
        for row, view in zip(kinds, views, strict=True):
            given = self._kinds.get(view.key)
            if given is not None:
                rest = np.delete(np.arange(len(KINDS)), given)
                row[rest] *= (1.0 - _SAME_TEXT) / max(float(row[rest].sum()), 1e-9)
                row[given] = 1.0 - row[rest].sum()
        return Probabilities(kinds, calibration.dimensions(scores, kinds))

    def _learn(self) -> Layer:
        views, kinds = [view for view, _ in self._known], [kind for _, kind in self._known]
        return fit_layer(views, kinds, self._odds(views))

    def _odds(self, views: Sequence[View]) -> FloatArray:
        """Log-odds of the kinds before this person's own corrections."""
        if not views:
            return np.zeros((0, len(KINDS)), np.float32)
        odds = self._base.model.calibration.kind_odds(np.stack([view.scores for view in views]))
        return odds if self._workspace is None else odds + self._workspace.change(views)


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
