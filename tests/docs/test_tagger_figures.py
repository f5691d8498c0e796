"""What docs/tagger.md says of the model is what the model's own description says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.tagger.artifact import ArtifactStore

PAGE = (Path(__file__).parents[2] / "docs" / "tagger.md").read_text("utf-8")
ROWS = {
    "macro_f1": "macro-F1 over the twelve kinds",
    "top2": "the right kind among the two best",
    "recall_at_95": "evidence or none, at 95 % precision: recall",
    "dimensions_f1": "dimensions, micro-F1",
    "ece": "calibration error (ECE)",
}


@pytest.mark.parametrize(("figure", "row"), ROWS.items())
def test_the_figures_in_the_documentation_are_those_of_the_model_in_use(figure: str, row: str) -> None:
    said = re.search(rf"^\| {re.escape(row)} \| ([\d.]+) \|", PAGE, re.MULTILINE)
    assert said is not None, row
    assert float(said.group(1)) == pytest.approx(
        ArtifactStore().meta(ArtifactStore().current()).figures[figure], abs=6e-4
    )


def test_the_texts_in_the_documentation_are_those_it_was_trained_on() -> None:
    meta = ArtifactStore().meta(ArtifactStore().current())
    assert f"{meta.texts:,} synthetic texts" in PAGE
    assert f"`{meta.version}`" in PAGE
