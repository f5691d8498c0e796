"""Identifiers of our own: unguessable, sortable by time of making, and readable in a log."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_id(prefix: str, now: datetime) -> str:
    """A new identifier such as `ent_0192f3…`: milliseconds since 1970 in hex, then 80 random bits."""
    milliseconds = int(now.timestamp() * 1000)
    return f"{prefix}_{milliseconds:012x}{secrets.token_hex(10)}"
