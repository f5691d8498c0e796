"""Who had to do with a person's record, and when: what they can read at any time."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.evidence import Value


class Act(StrEnum):
    """What someone did, or was shown."""

    ASKED = "asked"
    """They were shown an entry's text and asked to confirm it."""
    ANSWERED = "answered"
    """They answered that request."""
    CREDITED = "credited"
    """They pointed at a message of the person's."""
    OPENED = "opened"
    """Somebody opened a share, with this program."""


class Trace(Value):
    """One line of the list. `who` is a Slack id, or for a share the program that opened it."""

    at: AwareDatetime
    act: Act
    who: str
    what: str = ""
    """The state of an answer, or the title of a share."""
    entry_id: str | None = None
