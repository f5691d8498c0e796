"""Reads what a text is evidence of, with a small model that runs inside the process.

    from bot.tagger import load_tagger

    tagger = load_tagger()              # a TextTagger; about a second, once, at start
    tag = tagger.tag("paired with Dana until her deploy went through", explain=True)
    tags = tagger.tag_many(texts)       # a list, in order; faster than one by one
    tagger.version                      # "v1+1a2b3c4d"
    tagger.thresholds                   # for bot.domain.tagging.decide / worth_suggesting

`TextTagger` keeps the contract of `bot.domain.ports.Tagger`. Nothing is imported here until
`load_tagger` is called, so that importing the package costs nothing. No text leaves the process.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.ports import Tagger, TaggerFor
    from bot.tagger.reading import TextTagger

__all__ = ["load_tagger", "personal_taggers"]


def load_tagger(folder: Path | None = None, version: str | None = None) -> TextTagger:
    """The tagger in use, warmed up: the model that came with the package or one in `folder`.

    Raises `bot.tagger.artifact.ArtifactError` if the model is missing, damaged or not the one its
    description names.
    """
    from bot.tagger import reading
    from bot.tagger.artifact import SHIPPED

    return reading.load_tagger(folder or SHIPPED, version)


def personal_taggers(base: Tagger) -> TaggerFor:
    """Gives each person the tagger after their own corrections; one that can't learn stays as it is."""
    from bot.tagger.corrections import PersonalTagger, Views
    from bot.tagger.reading import TextTagger

    if not isinstance(base, TextTagger):
        return lambda corrections: base
    views = Views(base)
    return lambda corrections: PersonalTagger(base, corrections, views) if corrections else base
