"""What one text gives: people, outcome, number, role, reach."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.reading import scores, scores_of_others
from benchmarks.reading_scores import FIELDS
from bot.domain.evidence import MyRole, Quote, QuoteRole, Reach
from bot.domain.reading import Reading, read
from bot.domain.reading.quotes import read_quotes

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


def reading(text: str, author: str = "USAM") -> Reading:
    return read(text, said_at=NOW, zone=UTC_ZONE, me="USAM", author=author)


class TestPeople:
    @pytest.mark.parametrize(
        "text",
        [
            "paired with <@UDANA> until her deploy went through",
            "unblocked <@UDANA> on the ACLs",
            "<@UDANA> can deploy again",
            "<@UDANA> was stuck on codegen, I sent the proto",
            "explained the lease model to <@UDANA>",
            "approved the firewall change for <@UDANA>",
            "ayudé a <@UDANA> con el proxy",
            "habe <@UDANA> beim Terraform geholfen",
            "j'ai aidé <@UDANA> hier",
            "ajudei <@UDANA> com o deploy",
            "<@UDANA>さんのデプロイを手伝いました",
        ],
    )
    def test_whom_the_text_says_benefited_was_helped(self, text: str) -> None:
        assert (reading(text).helped, reading(text).witnesses) == (("UDANA",), ())

    @pytest.mark.parametrize(
        "text",
        [
            "<@URAVI> reviewed my RFC",
            "thanks <@URAVI>, that flag was it",
            "agreed with <@URAVI> on one owner",
            "<@URAVI> unblocked me",
            "couldn't help <@URAVI>, out of my depth",
            "tried to help <@URAVI>",
        ],
    )
    def test_who_only_took_part_is_a_witness(self, text: str) -> None:
        assert (reading(text).helped, reading(text).witnesses) == ((), ("URAVI",))

    @pytest.mark.parametrize(
        "text", ["cc <@UBOSS>", "hey <@UBOSS> all good?", "<@UBOSS> can you look?", "ping <@UBOSS>"]
    )
    def test_who_is_copied_in_or_asked_is_neither(self, text: str) -> None:
        assert (reading(text).helped, reading(text).witnesses) == ((), ())

    def test_names_in_a_list_share_their_part(self) -> None:
        assert reading("unblocked <@UA>, <@UB> and <@UC>").helped == ("UA", "UB", "UC")
        assert reading("<@UA> and <@UB> can ship again").helped == ("UA", "UB")

    def test_i_am_nobody_else(self) -> None:
        assert reading("<@USAM> helped <@USAM>") == reading("nothing").model_copy()

    def test_who_thanks_me_was_helped_and_who_mentions_me_is_a_witness(self) -> None:
        assert reading("thanks <@USAM>, that was it", author="UPRI").helped == ("UPRI",)
        assert reading("<@USAM> was on the call", author="UPRI").witnesses == ("UPRI",)


class TestOutcome:
    @pytest.mark.parametrize(
        ("text", "outcome"),
        [
            ("split the suite so that deploys are green again", "deploys are green again"),
            ("wrote the guide, which let three teams move", "let three teams move"),
            ("paired until her deploy went through", "her deploy went through"),
            ("cut build time from 14 to 6 minutes", "cut build time from 14 to 6 minutes"),
            ("p99 latency: 800 → 120 ms", "p99 latency: 800 → 120 ms"),
            ("tuned the alerts. No pages since.", "No pages since"),
            ("wrote the RFC; they settled on one owner", "they settled on one owner"),
            ("Outcome: one service less to run", "one service less to run"),
            ("moved the check up, caught the leak before it shipped", "caught the leak before it shipped"),
            (
                "sent the sheet. The Checkout people changed their plan",
                "The Checkout people changed their plan",
            ),
            ("wrote it up; both directors said yes on Wednesday", "both directors said yes on Wednesday"),
            ("Director agreed to keep the platform budget", "Director agreed to keep the platform budget"),
            ("all nine apps run on one preset since today", "all nine apps run on one preset since today"),
            ("wrote the guide, now what every squad files with", "now what every squad files with"),
            ("fixed the schema, the sink eats everything again", "the sink eats everything again"),
            ("made the case to finance. Budget approved", "Budget approved"),
            ("asked who would be on call for it; team dropped the plan", "team dropped the plan"),
            ("started the capture now", None),
            ("I rewrote it now", None),
            ("raised it, they merged it anyway", None),
            ("the squad keeps its own client", None),
            ("is there a release today", None),
            ("showed Jo the flag, but she is stuck again", None),
            ("I'll write it so that teams can choose", None),
            ("did it help so that you can ship?", None),
            ("nobody read it", None),
            ("tried the flag, still failing", None),
            ("lunch at noon", None),
            ("", None),
        ],
    )
    def test_the_clause_that_states_an_effect(self, text: str, outcome: str | None) -> None:
        assert reading(text).outcome == outcome

    def test_who_gives_thanks_tells_of_the_effect_on_themselves(self) -> None:
        thanks = "thanks <@USAM> for the numbers. She found the leak, we dropped the mirror"
        assert reading(thanks, author="UPRI").outcome == "we dropped the mirror"
        assert reading(thanks).outcome != "we dropped the mirror"

    @pytest.mark.parametrize(
        ("text", "number", "baseline"),
        [
            ("build time went from 14 min to 6 min", "6 min", "14 min"),
            ("build time went from 14 to 6 minutes", "6 minutes", "14 minutes"),
            ("cut the bill by 40 %", "40 %", None),
            ("imports are 3x faster", "3x", None),
            ("p99 800 → 120 ms", "120 ms", "800 ms"),
            ("p99 800ms -> 120ms", "120ms", "800ms"),
            ("saved ~2 weeks for the data team", "~2 weeks", None),
            ("saves $30k/month", "$30k/month", None),
            ("Antwortzeit von 12,5 auf 4,2 Sekunden gesenkt", "4,2 Sekunden", "12,5 Sekunden"),
            ("spart 12.000 € pro Monat", "12.000 € pro Monat", None),
            ("from $1,200 to $300 a month", "$300 a month", "$1,200"),
            ("onboarding takes 2 days instead of 2 weeks", "2 days", "2 weeks"),
            ("memory is 1.2 GB now, was 6 GB", "1.2 GB", "6 GB"),
            ("used by 14 teams", "14 teams", None),
            ("hand-offs went from five to one", "one", "five"),
            ("migrated with zero downtime", "zero downtime", None),
            ("エラー率が5%から0.2%に下がりました", "0.2%", "5%"),
            ("used it, took 20 minutes not 3 hours", "20 minutes", "3 hours"),
            ("false alarms: 1 in 20 before, 1 in 300 now", "1 in 300", "1 in 20"),
            ("91% became 84%", "84%", "91%"),
            ("all 7 apps share the preset", "7 apps", None),
            ("4 squads followed it", "4 squads", None),
            ("the scope would have tripled", None, None),
            ("coached her 3x", None, None),
            ("upgrading from 4.2 to 4.3", None, None),
            ("port 8080 on host 12", None, None),
            ("v1.4 → v1.5", None, None),
            ("the goal is to go from 10 to 5 minutes", None, None),
            ("it would save 3 weeks", None, None),
            ("room 4.12 at 15:00", None, None),
            ("10 people and 3 pizzas", None, None),
        ],
    )
    def test_a_number_with_its_baseline(self, text: str, number: str | None, baseline: str | None) -> None:
        assert (reading(text).number, reading(text).baseline) == (number, baseline)


class TestRoleAndReach:
    @pytest.mark.parametrize(
        ("text", "role"),
        [
            ("led the migration", MyRole.LED),
            ("I was incident commander", MyRole.LED),
            ("co-led the working group", MyRole.CO_LED),
            ("led it together with <@UKIM>", MyRole.CO_LED),
            ("helped with the launch", MyRole.CONTRIBUTED),
            ("<@UMEI> led it and I pitched in", MyRole.CONTRIBUTED),
            ("Mei led the migration", None),
            ("I should have led the review", None),
            ("fixed the flag", None),
        ],
    )
    def test_my_part_is_only_what_the_text_says_of_me(self, text: str, role: MyRole | None) -> None:
        assert reading(text).role is role

    def test_what_another_says_they_led_is_not_mine(self) -> None:
        assert reading("I led the migration", author="UMEI").role is None
        assert reading("thanks <@USAM> for leading the call", author="UMEI").role is MyRole.LED

    @pytest.mark.parametrize(
        ("text", "reach"),
        [
            ("helped <@UDANA>", Reach.PERSON),
            ("onboarded our new hire", Reach.PERSON),
            ("the team can release alone", Reach.TEAM),
            ("three teams use it", Reach.SEVERAL_TEAMS),
            ("one format across teams", Reach.SEVERAL_TEAMS),
            ("all of engineering builds on it", Reach.ORGANISATION),
            ("org-wide default now", Reach.ORGANISATION),
            ("wrote it up; five leads signed it", Reach.SEVERAL_TEAMS),
            ("sent the sheet, the Checkout people changed it", Reach.TEAM),
            ("coached Ngozi for the board", Reach.PERSON),
            ("the three teams couldn't agree, still stuck", None),
            ("asked the platform team for access", None),
            ("I'll tell three teams", None),
            ("fixed a flag", None),
        ],
    )
    def test_how_many_benefited(self, text: str, reach: Reach | None) -> None:
        assert reading(text).reach is reach


class TestQuotes:
    def quote(self, ts: str, author: str, role: QuoteRole, text: str) -> Quote:
        return Quote(channel="C1", ts=ts, author=author, role=role, text=text)

    def test_each_quote_is_read_as_its_authors_words(self) -> None:
        found = read_quotes(
            [
                self.quote("1", "UPRI", QuoteRole.QUESTION, "stuck since yesterday, I led the change: https://a.b/q"),
                self.quote("2", "USAM", QuoteRole.ANSWER, "use the ops role, see https://a.b/a"),
                self.quote("3", "UPRI", QuoteRole.EFFECT, "thanks <@USAM>, deploys went from 40 to 4 minutes"),
            ],
            said_at=NOW,
            zone=UTC_ZONE,
            me="USAM",
        )
        assert found.helped == ("UPRI",)
        assert (found.number, found.baseline, found.role) == ("4 minutes", "40 minutes", None)
        assert {link.url for link in found.links} == {"https://a.b/q", "https://a.b/a"}
        assert found.occurred_on == NOW.date()

    def test_what_others_say_of_their_own_work_is_not_mine(self) -> None:
        theirs = self.quote("1", "ULEE", QuoteRole.MESSAGE, "I led the migration and cut costs by 40 % for three teams")
        found = read_quotes([theirs], said_at=NOW, zone=UTC_ZONE, me="USAM")
        assert found == Reading(occurred_on=NOW.date())

    def test_no_quotes_give_nothing(self) -> None:
        assert read_quotes([], said_at=NOW, zone=UTC_ZONE, me="USAM") == Reading(occurred_on=NOW.date())


#: Precision and recall that must hold on the texts that were not looked at while tuning.
FLOORS = {
    "helped": (0.95, 0.95),
    "witnesses": (0.95, 0.95),
    "links": (1.0, 1.0),
    "references": (1.0, 1.0),
    "date": (0.95, 0.90),
    "outcome": (0.85, 0.65),
    "number": (0.85, 0.65),
    "baseline": (0.70, 0.55),
    "role": (0.95, 0.95),
    "reach": (0.95, 0.90),
}


@pytest.mark.parametrize("field", FIELDS)
def test_labelled_texts_are_read_well_enough(field: str) -> None:
    score = scores("held")[field]
    precision, recall = FLOORS[field]
    assert score.precision >= precision
    assert score.recall >= recall


#: The same on the texts that somebody labelled who didn't know the rules: what `docs/reading.md` says of *held*.
#: A field that is hardly named there, or not at all, says nothing.
FLOORS_OF_OTHERS = {
    "witnesses": (1.0, 1.0),
    "links": (1.0, 1.0),
    "references": (1.0, 0.75),
    "date": (0.69, 0.75),
    "outcome": (0.62, 0.34),
    "number": (1.0, 0.05),
    "reach": (0.65, 0.23),
}


@pytest.mark.parametrize("field", FLOORS_OF_OTHERS)
def test_texts_labelled_by_others_are_read_as_well_as_the_page_says(field: str) -> None:
    score = scores_of_others("held")[field]
    precision, recall = FLOORS_OF_OTHERS[field]
    assert score.precision >= precision
    assert score.recall >= recall


PIECES = st.sampled_from(
    [
        *("<@UX>", "https://", "(", ")", "→", "from", "14", "to", "6", "minutes", "cut", "by", "%", "so", "that"),
        *("was", "it", "thanks", "`", "\n", "。", "\u202e", "😀", "> "),
    ]
)
ANY_TEXT = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(" ".join))


@given(text=ANY_TEXT)
def test_any_text_is_read_and_nothing_is_invented(text: str) -> None:
    found = reading(text)
    assert not set(found.helped) & set(found.witnesses)
    said = " ".join(text.replace("’", "'").split())
    for words in (found.number, found.outcome):
        assert words is None or all(word in said for word in words.strip("….").split()[:1])
    for link in found.links:
        assert link.url.removeprefix("https://") in text


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        " ",
        "so that ",
        "from 1 ",
        "1,",
        "<@UDANA> ",
        "https://",
        "(",
        "`",
        "*a",
        "a/",
        "cut a b c ",
        "is ",
        "ab-1 ",
        "x.",
        "\n",
        "火曜日",
        "after a ",
        "because of it we ",
        "1 in ",
        "two x ",
        "A & B and ",
        "the team ",
    ],
)
def test_a_hundred_thousand_characters_take_no_more_than_a_moment(piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    start = time.process_time()
    reading(text)
    assert time.process_time() - start < 2
