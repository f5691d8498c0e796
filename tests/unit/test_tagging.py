"""Texts are read beside the event loop, so that Slack's requests are answered meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence

import pytest

from bot.domain.evidence import TaggedBy
from bot.domain.tagging import Cue, Kind, RankedKind, Tag, Thresholds
from bot.services.tagging import TaggingService


class SlowTagger:
    """Reads no text before the event loop has let it, which the loop can't while it is held up."""

    version, thresholds = "slow", Thresholds(show=0.5, suggest=0.9)

    def __init__(self, confidence: float) -> None:
        self.may_read = threading.Event()
        self._confidence = confidence

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        assert self.may_read.wait(10), "the event loop was held up"
        ranked = (RankedKind(kind=Kind.UNBLOCK, p=self._confidence), RankedKind(kind=Kind.NONE, p=0.1))
        return Tag(
            kind=Kind.UNBLOCK,
            confidence=self._confidence,
            ranked=ranked,
            dimensions=(),
            why=(Cue(text=text, weight=1.0),) if explain else (),
            tagger_version=self.version,
        )

    def tag_many(self, texts: Iterable[str]) -> Sequence[Tag]:
        return [self.tag(text) for text in texts]


async def _let_read(tagger: SlowTagger) -> None:
    tagger.may_read.set()


@pytest.mark.parametrize(("confidence", "tagged_by"), [(0.8, TaggedBy.TAGGER), (0.3, TaggedBy.UNSURE)])
async def test_the_loop_goes_on_while_a_text_is_read(confidence: float, tagged_by: TaggedBy) -> None:
    tagger = SlowTagger(confidence)
    tagging = TaggingService(lambda *_: tagger)
    read, _ = await asyncio.gather(tagging.tag("T1", [], "paired with Dana"), _let_read(tagger))
    assert (read[0].kind, read[1]) == (Kind.UNBLOCK, tagged_by)


async def test_the_loop_goes_on_while_a_tag_is_explained() -> None:
    tagger = SlowTagger(0.8)
    tagging = TaggingService(lambda *_: tagger)
    tag, _ = await asyncio.gather(tagging.explain("T1", [], "paired with Dana"), _let_read(tagger))
    assert [cue.text for cue in tag.why] == ["paired with Dana"]


async def test_a_person_is_read_by_their_own_tagger() -> None:
    asked = list[object]()
    tagger = SlowTagger(0.8)
    tagger.may_read.set()

    def tagger_for(workspace_id: str, corrections: Sequence[tuple[str, Kind]]) -> SlowTagger:
        asked.append((workspace_id, corrections))
        return tagger

    corrections = [("paired", Kind.MENTORING)]
    await TaggingService(tagger_for).tag("T1", corrections, "paired with Dana")
    assert asked == [("T1", corrections)]
