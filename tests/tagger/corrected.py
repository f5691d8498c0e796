"""Corrections of a workspace's people, some of which teach something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.learning import CorrectedText
from bot.domain.tagging import Kind

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
PLACES = (
    "the parser",
    "checkout",
    "our pager",
    "the login",
    "search",
    "billing",
    "the farm",
    "imports",
    "flags",
    "logs",
)


def corrections(texts: list[tuple[str, Kind]], people: int = 3) -> list[CorrectedText]:
    """Texts with the kind they were given, by people in turn."""
    return [
        CorrectedText(
            entry_id=f"ent_{n}", user_id=f"U{n % people}", text=text, kind=kind, corrected_at=AT + timedelta(minutes=n)
        )
        for n, (text, kind) in enumerate(texts)
    ]


def quazzed(kind: Kind = Kind.LONG_TERM_BET) -> list[CorrectedText]:
    """A word of the workspace's own, which everybody corrects to this kind."""
    return corrections([(f"quazzed {place} with the group {when}", kind) for place in PLACES for when in "abc"])
