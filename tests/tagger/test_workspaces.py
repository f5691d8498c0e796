"""What a workspace learns: stored as numbers, judged before it is used, and nobody else's business."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.domain.tagging import Kind
from bot.tagger import load_tagger, workspace_taggers
from bot.tagger.artifact import SHIPPED, ArtifactError
from bot.tagger.encoder import SIZE
from bot.tagger.held_out import FILE, load_held_out
from bot.tagger.layer import LayerDamaged, fit_layer, layer_from
from bot.tagger.model import KINDS
from bot.tagger.reading import TextTagger
from bot.tagger.texts import LabelledText, load_texts
from bot.tagger.training import Prepared
from bot.tagger.views import Views, WordWeights, word_key
from bot.tagger.workspaces import WorkspaceTaggers
from tests.tagger.corrected import PLACES, corrections, quazzed


@pytest.fixture(scope="session")
def small(small_folder: Path) -> TextTagger:
    """The small model."""
    return load_tagger(small_folder)


@pytest.fixture
def taggers(small: TextTagger, small_folder: Path) -> WorkspaceTaggers:
    """Many workspaces over the small model, judged by its own evaluation set."""
    found = workspace_taggers(small, small_folder)
    assert isinstance(found, WorkspaceTaggers)
    return found


def test_what_helps_others_and_harms_nobody_is_used(taggers: WorkspaceTaggers) -> None:
    text = "quazzed the scheduler with the group"
    before = taggers("T1", ()).tag(text)
    learned = taggers.learn(quazzed(), None)
    assert learned.numbers is not None
    assert learned.figures["shared_after"] >= learned.figures["shared_before"]
    assert learned.figures["others_right_after"] > learned.figures["others_right_before"]
    taggers.use("T1", 1, learned.numbers)
    after = taggers("T1", ()).tag(text)
    assert before.kind is not Kind.LONG_TERM_BET
    assert after.kind is Kind.LONG_TERM_BET
    assert after.tagger_version == f"{before.tagger_version}~w1"
    assert taggers("T2", ()).tag(text) == before
    taggers.use("T1", 1, None)
    assert taggers("T1", ()).tag(text) == before


def test_ones_own_corrections_lie_over_the_workspaces(taggers: WorkspaceTaggers) -> None:
    taggers.use("T1", 1, taggers.learn(quazzed(), None).numbers)
    text = "quazzed the scheduler with the group"
    mine = taggers("T1", [(text, Kind.GUIDANCE)])
    assert mine.tag(text).kind is Kind.GUIDANCE
    assert mine.version.endswith("~w1~1")


def test_what_is_worse_for_everybody_is_not_used(taggers: WorkspaceTaggers, few_texts: list[LabelledText]) -> None:
    wrong = [(text.text, KINDS[(KINDS.index(text.kind) + 1) % len(KINDS)]) for text in few_texts[::2]]
    learned = taggers.learn(corrections(wrong), None)
    assert learned.figures["candidate"] > 1, "a broad one is worse for everybody"
    assert learned.numbers is None


def test_what_helps_nobody_else_is_not_used(taggers: WorkspaceTaggers) -> None:
    own = [Kind.LONG_TERM_BET, Kind.GUIDANCE, Kind.ALIGNMENT]  # Each person means another thing by the same words.
    texts = [(f"quazzed {place} with the group", own[n % 3]) for n, place in enumerate(PLACES * 3)]
    assert taggers.learn(corrections(texts), None).numbers is None


def test_a_candidate_is_judged_against_what_is_in_use(taggers: WorkspaceTaggers) -> None:
    first = taggers.learn(quazzed(), None)
    second = taggers.learn(quazzed(), first.numbers)
    assert second.figures["shared_before"] == first.figures["shared_after"]


def test_a_layer_comes_back_as_it_was_stored(small: TextTagger) -> None:
    views = Views(small).of([each.text for each in quazzed()])
    kinds = [each.kind for each in quazzed()]
    odds = small.model.calibration.kind_odds(np.stack([view.scores for view in views]))
    layer = fit_layer(views, kinds, odds, [each.user_id for each in quazzed()])
    again = layer_from(layer.to_bytes())
    assert np.allclose(again.change(views), layer.change(views), atol=0.02)
    assert again.to_bytes() == layer_from(again.to_bytes()).to_bytes()
    assert b"quazzed" not in layer.to_bytes()


@pytest.mark.parametrize("stored", [b"", b"no layer", b"PK\x03\x04 neither"])
def test_damaged_numbers_are_not_used(taggers: WorkspaceTaggers, stored: bytes) -> None:
    with pytest.raises(LayerDamaged):
        layer_from(stored)
    taggers.use("T1", 1, stored)
    assert taggers.in_use() == {}
    assert "~w" not in taggers("T1", ()).version


def test_numbers_cut_short_are_not_used(small: TextTagger) -> None:
    views = Views(small).of(["quazzed it"])
    odds = small.model.calibration.kind_odds(np.stack([view.scores for view in views]))
    stored = fit_layer(views, [Kind.GUIDANCE], odds).to_bytes()
    with pytest.raises(LayerDamaged):
        layer_from(stored[: len(stored) // 2])


def test_words_have_the_same_numbers_in_every_process() -> None:
    program = "from bot.tagger.views import word_key; print(word_key('quazzed'))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(run.stdout) == word_key("quazzed")


def test_the_evaluation_set_holds_what_judging_needs_and_no_words(
    small: TextTagger, small_folder: Path, few: Prepared
) -> None:
    held_out = load_held_out(small_folder / "v1", small.meta.sha256)
    assert [KINDS[kind] for kind in held_out.kinds] == [text.kind for text in few.texts]
    weigh = WordWeights(small.model.ngrams)
    for place, view in enumerate(held_out.views(10, 30), 10):
        words, own = weigh(few.normalised[place])
        assert view.words == pytest.approx(words, abs=1e-3)
        assert view.own == own
        assert view.embedding @ few.embeddings[place, :SIZE] == pytest.approx(1.0, abs=0.01)
    assert few.texts[0].text.encode() not in (small_folder / "v1" / FILE).read_bytes()


def test_the_evaluation_set_belongs_to_its_model(small: TextTagger, small_folder: Path) -> None:
    with pytest.raises(ArtifactError, match="no evaluation set of its own"):
        load_held_out(small_folder / "v1", "another model's hash")
    with pytest.raises(ArtifactError, match="no evaluation set"):
        load_held_out(small_folder / "v9", small.meta.sha256)


def test_a_damaged_evaluation_set_is_none(small: TextTagger, small_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    for damaged in (b"", b"nothing", (small_folder / "v1" / FILE).read_bytes()[:-40]):
        (tmp_path / "v1" / FILE).write_bytes(damaged)
        assert not workspace_taggers(small, tmp_path).can_learn


def test_the_model_that_ships_has_its_evaluation_set(tagger: TextTagger) -> None:
    assert workspace_taggers(tagger).can_learn
    assert len(load_held_out(SHIPPED / tagger.meta.version, tagger.meta.sha256)) == len(load_texts())


def test_a_bot_starts_without_the_evaluation_set_and_learns_without_the_texts() -> None:
    """In a process of its own, whose reading of training texts would fail."""
    program = """
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from bot.domain.learning import CorrectedText
from bot.domain.tagging import Kind
from bot.tagger import held_out, load_tagger, texts, workspace_taggers

read = []
load = held_out.load_held_out
with patch.object(texts, "load_texts", side_effect=AssertionError), patch.object(
    held_out, "load_held_out", side_effect=lambda *of: read.append(of) or load(*of)
):
    taggers = workspace_taggers(load_tagger())
    assert taggers.can_learn and not read
    at = datetime(2026, 11, 2, tzinfo=UTC)
    taggers.learn(
        [
            CorrectedText(entry_id=str(n), user_id=f"U{n % 3}", text=f"quazz {n}", kind=Kind.GUIDANCE, corrected_at=at)
            for n in range(30)
        ],
        None,
    )
    assert len(read) == 1
"""
    subprocess.run([sys.executable, "-c", program], check=True)
