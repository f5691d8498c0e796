"""Corrections count at once for the person who made them, for like texts, and for nobody else."""

from __future__ import annotations

import time

import pytest

from bot.domain.tagging import Kind
from bot.tagger.corrections import PersonalTagger
from bot.tagger.reading import TextTagger
from bot.tagger.texts import LabelledText
from bot.tagger.views import Views

LOCAL = "spent the morning with Ana on the florping of ledger imports"


def _other_than(kind: Kind) -> Kind:
    return Kind.COHERENCE if kind is not Kind.COHERENCE else Kind.GUIDANCE


def test_without_corrections_nothing_changes(tagger: TextTagger, few_texts: list[LabelledText]) -> None:
    texts = [text.text for text in few_texts[:30]]
    personal = PersonalTagger(tagger, [])
    assert personal.version == tagger.version
    for ours, theirs in zip(personal.tag_many(texts), tagger.tag_many(texts), strict=True):
        assert ours.kind is theirs.kind
        assert ours.confidence == pytest.approx(theirs.confidence, abs=1e-4)


def test_a_corrected_text_has_its_kind_from_then_on(tagger: TextTagger) -> None:
    kind = _other_than(tagger.tag(LOCAL).kind)
    personal = PersonalTagger(tagger, [(LOCAL, kind)])
    tag = personal.tag(f"  {LOCAL.replace('Ana', '<@U0ANA1234>').replace('<@U0ANA1234>', 'Ana')}\n")
    assert tag.kind is kind
    assert tag.confidence > 0.9
    assert sum(ranked.p for ranked in tag.ranked) == pytest.approx(1, abs=1e-4)
    assert personal.version == f"{tagger.version}~1"
    assert tagger.tag(LOCAL).kind is not kind


def test_a_closely_similar_text_follows(tagger: TextTagger) -> None:
    before = tagger.tag(LOCAL).kind
    kind = _other_than(before)
    personal = PersonalTagger(tagger, [(LOCAL, kind)])
    similar = LOCAL.replace("the morning", "this morning").replace("imports", "exports")
    assert personal.tag(similar).kind is kind


def test_of_two_corrections_of_one_text_the_newest_counts(tagger: TextTagger) -> None:
    personal = PersonalTagger(tagger, [(LOCAL, Kind.MENTORING), (LOCAL, Kind.NONE)])
    assert personal.tag(LOCAL).kind is Kind.MENTORING


def test_reasons_take_corrections_into_account(tagger: TextTagger) -> None:
    personal = PersonalTagger(tagger, [(LOCAL, Kind.COHERENCE)])
    tag = personal.tag(f"{LOCAL}, again", explain=True)
    assert tag.kind is Kind.COHERENCE
    assert tag.why
    assert any(cue.text in LOCAL for cue in tag.why)


def test_it_is_a_function_of_the_corrections_alone(tagger: TextTagger, few_texts: list[LabelledText]) -> None:
    corrections = [(text.text, text.kind) for text in few_texts[:20]]
    texts = [text.text for text in few_texts[20:60]]
    one, two = (PersonalTagger(tagger, corrections).tag_many(texts) for _ in range(2))
    assert [tag.ranked for tag in one] == [tag.ranked for tag in two]


def test_it_is_quick_to_build_once_the_texts_were_seen(tagger: TextTagger, few_texts: list[LabelledText]) -> None:
    views = Views(tagger)
    corrections = [(text.text, text.kind) for text in (few_texts * 2)[:200]]
    PersonalTagger(tagger, corrections, views)
    spent = []
    for _ in range(5):
        start = time.process_time()
        PersonalTagger(tagger, corrections, views)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.2
