"""Reads what a text is evidence of, with a small model: in the process that loads it, or in one of its own.

    from bot.tagger import load_tagger

    tagger = load_tagger()              # a TextTagger; about a second, once, at start
    tag = tagger.tag("paired with Dana until her deploy went through", explain=True)
    tags = tagger.tag_many(texts)       # a list, in order; faster than one by one
    tagger.version                      # "v1+1a2b3c4d"
    tagger.thresholds                   # for bot.domain.tagging.decide / worth_suggesting

`TextTagger` keeps the contract of `bot.domain.ports.Tagger`. Nothing is imported here until
`load_tagger` is called, so that importing the package costs nothing. A running bot keeps its tagger in a process of
its own (`bot.tagger.process`). No text goes further.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.learning import CorrectedText, Corrections, Learned

if TYPE_CHECKING:
    from bot.domain.ports import Tagger
    from bot.tagger.reading import TextTagger
    from bot.tagger.workspaces import WorkspaceTaggers

__all__ = ["FixedTaggers", "load_tagger", "workspace_taggers"]

# Before numpy is imported: one text is too little to share out among threads, which then wait for each other. On a
# busy machine that took 3.3 seconds instead of 16 milliseconds.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def load_tagger(folder: Path | None = None, version: str | None = None) -> TextTagger:
    """The tagger in use, warmed up: the model that came with the package or one in `folder`.

    Raises `bot.tagger.artifact.ArtifactError` if the model is missing, damaged or not the one its
    description names.
    """
    from bot.tagger import reading
    from bot.tagger.artifact import SHIPPED

    return reading.load_tagger(folder or SHIPPED, version)


def workspace_taggers(base: Tagger, folder: Path | None = None) -> WorkspaceTaggers | FixedTaggers:
    """Gives each person the tagger after their own corrections and their workspace's; one that can't learn stays.

    `folder` is where the model in use lies, with the set that candidates are judged by; that is read when a workspace
    learns, not before.
    """
    from bot.tagger.artifact import SHIPPED
    from bot.tagger.held_out import has_held_out, load_held_out
    from bot.tagger.reading import TextTagger
    from bot.tagger.workspaces import WorkspaceTaggers

    if not isinstance(base, TextTagger):
        return FixedTaggers(base)
    place, model = (folder or SHIPPED) / base.meta.version, base.meta.sha256
    there = has_held_out(place, model)
    return WorkspaceTaggers(base, partial(load_held_out, place, model) if there else None)


class FixedTaggers:
    """Everyone's tagger is the same, and learns nothing. For taggers that are no model of this package."""

    can_learn = False

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def __call__(self, workspace_id: str, corrections: Corrections) -> Tagger:
        """The one tagger."""
        return self._tagger

    @property
    def base(self) -> str:
        """Its version."""
        return self._tagger.version

    def use(self, workspace_id: str, version: int, numbers: bytes | None) -> None:
        """Nothing can be laid under it."""

    def in_use(self) -> dict[str, int]:
        """Nothing is."""
        return {}

    def learn(self, corrections: Sequence[CorrectedText], current: bytes | None) -> Learned:
        """It learns nothing."""
        return Learned(numbers=None, figures={})
