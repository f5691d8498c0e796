"""Writers to SQLite stand in line."""

from __future__ import annotations

import asyncio

import pytest

from storage.write_turns import WriteTurns

LONG = 60.0


async def in_line(turns: WriteTurns, *names: str) -> tuple[list[str], list[asyncio.Task[None]]]:
    """Those who wait, one after the other; as each gets the turn, its name is written down and the turn given back."""
    served: list[str] = []

    async def wait(name: str) -> None:
        assert await turns.take(LONG, first=name.startswith("first"))
        served.append(name)
        turns.give_back()

    tasks = []
    for name in names:
        tasks.append(asyncio.create_task(wait(name)))
        await asyncio.sleep(0)
    return served, tasks


async def test_the_turn_goes_on_in_order_and_to_those_first_who_ask_so() -> None:
    turns = WriteTurns()
    assert await turns.take(LONG)
    served, tasks = await in_line(turns, "second", "third", "first of all")
    assert served == []
    turns.give_back()
    await asyncio.gather(*tasks)
    assert served == ["first of all", "second", "third"]


async def test_who_waits_too_long_goes_without_and_holds_up_nobody() -> None:
    turns = WriteTurns()
    assert await turns.take(LONG)
    assert not await turns.take(0.01)
    turns.give_back()
    assert await turns.take(0.01)


@pytest.mark.parametrize("has_it_already", [False, True])
async def test_who_is_cancelled_loses_no_turn(has_it_already: bool) -> None:
    turns = WriteTurns()
    assert await turns.take(LONG)
    _, (waiting,) = await in_line(turns, "gone")
    if has_it_already:
        turns.give_back()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    if not has_it_already:
        turns.give_back()
    assert await turns.take(0.01)
