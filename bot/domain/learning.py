"""When a workspace's corrections are enough to learn from, and whether what was learned may be used."""

from __future__ import annotations

#: From so many different people corrections must come before a workspace learns from them.
FEWEST_PEOPLE = 3
