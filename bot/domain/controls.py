"""What a person writes to the bot to say when and whether to be asked: a few words on their own, nothing longer.

Such words are never taken for an answer: whoever writes "stop" has not told of their week.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Control(StrEnum):
    """What can be said in words as well as with a button."""

    STOP = "stop"
    SKIP = "skip"
    AN_HOUR = "an_hour"
    TOMORROW = "tomorrow"
    ASK_NOW = "ask_now"
    SETTINGS = "settings"
    """Pausing, another day or time, another cadence: that takes a form."""


_ASK = r"(?:(?:please )?(?:ask|remind) me(?: again)?|snooze(?: (?:it|this))?(?: (?:until|till|for|to))?)"
_WORDS = {
    Control.STOP: r"stop(?: (?:it|this|that|asking(?: me)?(?: questions)?|(?:the |these )?(?:check-?ins|questions)))?"
    r"|unsubscribe|(?:leave me|let me) alone|no more (?:check-?ins|questions)"
    r"|(?:don'?t|do not|never|stop) ask(?:ing)? me(?: (?:again|anything|any ?more|that))*",
    Control.SKIP: r"skip(?: (?:it|this(?: (?:one|week|time))?))?",
    Control.AN_HOUR: rf"snooze|(?:maybe )?later|not now|(?:{_ASK} )?in an hour|{_ASK} (?:later|(?:an|1|one) hour)",
    Control.TOMORROW: rf"(?:maybe )?tomorrow|{_ASK} tomorrow",
    Control.ASK_NOW: r"ask me(?: (?:now|something|anything))?|check-?in(?: now)?|check me in",
    Control.SETTINGS: r"settings|pause(?: (?:it|this|these|check-?ins))?|(?:ask me )?less often|too often"
    r"|change (?:the )?(?:day|time|day or time|day and time)",
}
_CONTROLS = {
    control: re.compile(rf"(?:please )?(?:{words})(?:,? (?:please|thanks|thank you))?", re.IGNORECASE)
    for control, words in _WORDS.items()
}


def control_in(text: str) -> Control | None:
    """What these words ask for, if they ask for nothing else."""
    words = " ".join(text.replace("’", "'").split()).strip(" .!…")
    return next((control for control, pattern in _CONTROLS.items() if pattern.fullmatch(words)), None)
