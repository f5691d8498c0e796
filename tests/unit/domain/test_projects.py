"""Entries that belong together."""

from __future__ import annotations

import time
from datetime import date, timedelta

from bot.content.sample import sample_year
from bot.domain.evidence import Source, SourceType
from bot.domain.projects import suggest_projects
from tests.builders import DAY, entry

YEAR = sample_year("T1", "USAM", user_of=str.upper, channel_of=str.upper)


def test_entries_that_share_a_repository_and_words_become_one_project() -> None:
    together = [
        entry(f"Moved the ledger rules {word}.", link=f"https://git.example/acme/ledger/pull/{n}")
        for n, word in enumerate(("out", "apart", "home"))
    ]
    apart = [entry("Explained the tax table over lunch."), entry("Named a candidate for the panel.")]
    (project,) = suggest_projects([*together, *apart])

    assert set(project.entry_ids) == {each.id for each in together}
    assert "ledger" in project.name.lower()


def test_what_the_person_has_put_into_a_project_is_left_alone() -> None:
    mine = [entry("Moved the ledger rules.", project_id="prj") for _ in range(3)]

    assert suggest_projects(mine) == ()


def test_the_same_entries_give_the_same_groups_in_any_order() -> None:
    free = [each.model_copy(update={"project_id": None}) for each in YEAR.entries]

    assert suggest_projects(free) == suggest_projects(list(reversed(free)))


def test_a_beginning_of_each_of_the_sample_years_projects_is_found_again() -> None:
    free = [each.model_copy(update={"project_id": None}) for each in YEAR.entries]
    suggested = suggest_projects(free)
    for project in YEAR.projects:
        members = {each.id for each in YEAR.entries if each.project_id == project.id}
        best = max(len(members & set(each.entry_ids)) for each in suggested)
        assert best >= 2, project.name


def test_entries_a_year_apart_in_the_same_channel_are_no_project() -> None:
    there = Source(type=SourceType.REACTION, channel="C1")
    record = [entry(f"Word{n} alone.", source=there, occurred_on=DAY - timedelta(days=365 * n)) for n in range(3)]

    assert suggest_projects(record) == ()


def test_five_thousand_entries_are_grouped_quickly() -> None:
    copies = [
        each.model_copy(
            update={
                "id": f"{each.id}{n}",
                "project_id": None,
                "occurred_on": date(2020, 1, 1) + timedelta(days=(n * 37 + i) % 2000),
            }
        )
        for n in range(90)
        for i, each in enumerate(YEAR.entries)
    ]
    began = time.perf_counter()
    suggest_projects(copies)

    assert time.perf_counter() - began < 20
