"""The second reader's agreement with the labels is counted right, and belongs to the texts there are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.domain.tagging import Kind
from bot.tagger.agreement import agreement_on, cohens_kappa, text_id
from bot.tagger.model import KINDS, Probabilities
from bot.tagger.texts import LabelledText, TextsError


def said(*kinds: Kind) -> Probabilities:
    """What a tagger would say that is sure of these kinds."""
    rows = np.eye(len(KINDS), dtype=np.float32)[[KINDS.index(kind) for kind in kinds]]
    return Probabilities(rows, np.zeros((len(kinds), 6), np.float32))


def test_kappa_of_known_tables() -> None:
    one, other = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0])
    assert cohens_kappa(one, one) == 1.0
    assert cohens_kappa(one, other) == pytest.approx((0.75 - 0.5) / 0.5)
    assert cohens_kappa(one, 1 - one) == pytest.approx(-1.0)


def test_second_kinds_count_for_the_lenient_share_only(tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    rows = [("a", "unblock", "null"), ("b", "mentoring", '"unblock"'), ("c", "none", "null")]
    lines = [f'{{"id": "{text_id(t)}", "kind": "{k}", "second": {s}}}' for t, k, s in rows]
    labels.write_text("\n".join(lines), "utf-8")
    texts = [LabelledText(text=t, kind=Kind.UNBLOCK) for t in "abcd"]
    found = agreement_on(said(Kind.UNBLOCK, Kind.UNBLOCK, Kind.NONE, Kind.NONE), texts, labels)
    assert found is not None
    assert (found.texts, found.reader_share, found.reader_lenient) == (3, 0.3333, 0.6667)
    assert found.tagger_share == 0.6667
    assert agreement_on(said(Kind.NONE), texts[3:], labels) is None
    labels.write_text("nonsense", "utf-8")
    with pytest.raises(TextsError, match="second reader"):
        agreement_on(said(Kind.NONE), texts[:1], labels)


def test_at_least_three_hundred_training_texts_were_read_twice(all_texts: list[LabelledText]) -> None:
    found = agreement_on(said(*[text.kind for text in all_texts]), all_texts)
    assert found is not None
    assert found.texts >= 300
    assert found.tagger_share == 1.0
