"""Slack's native charts. A message takes two, and says the same in text for those who don't see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content.messages import Words
from bot.domain.balance import Week, monthly_balance
from bot.domain.gaps import Standing
from bot.domain.text import shortened
from bot.slack.views.blocks import Block

#: Slack's limits on a chart (docs.slack.dev, data visualization block).
CATEGORIES, LABEL, TITLE = 20, 20, 50
#: Three months, and the week they began in.
MOST_WEEKS = 14


def dimensions_chart(words: Words, standings: Sequence[Standing]) -> Block:
    """How many entries show each dimension, and how many of them say what came of it."""
    labels = [words(f"summary.short.{each.dimension}") for each in standings]
    series = {
        words("summary.entries"): [each.count for each in standings],
        words("summary.with_outcome"): [each.strong for each in standings],
    }
    return _chart("bar", words("summary.chart"), labels, series)


def balance_chart(words: Words, weeks: Sequence[Week]) -> Block:
    """Multiplying and producing by week, or by month where the weeks would be too many to name."""
    bars = [(f"{week.monday.day} {week.monday:%b}", week.balance) for week in weeks]
    if len(weeks) > MOST_WEEKS:
        bars = [(f"{first:%b %y}", balance) for first, balance in monthly_balance(weeks)][-CATEGORIES:]
    labels = [label for label, _ in bars]
    series = {
        words("summary.multiplying"): [balance.multiplying for _, balance in bars],
        words("summary.producing"): [balance.producing for _, balance in bars],
    }
    return _chart("bar", words("summary.chart_balance"), labels, series)


def _chart(kind: str, title: str, labels: Sequence[str], series: dict[str, list[int]]) -> Block:
    shown = [shortened(label, LABEL) for label in labels]
    return {
        "type": "data_visualization",
        "title": shortened(title, TITLE),
        "chart": {
            "type": kind,
            "axis_config": {"categories": shown},
            "series": [
                {
                    "name": shortened(name, LABEL),
                    "data": [{"label": label, "value": value} for label, value in zip(shown, values, strict=True)],
                }
                for name, values in series.items()
            ],
        },
    }
