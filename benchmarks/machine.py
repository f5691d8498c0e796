"""How fast is this machine just now? A named baseline beside figures in milliseconds."""

from __future__ import annotations

import time


def plain_loop_ms() -> float:
    """Milliseconds for a million additions in plain Python, the quickest of five times.

    Figures from two machines, or from one at two times, compare by it: what takes twice as long where this takes twice
    as long has not become slower.
    """
    return round(min(_once() for _ in range(5)) * 1000, 1)


def _once() -> float:
    began, total = time.perf_counter(), 0
    for number in range(1_000_000):
        total += number
    return time.perf_counter() - began
