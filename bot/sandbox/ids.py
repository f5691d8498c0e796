"""Ids that look like Slack's and come out the same on every run."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime


class Ids:
    """Makes ids from a seed: named ones (people, channels) from their name, the rest by counting.

    Two sandboxes with the same seed and run that see the same acts hand out the same ids. With another ``run`` the
    named ones stay and the counted ones differ: a bot that remembers the last run takes nothing new for a repetition.
    """

    def __init__(self, seed: int = 0, run: str = "") -> None:
        self._seed = seed
        self._run = run
        self._counts: dict[str, int] = {}

    def named(self, prefix: str, *names: str) -> str:
        """An id that depends on the names alone: ``U`` + ten characters."""
        return prefix + self._letters(":".join(names), 10)

    def next(self, prefix: str, length: int = 10) -> str:
        """The next id of that kind."""
        count = self._counts.get(prefix, 0) + 1
        self._counts[prefix] = count
        return prefix + self._letters(f"{prefix}#{count}{self._run}", length)

    def token(self, prefix: str, *names: str) -> str:
        """A token such as ``xoxb-…``; no secret: it opens this sandbox only."""
        digits = str(int(self._hash(":".join(names)), 16))
        return f"{prefix}-{digits[:12]}-{digits[12:25]}-{self._letters('token:' + prefix + ':'.join(names), 24)}"

    def uuid(self) -> str:
        """The next envelope id, in the shape of a UUID."""
        text = self._hash(self.next("envelope"))
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"

    def _letters(self, text: str, length: int) -> str:
        raw = base64.b32encode(hashlib.sha256(f"{self._seed}:{text}".encode()).digest()).decode()
        return raw[:length]

    def _hash(self, text: str) -> str:
        return hashlib.sha256(f"{self._seed}:{text}".encode()).hexdigest()


class Timestamps:
    """Message timestamps of one workspace: seconds with six digits, unique and rising."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, now: datetime) -> str:
        """The timestamp of something that happens now."""
        self._last = max(self._last + 1, int(now.timestamp() * 1_000_000))
        return text_of(self._last)

    def not_before(self, microseconds: int) -> None:
        """Hand out only later ones from now on."""
        self._last = max(self._last, microseconds)


def text_of(microseconds: int) -> str:
    """``1700000000000001`` → ``1700000000.000001``."""
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def microseconds_of(ts: str) -> int | None:
    """A timestamp (or plain seconds) as an integer that sorts; ``None`` for what is no timestamp."""
    whole, _, fraction = ts.partition(".")
    if not whole.isdecimal() or (fraction and not fraction.isdecimal()):
        return None
    return int(whole) * 1_000_000 + int((fraction + "000000")[:6])
