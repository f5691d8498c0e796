"""When a workspace has enough to learn from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.learning import (
    FEWEST_CORRECTIONS,
    FURTHER_CORRECTIONS,
    MOST_CORRECTIONS,
    MOST_OF_ONE,
    CorrectedText,
    Layer,
    LayerState,
    counted,
    is_due,
)
from bot.domain.tagging import Kind

AT = datetime(2026, 11, 2, tzinfo=UTC)


def corrections(count: int, people: int = 3, since: datetime = AT) -> list[CorrectedText]:
    """Newest first."""
    return [
        CorrectedText(
            entry_id=f"ent_{n}",
            user_id=f"U{n % people}",
            text="paired",
            kind=Kind.MENTORING,
            corrected_at=since + timedelta(minutes=n),
        )
        for n in reversed(range(count))
    ]


def layer(state: LayerState, made_at: datetime, base: str = "v1+a") -> Layer:
    return Layer(
        workspace_id="T1",
        version=1,
        base=base,
        made_at=made_at,
        corrections=FEWEST_CORRECTIONS,
        people=3,
        figures={},
        state=state,
    )


def test_enough_corrections_of_enough_people() -> None:
    assert is_due(corrections(FEWEST_CORRECTIONS), [], "v1+a")
    assert not is_due(corrections(FEWEST_CORRECTIONS - 1), [], "v1+a")
    assert not is_due(corrections(FEWEST_CORRECTIONS * 2, people=2), [], "v1+a")


def test_again_only_after_enough_further_ones() -> None:
    after = AT + timedelta(minutes=FEWEST_CORRECTIONS)
    for state in (LayerState.IN_USE, LayerState.REFUSED, LayerState.TAKEN_BACK):
        tried = [layer(state, after)]
        assert not is_due(corrections(FEWEST_CORRECTIONS), tried, "v1+a")
        assert not is_due(corrections(FEWEST_CORRECTIONS + FURTHER_CORRECTIONS), tried, "v1+a")
        assert is_due(corrections(FEWEST_CORRECTIONS + FURTHER_CORRECTIONS + 1), tried, "v1+a")


def test_a_new_shared_model_or_a_layer_that_has_gone_is_a_reason() -> None:
    late = AT + timedelta(days=1)
    assert is_due(corrections(FEWEST_CORRECTIONS), [layer(LayerState.IN_USE, late)], "v2+b")
    assert is_due(corrections(FEWEST_CORRECTIONS), [layer(LayerState.REPLACED, late)], "v1+a")


def test_nobody_outweighs_everybody_else() -> None:
    one = corrections(MOST_OF_ONE + 50, people=1)
    assert len(counted(one)) == MOST_OF_ONE
    assert counted(one)[0].corrected_at == one[0].corrected_at
    assert len(counted(corrections(MOST_CORRECTIONS + 90, people=10))) == MOST_CORRECTIONS
