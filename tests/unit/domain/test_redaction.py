"""Names become roles, numbers ranges, links go."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.redaction import Redactor
from tests.builders import confirmation, entry

NAMES = {"UDANA": "Dana Weiss", "UTOM": "Tom Ortega"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paired with <@UDANA> and Tom", "paired with colleague A and colleague B"),
        ("Dana's deploy; DANA WEISS said so", "colleague A's deploy; colleague A said so"),
        ("pages went from 14 to 3", "pages went from 10–20 to 0–5"),
        ("saved $1,250,000 in 2026", "saved $1,000,000–2,000,000 in 2026"),
        ("37% fewer, 180 ms at the 95th percentile", "30–40% fewer, 100–200 ms at the 95th percentile"),
        ("see https://wiki.example/x?y=1, PAY-77 and #812", "see [link removed] [ticket] and [ticket]"),
        ("asked in #payments-oncall", "asked in [channel]"),
        ("mail dana@acme.example", "mail [link removed]"),
        ("on 1 March it closed with 0 errors", "on 1 March it closed with 0 errors"),
    ],
)
def test_what_points_at_others_is_taken_out(text: str, expected: str) -> None:
    assert Redactor(NAMES).text(text) == expected


def test_an_entry_keeps_its_account_and_loses_what_can_be_looked_up() -> None:
    whole = entry(
        "Paired with <@UDANA> for 3 hours.",
        link="https://git.example/1",
        number="14",
        confirmations=(confirmation("UTOM", "Sam and Dana did it."),),
    )
    redacted = Redactor(NAMES).entry(whole)

    assert redacted.links == ()
    assert redacted.source.permalink is None
    assert redacted.text == "Paired with colleague A for 0–5 hours."
    assert redacted.number == "10–20"
    assert redacted.confirmations[0].quote == "Sam and colleague A did it."


@given(st.text(max_size=80))
def test_no_name_number_or_address_survives_whatever_stands_around_it(around: str) -> None:
    redacted = Redactor(NAMES, own=["Sam Okafor"]).text(f"{around} Dana Weiss {around} Okafor 12345 https://x.example ")

    assert not re.search(r"(?<!\w)(?:dana|weiss|okafor)(?!\w)", redacted, re.IGNORECASE)
    assert "12345" not in redacted.split()
    assert "x.example" not in redacted
