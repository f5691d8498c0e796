"""How good the tagger is on writers it has not seen, and what corrections teach. These can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.evidence import Quote, QuoteRole
from bot.domain.tagging import Kind
from bot.domain.threads import for_tagger
from bot.tagger.artifact import SHIPPED, ArtifactStore
from bot.tagger.corrections import PersonalTagger
from bot.tagger.evaluation import export_shares, export_texts, report_on
from bot.tagger.figures import evidence_recall, figures_of, macro_f1, top_two
from bot.tagger.held_out import load_held_out
from bot.tagger.learning import Lesson, in_own_words, lesson
from bot.tagger.model import Probabilities
from bot.tagger.reading import TextTagger
from bot.tagger.release import retrain
from bot.tagger.tables import lesson_lines, reliability_svg, report_lines
from bot.tagger.texts import LabelledText, TextsError, load_texts
from bot.tagger.training import Prepared, Settings, features_of, fit_uncalibrated, prepare
from tests.tagger.conftest import SMALL


@pytest.fixture(scope="module")
def unseen(tagger: TextTagger, all_texts: list[LabelledText]) -> tuple[TextTagger, Prepared, list[LabelledText]]:
    """A tagger trained on a sixth of the other writers' texts, and half the texts of two who write English."""
    two = ("w34", "w35")
    seen = prepare([text for text in all_texts if text.writer not in two][::6])
    held_out = prepare([text for text in all_texts if text.writer in two][::2])
    model = fit_uncalibrated(seen, Settings())
    return TextTagger(replace(model, calibration=tagger.model.calibration), tagger.meta), held_out, list(held_out.texts)


def test_writers_it_has_not_seen_are_read_well(
    unseen: tuple[TextTagger, Prepared, list[LabelledText]],
) -> None:
    base, held_out, texts = unseen
    scores = base.model.scores(features_of(base.model.ngrams, held_out))
    figures = figures_of(base.model.calibration.probabilities(scores), texts)
    assert figures["macro_f1"] > 0.74
    assert figures["top2"] > 0.88
    assert figures["dimensions_f1"] > 0.74
    assert figures["ece"] < 0.06


def test_twenty_corrections_teach_a_persons_own_words_and_harm_nobody(
    unseen: tuple[TextTagger, Prepared, list[LabelledText]],
) -> None:
    base, _, texts = unseen
    person, other = sorted({text.writer for text in texts})
    theirs = [in_own_words(text, base.model) for text in texts if text.writer == person]
    general = [text for text in texts if text.writer == other]
    learned = lesson(base, theirs, general, own_words=True)
    assert learned.corrections == 20
    assert learned.error_drop >= 1 / 3
    assert learned.general_after >= learned.general_before - 0.01
    assert any("errors on their other texts" in line for line in lesson_lines([learned]))


def test_twenty_corrections_in_plain_words_leave_small_talk_alone(
    tagger: TextTagger, few_texts: list[LabelledText]
) -> None:
    corrections = [(text.text, text.kind) for text in few_texts if text.kind is not Kind.NONE][:20]
    assert PersonalTagger(tagger, corrections).tag("lunch?").kind is Kind.NONE


def test_the_shipped_models_figures_are_those_of_its_evaluation_set(tagger: TextTagger) -> None:
    held_out = load_held_out(SHIPPED / tagger.meta.version, tagger.meta.sha256)
    kinds = tagger.model.calibration.probabilities(held_out.scores).kinds
    assert macro_f1(held_out.kinds, kinds.argmax(axis=1)) == pytest.approx(tagger.meta.figures["macro_f1"], abs=0.005)
    assert top_two(held_out.kinds, kinds) == pytest.approx(tagger.meta.figures["top2"], abs=0.005)
    assert evidence_recall(held_out.kinds, kinds) == pytest.approx(tagger.meta.figures["recall_at_95"], abs=0.01)


def test_the_shipped_models_figures_are_those_promised() -> None:
    figures = ArtifactStore().load()[1].figures
    assert figures["macro_f1"] >= 0.85
    assert figures["top2"] >= 0.95
    assert figures["recall_at_95"] >= 0.90
    assert figures["dimensions_f1"] >= 0.85
    assert figures["ece"] <= 0.05


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("I unblocked a teammate", Kind.UNBLOCK),
        ("unblocked two analysts who were waiting for warehouse access", Kind.UNBLOCK),
        ("Unblocked a junior dev stuck on Docker networking", Kind.UNBLOCK),
        ("unblocked the Android folks today", Kind.UNBLOCK),
        ("caught a memory leak in Ana's PR", Kind.REVIEW_CATCH),
        ("convinced leadership to drop the rewrite", Kind.BETTER_DECISION),
        ("wrote the guide everyone uses for local setup", Kind.GUIDANCE),
        ("mentored a new grad on testing", Kind.MENTORING),
        ("got platform and security to agree on one rollout plan", Kind.ALIGNMENT),
        ("we now have one billing client instead of three", Kind.COHERENCE),
        ("showed that churn, not signups, is the problem", Kind.PROBLEM_FRAMING),
        ("wrote the three year plan for our data platform", Kind.LONG_TERM_BET),
        ("made the call to disable the feature during the outage", Kind.JUDGMENT_CALL),
        ("shipped dark mode", Kind.DELIVERY),
        ("can you unblock me on this?", Kind.NONE),
        ("will unblock Wei after lunch", Kind.NONE),
        ("could not unblock Chen, still waiting for IT", Kind.NONE),
    ],
)
def test_the_plainest_notes_are_read_for_what_they_say(tagger: TextTagger, note: str, kind: Kind) -> None:
    assert tagger.tag(note).kind is kind


@pytest.mark.parametrize(
    ("kind", "asked", "answered", "effect"),
    [
        (
            Kind.UNBLOCK,
            "why can't my local build find libpq?",
            "you need `brew link libpq --force`",
            "that worked, thanks!",
        ),
        (Kind.UNBLOCK, "stuck on CORS with the new gateway", "list your Origin in allow.yaml", "works now, thank you"),
        (
            Kind.REVIEW_CATCH,
            "can someone review the migration plan?",
            "step 4 drops the index before the backfill, that would lock the orders table for an hour",
            "good catch, changed the order, thanks",
        ),
        (
            Kind.BETTER_DECISION,
            "we'd go for Mongo for the audit log, objections?",
            "queries are all relational and we have Postgres staff, here is the cost of both",
            "convinced, we go with Postgres then, thanks for the numbers",
        ),
    ],
)
def test_a_thread_is_read_for_what_its_end_shows(
    tagger: TextTagger, kind: Kind, asked: str, answered: str, effect: str
) -> None:
    parts = [
        ("UASK", QuoteRole.QUESTION, asked),
        ("UME", QuoteRole.ANSWER, answered),
        ("UASK", QuoteRole.EFFECT, effect),
    ]
    quotes = [
        Quote(channel="C1", ts=f"{1_700_000_000 + place}.000100", author=author, role=role, text=text)
        for place, (author, role, text) in enumerate(parts)
    ]
    assert tagger.tag(for_tagger(quotes, "UME")).kind is kind


def test_a_candidate_is_used_only_if_it_is_no_worse(few_texts: list[LabelledText], tmp_path: Path) -> None:
    settings, texts = replace(SMALL, folds=2), few_texts[::2]
    turned = {kind: list(Kind)[(n + 5) % 12] for n, kind in enumerate(Kind)}
    wrong = [LabelledText(text=t.text, kind=turned[t.kind], writer="wrong") for t in texts]
    refused = retrain(texts, wrong, ArtifactStore(tmp_path), settings)
    assert refused.version is None
    assert refused.after["macro_f1"] < refused.before["macro_f1"]
    assert ArtifactStore(tmp_path).versions() == []
    right = [LabelledText(text=t.text, kind=t.kind, dimensions=t.dimensions, writer="right") for t in texts]
    taken = retrain(texts, right, ArtifactStore(tmp_path), settings)
    assert taken.version == ArtifactStore(tmp_path).current() == "v1"


def test_a_report_holds_what_is_asked_of_it() -> None:
    texts = [LabelledText(text="a", kind=Kind.UNBLOCK, writer="x"), LabelledText(text="b", kind=Kind.NONE, writer="y")]
    kinds = np.full((2, 12), 0.1 / 11, np.float32)
    kinds[:, 0] = 0.9
    report = report_on(Probabilities(kinds, np.zeros((2, 6), np.float32)), texts)
    assert report.figures["accuracy"] == 0.5
    assert report.confusion[11][0] == 1
    assert [row["text"] for row in report.worst] == ["b"]
    assert set(report.by_language) == {"en"}
    assert any("macro-F1" in line for line in report_lines(report))
    assert reliability_svg(report).startswith("<svg")


def test_no_errors_before_means_none_fell() -> None:
    assert Lesson("w", True, 0, 0.0, 0.0, 0.9, 0.9).error_drop == 0.0


def test_shares_of_an_export(tagger: TextTagger, tmp_path: Path) -> None:
    with pytest.raises(TextsError, match="not an unpacked Slack export"):
        list(export_texts(tmp_path))
    (tmp_path / "general").mkdir()
    day = tmp_path / "general" / "2026-11-02.json"
    day.write_text('[{"text": "lunch?"}, {"text": ""}, {"subtype": "x"}, {"text": "standup moved to 10"}]')
    shares = export_shares(tagger, list(export_texts(tmp_path)))
    assert shares == {"messages": 2.0, "suggested": 0.0, "called_multiplying": 0.0, "called_evidence": 0.0}
    day.write_text("nonsense")
    with pytest.raises(TextsError, match="2026-11-02"):
        list(export_texts(tmp_path))


def test_bad_labelled_texts_name_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(TextsError, match="no labelled texts"):
        load_texts(tmp_path)
    with pytest.raises(TextsError, match="can't be read"):
        load_texts(tmp_path / "missing.jsonl")
    (tmp_path / "w.jsonl").write_text('{"text": "a", "kind": "none"}\n\n{"text": "a", "kind": "nonsense"}\n')
    with pytest.raises(TextsError, match=r"w\.jsonl, line 3"):
        load_texts(tmp_path)
