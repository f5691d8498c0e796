"""Requests that crowd in go first; work waits for them, but not for ever."""

from __future__ import annotations

from contextlib import ExitStack

from bot.services.turns import Turns


def crowd(turns: Turns, size: int) -> ExitStack:
    """So many requests that wait for their answers, until the stack is closed."""
    stack = ExitStack()
    for _ in range(size):
        stack.enter_context(turns)
    return stack


async def test_beside_a_few_requests_work_goes_on() -> None:
    turns = Turns()
    with crowd(turns, Turns.CROWD - 1):
        assert await turns.mine()


async def test_work_waits_until_the_crowd_has_passed() -> None:
    turns = Turns()
    crowd(turns, Turns.CROWD).close()
    assert await turns.mine()


async def test_a_crowd_that_does_not_pass_leaves_room_for_a_little_work() -> None:
    turns = Turns()
    turns.PATIENCE = turns.LULL / 4
    with crowd(turns, Turns.CROWD):
        assert not await turns.mine()


async def test_after_a_crowd_a_few_requests_hold_nothing_up() -> None:
    turns = Turns()
    with crowd(turns, 1):
        crowd(turns, Turns.CROWD).close()
        assert await turns.mine()
