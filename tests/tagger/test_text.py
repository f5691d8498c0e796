"""Slack's markup becomes placeholders, whatever the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tagger.text import HEAD, TAIL, normalise


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("thanks <@U04ABC12|dana> and @ravi.k", "thanks @user and @user"),
        ("see <#C02XYZ|payments> <!here> now", "see #channel everyone now"),
        ("in <https://github.com/acme/api/pull/812|#812>", "in pull request link"),
        ("<https://acme.example/rfc|Retry RFC> is out", "Retry RFC link is out"),
        ("https://acme.example/x?y=1 broke", "link broke"),
        ("set `retries=3` then\n```a\nb```", "set code then codeblock"),
        ("PAY-881 took 3.5 days &amp; 2 people", "ticket took 0 days & 0 people"),
        ("done :tada: :white_check_mark:", "done tada white check mark"),
        ("zero\u200bwidth\u202e and\x00control", "zerowidth andcontrol"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_markup_becomes_placeholders(raw: str, read: str) -> None:
    assert normalise(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (
            "caught the double refund in design review, see https://acme.example/1",
            "caught the double refund in design review",
        ),
        ("Unblocked Kofi (PAY-12, <https://acme.example/pull/4|#4>)", "Unblocked Kofi"),
        ("caught a race in code review, PR #1893", "caught a race in code review"),
        ("PR #12", "PR #0"),
        ("we build on the link", "we build on the link"),
        ("could you look at PAY-12?", "could you look at ticket?"),
        ("https://acme.example/1 https://acme.example/2 OPS-1", "link link ticket"),
        ("RFC: https://acme.example/rfc", "RFC: link"),
    ],
)
def test_a_pointer_at_the_end_is_no_part_of_the_claim(raw: str, read: str) -> None:
    assert normalise(raw) == read


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_string_gives_one_clean_line(raw: str) -> None:
    read = normalise(raw)
    assert "\n" not in read
    assert read == read.strip()
    read.encode("utf-8")


@pytest.mark.parametrize("piece", ["a", "`", "<", ":a", "```", "<http://x|", "@", "1.", "link ", "see ", "(,"])
def test_a_very_long_text_is_cut_to_its_beginning_and_end_at_once(piece: str) -> None:
    raw = f"begin {piece * (100_000 // len(piece))} end"
    start = time.process_time()
    read = normalise(raw)
    assert time.process_time() - start < 0.5
    assert len(read) <= HEAD + TAIL + 3
    assert read.startswith("begin")
