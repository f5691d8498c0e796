"""What a promotion reader stumbles over, on good and on bad examples."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.ladder import default_ladder
from bot.domain.evidence import Entry, Link, LinkType, MyRole, Reach, Source, SourceState, SourceType
from bot.domain.readers_check import ReaderTest, Rule, check_entry, check_record
from bot.domain.tagging import Kind
from tests.builders import DAY, entry

STAFF = default_ladder().level("staff")
TODAY = date(2026, 10, 30)

GOOD = [
    entry(
        "Got Payments and Notifications to agree on one owner for the mail queue after two meetings.",
        kind=Kind.ALIGNMENT,
        outcome="Notifications took over the queue on 1 March.",
        number="3 pages a month",
        baseline="14 pages a month",
        role=MyRole.LED,
        reach=Reach.SEVERAL_TEAMS,
        link="https://docs.northwind.example/rfc/42",
        confirmed_by="UDANA",
    ),
    entry(
        "I showed the search team what a nightly reindex costs against an incremental one.",
        kind=Kind.BETTER_DECISION,
        outcome="They chose the incremental index.",
        number="€2,100 a month",
        baseline="€9,400 a month",
        role=MyRole.LED,
        reach=Reach.SEVERAL_TEAMS,
        link="https://docs.northwind.example/search/cost",
    ),
    entry(
        "Je lui ai montré la file d'attente et elle a réparé la panne toute seule.",
        outcome="Plus de pannes depuis.",
        number="0",
        baseline="4 par mois",
        role=MyRole.LED,
        reach=Reach.TEAM,
        link="https://docs.northwind.example/fr",
    ),
]

BAD = [
    (Rule.INTENT, "text", entry("I'll write an RFC about the queue.")),
    (Rule.INTENT, "text", entry("We are going to align the three teams next quarter.")),
    (Rule.INTENT, "outcome", entry(outcome="The team will be able to deploy alone.")),
    (Rule.ONGOING, "text", entry("I am currently working on the gateway with the search team.")),
    (Rule.HABIT, "text", entry("I always help the juniors with their reviews and I own the build.")),
    (Rule.NO_OUTCOME, "outcome", entry()),
    (Rule.OWN_DELIVERY, "kind", entry("Shipped the retry policy.", kind=Kind.DELIVERY)),
    (Rule.BELOW_LEVEL, "reach", entry(kind=Kind.ALIGNMENT, reach=Reach.PERSON)),
    (Rule.REACH_UNKNOWN, "reach", entry(kind=Kind.ALIGNMENT)),
    (Rule.ROLE_UNKNOWN, "role", entry()),
    (Rule.MINOR_ROLE, "role", entry(role=MyRole.CONTRIBUTED)),
    (Rule.WE_WITHOUT_I, "text", entry("We moved the team to the new deploy tool and it was quicker.")),
    (Rule.NO_LINK, "links", entry()),
    (Rule.NO_NUMBER, "number", entry(outcome="She deploys alone now.")),
    (Rule.NO_BASELINE, "baseline", entry(number="3 minutes")),
    (Rule.DEAD_REFERENCE, "links", entry(link="http://localhost:3000/dashboard")),
    (Rule.DEAD_REFERENCE, "links", entry(link="https://10.0.0.7/wiki")),
    (Rule.DEAD_REFERENCE, "text", entry("Fixed the flaky test for Tom, see the thread.")),
    (Rule.DEAD_REFERENCE, "source", entry(source=Source(type=SourceType.REACTION, state=SourceState.DELETED))),
    (Rule.JARGON, "text", entry("Found that the PQX flag was off and told the team on call.")),
    (Rule.JARGON, "text", entry("Unblocked PAY-1234 for the team in an afternoon.")),
    (Rule.VAGUE, "text", entry("I helped the team a lot with various things in the release.")),
    (Rule.HANGING_START, "text", entry("This was broken since March and I found the cause of it.")),
    (Rule.TOO_LONG, "text", entry("I looked at the queue and found the reason. " * 20)),
]


@pytest.mark.parametrize("good", GOOD, ids=lambda each: each.text[:30])
def test_nothing_is_found_in_a_good_entry(good: Entry) -> None:
    assert check_entry(good, STAFF) == ()


@pytest.mark.parametrize(("rule", "field", "bad"), BAD, ids=lambda each: str(each)[:30])
def test_each_stumbling_block_is_found_at_its_place(rule: Rule, field: str, bad: Entry) -> None:
    found = {(finding.rule, finding.field) for finding in check_entry(bad, STAFF)}

    assert (rule, field) in found


@pytest.mark.parametrize(
    "text",
    [
        "Told the team I'll stop reviewing alone; they rotate reviews since, and I was asked less.",
        "Wrote the SLO page with the team and explained the RFC (request for comments) process.",
        "I found the unlimited retry that the shared client had, and removed it.",
    ],
)
def test_words_that_only_look_wrong_are_left_alone(text: str) -> None:
    full = GOOD[0].model_copy(update={"text": text})

    assert check_entry(full, STAFF) == ()


def test_the_whole_is_read_for_dimensions_strength_and_balance() -> None:
    helping = [entry(kind=Kind.UNBLOCK, occurred_on=DAY) for _ in range(7)]
    check = check_record(helping[:3], helping, STAFF, TODAY)
    rules = {finding.rule for finding in check.of(ReaderTest.ALL_DIMENSIONS)}

    assert {Rule.TOO_FEW_STRONG, Rule.NOTHING_CONFIRMED, Rule.DIMENSION_EMPTY, Rule.ALL_GLUE} <= rules


def test_one_project_that_carries_all_is_said() -> None:
    one = [each.model_copy(update={"id": f"e{n}", "project_id": "prj"}) for n, each in enumerate([GOOD[0]] * 5)]

    assert Rule.ONE_PROJECT_CARRIES_ALL in {finding.rule for finding in check_record(one, one, STAFF, TODAY).findings}


def test_an_empty_record_has_one_finding() -> None:
    (finding,) = check_record([], [], STAFF, TODAY).findings

    assert finding.rule is Rule.EMPTY_RECORD


def test_findings_come_in_the_order_of_the_four_tests() -> None:
    tests = [finding.test for finding in check_record([BAD[0][2]], [BAD[0][2]], STAFF, TODAY).findings]

    assert tests == sorted(tests, key=list(ReaderTest).index)


def test_a_link_with_a_label_is_no_dead_reference() -> None:
    linked = GOOD[0].model_copy(update={"links": (Link(url="https://git.example/a/b/pull/1", type=LinkType.OTHER),)})

    assert check_entry(linked, STAFF) == ()
