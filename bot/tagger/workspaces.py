"""Taggers for the people of many workspaces: what each workspace learned, and under whose tags it lies.

A workspace's layer is fitted over the shared model from its people's corrections, with numpy alone and in seconds, so
a running bot can do it without scikit-learn. It may be used only if it is no worse for everybody (macro-F1 on
the model's shared evaluation set, against what the workspace uses now), and only if it helps people it was not
taught by (each person's corrections read by a layer that has not seen them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bot.domain.learning import CorrectedText, Corrections, Learned
from bot.domain.tagging import Kind
from bot.tagger.arrays import FloatArray
from bot.tagger.corrections import PersonalTagger
from bot.tagger.figures import macro_f1
from bot.tagger.held_out import HeldOut
from bot.tagger.layer import BROAD, Breadth, Layer, LayerDamaged, fit_layer, layer_from
from bot.tagger.model import BATCH, KINDS
from bot.tagger.reading import TextTagger
from bot.tagger.views import View, Views

#: Candidates, the broadest first, the last by words of the workspace's own alone; the first that is no worse for
#: everybody is taken.
BREADTHS = (BROAD, Breadth(1.0, 0.25), Breadth(1.0, 0.0), Breadth(0.0, 0.0))


class WorkspaceTaggers:
    """Implements `bot.domain.ports.TaggerFor` and `bot.domain.ports.Learner` over one shared model.

    `held_out` gives the evaluation set that candidates are judged by; it is asked for when something is learned, and
    kept no longer than that.
    """

    def __init__(self, base: TextTagger, held_out: Callable[[], HeldOut] | None = None) -> None:
        self._base, self._held_out, self._views = base, held_out, Views(base)
        self._layers: dict[str, tuple[int, Layer]] = {}

    def __call__(self, workspace_id: str, corrections: Corrections) -> TextTagger | PersonalTagger:
        """The tagger of a person in this workspace after these corrections of their own, newest first."""
        version, layer = self._layers.get(workspace_id, (0, None))
        if layer is None:
            return PersonalTagger(self._base, corrections, self._views) if corrections else self._base
        return PersonalTagger(self._base, corrections, self._views, layer, f"~w{version}")

    @property
    def base(self) -> str:
        """Version and hash of the shared model; a layer over another one can't be used."""
        return self._base.version

    @property
    def can_learn(self) -> bool:
        """Whether there is an evaluation set to judge candidates by."""
        return self._held_out is not None

    def use(self, workspace_id: str, version: int, numbers: bytes | None) -> None:
        """Lay these numbers under the tags of this workspace from now on; `None` takes what lay there away."""
        self._layers.pop(workspace_id, None)
        if numbers is not None:
            try:
                self._layers[workspace_id] = (version, layer_from(numbers))
            except LayerDamaged:
                return

    def in_use(self) -> dict[str, int]:
        """The version that lies under each workspace's tags."""
        return {workspace_id: version for workspace_id, (version, _) in self._layers.items()}

    def learn(self, corrections: Sequence[CorrectedText], current: bytes | None) -> Learned:
        """A candidate from these corrections, judged against the layer in use. Takes a second or two of one core.

        Raises `bot.tagger.artifact.ArtifactError` if the evaluation set can't be read.
        """
        if self._held_out is None:
            raise RuntimeError("there is no evaluation set")
        views = self._views.of([each.text for each in corrections])
        kinds, people = [each.kind for each in corrections], [each.user_id for each in corrections]
        odds = self._odds(np.stack([view.scores for view in views]))
        candidates = [fit_layer(views, kinds, odds, people, breadth).to_bytes() for breadth in BREADTHS]
        in_use = layer_from(current) if current else None
        before, *after = self._shared_scores(self._held_out(), in_use, [layer_from(each) for each in candidates])
        chosen = next((i for i, score in enumerate(after) if score >= before), None)
        best = len(BREADTHS) - 1 if chosen is None else chosen
        right_before, right_after = _right_for_others(views, kinds, people, odds, BREADTHS[best])
        figures = {
            "shared_before": before,
            "shared_after": after[best],
            "others_right_before": right_before,
            "others_right_after": right_after,
            "candidate": float(best + 1),
        }
        is_good = chosen is not None and right_after > right_before
        return Learned(numbers=candidates[best] if is_good else None, figures=figures)

    def _shared_scores(self, held_out: HeldOut, in_use: Layer | None, candidates: Sequence[Layer]) -> list[float]:
        """Macro-F1 on the shared evaluation set with the layer in use, then with each candidate."""
        given = np.zeros((1 + len(candidates), len(held_out)), np.intp)
        for start in range(0, len(held_out), BATCH):
            part = slice(start, start + BATCH)
            views, odds = held_out.views(start, start + BATCH), self._odds(held_out.scores[part])
            likeness = candidates[0].likeness(views)  # all of them are over the same corrected texts
            changes = [in_use.change(views) if in_use else 0.0, *(each.pull(likeness) for each in candidates)]
            for found, change in zip(given, changes, strict=True):
                found[part] = (odds + change).argmax(axis=1)
        return [round(macro_f1(held_out.kinds, found), 5) for found in given]

    def _odds(self, scores: FloatArray) -> FloatArray:
        return self._base.model.calibration.kind_odds(scores)


def _right_for_others(
    views: Sequence[View], kinds: Sequence[Kind], people: Sequence[str], odds: FloatArray, breadth: Breadth
) -> tuple[float, float]:
    """Which share of the corrected texts the model gets right, and a layer that has not seen their person."""
    truth = np.array([KINDS.index(kind) for kind in kinds])
    found = odds.argmax(axis=1)
    before = float((found == truth).mean())
    for person in sorted(set(people)):
        theirs = [i for i, each in enumerate(people) if each == person]
        rest = [i for i, each in enumerate(people) if each != person]
        known, given = [views[i] for i in rest], [kinds[i] for i in rest]
        layer = fit_layer(known, given, odds[rest], [people[i] for i in rest], breadth)
        changed = np.asarray(odds[theirs] + layer.change([views[i] for i in theirs]))
        found[theirs] = changed.argmax(axis=1)
    return round(before, 4), round(float((found == truth).mean()), 4)
