"""The credit reaction: a colleague is offered their own message, and decides alone."""

from __future__ import annotations

from bot.domain.evidence import ConfirmationState, EntryStatus, SourceType
from bot.sandbox.seeing import SeenMessage
from tests.running import RunningBot

SAID = "I walked both teams through the rollback plan, so we could deploy on Thursday after all"


async def credited(bot: RunningBot, text: str = SAID, by: str = "mei") -> SeenMessage:
    """Tom said something, and a colleague put a star on it."""
    said = await bot.slack.person("tom").say("#payments", text)
    await bot.slack.person(by).react(said, "star2")
    await bot.settle()
    return said


def offers(bot: RunningBot, handle: str = "tom") -> list[SeenMessage]:
    """The credit messages this person was sent."""
    return [message for message in bot.slack.person(handle).dm_with_bot() if "worth keeping" in message.text]


async def test_the_author_gets_one_message_with_four_choices(bot: RunningBot) -> None:
    await credited(bot)

    (offer,) = offers(bot)
    assert "@mei thinks this is worth keeping in #payments" in offer.text
    assert SAID in offer.text
    assert list(offer.buttons) == ["Keep", "Edit and keep", "Not for me", "Don't send me these"]
    assert await bot.entries("tom") == []


async def test_keeping_it_counts_the_one_who_credited_as_having_confirmed(bot: RunningBot) -> None:
    await credited(bot)
    await bot.slack.person("tom").press(offers(bot)[0], "Keep")

    (entry,) = await bot.entries("tom")
    assert entry.text == SAID
    assert entry.source.type is SourceType.CREDIT
    assert [(each.by, each.state) for each in entry.confirmations] == [
        (bot.user_id("mei"), ConfirmationState.CONFIRMED)
    ]


async def test_it_can_be_kept_in_ones_own_words(bot: RunningBot) -> None:
    await credited(bot)
    tom = bot.slack.person("tom")
    await tom.press(offers(bot)[0], "Edit and keep")
    mine = "Made the rollback plan understandable to two teams; they deployed on Thursday"
    await tom.fill_and_submit(tom.modal(), {"What happened?": mine})

    (entry,) = await bot.entries("tom")
    assert entry.text == mine
    assert entry.quotes[0].text == SAID


async def test_declining_keeps_nothing_and_tells_nobody(bot: RunningBot) -> None:
    await credited(bot)
    await bot.slack.person("tom").press(offers(bot)[0], "Not for me")
    await bot.settle()

    assert await bot.entries("tom") == []
    assert bot.slack.person("mei").ephemerals() == []


async def test_stopping_stops_all_further_messages_until_settings_turn_them_on(bot: RunningBot) -> None:
    await credited(bot)
    tom = bot.slack.person("tom")
    await tom.press(offers(bot)[0], "Don't send me these")
    sent = len(tom.dm_with_bot())
    await credited(bot, "I caught the double charge in review before the launch", by="aisha")
    assert len(tom.dm_with_bot()) == sent

    await tom.command("/evidence", "settings")
    await tom.fill_and_submit(
        tom.modal(), {"Messages when a colleague credits me": "Send me a message (at most two a day)"}
    )
    await credited(bot, "I showed the search team why caching first would hide the real problem", by="priya")
    assert "hide the real problem" in tom.dm_with_bot()[-1].text


async def test_at_most_two_messages_a_day_and_the_rest_wait_on_home(bot: RunningBot) -> None:
    for number in range(4):
        await credited(bot, f"I unblocked team {number} by finding their broken flag")
        await bot.slack.advance(minutes=10)
    assert len(offers(bot)) == 2

    tom = bot.slack.person("tom")
    await tom.open_home()
    await bot.settle()
    assert "team 2" in tom.home().text
    assert "team 3" in tom.home().text


async def test_two_people_crediting_the_same_message_is_one_offer_and_two_confirmations(bot: RunningBot) -> None:
    said = await credited(bot)
    await bot.slack.person("dana").react(said, "star2")
    await bot.settle()
    (offer,) = offers(bot)
    await bot.slack.person("tom").press(offer, "Keep")

    (entry,) = await bot.entries("tom")
    assert {each.by for each in entry.confirmations} == {bot.user_id("mei"), bot.user_id("dana")}


async def test_a_star_on_what_its_author_keeps_already_confirms_it_quietly(bot: RunningBot) -> None:
    tom = bot.slack.person("tom")
    said = await tom.say("#payments", SAID)
    await tom.react(said, "seedling")
    await bot.settle()
    await bot.slack.person("mei").react(said, "star2")
    await bot.settle()

    (entry,) = await bot.entries("tom")
    assert [each.by for each in entry.confirmations] == [bot.user_id("mei")]
    assert offers(bot) == []


async def test_pressing_keep_twice_is_one_entry(bot: RunningBot) -> None:
    await credited(bot)
    tom = bot.slack.person("tom")
    raw = offers(bot)[0]
    await tom.press(raw, "Keep")
    for delivery in [each for each in bot.slack.deliveries if each.type == "block_actions"]:
        await bot.slack.deliver_raw("interactive", delivery.payload)
    await bot.settle()

    assert [entry.status for entry in await bot.entries("tom")] == [EntryStatus.KEPT]


async def test_ones_own_message_gets_a_hint_and_a_bots_message_nothing(bot: RunningBot) -> None:
    tom = bot.slack.person("tom")
    said = await tom.say("#payments", SAID)
    await tom.react(said, "star2")
    await bot.settle()

    assert "That's your own message" in tom.ephemerals()[-1].text
    assert offers(bot) == []
