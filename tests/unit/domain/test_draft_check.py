"""Drafts that say what their entry doesn't are refused; what the entry says passes."""

from __future__ import annotations

import pytest

from bot.domain.draft_check import LONGEST, Fault, fault_in
from bot.domain.evidence import Entry, Link, LinkType, PersonInEntry, PersonRole, Sensitivity, TextBy
from bot.domain.language_model import Consent, consent_of, facts_of, may_be_sent, remembered, with_people
from bot.domain.people import Member
from tests.builders import entry

ENTRY = entry(
    "Paired with <@UDANA> on the Kafka consumer until Marco's deploys went through, see https://git.acme.io/pull/12",
    outcome="her deploys take six minutes, three teams copied it",
    number="6 minutes, −40 % pages, 12,000 users",
    baseline="14 minutes",
    otherwise="we would have rolled back checkout-api",
    links=(Link(url="https://git.acme.io/pull/12", type=LinkType.PULL_REQUEST, label="the retry PR"),),
    helped=("UDANA",),
)


@pytest.mark.parametrize(
    "draft",
    [
        "I paired with <@UDANA> on the Kafka consumer until deploys went through. They take 6 minutes, not 14.",
        "Because I paired with Marco, deploys take six minutes. Without it we'd have rolled back checkout-api.",
        "After this, 3 teams copied it and pages fell by 40%. 12.000 users have it.",
        "By pairing on Kafka I got deploys through. No one of the teams rolled back.",
        "I did it, see https://git.acme.io/pull/12.",
    ],
)
def test_what_the_entry_says_may_be_said(draft: str) -> None:
    assert fault_in(draft, ENTRY) is None


@pytest.mark.parametrize(
    ("draft", "fault"),
    [
        ("", Fault.EMPTY),
        ("   ", Fault.EMPTY),
        ("I paired. It worked. All were glad.", Fault.TOO_LONG),
        ("a" * (LONGEST + 1), Fault.TOO_LONG),
        # numbers
        ("Deploys take 7 minutes.", Fault.NUMBER),
        ("I unblocked five teams.", Fault.NUMBER),
        ("Deploys are twice as fast.", Fault.NUMBER),
        ("It halved the time.", Fault.NUMBER),
        ("I saved one week.", Fault.NUMBER),
        ("Pages fell by 14 %.", Fault.NUMBER),
        ("Pages fell by 40.", Fault.NUMBER),
        ("Now 12k users have it.", Fault.NUMBER),
        ("Deploys take ½ the time.", Fault.NUMBER),
        ("Deploys take ７ minutes.", Fault.NUMBER),
        ("Deploys take ٧ minutes.", Fault.NUMBER),
        ("Ich habe fünf Teams geholfen.", Fault.NUMBER),
        ("I fixed it in Q4.", Fault.NUMBER),
        # names
        ("I paired with Priya.", Fault.NAME),
        ("Priya could deploy again.", Fault.NAME),
        ("I paired on RabbitMQ.", Fault.NAME),
        ("I paired on the consumer of PostgreSQL.", Fault.NAME),
        ("I paired with @priya.", Fault.NAME),
        ("I told #payments.", Fault.NAME),
        ("I paired with <@UPRIYA>.", Fault.NAME),
        ("I paired with Person C.", Fault.NAME),
        ("I mended retry_budget.", Fault.NAME),
        ("I paired (Kubernetes).", Fault.NAME),
        ("I paired on iOS.", Fault.NAME),
        ("ダナのデプロイを助けました。", Fault.NAME),
        ("I helped 田中.", Fault.NAME),
        # links
        ("I did it, see https://evil.example/x.", Fault.LINK),
        ("I did it, see www.acme.io.", Fault.LINK),
        ("I did it, see git.acme.io/pull/13.", Fault.LINK),
        ("I did it, see <https://git.acme.io/pull/12|here> and <https://evil.example|there>.", Fault.LINK),
    ],
)
def test_what_the_entry_does_not_say_is_refused(draft: str, fault: Fault) -> None:
    assert fault_in(draft, ENTRY) is fault


def test_words_of_a_script_without_capitals_must_be_the_entrys_own() -> None:
    japanese = entry("田中さんとデプロイを直した")
    assert fault_in("田中さんとデプロイを直した。", japanese) is None
    assert fault_in("鈴木さんとデプロイを直した。", japanese) is Fault.NAME


def test_people_go_out_as_letters_and_links_not_at_all_and_come_back_as_mentions() -> None:
    facts = facts_of(ENTRY)
    sent = " ".join(facts.values())
    assert "UDANA" not in sent
    assert "acme.io" not in sent
    assert facts["text"].startswith("Paired with [Person A] on the Kafka consumer")
    assert facts["helped"] == "[Person A]"
    assert with_people('"I paired with [Person A],\nand Person B."', ENTRY) == "I paired with <@UDANA>, and Person B."


def test_only_ones_own_words_that_may_be_shown_go_out() -> None:
    assert may_be_sent(ENTRY)
    assert not may_be_sent(changed(text_by=TextBy.THREAD))
    assert not may_be_sent(changed(sensitivity=Sensitivity.NEVER))


def changed(**fields: object) -> Entry:
    return ENTRY.model_copy(update=fields)


def test_a_yes_counts_for_the_model_it_was_said_to() -> None:
    member = Member(workspace_id="T1", user_id="USAM", language_model=remembered(Consent.YES, "small at localhost"))
    assert consent_of(member, "small at localhost") is Consent.YES
    assert consent_of(member, "large at api.example.com") is None
    assert consent_of(None, "small at localhost") is None
    assert consent_of(Member(workspace_id="T1", user_id="USAM"), "small at localhost") is None


def test_people_who_merely_stand_in_the_entry_may_be_named() -> None:
    person = PersonInEntry(user="UMEI", role=PersonRole.WITNESS)
    assert fault_in("I paired and <@UMEI> saw it.", changed(people=(person,))) is None
