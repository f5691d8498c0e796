"""Slack's native charts. A message takes two, and says the same in text for those who don't see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content.messages import Words
from bot.domain.balance import Week
from bot.domain.gaps import Standing
from bot.domain.text import shortened
from bot.slack.views.blocks import Block

#: Slack's limits on a chart (docs.slack.dev, data visualization block).
CATEGORIES, LABEL, TITLE = 20, 20, 50


def dimensions_chart(words: Words, standings: Sequence[Standing]) -> Block:
    """How many entries show each dimension, and how many of them say what came of it."""
    labels = [words(f"summary.short.{each.dimension}") for each in standings]
    series = {
        words("summary.entries"): [each.count for each in standings],
        words("summary.with_outcome"): [each.strong for each in standings],
    }
    return _chart("bar", words("summary.chart"), labels, series)


def balance_chart(words: Words, weeks: Sequence[Week]) -> Block:
    """Multiplying and producing, week by week; the latest twenty weeks."""
    latest = weeks[-CATEGORIES:]
    series = {
        words("summary.multiplying"): [week.balance.multiplying for week in latest],
        words("summary.producing"): [week.balance.producing for week in latest],
    }
    labels = [f"{week.monday.day} {week.monday:%b}" for week in latest]
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
