"""What a thread says, what keeping one of its messages means, and the text made of its words."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.evidence import Quote
from bot.domain.threads import (
    Keep,
    KeepCase,
    Message,
    Thread,
    ThreadWords,
    compose,
    ended_well,
    for_tagger,
    keep_of,
    repeats,
    roles_of,
    solved_by,
    thread_of,
)

WORDS = ThreadWords.model_validate(
    yaml.safe_load(files("prompts").joinpath("reading.yaml").read_text("utf-8"))["thread"]
)


def ts(number: int) -> str:
    return f"17000000{number:02}.000100"


def thread(*lines: str, bots: tuple[str, ...] = ()) -> Thread:
    """A thread written as `PRIYA: words`, a message a line."""
    messages = []
    for number, line in enumerate(lines):
        author, _, text = line.partition(": ")
        messages.append(Message(channel="C1", ts=ts(number), author=f"U{author}", text=text, is_bot=author in bots))
    return thread_of(messages)


def kept(of: Thread, number: int, me: str = "USAM") -> Keep:
    keep = keep_of(of, ts(number), me)
    assert keep is not None
    return keep


def roles(of: Thread) -> list[str]:
    found = roles_of(of)
    return [found[message.ts].value for message in of.messages]


SOLVED = thread(
    "PRIYA: cert expired on staging, deploy is stuck",
    "SAM: the renew job lost its token, run `make certs` with the ops role",
    "PRIYA: thanks <@USAM>, that was it, we're deploying again",
)


class TestThread:
    def test_messages_come_in_order_of_time_and_each_once(self) -> None:
        messages = [
            Message(channel="C1", ts=each, author="UA", text=text)
            for each, text in [("1700000002.000100", "b"), ("999999999.9", "a"), ("1700000002.000100", "b, edited")]
        ]
        assert [message.text for message in thread_of(messages).messages] == ["a", "b, edited"]

    def test_bots_are_no_participants(self) -> None:
        assert thread("CI: build failed", "SAM: looking", "SAM: fixed", bots=("CI",)).participants == ("USAM",)

    def test_one_with_no_messages_has_no_end(self) -> None:
        assert not ended_well(Thread())
        assert keep_of(Thread(), "1", "USAM") is None


class TestRoles:
    def test_question_answer_effect(self) -> None:
        assert roles(SOLVED) == ["question", "answer", "effect"]
        assert (ended_well(SOLVED), solved_by(SOLVED)) == (True, "USAM")

    @pytest.mark.parametrize(
        "effect",
        [
            "that worked",
            "thanks, that was it",
            "works now",
            "merged, thanks",
            "yep, that did the trick",
            "all green again",
            "thank you!",
            "gracias, era eso",
            "ya funciona",
            "danke, daran lag es",
            "läuft wieder",
            "merci, ça marche",
            "c'est réglé",
            "valeu, deu certo",
            "agora funciona",
            "ありがとうございます、動きました",
        ],
    )
    def test_the_asker_says_it_worked(self, effect: str) -> None:
        assert roles(thread("PRIYA: how do I get a token?", "SAM: use the broker", f"PRIYA: {effect}"))[-1] == "effect"

    @pytest.mark.parametrize(
        "end",
        [
            "didn't work",
            "thanks, but still failing",
            "that worked? not for me",
            "thanks, will try",
            "same error",
            "nvm, figured it out myself, works now",
            "no luck",
            "sigue igual",
            "klappt leider nicht",
            "toujours pas",
            "ainda não funciona",
            "まだエラーです",
            "which broker?",
        ],
    )
    def test_what_is_no_effect_does_not_end_it_well(self, end: str) -> None:
        assert not ended_well(thread("PRIYA: how do I get a token?", "SAM: use the broker", f"PRIYA: {end}"))

    def test_an_effect_taken_back_is_none(self) -> None:
        lines = ["PRIYA: deploy is stuck?", "SAM: restart it", "PRIYA: that worked", "PRIYA: spoke too soon, it's back"]
        assert ended_well(thread(*lines[:3]))
        assert not ended_well(thread(*lines))

    def test_who_is_thanked_by_name_gave_the_answer_and_otherwise_the_last_who_answered(self) -> None:
        lines = ["PRIYA: deploy is stuck?", "SAM: renew the cert", "LEE: also restart it"]
        assert solved_by(thread(*lines, "PRIYA: <@USAM> that was it")) == "USAM"
        assert solved_by(thread(*lines, "PRIYA: that was it")) == "ULEE"

    def test_acknowledgements_questions_back_and_bots_are_no_answers(self) -> None:
        found = thread(
            "PRIYA: deploy is stuck", "LEE: which cluster?", "SAM: use eu-2", "CI: build 7", "LEE: same here",
            "PRIYA: works now", bots=("CI",),
        )  # fmt: skip
        assert roles(found) == ["question", "message", "answer", "message", "message", "effect"]
        assert solved_by(found) == "USAM"

    def test_others_may_tell_the_effect_but_not_the_one_who_answered(self) -> None:
        lines = ["PRIYA: deploy is stuck", "SAM: use eu-2"]
        assert ended_well(thread(*lines, "OMAR: that fixed it for us too"))
        assert not ended_well(thread(*lines, "SAM: works now"))

    def test_somebody_may_ask_under_an_announcement(self) -> None:
        found = thread("SAM: v2 is out", "PRIYA: I get an error on login", "SAM: clear the cookies", "PRIYA: works now")
        assert roles(found) == ["answer", "question", "answer", "effect"]


class TestKeep:
    def test_my_own_message_is_mine(self) -> None:
        keep = kept(thread("SAM: paired with <@UDANA> until her deploy went through"), 0)
        assert (keep.case, keep.quotes, keep.witnesses) == (KeepCase.MINE, (), ())

    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_any_part_of_a_thread_that_i_solved_is_the_whole_of_it(self, number: int) -> None:
        keep = kept(SOLVED, number)
        assert keep.case is (KeepCase.MINE if number == 1 else KeepCase.ABOUT_ME)
        assert [quote.role.value for quote in keep.quotes] == ["question", "answer", "effect"]
        assert (keep.helped, keep.witnesses, keep.ended_well) == (("UPRIYA",), ("UPRIYA",), True)

    def test_words_that_mention_me_are_about_me_with_their_author_as_witness(self) -> None:
        keep = kept(thread("MEI: <@USAM> kept the launch honest"), 0)
        assert (keep.case, keep.witnesses, keep.helped) == (KeepCase.ABOUT_ME, ("UMEI",), ())
        assert [quote.author for quote in keep.quotes] == ["UMEI"]

    def test_thanks_to_me_were_said_by_somebody_helped(self) -> None:
        assert kept(thread("MEI: thanks <@USAM> for the index"), 0).helped == ("UMEI",)

    def test_an_answer_in_a_thread_i_began_is_about_me(self) -> None:
        assert kept(thread("SAM: proposal: one queue", "LEE: agreed, we drop ours"), 1).case is KeepCase.ABOUT_ME

    def test_an_answer_right_after_mine_is_about_me(self) -> None:
        found = thread("PRIYA: one queue or two", "SAM: one, here is why", "LEE: convinced")
        assert kept(found, 2).case is KeepCase.ABOUT_ME

    @pytest.mark.parametrize(
        "lines",
        [
            ["LEE: migrated the ledger"],
            ["LEE: thanks <@UMEI>, that was it"],
            ["PRIYA: stuck", "SAM: restart", "LEE: renew the cert", "PRIYA: <@ULEE> that was it"],
            ["PRIYA: stuck", "SAM: restart", "LEE: renew the cert", "PRIYA: that was it"],
            ["SAM: one queue", "LEE: <@UMEI> what do you think"],
        ],
    )
    def test_other_peoples_matters_leave_my_part_to_be_told(self, lines: list[str]) -> None:
        keep = kept(thread(*lines), len(lines) - 1)
        assert keep.case is KeepCase.UNKNOWN
        assert (keep.helped, keep.witnesses) == ((), ())

    def test_a_bots_words_are_nobodys_testimony(self) -> None:
        keep = kept(thread("CI: <@USAM> your build passed", bots=("CI",)), 0)
        assert (keep.case, keep.witnesses) == (KeepCase.UNKNOWN, ())

    def test_the_answer_i_marked_is_the_one_quoted(self) -> None:
        found = thread("PRIYA: stuck", "SAM: it's the cert", "SAM: and restart after", "PRIYA: that was it, thanks")
        assert [quote.text for quote in kept(found, 1).quotes][1] == "it's the cert"

    def test_each_of_two_people_keeps_their_own_solution(self) -> None:
        found = thread(
            "PRIYA: stuck",
            "SAM: renew",
            "PRIYA: <@USAM> that was it",
            "LEE: and pin it",
            "OMAR: thanks <@ULEE>, works now",
        )
        assert [quote.author for quote in kept(found, 2).quotes] == ["UPRIYA", "USAM", "UPRIYA"]
        assert [quote.author for quote in kept(found, 4, me="ULEE").quotes] == ["UPRIYA", "ULEE", "UOMAR"]

    def test_a_message_that_is_not_there_is_not_kept(self) -> None:
        assert keep_of(SOLVED, "1", "USAM") is None


class TestCompose:
    def test_the_text_says_what_was_solved_in_the_words_of_the_thread(self) -> None:
        assert compose(kept(SOLVED, 2).quotes, WORDS) == (
            "Answered <@UPRIYA>: “cert expired on staging, deploy is stuck” → "
            "“thanks <@USAM>, that was it, we're deploying again”"
        )

    def test_without_a_deleted_message_nothing_of_it_stays(self) -> None:
        quotes = kept(SOLVED, 2).quotes
        for gone in quotes:
            text = compose([quote for quote in quotes if quote is not gone], WORDS)
            assert gone.text not in text
            assert text

    def test_of_a_thread_whose_other_words_are_gone_my_own_stay(self) -> None:
        mine = [quote for quote in kept(SOLVED, 2).quotes if quote.author == "USAM"]
        assert compose(mine, WORDS) == "Answered “the renew job lost its token, run `make certs` with the ops role”"
        assert compose([], WORDS) == ""

    def test_a_question_that_nobody_answered_is_not_called_answered(self) -> None:
        keep = kept(thread("MEI: <@USAM> can you look at the queue?", "LEE: on it"), 0)
        assert compose(keep.quotes, WORDS).startswith("<@UMEI> asked: ")

    def test_braces_and_long_words_of_others_do_no_harm(self) -> None:
        keep = kept(thread("MEI: <@USAM> saved us {0} {asker} " + "very " * 200), 0)
        text = compose(keep.quotes, WORDS)
        assert "{0} {asker}" in text
        assert len(text) < 300

    def test_a_placeholder_nobody_fills_is_refused_when_loaded(self) -> None:
        with pytest.raises(ValidationError, match="unknown placeholders: nmae"):
            ThreadWords.model_validate({**WORDS.model_dump(), "answer": "{nmae}"})

    def test_an_outcome_in_the_words_of_a_deleted_message_is_known_as_such(self) -> None:
        effect = kept(SOLVED, 2).quotes[-1]
        assert repeats("we're deploying again", effect)
        assert not repeats("deploys take 4 minutes", effect)
        assert not repeats(None, effect)

    def test_the_tagger_gets_a_thread_as_a_story_and_one_message_as_it_stands(self) -> None:
        assert for_tagger(kept(SOLVED, 2).quotes, "USAM").splitlines() == [
            "<@UPRIYA> asked: cert expired on staging, deploy is stuck",
            "I answered: the renew job lost its token, run `make certs` with the ops role",
            "<@UPRIYA>: thanks <@USAM>, that was it, we're deploying again",
            "I unblocked <@UPRIYA>.",
        ]
        assert for_tagger(kept(thread("MEI: thanks <@USAM>"), 0).quotes, "USAM") == "thanks <@USAM>"


LINES = st.sampled_from(
    [
        "stuck, any idea?",
        "restart it",
        "that worked",
        "thanks <@UA>",
        "still failing",
        "on it",
        "",
        "nvm",
        "<@UC> that was it",
    ]
)
ANY_THREAD = st.lists(st.tuples(st.sampled_from("ABC"), LINES, st.booleans()), max_size=8)


def _subsets(quotes: tuple[Quote, ...]) -> Iterator[list[Quote]]:
    for mask in range(2 ** len(quotes)):
        yield [quote for bit, quote in enumerate(quotes) if mask >> bit & 1]


@given(lines=ANY_THREAD, me=st.sampled_from(["UA", "UB", "UX"]))
def test_whatever_the_thread_nobody_vouches_for_themselves_and_what_is_left_makes_a_text(
    lines: list[tuple[str, str, bool]], me: str
) -> None:
    found = thread_of(
        Message(channel="C1", ts=ts(number), author=f"U{author}", text=text, is_bot=is_bot)
        for number, (author, text, is_bot) in enumerate(lines)
    )
    for message in found.messages:
        keep = keep_of(found, message.ts, me)
        assert keep is not None
        assert me not in keep.witnesses + keep.helped
        assert (keep.case is KeepCase.MINE) == (message.author == me)
        for left in _subsets(keep.quotes):
            assert bool(compose(left, WORDS)) == bool(left)
