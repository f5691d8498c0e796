"""How much an entry would carry, and what lifts it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import Confirmation, ConfirmationState, Entry, Source, SourceState, SourceType
from bot.domain.strength import Step, Strength, next_step, strength_of, strongest_first
from tests.builders import DAY, confirmation, entry

LINK = "https://git.example/pull/1"
SEEN = Source(type=SourceType.REACTION, permalink="https://team.slack.example/archives/C1/p1")


@pytest.mark.parametrize(
    ("given_entry", "strength", "step"),
    [
        (entry(), Strength.CLAIM, Step.ADD_LINK),
        (entry(link=LINK), Strength.LINKED, Step.ADD_OUTCOME),
        (entry(source=SEEN), Strength.LINKED, Step.ADD_OUTCOME),
        (entry(outcome="She deploys alone now."), Strength.OUTCOME, Step.ADD_NUMBER),
        (entry(link=LINK, outcome="Faster.", number="3 min"), Strength.OUTCOME, Step.ADD_NUMBER),
        (entry(link=LINK, outcome="Faster.", number="3 min", baseline="9 min"), Strength.NUMBER, Step.ASK_TO_CONFIRM),
        (entry(confirmed_by="UDANA"), Strength.CONFIRMED, Step.ADD_LINK),
    ],
)
def test_an_entry_grows_step_by_step(given_entry: Entry, strength: Strength, step: Step) -> None:
    assert (strength_of(given_entry), next_step(given_entry)) == (strength, step)


def test_an_entry_with_everything_lacks_nothing() -> None:
    full = entry(link=LINK, outcome="Faster.", number="3 min", baseline="9 min", confirmed_by="UDANA")

    assert next_step(full) is None


def test_a_deleted_message_is_no_longer_something_to_look_up() -> None:
    gone = SEEN.model_copy(update={"state": SourceState.DELETED})

    assert strength_of(entry(source=gone)) is Strength.CLAIM


@pytest.mark.parametrize("state", [ConfirmationState.ASKED, ConfirmationState.DECLINED, ConfirmationState.WITHDRAWN])
def test_only_a_standing_yes_confirms(state: ConfirmationState) -> None:
    said = Confirmation(by="UDANA", state=state, at=confirmation("UDANA").at)

    assert strength_of(entry(confirmations=(said,))) is Strength.CLAIM


@given(st.sets(st.sampled_from(["link", "outcome", "number", "confirmed_by"])))
def test_the_next_step_lifts_whatever_can_be_lifted(there: set[str]) -> None:
    fill = {
        "link": {"link": LINK},
        "outcome": {"outcome": "Faster."},
        "number": {"number": "3", "baseline": "9"},
        "confirmed_by": {"confirmed_by": "UDANA"},
    }
    step_fills = {
        Step.ADD_LINK: "link",
        Step.ADD_OUTCOME: "outcome",
        Step.ADD_NUMBER: "number",
        Step.ASK_TO_CONFIRM: "confirmed_by",
    }
    before = entry(**{k: v for name in there for k, v in fill[name].items()})
    step = next_step(before)
    if step is None:
        assert there == set(fill)
        return
    after = entry(**{k: v for name in {*there, step_fills[step]} for k, v in fill[name].items()})

    assert strength_of(after) > strength_of(before) or strength_of(before) is Strength.CONFIRMED


def test_the_strongest_come_first_and_the_newest_among_equals() -> None:
    old, new = entry(occurred_on=DAY.replace(month=1)), entry(occurred_on=DAY)
    confirmed = entry(confirmed_by="UDANA", occurred_on=DAY.replace(year=2025))

    assert strongest_first([old, confirmed, new]) == [confirmed, new, old]
