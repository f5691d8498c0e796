"""What one person's corrections teach: a small layer (`bot.tagger.layer`) over the model that comes with the bot.

Nothing of the shared model changes, so nobody else's tags do. Where the person's workspace has a layer of its own,
theirs lies over that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from bot.domain.learning import Corrections
from bot.domain.tagging import Kind, Tag, Thresholds
from bot.tagger.arrays import FloatArray
from bot.tagger.explain import cues
from bot.tagger.layer import Layer, fit_layer
from bot.tagger.model import BATCH, KINDS, Probabilities, softmax
from bot.tagger.reading import TextTagger, tag_from
from bot.tagger.views import View, Views

#: At most this many corrections are learned from, the newest.
MOST_CORRECTIONS = 400

_SAME_TEXT = 0.98


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
        corrections: Corrections,
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
