"""The question bank, and files that workspaces add to it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.content.ladder import default_ladder
from bot.content.questions import default_questions, questions_with, read_questions
from bot.domain.insight import Practice
from bot.domain.questions import REST, Group, Matter
from bot.domain.tagging import Dimension, Kind

LEVELS = ("senior", "staff", "senior_staff", "principal")

GOOD = """
- id: our-own
  group: staff4
  kinds: [unblock]
  dimensions: [multiplying]
  text: Whom did you free from the release train?
  hint: Who, what held them, and what they shipped.
"""


class TestTheProductsOwn:
    def test_there_are_at_least_ninety(self) -> None:
        assert len(default_questions()) >= 90

    def test_each_says_its_dimension_the_kinds_it_elicits_a_hint_and_the_levels_it_suits(self) -> None:
        for question in default_questions():
            assert question.kinds
            assert question.dimensions
            assert question.hint
            assert question.levels
            assert set(question.levels) <= set(LEVELS)
        assert {level for level in LEVELS if any(level not in q.levels for q in default_questions())} == set(LEVELS)

    def test_the_levels_are_those_of_the_ladder(self) -> None:
        assert tuple(level.key for level in default_ladder().levels) == LEVELS

    def test_no_text_is_there_twice(self) -> None:
        texts = Counter(question.text for question in default_questions())
        assert [text for text, count in texts.items() if count > 1] == []

    @pytest.mark.parametrize("level", LEVELS)
    def test_each_level_has_enough_for_six_weeks_without_repeating(self, level: str) -> None:
        weeks = REST.days // 7
        bank = [question for question in default_questions() if question.suits(level)]
        for kind in (Kind.UNBLOCK, Kind.REVIEW_CATCH, Kind.BETTER_DECISION, Kind.GUIDANCE):
            assert sum(q.group is Group.STAFF4 and q.kinds[0] is kind for q in bank) >= weeks
        for dimension in Dimension:
            assert sum(q.group is Group.DIFFERENCE and q.dimensions[0] is dimension for q in bank) >= weeks
        for matter in Matter:
            assert sum(q.about is matter for q in bank) >= weeks
        for practice in Practice:
            assert sum(q.practice is practice for q in bank) >= 5

    def test_they_are_short_enough_to_read_at_a_glance(self) -> None:
        assert max(len(question.text) for question in default_questions()) <= 100
        assert max(len(question.hint) for question in default_questions()) <= 110


class TestAWorkspacesOwnFile:
    def test_adds_its_questions(self, tmp_path: Path) -> None:
        own = tmp_path / "ours.yaml"
        own.write_text(GOOD, "utf-8")
        questions, problems = questions_with(own)
        assert problems == ()
        assert questions[-1].id == "our-own"
        assert len(questions) == len(default_questions()) + 1

    def test_uses_the_rest_when_one_is_wrong_and_says_file_line_and_reason(self) -> None:
        text = GOOD + (
            "- id: half\n  group: staff4\n  kinds: [unblocked]\n  text: Who was stuck today?\n  hint: Say who it was.\n"
        )
        questions, problems = read_questions(text, "ours.yaml")
        assert [question.id for question in questions] == ["our-own"]
        assert [problem.line for problem in problems] == [10]
        assert str(problems[0]).startswith("ours.yaml, line 10: kinds.0: Input should be 'unblock'")

    @pytest.mark.parametrize(
        ("change", "line", "reason"),
        [
            (("text: Whom did you free from the release train?", "text: Eh?"), 6, "text: String should have"),
            (("group: staff4", "group: staff5"), 3, "group: Input should be"),
            (("  hint:", "  hunt:"), 2, "hint: Field required"),
            (("id: our-own", "id: Our Own"), 2, "id: String should match"),
            (("group: staff4", "group: difference"), None, None),
            (("group: staff4", "group: practice"), 2, "`practice` goes with the group"),
            (("group: staff4", "group: follow_up"), 2, "`about` goes with the group"),
            (("release train?", "release {train}?"), 2, "the only placeholders are"),
            (("release train?", "release {what}?"), 2, "a follow-up, and only a follow-up, says {what}"),
            (("kinds: [unblock]", "kinds: [none]"), 2, "kinds must be kinds of evidence"),
            (("id: our-own", "id: unblock-who-moved"), 2, "the id `unblock-who-moved` is taken"),
        ],
    )
    def test_each_mistake_is_named(self, change: tuple[str, str], line: int | None, reason: str | None) -> None:
        text = GOOD.replace(*change)
        questions, problems = read_questions(text, "ours.yaml", taken={"unblock-who-moved"})
        if line is None:
            assert problems == ()
            return
        assert questions == ()
        assert problems[0].line == line
        assert reason is not None
        assert reason in problems[0].reason

    @pytest.mark.parametrize("text", ["", "hello", "questions: []", "- [", "a: b: c"])
    def test_a_file_that_is_no_list_of_questions_gives_none_and_says_why(self, text: str) -> None:
        questions, problems = read_questions(text, "ours.yaml")
        assert questions == ()
        assert len(problems) == 1

    def test_a_file_that_is_not_there_is_named_and_the_bank_still_works(self, tmp_path: Path) -> None:
        questions, problems = questions_with(tmp_path / "gone.yaml")
        assert questions == default_questions()
        assert str(problems[0]) == "gone.yaml, line 1: No such file or directory"

    def test_a_file_that_is_not_text_is_named(self, tmp_path: Path) -> None:
        own = tmp_path / "ours.yaml"
        own.write_bytes(b"\xff\xfe\x00")
        questions, problems = questions_with(own)
        assert questions == default_questions()
        assert len(problems) == 1
