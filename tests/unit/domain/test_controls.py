"""A few words to the bot say when and whether to be asked; anything longer is no such words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.controls import Control, control_in


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("stop", Control.STOP),
        ("Stop!", Control.STOP),
        ("please stop asking me questions", Control.STOP),
        ("Don’t ask me again", Control.STOP),
        ("never ask me anything any more.", Control.STOP),
        ("unsubscribe", Control.STOP),
        ("skip", Control.SKIP),
        ("Skip this week, please", Control.SKIP),
        ("later", Control.AN_HOUR),
        ("snooze", Control.AN_HOUR),
        ("ask me again in an hour", Control.AN_HOUR),
        ("remind me later", Control.AN_HOUR),
        ("tomorrow", Control.TOMORROW),
        ("snooze until tomorrow", Control.TOMORROW),
        ("Ask me tomorrow, thanks", Control.TOMORROW),
        ("ask me now", Control.ASK_NOW),
        ("check-in", Control.ASK_NOW),
        ("pause", Control.SETTINGS),
        ("less often please", Control.SETTINGS),
        ("change the time", Control.SETTINGS),
    ],
)
def test_says_what_to_do(text: str, control: Control) -> None:
    assert control_in(text) is control


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Stopped a bad migration before it ran",
        "stop the rollout was my call",
        "skip list in the index halves lookups",
        "later we found the stale flag",
        "tomorrow the team ships without me",
        "I told them to ask me now and not after the launch",
        "snooze the alert until the fix is out",
        "pause and think: that was my advice",
        "check-in with Dana about her design",
    ],
)
def test_an_answer_is_an_answer(text: str) -> None:
    assert control_in(text) is None


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    control_in(text)
