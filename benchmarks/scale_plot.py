"""The figures of `benchmarks/scale.py` as a picture: one panel a figure, both databases in each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from bot.render import svg

_PANELS = (
    ("capture_ms", "entries", "Capture"),
    ("list_ms", "entries", "List"),
    ("find_ms", "entries", "Find"),
    ("home_ms", "entries", "Home"),
    ("tick_ms", "people", "Tick with 200 due"),
    ("memory_mb", "entries", "Memory"),
)
_WIDTH, _HEIGHT, _PLOT_W, _PLOT_H = 250, 210, 180, 120
_COLUMNS = 3


def plot(found: dict[str, Any]) -> str:
    """Six small panels with logarithmic axes to the right, linear ones upwards."""
    shapes = [svg.text(16, 26, "What it costs as the database grows", size=16, font_weight="bold")]
    shapes += [
        svg.line(440, 21, 470, 21, stroke=svg.DARK, stroke_width=2.5),
        svg.text(476, 26, "SQLite", size=13),
        svg.line(550, 21, 580, 21, stroke=svg.INK, stroke_width=2.5, stroke_dasharray="6 4"),
        svg.text(586, 26, "PostgreSQL", size=13),
    ]
    for place, (name, by, title) in enumerate(_PANELS):
        x = 16 + place % _COLUMNS * _WIDTH
        y = 50 + place // _COLUMNS * _HEIGHT
        series = {
            database: [(row[by], row[name]) for row in found[f"{database}_{by}"] if name in row]
            for database in ("sqlite", "postgresql")
        }
        shapes += _panel(x, y, title, by, "MB" if name.endswith("_mb") else "ms", series)
    told = "; ".join(f"{title} by {by}" for _, by, title in _PANELS)
    return svg.picture(
        16 + _COLUMNS * _WIDTH,
        50 + 2 * _HEIGHT,
        "Cost by size",
        f"The quickest of all rounds on both databases: {told}.",
        *shapes,
    )


def _panel(
    x: float, y: float, title: str, by: str, unit: str, series: dict[str, Sequence[tuple[int, float]]]
) -> Iterator[str]:
    sizes = sorted({size for points in series.values() for size, _ in points})
    top = _round_up(max((value for points in series.values() for _, value in points), default=1.0))
    left, bottom = x + 44, y + 30 + _PLOT_H
    yield svg.text(x, y + 14, f"{title}, {unit} by {by}", size=13, font_weight="bold")

    def at(size: int, value: float) -> tuple[float, float]:
        low, high = math.log10(sizes[0]), math.log10(sizes[-1])
        share = (math.log10(size) - low) / (high - low) if high > low else 0.5
        return left + share * _PLOT_W, bottom - value / top * _PLOT_H

    for part in (0, 0.5, 1):
        height = bottom - part * _PLOT_H
        yield svg.line(left, height, left + _PLOT_W, height, stroke=svg.LIGHT)
        yield svg.text(left - 6, height + 4, svg.number(top * part), size=11, anchor="end")
    for size in sizes:
        yield svg.text(at(size, 0)[0], bottom + 16, _short(size), size=11, anchor="middle")
    for database, points in series.items():
        places = [at(size, value) for size, value in points]
        way = " ".join(f"{svg.number(px)},{svg.number(py)}" for px, py in places)
        ink, dash = (svg.DARK, None) if database == "sqlite" else (svg.INK, "6 4")
        yield svg.element("polyline", points=way, fill="none", stroke=ink, stroke_width=2.5, stroke_dasharray=dash)
        for px, py in places:
            yield svg.element("circle", cx=float(px), cy=float(py), r=3, fill=ink)


def _round_up(value: float) -> float:
    step = 10 ** math.floor(math.log10(max(value, 1)))
    return math.ceil(value / step) * step


def _short(size: int) -> str:
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1_000}k"
