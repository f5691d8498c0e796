"""Requests of one turn of the loop are checked in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.web.together import Together


class Shares:
    """Divides ten by each; remembers which came together."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    def __call__(self, numbers: Sequence[int]) -> list[float]:
        self.groups.append(list(numbers))
        return [10 / number for number in numbers]


async def test_what_comes_in_one_turn_is_done_in_one_go_and_each_gets_its_own() -> None:
    shares = Shares()
    together = Together(shares)
    assert await asyncio.gather(*(together.add(number) for number in (1, 2, 5))) == [10, 5, 2]
    assert await together.add(10) == 1
    assert shares.groups == [[1, 2, 5], [10]]


async def test_what_fails_fails_alone() -> None:
    together = Together(Shares())
    outcomes = await asyncio.gather(*(together.add(number) for number in (1, 0, 2)), return_exceptions=True)
    assert [outcomes[0], type(outcomes[1]), outcomes[2]] == [10, ZeroDivisionError, 5]
    assert await together.add(5) == 2


async def test_one_who_went_away_holds_up_nobody() -> None:
    together = Together(Shares())
    gone, staying = together.add(1), together.add(2)
    gone.cancel()
    assert await staying == 5
    with pytest.raises(asyncio.CancelledError):
        await gone
