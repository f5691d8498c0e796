"""What leaves the process or is slow, as protocols that services depend on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.tagging import Tag


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Tagger(Protocol):
    """Reads what a text is evidence of. Takes any text; never raises for its content."""

    @property
    def version(self) -> str:
        """Version and short hash of the model, as stored with each entry."""

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        """The tag of one text; with `explain`, the words that carried it."""

    def tag_many(self, texts: Iterable[str]) -> Sequence[Tag]:
        """The tags of many texts, in their order; faster than one by one."""
