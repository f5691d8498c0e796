"""Bets: what someone expected, how sure they were, and what came of it.

What was written when the bet was made never changes; only the day to look again may move. Whether the
bot asks on that day is said by its owner with each bet; nobody is asked about one who didn't say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from bot.domain.errors import Refused
from bot.domain.evidence import Value
from bot.domain.questions import REST
from bot.domain.schedule import Rhythm, moment_of, next_allowed

#: When to look again, as offered in the form.
LOOK_AGAIN_AFTER = tuple(timedelta(days=days) for days in (30, 90, 180, 365))
#: A bet further ahead than this is refused: nobody would be there to ask.
FURTHEST = timedelta(days=3660)
#: How far *Too early* puts a bet off.
TOO_EARLY_FOR = timedelta(days=90)
#: With fewer settled bets than this in a band nothing is said about it.
ENOUGH_IN_BAND = 5
LONGEST_EXPECTATION = 3000
#: Before this long before a day's midnight in UTC, that day has begun nowhere.
_EARLIEST = timedelta(hours=14)

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
    asks: bool = False
    """Its owner wants to be asked on the day to look again."""
    ask_at: AwareDatetime | None = None
    """When the bot next sees whether it is time to ask; absent when there is nothing to ask any more."""
    asked_on: date | None = None
    """The last day on which the bot asked what came of it."""
    settled_on: date | None = None
    what_came: str | None = None
    created_at: AwareDatetime

    def is_due(self, today: date) -> bool:
        """Whether it is open and its day has come."""
        return self.state is BetState.OPEN and self.look_again_on <= today

    @property
    def was_asked(self) -> bool:
        """Whether the bot has asked about it on its day or since."""
        return self.asked_on is not None and self.asked_on >= self.look_again_on

    def was_asked_lately(self, today: date) -> bool:
        """Whether the bot has asked on or since its day, within six weeks."""
        return self.asked_on is not None and self.was_asked and today - self.asked_on < REST


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
    return bet.model_copy(update={"state": state, "settled_on": today, "ask_at": None})


def too_early(bet: Bet, today: date) -> Bet:
    """The bet with a later day to look again."""
    update = {"look_again_on": today + TOO_EARLY_FOR, "state": BetState.OPEN, "settled_on": None}
    return asking(bet.model_copy(update=update), asks=bet.asks)


def asking(bet: Bet, *, asks: bool) -> Bet:
    """The bet, with its owner's word on whether to be asked on its day."""
    ask_at = None
    if asks and bet.state is BetState.OPEN and not bet.was_asked:
        ask_at = datetime.combine(bet.look_again_on, time(), UTC) - _EARLIEST
    return bet.model_copy(update={"asks": asks, "ask_at": ask_at})


def asked(bet: Bet, today: date) -> Bet:
    """The bet after its owner was asked about it."""
    return bet.model_copy(update={"asked_on": today, "ask_at": None})


def moment_to_ask(bet: Bet, rhythm: Rhythm, zone: ZoneInfo, paused_until: date | None) -> datetime:
    """When to ask: on its day, or when a pause ends, at the owner's time and inside their hours."""
    day = max(bet.look_again_on, paused_until or bet.look_again_on)
    return next_allowed(rhythm.hours, zone, moment_of(day, rhythm.at, zone))


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
