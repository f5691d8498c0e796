"""What a person's Home is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.balance import Balance
from bot.domain.credits import Credit
from bot.domain.evidence import Entry, Value
from bot.domain.gaps import Gap
from bot.domain.people import Member
from bot.domain.tagging import Dimension


class Overview(Value):
    """This month, what waits for the person, and their latest entries."""

    today: date
    member: Member
    count: int
    by_dimension: Mapping[Dimension, int]
    latest: tuple[Entry, ...]
    drafts: tuple[Entry, ...]
    credits: tuple[Credit, ...]
    gaps: tuple[Gap, ...] = ()
    """What is thin or stale in all that was kept, worst first."""
    balance: Balance = Balance()
    """Of the last three months."""
