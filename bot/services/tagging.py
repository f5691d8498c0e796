"""Having texts read by their owner's tagger, beside the event loop: Slack's requests wait for no text."""

from __future__ import annotations

import asyncio

from bot.domain.evidence import TaggedBy
from bot.domain.learning import Corrections
from bot.domain.ports import TaggerFor
from bot.domain.tagging import Decision, Tag, decide


class TaggingService:
    """Reads texts as their owner's corrections have it: some milliseconds of a core each, 30 times that to explain."""

    def __init__(self, tagger_for: TaggerFor) -> None:
        self._tagger_for = tagger_for

    async def tag(self, workspace_id: str, corrections: Corrections, text: str) -> tuple[Tag, TaggedBy]:
        """The tag, and whether it is sure enough to be shown as the answer."""
        return await asyncio.to_thread(self.tag_here, workspace_id, corrections, text)

    async def explain(self, workspace_id: str, corrections: Corrections, text: str) -> Tag:
        """The tag, with the words that carried it."""
        return await asyncio.to_thread(self._explain, workspace_id, corrections, text)

    def tag_here(self, workspace_id: str, corrections: Corrections, text: str) -> tuple[Tag, TaggedBy]:
        """What `tag` gives, in the thread that asks: for one beside the event loop."""
        tagger = self._tagger_for(workspace_id, corrections)
        tag = tagger.tag(text)
        unsure = decide(tag, tagger.thresholds) is Decision.ASK
        return tag, TaggedBy.UNSURE if unsure else TaggedBy.TAGGER

    def _explain(self, workspace_id: str, corrections: Corrections, text: str) -> Tag:
        return self._tagger_for(workspace_id, corrections).tag(text, explain=True)
