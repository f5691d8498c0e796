"""Bets: what someone expected, how sure they were, and what came of it.

What was written when the bet was made never changes; only the day to look again may move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from bot.domain.errors import Refused
from bot.domain.evidence import Value
from bot.domain.questions import REST

#: When to look again, as offered in the form.
LOOK_AGAIN_AFTER = tuple(timedelta(days=days) for days in (30, 90, 180, 365))
#: A bet further ahead than this is refused: nobody would be there to ask.
FURTHEST = timedelta(days=3660)
#: How far *Too early* puts a bet off.
TOO_EARLY_FOR = timedelta(days=90)
#: With fewer settled bets than this in a band nothing is said about it.
ENOUGH_IN_BAND = 5
LONGEST_EXPECTATION = 3000

Percent = Annotated[int, Field(ge=1, le=99)]


class BetState(StrEnum):
    """Where a bet stands."""

    OPEN = "open"
    HELD = "held"
    FAILED = "failed"


class Bet(Value):
    """One bet, on one entry of one person."""

    id: str
    workspace_id: str
    user_id: str
    entry_id: str
    expects: str
    sure: Percent
    made_on: date
    look_again_on: date
    state: BetState = BetState.OPEN
    asked_on: date | None = None
    """The last day on which the bot asked what came of it."""
    settled_on: date | None = None
    what_came: str | None = None
    created_at: AwareDatetime

    def is_due(self, today: date) -> bool:
        """Whether it is open and its day has come."""
        return self.state is BetState.OPEN and self.look_again_on <= today

    def was_asked_lately(self, today: date) -> bool:
        """Whether the bot has asked on or since its day, within six weeks."""
        return self.asked_on is not None and self.asked_on >= self.look_again_on and today - self.asked_on < REST


class Band(Value):
    """Settled bets of about the same sureness, in percent: how often they held."""

    least: int
    most: int
    settled: int
    held: int

    @property
    def held_percent(self) -> int:
        """How many of a hundred held."""
        return round(100 * self.held / self.settled)


class BetsPage(Value):
    """A person's bets: those to look at, those settled, and how sure they were against how it came."""

    today: date
    open: tuple[Bet, ...]
    settled: tuple[Bet, ...]
    bands: tuple[Band, ...]
    texts: Mapping[str, str]
    """The text of each bet's entry, by the entry's id."""


_BANDS = ((1, 49), (50, 59), (60, 69), (70, 79), (80, 89), (90, 99))


def checked_look_again(day: date, today: date) -> date:
    """The day to look again. Raises `Refused` unless it lies ahead, and within ten years."""
    if day <= today:
        raise Refused("bets.not_ahead")
    if day - today > FURTHEST:
        raise Refused("bets.too_far")
    return day


def settled(bet: Bet, *, held: bool, today: date) -> Bet:
    """The bet, settled. Settling it again corrects that, and nothing else."""
    state = BetState.HELD if held else BetState.FAILED
    return bet.model_copy(update={"state": state, "settled_on": today})


def too_early(bet: Bet, today: date) -> Bet:
    """The bet with a later day to look again."""
    update = {"look_again_on": today + TOO_EARLY_FOR, "state": BetState.OPEN, "settled_on": None}
    return bet.model_copy(update=update)


def calibration(bets: Iterable[Bet]) -> tuple[Band, ...]:
    """How often bets of each band held, for the bands with enough settled ones."""
    done = [bet for bet in bets if bet.state is not BetState.OPEN]
    bands = []
    for least, most in _BANDS:
        inside = [bet for bet in done if least <= bet.sure <= most]
        if len(inside) >= ENOUGH_IN_BAND:
            held = sum(bet.state is BetState.HELD for bet in inside)
            bands.append(Band(least=least, most=most, settled=len(inside), held=held))
    return tuple(bands)
