"""The four pictures of a record, as SVG. Each says in its description what it shows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.domain.balance import Balance, Week, monthly_balance
from bot.domain.bets import Bet, BetState
from bot.domain.evidence import Entry
from bot.domain.ladder import Fit, Level
from bot.domain.periods import Period, monday_of
from bot.domain.statement import Say
from bot.domain.tagging import Dimension, Kind
from bot.domain.text import shortened
from bot.render import svg
from bot.render.document import Picture, writable

#: The heat map shows at most this many weeks, the latest.
MOST_WEEKS = 54
#: More weeks than this make narrow columns, so the balance is drawn by month.
MOST_SINGLE_WEEKS = 26
#: The radar goes this far beyond what a level asks for.
BEYOND = 1.5
#: More bets than this are not drawn; the latest are.
MOST_BETS = 14
_WIDTH = 640
_At = Callable[[int, float], tuple[float, float]]
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def radar(fits: Sequence[Fit], level: Level, say: Say) -> Picture:
    """The six dimensions: how much of what the level asks for is there, against the whole of it."""
    width, height = 600, 474
    at = _spokes(width / 2, 235.0, 150.0, len(fits))
    title = _title(say, "radar_title", level=level.name)
    shapes = [svg.text(width / 2, 26, title, size=16, anchor="middle"), *_web(at, len(fits))]
    points = [at(n, min(fit.share, BEYOND) / BEYOND) for n, fit in enumerate(fits)]
    shapes.append(svg.polygon(points, fill=svg.MIDDLE, fill_opacity=0.6, stroke=svg.DARK, stroke_width=2.5))
    shapes += [svg.element("circle", cx=x, cy=y, r=4, fill=svg.DARK) for x, y in points]
    counts = []
    for position, fit in enumerate(fits):
        name = say(f"dimension.{fit.dimension}")
        count = say("ladder.count", strong=len(fit.strong), wanted=fit.expectation.strong)
        counts.append(f"{name} {count}")
        shapes += _spoke_label(*at(position, 1.0), *at(position, 1.13), name, count)
    shapes.append(svg.line(60, height - 14, 94, height - 14, stroke_width=2, stroke_dasharray="6 4"))
    shapes.append(svg.text(102, height - 10, say("charts.radar_target", level=writable(level.name)), size=12))
    shapes.append(svg.box(320, height - 22, 22, 12, fill=svg.MIDDLE, stroke=svg.DARK, stroke_width=2))
    shapes.append(svg.text(350, height - 10, say("charts.radar_have"), size=12))
    alt = say("charts.radar_alt", level=level.name, values="; ".join(counts))
    return _picture("dimensions", height, title, alt, shapes, width=width, share=0.68)


def _spokes(x: float, y: float, radius: float, count: int) -> _At:
    def at(position: int, share: float) -> tuple[float, float]:
        angle = math.tau * position / count - math.pi / 2
        return x + math.cos(angle) * radius * share, y + math.sin(angle) * radius * share

    return at


def _web(at: _At, count: int) -> list[str]:
    rings = [[at(n, share / BEYOND) for n in range(count)] for share in (0.25, 0.5, 0.75, BEYOND)]
    shapes = [svg.polygon(ring, fill="none", stroke=svg.LIGHT, stroke_width=1) for ring in rings]
    shapes += [svg.line(*at(0, 0), *at(n, 1), stroke=svg.LIGHT) for n in range(count)]
    whole = [at(n, 1 / BEYOND) for n in range(count)]
    shapes.append(svg.polygon(whole, fill="none", stroke=svg.INK, stroke_width=2, stroke_dasharray="6 4"))
    return shapes


def _spoke_label(tip_x: float, tip_y: float, x: float, y: float, name: str, count: str) -> list[str]:
    anchor = "middle" if abs(x - tip_x) < 5 else "start" if x > tip_x else "end"
    if anchor == "middle":
        y += -12 if y < tip_y else 4
    return [
        svg.text(x, y, name, size=13, anchor=anchor, font_weight="bold"),
        svg.text(x, y + 16, count, size=12, anchor=anchor),
    ]


def heat_map(entries: Sequence[Entry], period: Period, say: Say) -> Picture:
    """One row a dimension and one for own delivery, one column a week: the darker, the more entries."""
    title = _title(say, "heat_title")
    columns = _columns(entries, period)
    left, top, row = 190, 76, 30
    width = (_WIDTH - left - 16) / len(columns)
    rows: list[Dimension | None] = [*Dimension, None]
    counts = {row_: [0] * len(columns) for row_ in rows}
    position = {monday: n for n, monday in enumerate(columns)}
    for entry in entries:
        column = position.get(monday_of(entry.occurred_on))
        if column is None:
            continue
        for dimension in entry.dimensions:
            counts[dimension][column] += 1
        if entry.kind is Kind.DELIVERY:
            counts[None][column] += 1
    shapes = [svg.text(_WIDTH / 2, 26, title, size=16, anchor="middle")]
    for line_, (shown, values) in enumerate(counts.items()):
        y = top + line_ * row
        shapes.append(svg.text(left - 10, y + 19, _row_name(shown, say), size=12, anchor="end"))
        for column, count in enumerate(values):
            shapes.append(_cell(left + column * width, y, width, row, count))
    shapes += _month_names(columns, left, width, top - 10)
    shapes += _shades(left, top + len(rows) * row + 14, say)
    said = "; ".join(f"{_row_name(shown, say)} {sum(values)}" for shown, values in counts.items())
    alt = say("charts.heat_alt", weeks=len(columns), values=said)
    return _picture("weeks", top + len(rows) * row + 44, title, alt, shapes)


def balance_over_time(weeks: Sequence[Week], say: Say) -> Picture:
    """Columns above the line for multiplying, hatched ones below for producing; by month when it is long."""
    title = _title(say, "balance_title")
    by_month = len(weeks) > MOST_SINGLE_WEEKS
    bars = monthly_balance(weeks) if by_month else [(week.monday, week.balance) for week in weeks]
    most_up = max((balance.multiplying for _, balance in bars), default=0)
    most_down = max((balance.producing for _, balance in bars), default=0)
    left, top, height = 120.0, 44.0, 120.0
    unit = height / max(1, most_up + most_down)
    base = top + most_up * unit
    step = (_WIDTH - left - 20) / max(1, len(bars))
    every = max(1, math.ceil(len(bars) / 13))
    shapes = [svg.text(_WIDTH / 2, 26, title, size=16, anchor="middle")]
    for position, (day, balance) in enumerate(bars):
        x = left + (position + 0.5) * step
        shapes += _column(x, base, min(48.0, step * 0.7), unit, balance)
        if position % every == 0:
            name = _MONTHS[day.month - 1] if by_month else f"{day.day} {_MONTHS[day.month - 1]}"
            shapes.append(svg.text(x, top + height + 34, name, size=11, anchor="middle"))
            if by_month and (position == 0 or day.month <= every):
                shapes.append(svg.text(x, top + height + 48, str(day.year), size=11, anchor="middle"))
    shapes.append(svg.line(left, base, _WIDTH - 20, base, stroke_width=1.5))
    for y, key in ((base - 12, "multiplying"), (base + 20, "producing")):
        shapes.append(svg.text(left - 12, y, say(f"charts.{key}"), size=12, anchor="end", font_weight="bold"))
    alt = say(
        "charts.balance_alt",
        unit=say("charts.month") if by_month else say("charts.week"),
        multiplying=sum(balance.multiplying for _, balance in bars),
        producing=sum(balance.producing for _, balance in bars),
    )
    return _picture("balance", int(top + height + 60), title, alt, shapes)


def _column(x: float, base: float, width: float, unit: float, balance: Balance) -> list[str]:
    shapes = []
    up, down = balance.multiplying * unit, balance.producing * unit
    if up:
        shapes.append(svg.box(x - width / 2, base - up, width, up, fill=svg.DARK))
        inside = up >= 18 and width >= 16
        fill, y = (svg.PAPER, base - up + 14) if inside else (svg.INK, base - up - 4)
        shapes.append(svg.text(x, y, str(balance.multiplying), size=11, anchor="middle", fill=fill))
    if down:
        shapes.append(svg.box(x - width / 2, base, width, down, fill="url(#hatch)", stroke=svg.INK))
        shapes.append(svg.text(x, base + down + 13, str(balance.producing), size=11, anchor="middle"))
    return shapes


def bets_over_time(bets: Sequence[Bet], say: Say, today: date) -> Picture | None:
    """A line for each bet from the day it was said to its settling or due day; nothing without bets."""
    shown = sorted(bets, key=lambda bet: bet.made_on)[-MOST_BETS:]
    if not shown:
        return None
    first, last = shown[0].made_on, max(max(bet.settled_on or bet.look_again_on, bet.made_on) for bet in shown)
    last = max(last, today, first + timedelta(days=1))
    left, right, top, row = 24.0, _WIDTH - 24.0, 54.0, 38

    def at(day: date) -> float:
        return left + (right - left) * (day - first).days / (last - first).days

    title = _title(say, "bets_title")
    height = int(top + len(shown) * row + 56)
    shapes = [svg.text(_WIDTH / 2, 26, title, size=16, anchor="middle")]
    bottom = top + len(shown) * row
    if first <= today <= last:
        shapes.append(svg.line(at(today), top - 2, at(today), bottom, stroke=svg.MIDDLE, stroke_dasharray="3 3"))
        anchor = "end" if at(today) > right - 40 else "middle"
        shapes.append(svg.text(at(today), top - 8, say("charts.today"), size=11, anchor=anchor))
    for position, bet in enumerate(shown):
        shapes += _bet(bet, at, top + position * row + 26, left, right)
    shapes += _axis(first, last, at, bottom + 6)
    shapes += _bets_legend(height - 12, say)
    count = Counter(bet.state for bet in bets)
    alt = say(
        "charts.bets_alt",
        count=len(bets),
        held=count[BetState.HELD],
        lost=count[BetState.FAILED],
        open=count[BetState.OPEN],
    )
    return _picture("bets", height, title, alt, shapes)


def _bet(bet: Bet, at: Callable[[date], float], y: float, left: float, right: float) -> list[str]:
    start, end = at(bet.made_on), at(max(bet.settled_on or bet.look_again_on, bet.made_on))
    label = shortened(writable(bet.expects), 78)
    # Words that would run over the right edge end at it instead.
    far = start > left + (right - left) * 0.35
    edge, anchor = (right, "end") if far else (start, "start")
    wide = min(len(label) * 6.2, right - left)
    dashes = None if bet.settled_on else "5 4"
    return [
        svg.box(edge - wide if far else edge, y - 20, wide, 13, fill=svg.PAPER),
        svg.text(edge, y - 10, label, size=12, anchor=anchor),
        svg.line(start, y, end, y, stroke_width=2.5, stroke_dasharray=dashes),
        svg.line(start, y - 5, start, y + 5, stroke_width=2),
        _mark(end, y, bet.state),
    ]


def _picture(
    name: str, height: int, title: str, alt: str, shapes: list[str], *, width: int = _WIDTH, share: float = 0.86
) -> Picture:
    alt = writable(alt)
    return Picture(name=name, svg=svg.picture(width, height, title, alt, *shapes), width=share, title=title, alt=alt)


def _title(say: Say, key: str, **facts: object) -> str:
    return writable(say(f"charts.{key}", **facts))


def _row_name(dimension: Dimension | None, say: Say) -> str:
    return say(f"dimension.{dimension}") if dimension else say("charts.own_work")


def _columns(entries: Sequence[Entry], period: Period) -> list[date]:
    first = min((entry.occurred_on for entry in entries), default=period.last_day)
    first = monday_of(max(first, period.since))
    last = monday_of(period.last_day)
    count = min((last - first).days // 7 + 1, MOST_WEEKS)
    return [last - timedelta(weeks=count - 1 - n) for n in range(count)]


def _cell(x: float, y: float, width: float, row: float, count: int) -> str:
    fill = (svg.LIGHT, svg.MIDDLE, svg.DARK, svg.INK)[min(count, 3)]
    if not count:
        return svg.box(x + 0.5, y + row / 2 - 1, max(1.0, width - 1), 2, fill=svg.LIGHT)
    return svg.box(x + 0.5, y + 2, max(1.0, width - 1), row - 4, fill=fill, rx=2)


def _shades(x: float, y: float, say: Say) -> list[str]:
    shapes = []
    for count, label in ((1, "1"), (2, "2"), (3, "3+")):
        shapes.append(_cell(x, y, 20, 20, count))
        shapes.append(svg.text(x + 26, y + 14, label, size=12))
        x += 56
    shapes.append(svg.text(x, y + 14, say("charts.heat_legend"), size=12))
    return shapes


def _month_names(columns: Sequence[date], left: float, width: float, y: float) -> list[str]:
    shapes, free_from = [], 0.0
    for position, monday in enumerate(columns):
        x = left + position * width
        if (position == 0 or columns[position - 1].month != monday.month) and x >= free_from:
            shapes.append(svg.text(x, y, _MONTHS[monday.month - 1], size=11))
            if position == 0 or monday.month == 1:
                shapes.append(svg.text(x, y - 13, str(monday.year), size=11))
            free_from = x + 32
    return shapes


def _mark(x: float, y: float, state: BetState) -> str:
    if state is BetState.OPEN:
        return svg.element("circle", cx=x, cy=y, r=6, fill=svg.PAPER, stroke=svg.INK, stroke_width=2)
    if state is BetState.HELD:
        return svg.element("circle", cx=x, cy=y, r=6, fill=svg.INK)
    down = svg.line(x - 6, y - 6, x + 6, y + 6, stroke_width=3)
    return down + svg.line(x - 6, y + 6, x + 6, y - 6, stroke_width=3)


def _axis(first: date, last: date, at: Callable[[date], float], y: float) -> list[str]:
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next((step for step in (1, 2, 3, 6, 12) if months / step <= 8), 24)
    shapes = [svg.line(at(first), y, at(last), y, stroke=svg.MIDDLE)]
    for index in range(months + 1):
        month = first.year * 12 + first.month - 1 + index
        day = date(month // 12, month % 12 + 1, 1)
        if month % every or not first <= day <= last:
            continue
        shapes.append(svg.line(at(day), y, at(day), y + 5, stroke=svg.MIDDLE))
        anchor = "end" if at(day) > at(last) - 40 else "start" if at(day) < at(first) + 20 else "middle"
        shapes.append(svg.text(at(day), y + 18, f"{_MONTHS[day.month - 1]} {day.year}", size=11, anchor=anchor))
    return shapes


def _bets_legend(y: float, say: Say) -> list[str]:
    shapes, x = [], 150.0
    named = {BetState.HELD: "bets_held", BetState.FAILED: "bets_lost", BetState.OPEN: "bets_open"}
    for state, key in named.items():
        shapes.append(_mark(x, y - 4, state))
        shapes.append(svg.text(x + 14, y, say(f"charts.{key}"), size=12))
        x += 130
    return shapes
