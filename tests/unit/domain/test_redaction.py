"""Names become roles, numbers ranges, links go."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ranges import range_of
from bot.domain.redaction import Redactor
from bot.domain.strength import strength_of
from tests.builders import confirmation, entry

NAMES = {
    "UDANA": "Dana Weiss",
    "UTOM": "Tom Ortega",
    "UWILL": "Will Grace",
    "UTANAKA": "田中 愛",
    "UJOSE": "José Núñez",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paired with <@UDANA> and Tom", "paired with colleague A and colleague B"),
        ("Dana's deploy; DANA WEISS said so", "Colleague A's deploy; colleague A said so"),
        (
            "helped dana and tom, then dweiss and tom_ortega",
            "helped colleague A and colleague B, then colleague A and colleague B",
        ),
        ("ping @dana.weiss or @someone-else", "ping colleague A or someone"),
        ("pages went from 14 to 3", "pages went from 10–20 to 2–5"),
        ("saved $1,250,000 in 2026", "saved $1,000,000–2,000,000 in 2026"),
        ("37% fewer, 180 ms at the 95th percentile", "20–50% fewer, 100–200 ms at the 95th percentile"),
        ("all seven teams, forty-two people, two hundred rows", "all 5–10 teams, 20–50 people, 200–500 rows"),
        ("2000 refunds since 2024, 45min each", "2,000–5,000 refunds since 2024, 20–50min each"),
        ("€9,400 and 9 400 rows; 0.5 % left", "€5,000–10,000 and 5,000–10,000 rows; 0–1 % left"),
        ("see https://wiki.example/x?y=1, PAY-77 and #812", "see [link removed] [ticket] and [ticket]"),
        ("in git.acme.com/pay/api and wiki.acme.com", "in [link removed] and [link removed]"),
        ("api#1180, at 1f5f8b3a, on 10.0.0.17", "[ticket], at [ticket], on [link removed]"),
        ("asked in #payments-oncall", "asked in [channel]"),
        ("mail dana@acme.example", "mail [link removed]"),
        ("on 1 March it closed with 0 errors", "on 1 March it closed with 0 errors"),
        ("June 4, 2026 and 2026-06-04 at 14:30 in Q3 2026", "June 4, 2026 and 2026-06-04 at 14:30 in Q3 2026"),
        ("they will show grace; Will did", "they will show grace; colleague A did"),
        ("من ١٤ إلى ٣", "من 10–20 إلى 2–5"),
        ("障害を14件から3件に減らした", "障害を10–20件から2–5件に減らした"),
        ("2026年6月4日14時30分に45分で80％", "2026年6月4日14時30分に20–50分で50–100％"),
        ("2026-06-04に、p95は820msから90msへ", "2026-06-04に、p95は500–1,000msから50–100msへ"),
        ("3時間で1,200行、6チームへ", "2–5時間で1,000–2,000行、5–10チームへ"),
        ("田中さんと愛", "Colleague Aさんとcolleague A"),
        ("José and jose\u0301 nu\u0301n\u0303ez", "Colleague A and colleague A"),
    ],
)
def test_what_points_at_others_is_taken_out(text: str, expected: str) -> None:
    assert Redactor(NAMES).text(text) == expected


@given(st.floats(0, 1e15))
def test_a_range_holds_its_number_and_tells_little_of_it(value: float) -> None:
    low, high = range_of(value)

    assert low <= value <= high
    assert high in (0, 1) or high >= low * 2 or high == low * 5


def test_an_entry_keeps_its_account_and_loses_what_can_be_looked_up() -> None:
    whole = entry(
        "Paired with <@UDANA> for 3 hours.",
        link="https://git.example/1",
        number="14",
        confirmations=(confirmation("UTOM", "Sam and Dana did it."),),
    )
    redacted = Redactor(NAMES, own=["Sam"]).entry(whole)

    assert [(each.url, each.label) for each in redacted.links] == [("", "[pull request]")]
    assert strength_of(redacted) is strength_of(whole)
    assert redacted.text == "Paired with colleague A for 2–5 hours."
    assert redacted.number == "10–20"
    assert redacted.confirmations[0].quote == "The author and colleague A did it."


@given(st.text(max_size=80))
def test_no_name_number_or_address_survives_whatever_stands_around_it(around: str) -> None:
    redacted = Redactor(NAMES, own=["Sam Okafor"]).text(f"{around} Dana Weiss {around} Okafor 12345 https://x.example ")

    assert not re.search(r"(?<!\w)(?:dana|weiss|okafor)(?!\w)", redacted, re.IGNORECASE)
    assert "12345" not in redacted.split()
    assert "x.example" not in redacted
