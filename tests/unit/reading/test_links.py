"""Addresses in a text, and artifacts named without one."""

from __future__ import annotations

import pytest

from bot.domain.evidence import LinkType
from bot.domain.reading.links import LONGEST_ADDRESS, links_in, references_in


@pytest.mark.parametrize(
    ("address", "type_"),
    [
        ("https://github.com/acme/api/pull/812", LinkType.PULL_REQUEST),
        ("https://github.com/acme/api/pull/812/files#r1", LinkType.PULL_REQUEST),
        ("https://gitlab.acme.io/a/b/-/merge_requests/4", LinkType.PULL_REQUEST),
        ("https://bitbucket.org/acme/core/pull-requests/9", LinkType.PULL_REQUEST),
        ("https://github.com/acme/rfcs/pull/3", LinkType.PULL_REQUEST),
        ("https://review.acme.io/c/core/api/+/5512", LinkType.PULL_REQUEST),
        ("https://github.com/acme/api/commit/9fceb02d0ae598e95dc970b74767f19372d61af8", LinkType.COMMIT),
        ("https://github.com/acme/api/issues/31", LinkType.ISSUE),
        ("https://acme.atlassian.net/browse/PAY-12", LinkType.ISSUE),
        ("https://linear.app/acme/issue/ENG-5/title", LinkType.ISSUE),
        ("https://acme.atlassian.net/wiki/spaces/ENG/pages/1/Runbook", LinkType.DOCUMENT),
        ("https://docs.google.com/document/d/1/edit", LinkType.DOCUMENT),
        ("https://www.notion.so/acme/Plan-1", LinkType.DOCUMENT),
        ("https://github.com/acme/docs/blob/main/adr/0007-one-queue.md", LinkType.RFC),
        ("https://notion.so/acme/RFC-12-Storage", LinkType.RFC),
        ("https://www.rfc-editor.org/rfc/rfc9110", LinkType.RFC),
        ("https://acme.pagerduty.com/incidents/Q1", LinkType.INCIDENT),
        ("https://app.incident.io/acme/incidents/8", LinkType.INCIDENT),
        ("https://acme.statuspage.io/", LinkType.INCIDENT),
        ("https://grafana.acme.io/d/abc/checkout", LinkType.DASHBOARD),
        ("https://app.datadoghq.eu/dashboard/x1y", LinkType.DASHBOARD),
        ("https://acme.looker.com/dashboards/12", LinkType.DASHBOARD),
        ("https://acme.slack.com/archives/C1/p1700000000000100", LinkType.MESSAGE),
        ("https://example.org/blog", LinkType.OTHER),
        ("HTTPS://GitHub.com/Acme/Api/Pull/1", LinkType.PULL_REQUEST),
    ],
)
def test_well_known_addresses_say_what_they_point_at(address: str, type_: LinkType) -> None:
    (link,) = links_in(f"see {address}, please")
    assert (link.url, link.type) == (address, type_)


def test_a_host_that_only_resembles_a_known_one_is_just_an_address() -> None:
    (link,) = links_in("https://github.com@evil.example/a")
    assert link.type is LinkType.OTHER
    assert links_in("https://notgithub.community/a")[0].type is LinkType.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,hello",
        "ftp://files.acme.io/x",
        "file:///etc/hosts",
        "xhttps://a.b",
        "https://",
        "http://[::1",
        "https://a.b:99999/x",
        "mailto:sam@acme.io",
        "https://a.b/" + "x" * LONGEST_ADDRESS,
    ],
)
def test_what_is_no_web_address_never_becomes_a_link(text: str) -> None:
    assert links_in(text) == ()


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("(https://a.b/c)", "https://a.b/c"),
        ("https://a.b/c_(d).", "https://a.b/c_(d)"),
        ("*https://a.b/c*", "https://a.b/c"),
        ('"https://a.b/c"!', "https://a.b/c"),
        ("https://a.b/c、次", "https://a.b/c"),
        ("https://a.b/?q=1&r=2#s", "https://a.b/?q=1&r=2#s"),
    ],
)
def test_the_sentences_punctuation_is_not_part_of_the_address(text: str, url: str) -> None:
    assert [link.url for link in links_in(text)] == [url]


def test_an_address_said_twice_is_one_link_and_order_is_kept() -> None:
    links = links_in("https://b.c/1 https://a.b/2 https://b.c/1")
    assert [link.url for link in links] == ["https://b.c/1", "https://a.b/2"]


def test_well_known_hosts_need_no_scheme_and_others_do() -> None:
    (link,) = links_in("merged github.com/acme/api/pull/8 and read acme.io/notes")
    assert (link.url, link.type) == ("https://github.com/acme/api/pull/8", LinkType.PULL_REQUEST)


def test_the_name_right_before_an_address_is_its_label() -> None:
    (link,) = links_in("merged PR 812 https://github.com/acme/api/pull/812")
    assert link.label == "PR 812"
    assert links_in("merged it https://github.com/acme/api/pull/812")[0].label is None


@pytest.mark.parametrize(
    ("text", "label", "type_"),
    [
        ("wrote RFC-12 last week", "RFC-12", LinkType.RFC),
        ("see ADR 7", "ADR 7", LinkType.RFC),
        ("docs/adr/0007-one-queue.md is in", "docs/adr/0007-one-queue.md", LinkType.RFC),
        ("during INC-42", "INC-42", LinkType.INCIDENT),
        ("PAY-123 is done", "PAY-123", LinkType.ISSUE),
        ("#812 merged", "#812", LinkType.ISSUE),
        ("acme/api#812 merged", "acme/api#812", LinkType.ISSUE),
        ("reviewed PR #812", "PR #812", LinkType.PULL_REQUEST),
        ("MR !44 merged", "MR !44", LinkType.PULL_REQUEST),
        ("bisected to commit 4be1c0de", "commit 4be1c0de", LinkType.COMMIT),
    ],
)
def test_artifacts_without_an_address_are_references(text: str, label: str, type_: LinkType) -> None:
    assert [(each.label, each.type) for each in references_in(text)] == [(label, type_)]
    assert links_in(text) == ()


@pytest.mark.parametrize(
    "text",
    ["UTF-8", "SHA-256 and AES-128", "COVID-19", "GPT-4", "ISO-8601", "the #1 reason", "prs 5%", "a-1", "commit later"],
)
def test_names_of_standards_are_no_tickets(text: str) -> None:
    assert references_in(text) == ()


def test_what_has_its_address_beside_it_is_no_reference_too() -> None:
    assert references_in("PR 812 https://github.com/acme/api/pull/812") == ()
