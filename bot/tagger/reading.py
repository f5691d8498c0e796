"""The tagger as the rest of the bot sees it: text in, tag out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from bot.domain.tagging import Kind, RankedKind, Tag, Thresholds
from bot.tagger.arrays import FloatArray
from bot.tagger.artifact import SHIPPED, ArtifactStore, Meta
from bot.tagger.encoder import warm_up
from bot.tagger.explain import cues
from bot.tagger.model import BATCH, DIMENSIONS, KINDS, Model

#: Kinds that never carry a dimension.
_PLAIN = (Kind.DELIVERY, Kind.NONE)


class TextTagger:
    """Reads what a text is evidence of, with one model. Keeps no text and writes none to a log.

    Any string is fine: empty and wordless ones come out as `none`, of long ones the beginning and
    the end are read. Safe to use from several threads.
    """

    def __init__(self, model: Model, meta: Meta) -> None:
        self.model = model
        self.meta = meta

    @property
    def version(self) -> str:
        """Version and short hash of the model, as stored with each entry."""
        return self.meta.label

    @property
    def thresholds(self) -> Thresholds:
        """How sure this model must be to show a tag and to suggest an entry."""
        return self.meta.thresholds

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        """The tag of one text; with `explain`, the words that carried it (takes some 30 times as long)."""
        found = self.tag_many([text])[0]
        if not explain:
            return found
        return found.model_copy(update={"why": cues(self.model.read, text, found.kind)})

    def tag_many(self, texts: Iterable[str]) -> list[Tag]:
        """The tags of many texts, in their order; faster than one by one."""
        return list(self.stream(texts))

    def stream(self, texts: Iterable[str]) -> Iterator[Tag]:
        """The tags of any number of texts, worked in batches, in constant memory."""
        rest = iter(texts)
        while batch := list(islice(rest, BATCH)):
            probabilities = self.model.read(batch)
            for kinds, dimensions in zip(probabilities.kinds, probabilities.dimensions, strict=True):
                yield tag_from(kinds, dimensions, self.version)


def tag_from(kinds: FloatArray, dimensions: FloatArray, version: str) -> Tag:
    """The tag that a row of calibrated probabilities stands for."""
    order = (-kinds).argsort(kind="stable")
    ranked = tuple(RankedKind.model_construct(kind=KINDS[i], p=float(kinds[i])) for i in order)
    best = ranked[0]
    shown = () if best.kind in _PLAIN else tuple(d for d, p in zip(DIMENSIONS, dimensions, strict=True) if p >= 0.5)
    return Tag.model_construct(
        kind=best.kind, confidence=best.p, ranked=ranked, dimensions=shown, why=(), tagger_version=version
    )


def load_tagger(folder: Path = SHIPPED, version: str | None = None) -> TextTagger:
    """The tagger in use (or the given version), with its encoder warmed up; takes up to a second.

    Raises `bot.tagger.artifact.ArtifactError` if the model is missing, damaged or not the one its
    description names.
    """
    model, meta = ArtifactStore(folder).load(version)
    warm_up()
    return TextTagger(model, meta)
