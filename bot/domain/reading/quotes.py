"""Reading what a thread's own words give about one person's part in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.evidence import Quote, QuoteRole
from bot.domain.reading import Reading, read
from bot.domain.text import mentions

Item = TypeVar("Item")

#: Whose words count first: the effect tells best what came of it and when.
_TRUST = (QuoteRole.EFFECT, QuoteRole.ANSWER, QuoteRole.MESSAGE, QuoteRole.QUESTION)


def read_quotes(quotes: Iterable[Quote], *, said_at: datetime, zone: ZoneInfo, me: str) -> Reading:
    """What these quotes give about the work of `me`; each is read as its author's words.

    Links come from all of them. The day is the effect's or answer's, never the question's ("it broke yesterday").
    Outcome, number, role, reach and people come only from the effect, from the words of `me`, and from words that name
    `me`: what others say of others' work is none of theirs.
    """
    ordered = sorted(quotes, key=lambda quote: _TRUST.index(quote.role))
    readings = [(quote, read(quote.text, said_at=said_at, zone=zone, me=me, author=quote.author)) for quote in ordered]
    telling = [reading for quote, reading in readings if _is_about(quote, me)]
    days = [reading.occurred_on for quote, reading in readings if quote.role is not QuoteRole.QUESTION]
    measured = next((reading for reading in telling if reading.number), None)
    helped = _united(reading.helped for reading in telling)
    witnesses = _united(reading.witnesses for reading in telling)
    return Reading(
        helped=helped,
        witnesses=tuple(person for person in witnesses if person not in helped),
        links=_united(reading.links for _, reading in readings),
        references=_united(reading.references for _, reading in readings),
        occurred_on=days[0] if days else read("", said_at=said_at, zone=zone, me=me).occurred_on,
        outcome=next((reading.outcome for reading in telling if reading.outcome), None),
        number=measured.number if measured else None,
        baseline=measured.baseline if measured else None,
        role=next((reading.role for reading in telling if reading.role), None),
        reach=next((reading.reach for reading in telling if reading.reach), None),
    )


def _is_about(quote: Quote, me: str) -> bool:
    if quote.role is QuoteRole.QUESTION:
        return False
    return quote.author == me or quote.role is QuoteRole.EFFECT or me in mentions(quote.text)


def _united(groups: Iterable[tuple[Item, ...]]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
