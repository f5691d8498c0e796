"""Bets that are remembered until they are settled, and looking back on a quarter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.bets import BetState
from bot.domain.tagging import Dimension, Kind
from bot.sandbox.acting import Answer
from bot.sandbox.seeing import SeenMessage
from tests.running import RunningBot
from tests.scenario.checking_in import FRIDAY, at, checkins, say_yes

BET = "decided to split the queue without waiting for the load test, we can roll it back"


async def make_bet(bot: RunningBot, *, sure: str = "70", again: str = "In 90 days", day: str | None = None) -> Answer:
    sam = bot.slack.person("sam")
    answer = await sam.command("/evidence", BET, channel="#payments")
    (entry,) = [each for each in await bot.entries("sam") if each.text == BET]
    if entry.kind not in (Kind.JUDGMENT_CALL, Kind.LONG_TERM_BET):
        pytest.fail("the tagger reads this as something else")
    await sam.press(answer.shown[0], "Make it a bet")
    fields = {
        "What do you expect?": "The queue split halves the pages",
        "How sure are you, in percent?": sure,
        "When shall we look again?": again,
    }
    if day:
        fields["The day, if you choose one"] = day
    handed_in = await sam.fill_and_submit(sam.modal(), fields)
    await bot.settle()
    return handed_in


def due(bot: RunningBot) -> list[SeenMessage]:
    """The messages in sam's DM that ask about a bet by themselves."""
    messages = bot.slack.person("sam").dm_with_bot()
    return [each for each in messages if (each.raw.get("metadata") or {}).get("event_type") == "bet"]


async def test_on_its_day_the_bot_asks_and_the_prediction_stays_as_it_was_written(bot: RunningBot) -> None:
    await say_yes(bot)
    await make_bet(bot, again="On a day I choose", day="2026-11-11")
    await at(bot, datetime(2026, 11, 11, 14, 59, tzinfo=UTC))
    assert due(bot) == []
    await at(bot, datetime(2026, 11, 11, 15, 0, tzinfo=UTC))
    (message,) = due(bot)
    assert "2 November you expected, 70 % sure:" in message.text
    assert "The queue split halves the pages" in message.text

    sam = bot.slack.person("sam")
    await sam.press(message, "It didn't")
    (settled,) = [each for each in sam.dm_with_bot() if "Tell what came of it" in each.buttons]
    await sam.press(settled, "Tell what came of it")
    await sam.fill_and_submit(sam.modal(), {"What came of it?": "Pages went up, we rolled it back in a day"})

    (bet,) = (await bot.multiplier.services.bets.page(bot.workspace_id, bot.user_id("sam"))).settled
    assert (bet.expects, bet.sure, bet.state) == ("The queue split halves the pages", 70, BetState.FAILED)
    (entry,) = [each for each in await bot.entries("sam") if each.text == BET]
    assert entry.outcome == "Pages went up, we rolled it back in a day"
    await at(bot, datetime(2026, 11, 12, 15, 0, tzinfo=UTC))
    assert len(due(bot)) == 1


async def test_a_bet_whose_day_is_a_check_in_day_is_its_third_question(bot: RunningBot) -> None:
    await say_yes(bot)
    await make_bet(bot, again="On a day I choose", day=FRIDAY.date().isoformat())
    await at(bot, FRIDAY)
    assert due(bot) == []
    (message,) = checkins(bot)
    assert "The queue split halves the pages" in message.text
    assert "the day you chose to look again has come" in message.text
    await bot.slack.person("sam").press(message, "Too early")
    page = await bot.multiplier.services.bets.page(bot.workspace_id, bot.user_id("sam"))
    assert page.open[0].look_again_on == FRIDAY.date() + timedelta(days=90)


async def test_whoever_said_no_to_check_ins_is_not_asked_about_bets_either(bot: RunningBot) -> None:
    await make_bet(bot, again="On a day I choose", day="2026-11-11")
    await at(bot, datetime(2026, 11, 11, 15, 0, tzinfo=UTC))
    assert due(bot) == []
    shown = (await bot.slack.person("sam").command("/evidence", "bets", channel="#payments")).shown[0]
    assert "It held" in shown.buttons


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"sure": "0"}, "whole number from 1 to 99"),
        ({"sure": "very"}, "whole number from 1 to 99"),
        ({"again": "On a day I choose", "day": "2026-11-01"}, "isn't ahead"),
        ({"again": "On a day I choose"}, "isn't ahead"),
        ({"again": "On a day I choose", "day": "2060-01-01"}, "more than ten years"),
    ],
)
async def test_what_cannot_be_bet_is_said_in_the_form(bot: RunningBot, given: dict[str, str], refused: str) -> None:
    handed_in = await make_bet(bot, **given)
    assert refused in str(handed_in.field_errors)
    assert bot.slack.person("sam").modal() is not None


async def test_the_list_shows_open_and_settled_bets_and_how_often_one_was_right(bot: RunningBot) -> None:
    services, me = bot.multiplier.services, (bot.workspace_id, bot.user_id("sam"))
    sam = bot.slack.person("sam")
    assert "No bets yet" in (await sam.command("/evidence", "bets", channel="#payments")).text
    for number in range(6):
        await sam.command("/evidence", f"decided on plan {number} without more data", channel="#payments")
    for number, entry in enumerate(await bot.entries("sam")):
        day = bot.clock.now().date() + timedelta(days=30)
        bet = await services.bets.make(*me, entry.id, expects=f"bet {number} holds", sure=75, look_again_on=day)
        if number < 5:
            await services.bets.settle(*me, bet.id, held=number < 4)
    text = (await sam.command("/evidence", "bets", channel="#payments")).text
    assert "70–79 % sure: 4 of 5 held (80 %)" in text
    assert "look again 2 December" in text


async def test_a_bet_of_anothers_is_simply_not_there(bot: RunningBot) -> None:
    await make_bet(bot)
    services = bot.multiplier.services
    (bet,) = (await services.bets.page(bot.workspace_id, bot.user_id("sam"))).open
    with pytest.raises(Exception, match=r"bets\.gone"):
        await services.bets.get(bot.workspace_id, bot.user_id("dana"), bet.id)


class TestReview:
    async def test_shows_what_changed_and_the_focus_leans_the_questions(self, bot: RunningBot) -> None:
        await say_yes(bot)
        sam = bot.slack.person("sam")
        await sam.command("/evidence", "review", channel="#payments")
        form = sam.modal()
        assert "2026-Q3: 0 kept" in form.text
        await sam.fill_and_submit(
            form, {"One focus for the next quarter": "time horizon", "What do you want to remember?": "say no earlier"}
        )
        await bot.settle()
        review = (await bot.multiplier.services.reviews.page(bot.workspace_id, bot.user_id("sam"))).review
        assert review is not None
        assert (review.focus, review.reflection) == (Dimension.TIME_HORIZON, "say no earlier")
        await at(bot, FRIDAY)
        assert "time horizon is your focus" in checkins(bot)[0].text

    async def test_is_offered_in_the_first_month_of_a_quarter_until_it_is_done(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await at(bot, datetime(2027, 1, 8, 15, 0, tzinfo=UTC))
        (message,) = checkins(bot)
        sam = bot.slack.person("sam")
        await sam.press(message, "Look back")
        assert "2026-Q4: 1 kept" in sam.modal().text
        await sam.submit(sam.modal())
        await at(bot, datetime(2027, 1, 15, 15, 0, tzinfo=UTC))
        assert "Look back" not in checkins(bot)[-1].buttons
