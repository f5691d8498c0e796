"""The tagger takes any text, gives whole answers, and can say which words carried them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.ports import Tagger
from bot.domain.tagging import Decision, Kind, Tag, Thresholds, decide, worth_suggesting
from bot.tagger.reading import TextTagger
from bot.tagger.texts import LabelledText

STUCK = "thanks <@U04ABC12>, that config flag was it, I was stuck on the deploy all day and I'm moving again"


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.characters(), max_size=300))
def test_any_string_gets_a_whole_tag(tagger: TextTagger, text: str) -> None:
    tag = tagger.tag(text)
    Tag.model_validate(tag.model_dump())
    assert {ranked.kind for ranked in tag.ranked} == set(Kind)
    assert sum(ranked.p for ranked in tag.ranked) == pytest.approx(1, abs=1e-4)
    assert [ranked.p for ranked in tag.ranked] == sorted((ranked.p for ranked in tag.ranked), reverse=True)
    assert (tag.kind, tag.confidence) == (tag.ranked[0].kind, tag.ranked[0].p)
    assert tag.tagger_version == tagger.version
    if tag.kind in (Kind.NONE, Kind.DELIVERY):
        assert tag.dimensions == ()


@pytest.mark.parametrize(
    "text", ["", "  ", "ok", ":tada: :tada:", "🎉🎉", "```\nfoo()\n```", "<https://x.example/1>", "ཀཁག", "?!", "12345"]
)
def test_texts_that_say_nothing_are_no_evidence(tagger: TextTagger, text: str) -> None:
    assert tagger.tag(text).kind is Kind.NONE


def test_a_hundred_thousand_characters_are_read_at_once(tagger: TextTagger) -> None:
    start = time.perf_counter()
    tagger.tag(f"{STUCK} {'and so on ' * 10_000}")
    assert time.perf_counter() - start < 1


def test_many_texts_get_the_tags_they_get_alone(tagger: TextTagger, few_texts: list[LabelledText]) -> None:
    texts = ["", *(text.text for text in few_texts[:40]), "ok"]
    for alone, together in zip(map(tagger.tag, texts), tagger.tag_many(texts), strict=True):
        assert alone.kind is together.kind
        assert alone.confidence == pytest.approx(together.confidence, abs=1e-3)


def test_it_keeps_the_contract(tagger: TextTagger) -> None:
    keeps: Tagger = tagger
    assert keeps.tag_many(iter([])) == []
    assert 0 < keeps.thresholds.show < keeps.thresholds.suggest < 1


def test_the_reasons_given_are_the_words_that_carried_it(tagger: TextTagger, all_texts: list[LabelledText]) -> None:
    for text in (STUCK, *(t.text for t in all_texts[::150] if t.kind is not Kind.NONE)):
        tag = tagger.tag(text, explain=True)
        assert 0 < len(tag.why) <= 3
        for cue in tag.why:
            assert cue.text in text
            without = tagger.tag(text.replace(cue.text, "", 1))
            left = next(ranked.p for ranked in without.ranked if ranked.kind is tag.kind)
            assert left < tag.confidence or tag.confidence > 0.999
            assert cue.weight > 0


def test_there_are_no_reasons_where_there_are_no_words(tagger: TextTagger) -> None:
    assert tagger.tag("", explain=True).why == ()
    assert len(tagger.tag("la " * 3000, explain=True).why) <= 3
    assert tagger.tag(STUCK).why == ()


def _tag(**p: float) -> Tag:
    rest = (1 - sum(p.values())) / (12 - len(p))
    ranked = sorted(({"kind": kind, "p": p.get(kind.value, rest)} for kind in Kind), key=lambda r: -float(r["p"]))
    best = ranked[0]
    return Tag.model_validate({"kind": best["kind"], "confidence": best["p"], "ranked": ranked, "dimensions": ()})


def test_what_is_done_with_a_tag_depends_on_how_sure_it_is() -> None:
    thresholds = Thresholds(show=0.5, suggest=0.95)
    assert decide(_tag(unblock=0.6), thresholds) is Decision.SHOW
    assert decide(_tag(unblock=0.49, mentoring=0.4), thresholds) is Decision.ASK
    assert decide(_tag(none=0.8), thresholds) is Decision.NOT_EVIDENCE
    assert worth_suggesting(_tag(unblock=0.6, mentoring=0.38), thresholds)
    assert not worth_suggesting(_tag(unblock=0.9, delivery=0.06), thresholds)
    assert not worth_suggesting(_tag(delivery=0.99), thresholds)
