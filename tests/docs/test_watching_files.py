"""The dashboard and the alert rules speak of figures that the bot really gives, and of all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.telemetry.metrics import Metrics

DOCS = Path(__file__).parents[2] / "docs"
DASHBOARD = json.loads((DOCS / "watching" / "dashboard.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((DOCS / "watching" / "alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]

#: The functions and words of PromQL that are used here.
KNOWN = frozenset(["absent", "and", "by", "count", "deriv", "histogram_quantile", "max", "rate", "sum"])
OUTCOMES = {"failed", "sent", "refused", "postponed", "later"}


def given() -> dict[str, set[str]]:
    """Every sample of `/metrics` with the names of its labels."""
    metrics = Metrics()
    metrics.answered(200, 0.1)
    metrics.backlog("inbox", waiting=0, oldest=0, dead=0)
    metrics.sent.labels("sent").inc()
    samples: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                samples.setdefault(sample.name, set()).update(sample.labels)
    return samples


def expressions() -> list[str]:
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return shown + [rule["expr"] for rule in RULES]


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"multiplier_\w+", expression))


def family_of(name: str) -> str:
    return re.sub(r"_(bucket|count|sum)$", "", name)


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_is_well_formed_and_of_figures_there_are(expression: str) -> None:
    samples = given()
    assert names_in(expression)
    assert names_in(expression) <= set(samples)
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
    bare = re.sub(r"\{[^}]*\}|\[\w+\]|multiplier_\w+", " ", expression)
    in_by = {word for inner in re.findall(r"by \(([^)]*)\)", bare) for word in re.findall(r"\w+", inner)}
    words = set(re.findall(r"[a-z_]+", re.sub(r"by \([^)]*\)", "by", bare)))
    assert words <= KNOWN
    labels = set().union(*(samples[name] for name in names_in(expression)))
    assert in_by <= labels
    for name, matchers in re.findall(r"(multiplier_\w+)\{([^}]*)\}", expression):
        for label, operator, value in re.findall(r'(\w+)(=~|!~|!=|=)"([^"]*)"', matchers):
            assert label in samples[name] | {"job"}
            assert operator == "=~" or "|" not in value
            if label == "outcome":
                assert set(value.split("|")) <= OUTCOMES
    for ranged, _ in re.findall(r"(\w+)(?:\{[^}]*\})?(\[\w+\])", expression):
        counts = ranged.endswith(("_total", "_bucket", "_count", "_sum"))
        assert counts or f"deriv({ranged}" in expression, f"a rate of what is no counter: {ranged}"
    assert re.fullmatch(r"(\[\d+[smhd]\])*", "".join(re.findall(r"\[[^\]]*\]", expression)))
    if "histogram_quantile" in expression:
        assert "le" in in_by


def test_every_figure_is_shown_watched_and_explained() -> None:
    shown = {family_of(name) for panel in DASHBOARD["panels"] for t in panel["targets"] for name in names_in(t["expr"])}
    watched = {family_of(name) for rule in RULES for name in names_in(rule["expr"])}
    families = {family_of(name) for name in given()}
    assert shown == watched == families
    page = (DOCS / "watching.md").read_text(encoding="utf-8")
    assert all(f"`{family}`" in page for family in families)


def test_the_rules_have_the_form_that_prometheus_reads() -> None:
    assert set(ALERTS) == {"groups"}
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[smh]", rule["for"])
        assert rule["labels"]["severity"] in ("page", "warn")
        for text in rule["annotations"].values():
            for label in re.findall(r"\$labels\.(\w+)", text):
                assert f"by ({label})" in rule["expr"]


def test_no_panel_lies_on_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at: dict[str, Any] = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
