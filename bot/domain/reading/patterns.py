"""How the rules of this package are written down: one way of saying it a line."""

from __future__ import annotations

import re


def any_of(*ways: str) -> re.Pattern[str]:
    """A pattern that finds any of these ways of saying something, in upper or lower case."""
    return re.compile("|".join(ways), re.IGNORECASE)


#: A few words in between, at most six, as few as possible.
FEW_WORDS = r"(?: [\w'/-]{1,24}){0,6}?"
