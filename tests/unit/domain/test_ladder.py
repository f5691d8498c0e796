"""Levels as data, and where a record stands against one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.ladder import LadderFiles, default_ladder, level_text, read_ladder, read_levels
from bot.content.yaml_source import WrongFile
from bot.domain.errors import Refused
from bot.domain.evidence import Reach
from bot.domain.ladder import ladder_map
from bot.domain.tagging import Dimension, Kind
from tests.builders import entry

ONE_LEVEL = """name: Ours
levels:
  - key: l6
    name: L6
    summary: Leads.
    dimensions:
      scope: {what: Wide., strong: 1, reach: team}
      time_horizon: {what: Long.}
      problem_definition: {what: Finds.}
      influence: {what: Moves.}
      multiplying: {what: Grows., kinds: [mentoring]}
      ambiguity: {what: Decides.}
"""


def test_the_default_ladder_has_the_four_levels_in_order() -> None:
    assert [level.key for level in default_ladder().levels] == ["senior", "staff", "senior_staff", "principal"]


@pytest.mark.parametrize("given", ["senior_staff", "Senior Staff", "SENIOR STAFF ENGINEER", " senior staff engineer "])
def test_a_level_is_found_by_key_or_name(given: str) -> None:
    assert default_ladder().level(given).key == "senior_staff"


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused) as refused:
        default_ladder().level("wizard")

    assert "Principal Engineer" in str(refused.value.facts["levels"])


def test_entries_are_mapped_by_dimension_kind_reach_and_outcome() -> None:
    level = read_ladder(ONE_LEVEL, "ours.yaml").level("L6")
    strong = entry(kind=Kind.ALIGNMENT, reach=Reach.SEVERAL_TEAMS, outcome="One owner.")
    weak = entry(kind=Kind.ALIGNMENT, reach=Reach.TEAM)
    narrow = entry(kind=Kind.ALIGNMENT, reach=Reach.PERSON, outcome="Agreed.")
    other_kind = entry(kind=Kind.UNBLOCK, outcome="Moved.")
    fits = {fit.dimension: fit for fit in ladder_map([weak, narrow, strong, other_kind], level)}

    assert fits[Dimension.SCOPE].strong == (strong.id,)
    assert fits[Dimension.SCOPE].weak == (weak.id,)
    assert fits[Dimension.SCOPE].below == (narrow.id,)
    assert fits[Dimension.SCOPE].missing == 0
    assert fits[Dimension.MULTIPLYING].below == (other_kind.id,)
    assert fits[Dimension.AMBIGUITY].missing == 2


@pytest.mark.parametrize(
    ("break_it", "line", "reason"),
    [
        (("strong: 1", "strong: -1"), 7, "greater than or equal to 0"),
        (("reach: team", "reach: galaxy"), 7, "reach"),
        (("      ambiguity: {what: Decides.}\n", ""), 3, "says nothing of ambiguity"),
        (("key: l6", "key: L 6"), 3, "key"),
        (("ambiguity:", "courage:"), 12, "courage"),
        (("summary: Leads.", "summary: Leads.\n    summary: Again."), 6, "twice"),
        (("name: Ours", "name: [Ours"), 2, ""),
        (("{what: Wide., strong: 1, reach: team}", "&a {what: *a}"), 7, "aliases"),
    ],
)
def test_a_wrong_file_is_refused_with_file_line_and_reason(break_it: tuple[str, str], line: int, reason: str) -> None:
    with pytest.raises(WrongFile) as wrong:
        read_ladder(ONE_LEVEL.replace(*break_it), "ours.yaml")

    assert any(p.file == "ours.yaml" and p.line == line and reason in p.reason for p in wrong.value.problems), str(
        wrong.value
    )


def test_a_level_written_out_reads_back_as_it_is() -> None:
    for level in default_ladder().levels:
        levels, wrong = read_levels({"one": level_text(level)})
        assert (levels, wrong) == ([level], {})


def test_each_workspace_has_its_own_file_and_a_wrong_one_is_told_of(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "T1.yaml").write_text(ONE_LEVEL)
    (tmp_path / "T2.yaml").write_text(ONE_LEVEL.replace("reach: team", "reach: galaxy"))
    ladders = LadderFiles(str(tmp_path / "{team}.yaml"), lambda problem: told.append(str(problem)))

    assert ladders("T1").name == "Ours"
    assert ladders("T2") is ladders("T3") is default_ladder()
    assert [each.split(":")[0] for each in told] == ["T2.yaml, line 7"]


def test_one_wrong_file_for_all_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "ladder.yaml").write_text(ONE_LEVEL.replace("reach: team", "reach: galaxy"))
    with pytest.raises(WrongFile, match=r"ladder\.yaml, line 7"):
        LadderFiles(str(tmp_path / "ladder.yaml"), lambda _: None)
    with pytest.raises(WrongFile, match="can't be read"):
        LadderFiles(str(tmp_path / "nowhere.yaml"), lambda _: None)
