"""Cursors as Slack hands them out: opaque, base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.errors import Refusal

T = TypeVar("T")


def cursor_of(text: str) -> str:
    """Hide a position in a cursor."""
    return base64.b64encode(f"next:{text}".encode()).decode()


def position_of(cursor: str) -> str:
    """The position in a cursor; refuses ``invalid_cursor``."""
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal("invalid_cursor") from None
    if not text.startswith("next:"):
        raise Refusal("invalid_cursor")
    return text.removeprefix("next:")


def page(items: Sequence[T], cursor: str, limit: int) -> tuple[list[T], str]:
    """One page of a list that does not change order, and the cursor of the next ("" at the end)."""
    start = 0
    if cursor:
        position = position_of(cursor)
        if not position.isdecimal():
            raise Refusal("invalid_cursor")
        start = int(position)
    end = start + limit
    return list(items[start:end]), cursor_of(str(end)) if end < len(items) else ""
