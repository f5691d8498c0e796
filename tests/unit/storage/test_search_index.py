"""What SQLite's index is asked for: one person's entries, by beginnings of words that it has lists of."""

from __future__ import annotations

import sqlite3

import pytest

from storage import search_index


@pytest.mark.parametrize(
    ("words", "every", "asked"),
    [
        ("deploy", True, '"deplo"*'),
        ("Deployment of QA", True, '"Deplo"* AND "of"* AND "QA"*'),
        ("logs wait", False, '"log"* OR "wai"*'),
        ("v 2 rollout", True, '"rollo"*'),
    ],
)
def test_words_are_looked_for_by_beginnings_that_have_a_list(words: str, every: bool, asked: str) -> None:
    assert search_index.sqlite_query(words, "T1", "U1", every=every) == f'owner : "T1xU1" AND body : ({asked})'


@pytest.mark.parametrize(("words", "every"), [("v", True), ("v 2", True), ("v rollout", False)])
def test_single_letters_narrow_nothing(words: str, every: bool) -> None:
    assert search_index.sqlite_query(words, "T1", "U1", every=every) == 'owner : "T1xU1"'


def test_without_words_there_is_no_query() -> None:
    assert search_index.sqlite_query(" :-) ", "T1", "U1", every=True) is None


def test_what_is_asked_finds_every_entry_with_the_words() -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute(search_index._SQLITE_TABLE)
        rows = [("a", "T1xU1", "v2 rollout of the queue"), ("b", "T1xU1", "one"), ("c", "T2xU1", "v2 rollout")]
        connection.executemany("INSERT INTO entries_fts VALUES (?, ?, ?)", rows)
        for words in ("v rollout", "rollouts", "roll", "of", "v"):
            match = search_index.sqlite_query(words, "T1", "U1", every=True)
            found = [
                key for (key,) in connection.execute("SELECT key FROM entries_fts WHERE entries_fts MATCH ?", [match])
            ]
            assert "a" in found, words
            assert "c" not in found, words
