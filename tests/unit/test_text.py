"""The canonical form of people's words, and Slack's markup on its way in and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import clean, mentions, says_something, shortened
from bot.slack.text import to_mrkdwn, to_plain


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("thanks <@U1|sam> &amp; <@W2>", "thanks <@U1> & <@W2>"),
        ("see <#C1|payments>", "see #payments"),
        ("<!channel> look", "@channel look"),
        ("<!subteam^S1|@oncall> look", "@oncall look"),
        ("<!date^1^{date}|yesterday>", "yesterday"),
        ("<https://a.example/x|#812>", "#812 https://a.example/x"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&lt;!channel&gt;", "<!channel>"),
    ],
)
def test_slacks_markup_becomes_what_one_reads(markup: str, plain: str) -> None:
    assert to_plain(markup) == plain


@given(st.text())
def test_nothing_a_person_types_comes_alive_but_mentions_of_people(text: str) -> None:
    markup = to_mrkdwn(text)
    without_mentions = markup
    for user in mentions(text):
        without_mentions = without_mentions.replace(f"<@{user}>", "")
    assert "<" not in without_mentions
    assert ">" not in without_mentions


@given(st.text(alphabet=st.characters(blacklist_characters="<>|")))
def test_what_is_written_out_is_read_back_the_same(text: str) -> None:
    assert to_plain(to_mrkdwn(text)) == text


@given(st.text(max_size=300), st.integers(min_value=2, max_value=80))
def test_shortening_never_exceeds_its_limit(text: str, longest: int) -> None:
    assert len(shortened(text, longest)) <= longest


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("text", ["", "  ", ":tada: :+1:", "<@U1> <@U2>", "🎉🎉", "…!?"])
def test_emoji_mentions_and_marks_say_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("text", ["ok", "修正しました", "42", "<@U1> helped"])
def test_words_and_numbers_say_something(text: str) -> None:
    assert says_something(text)


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("set `retry budget` to none", 15, "set retry…"),
        ("set `retry` and go on from there", 18, "set `retry` and…"),
        ("a lone ` stays as it is written here", 20, "a lone ` stays as…"),
    ],
)
def test_an_excerpt_cut_inside_code_keeps_no_lone_backtick(text: str, longest: int, expected: str) -> None:
    assert shortened(text, longest) == expected
