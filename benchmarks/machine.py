"""How fast is this machine just now, and how much memory does this process hold?"""

from __future__ import annotations

import time
from pathlib import Path


def plain_loop_ms() -> float:
    """Milliseconds for a million additions in plain Python, the quickest of five times.

    Figures from two machines, or from one at two times, compare by it: what takes twice as long where this takes twice
    as long has not become slower.
    """
    return round(min(_once() for _ in range(5)) * 1000, 1)


def memory_mb(name: str = "VmRSS") -> float:
    """Megabytes this process holds in memory; `VmHWM`: the most it ever held."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith(name))


def _once() -> float:
    began, total = time.perf_counter(), 0
    for number in range(1_000_000):
        total += number
    return time.perf_counter() - began
