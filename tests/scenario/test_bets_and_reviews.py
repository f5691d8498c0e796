"""Bets that are remembered until they are settled, and looking back on a quarter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from bot.domain.bets import BetState
from bot.domain.tagging import Dimension, Kind
from bot.sandbox.acting import Answer
from bot.sandbox.seeing import SeenMessage
from tests.running import RunningBot
from tests.scenario.checking_in import FRIDAY, at, checkins, meeting, say_yes

BET = "decided to split the queue without waiting for the load test, we can roll it back"
ASK, ASK_NOTHING = "Ask me what came of it", "Don't ask: I'll look at my list"
WEDNESDAY = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)


async def make_bet(
    bot: RunningBot,
    *,
    sure: str = "70",
    again: str = "In 90 days",
    day: str | None = None,
    asks: str | None = ASK,
    text: str = BET,
) -> Answer:
    sam = bot.slack.person("sam")
    answer = await sam.command("/evidence", text, channel="#payments")
    (entry,) = [each for each in await bot.entries("sam") if each.text == text]
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
    if asks:
        fields["And on that day?"] = asks
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
    await at(bot, WEDNESDAY - timedelta(minutes=1))
    assert due(bot) == []
    await at(bot, WEDNESDAY)
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
    await at(bot, WEDNESDAY + timedelta(days=1))
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


async def test_what_todays_check_in_does_not_ask_about_is_asked_an_hour_later(bot: RunningBot) -> None:
    await say_yes(bot)
    await make_bet(bot, again="On a day I choose", day=FRIDAY.date().isoformat())
    other = "decided to keep one region without waiting for the forecast, we can add the second later"
    await make_bet(bot, again="On a day I choose", day=FRIDAY.date().isoformat(), text=other)
    await at(bot, FRIDAY)
    assert len(checkins(bot)) == 1
    await at(bot, FRIDAY + timedelta(minutes=59))
    assert due(bot) == []
    await at(bot, FRIDAY + timedelta(hours=1))
    assert len(due(bot)) == 1
    await at(bot, FRIDAY + timedelta(days=3))
    assert len(due(bot)) == 1


class TestWhetherToAsk:
    """The owner's word, given with the bet; check-ins are another matter."""

    on_wednesday: ClassVar[dict[str, str]] = {"again": "On a day I choose", "day": "2026-11-11"}

    async def test_whoever_has_no_check_ins_is_asked_when_they_said_so_with_the_bet(self, bot: RunningBot) -> None:
        await make_bet(bot, **self.on_wednesday)
        assert any("On 11 November I'll ask you" in each.text for each in bot.slack.person("sam").ephemerals())
        await at(bot, WEDNESDAY - timedelta(minutes=1))
        assert due(bot) == []
        await at(bot, WEDNESDAY)
        (message,) = due(bot)
        await bot.slack.person("sam").press(message, "It held")
        for days in range(1, 60):
            await at(bot, WEDNESDAY + timedelta(days=days))
        assert len(due(bot)) == 1
        assert checkins(bot) == []

    async def test_they_have_to_say_it_themselves(self, bot: RunningBot) -> None:
        refused = await make_bet(bot, **self.on_wednesday, asks=None)
        assert refused.field_errors
        await say_yes(bot, "dana")
        dana = bot.slack.person("dana")
        answer = await dana.command("/evidence", BET, channel="#payments")
        await dana.press(answer.shown[0], "Make it a bet")
        assert ASK in str(dana.modal().blocks[-1]["element"]["initial_option"])

    async def test_whoever_said_not_to_is_not_asked_even_in_a_check_in(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await make_bet(bot, **self.on_wednesday, asks=ASK_NOTHING)
        await at(bot, WEDNESDAY)
        assert due(bot) == []
        await at(bot, WEDNESDAY + timedelta(days=2))
        assert "halves the pages" not in checkins(bot)[0].text
        shown = (await bot.slack.person("sam").command("/evidence", "bets", channel="#payments")).shown[0]
        assert "It held" in shown.buttons

    async def test_no_to_check_ins_is_no_no_to_the_bet(self, bot: RunningBot) -> None:
        await make_bet(bot, **self.on_wednesday)
        await bot.slack.person("sam").press(meeting(bot), "No, thanks")
        await at(bot, WEDNESDAY)
        assert len(due(bot)) == 1

    async def test_stop_means_bets_too(self, bot: RunningBot) -> None:
        await say_yes(bot)
        await make_bet(bot, **self.on_wednesday)
        sam = bot.slack.person("sam")
        await sam.open_home()
        await bot.settle()
        await sam.press(sam.home(), "Stop check-ins")
        await at(bot, WEDNESDAY)
        assert due(bot) == []

    async def test_can_be_changed_in_the_list_and_declined_when_asked(self, bot: RunningBot) -> None:
        sam = bot.slack.person("sam")
        await make_bet(bot, **self.on_wednesday)
        shown = (await sam.command("/evidence", "bets", channel="#payments")).shown[0]
        assert "I'll ask 11 November" in shown.text
        await sam.press(shown, "Don't ask me about it")
        shown = (await sam.command("/evidence", "bets", channel="#payments")).shown[0]
        assert "I won't ask" in shown.text
        await sam.press(shown, "Ask me on that day")
        await at(bot, WEDNESDAY)
        (message,) = due(bot)
        await sam.press(message, "Don't ask me about it")
        await at(bot, WEDNESDAY + timedelta(days=90))
        assert len(due(bot)) == 1

    async def test_nobody_away_is_asked_before_they_are_back(self, bot: RunningBot) -> None:
        await make_bet(bot, **self.on_wednesday)
        await bot.slack.person("sam").set_status("On vacation until Friday", ":palm_tree:")
        for days in range(2):
            await at(bot, WEDNESDAY + timedelta(days=days))
        assert due(bot) == []
        await bot.slack.person("sam").set_status("")
        await at(bot, WEDNESDAY + timedelta(days=2))
        assert len(due(bot)) == 1

    async def test_is_asked_at_their_hour_where_they_are_then(self, bot: RunningBot) -> None:
        await make_bet(bot, **self.on_wednesday)
        user = bot.slack.person("sam")._user
        user.tz = "America/New_York"
        await at(bot, WEDNESDAY)
        assert due(bot) == []
        await at(bot, WEDNESDAY + timedelta(hours=5))
        assert len(due(bot)) == 1

    async def test_too_early_asks_again_ninety_days_later(self, bot: RunningBot) -> None:
        await make_bet(bot, **self.on_wednesday)
        await at(bot, WEDNESDAY)
        await bot.slack.person("sam").press(due(bot)[0], "Too early")
        await at(bot, WEDNESDAY + timedelta(days=89))
        assert len(due(bot)) == 1
        await at(bot, WEDNESDAY + timedelta(days=90))
        assert len(due(bot)) == 2

    async def test_can_be_settled_before_its_day_and_is_then_not_asked(self, bot: RunningBot) -> None:
        sam = bot.slack.person("sam")
        await make_bet(bot, **self.on_wednesday)
        shown = (await sam.command("/evidence", "bets", channel="#payments")).shown[0]
        await sam.press(shown, "It didn't")
        await at(bot, WEDNESDAY)
        assert due(bot) == []
        (bet,) = (await bot.multiplier.services.bets.page(bot.workspace_id, sam.id)).settled
        assert bet.state is BetState.FAILED


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
        bet = await services.bets.make(
            *me, entry.id, expects=f"bet {number} holds", sure=75, look_again_on=day, asks=False
        )
        if number < 5:
            await services.bets.settle(*me, bet.id, held=number < 4)
    text = (await sam.command("/evidence", "bets", channel="#payments")).text
    assert "70–79 % sure: 4 of 5 held (80 %)" in text
    assert "look again 2 December" in text


async def test_a_long_list_of_bets_has_pages(bot: RunningBot) -> None:
    services, me = bot.multiplier.services, (bot.workspace_id, bot.user_id("sam"))
    sam = bot.slack.person("sam")
    day = bot.clock.now().date() + timedelta(days=30)
    for number in range(30):
        await sam.command("/evidence", f"decided on plan {number} without more data", channel="#payments")
    for number, entry in enumerate(await bot.entries("sam")):
        bet = await services.bets.make(
            *me, entry.id, expects=f"bet {number} holds", sure=75, look_again_on=day, asks=False
        )
        if number >= 14:
            await services.bets.settle(*me, bet.id, held=True)
    shown = (await sam.command("/evidence", "bets", channel="#payments")).shown[0]
    pages = [shown.text]
    for more in ("18 more", "6 more"):
        await sam.press(shown, more)
        shown = sam.look(shown)
        pages.append(shown.text)
    assert sum(page.count(" holds") for page in pages) == 30
    assert "Before these" in shown.buttons


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
        assert "October to December 2026: 1 kept" in form.text, "who began this quarter looks back on it"
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
        assert "October to December 2026: 1 kept" in sam.modal().text
        await sam.submit(sam.modal())
        await at(bot, datetime(2027, 1, 15, 15, 0, tzinfo=UTC))
        assert "Look back" not in checkins(bot)[-1].buttons
