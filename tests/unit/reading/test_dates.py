"""The day something happened, as the text tells it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reading import read
from bot.domain.reading.dates import OLDEST

LISBON = ZoneInfo("Europe/Lisbon")
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def day(text: str, said_at: datetime = FRIDAY, zone: ZoneInfo = LISBON) -> date:
    return read(text, said_at=said_at, zone=zone, me="USAM").occurred_on


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("paired on the parser", "2026-11-20"),
        ("this morning I paired with Jo", "2026-11-20"),
        ("yesterday I paired with Jo", "2026-11-19"),
        ("the day before yesterday we agreed", "2026-11-18"),
        ("last Tuesday we agreed", "2026-11-17"),
        ("last Friday we agreed", "2026-11-13"),
        ("on Friday we agreed", "2026-11-13"),
        ("Friday: agreed on one queue", "2026-11-20"),
        ("on Monday we agreed", "2026-11-16"),
        ("Tuesday last week we agreed", "2026-11-10"),
        ("last week we agreed", "2026-11-13"),
        ("two weeks ago we agreed", "2026-11-06"),
        ("a couple of weeks ago we agreed", "2026-11-06"),
        ("3 months ago we agreed", "2026-08-20"),
        ("3 months ago he was lost. Yesterday he led the review", "2026-11-19"),
        ("most of Thursday on a call with Jo", "2026-11-19"),
        ("held the pager sat night", "2026-11-14"),
        ("on call in KW 37", "2026-09-07"),
        ("on call week 44", "2026-10-26"),
        ("on 3 March we agreed", "2026-03-03"),
        ("March 3rd, 2025: we agreed", "2025-03-03"),
        ("we agreed on Dec 24", "2025-12-24"),
        ("2026-03-01 agreed", "2026-03-01"),
        ("1.3.2026 agreed", "2026-03-01"),
        ("11/14/2026 agreed", "2026-11-14"),
        ("we agreed on the 14th", "2026-11-14"),
        ("we agreed on the 28th", "2026-10-28"),
        ("29 February we agreed", "2024-02-29"),
        ("from Monday to Wednesday I sat with Jo", "2026-11-16"),
        ("ayer ayudé a Jo", "2026-11-19"),
        ("hace tres días ayudé a Jo", "2026-11-17"),
        ("el 5 de octubre ayudé a Jo", "2026-10-05"),
        ("gestern mit Jo gepaart", "2026-11-19"),
        ("am 3. März mit Jo gepaart", "2026-03-03"),
        ("vor zwei Wochen mit Jo gepaart", "2026-11-06"),
        ("hier j'ai aidé Jo", "2026-11-19"),
        ("il y a deux semaines j'ai aidé Jo", "2026-11-06"),
        ("mardi dernier j'ai aidé Jo", "2026-11-17"),
        ("ontem ajudei a Jo", "2026-11-19"),
        ("há dois dias ajudei a Jo", "2026-11-18"),
        ("na terça-feira ajudei a Jo", "2026-11-17"),
        ("昨日手伝いました", "2026-11-19"),
        ("3日前に手伝いました", "2026-11-17"),
        ("11月3日に手伝いました", "2026-11-03"),
        ("先週の火曜日に手伝いました", "2026-11-10"),
    ],
)
def test_the_day_named_is_the_day_it_happened(text: str, expected: str) -> None:
    assert str(day(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I may 3 times have asked",
        "sat with Jo, sun in my face",
        "give me a second",
        "v2.3.2026 is out, 2.3.1 too",
        "p99 120 now",
        "by Monday we need it",
        "no pages since Monday",
        "until last Tuesday it was broken",
        "the launch on Friday will be mine",
        "due 2026-12-31",
        "2027-01-01 is the end",
        "every Tuesday I do office hours",
        "Black Friday readiness",
        "hier ist der Link",
        "999 weeks ago",
        "two years ago it was one team",
        "moving the launch to Friday",
        "the freeze starts Sunday",
        "see log-2026-03-01.txt and 2026-03-01-notes",
        "https://acme.io/2026-03-01/yesterday",
        "`git log --since=yesterday`",
        "2026-02-31 is no day",
        "03/04/2026 could be either",
        "in March we agreed",
        "the outage from last Tuesday is fixed",
    ],
)
def test_what_names_no_day_of_it_leaves_the_day_it_was_said(text: str) -> None:
    assert str(day(text)) == "2026-11-20"


@pytest.mark.parametrize(
    ("said_at", "zone", "text", "expected"),
    [
        ("2026-11-20T23:30:00+00:00", "Asia/Tokyo", "today", "2026-11-21"),
        ("2026-11-20T23:30:00+00:00", "Asia/Tokyo", "yesterday", "2026-11-20"),
        ("2026-11-20T03:00:00+00:00", "America/Los_Angeles", "this morning", "2026-11-19"),
        ("2026-11-20T00:10:00+00:00", "UTC", "30 hours ago", "2026-11-18"),
        ("2026-03-29T00:30:00+00:00", "Europe/Berlin", "yesterday", "2026-03-28"),
        ("2026-03-29T21:59:00+00:00", "Europe/Berlin", "today", "2026-03-29"),
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", "yesterday", "2026-10-24"),
        ("2026-10-25T23:30:00+00:00", "Europe/Berlin", "yesterday", "2026-10-25"),
        ("2026-03-08T10:30:00+00:00", "America/New_York", "2 hours ago", "2026-03-08"),
        ("2026-01-01T09:00:00+00:00", "Europe/Lisbon", "on 31 December", "2025-12-31"),
        ("2024-03-01T09:00:00+00:00", "Europe/Lisbon", "yesterday", "2024-02-29"),
        ("2026-03-31T09:00:00+00:00", "Europe/Lisbon", "a month ago", "2026-02-28"),
    ],
)
def test_days_are_those_of_the_persons_own_zone(said_at: str, zone: str, text: str, expected: str) -> None:
    assert str(day(text, datetime.fromisoformat(said_at), ZoneInfo(zone))) == expected


WORDS = st.lists(
    st.sampled_from(
        re.findall(
            r"\S+",
            "yesterday today last on Tuesday Friday two weeks days ago 3 31 29 March February 2026-03-01 2024 "
            "vor Tagen ayer hier le mardi dernier 3日前 月曜日 12月31日 will by "
            "since from to the 14th, . 999 hours a couple of",
        )
    ),
    max_size=12,
).map(" ".join)
ZONES = st.sampled_from(["UTC", "Pacific/Apia", "Pacific/Niue", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])


@given(text=WORDS, said_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), zone=ZONES)  # noqa: DTZ001
def test_the_day_is_never_ahead_and_never_out_of_memory(text: str, said_at: datetime, zone: str) -> None:
    aware = said_at.replace(tzinfo=UTC)
    today = aware.astimezone(ZoneInfo(zone)).date()
    assert today - OLDEST - timedelta(days=1) <= day(text, aware, ZoneInfo(zone)) <= today
