"""The optional language model, through the real app: asked once, marked, nothing kept without a yes, nothing lost."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.evidence import Entry, TaggedBy
from bot.domain.language_model import Consent
from bot.domain.tagging import Kind, Thresholds
from bot.sandbox import ManualClock, Sandbox
from bot.tagger.reading import TextTagger
from bot.telemetry.logging import configure_logging
from tests.language_model import RecordedModel, recorded_model
from tests.running import RunningBot, running_bot

NOTE = "paired with @dana on the Kafka consumer until her deploy went through, see https://git.acme.io/pull/12"
OWN = "I paired with [Person A] on the Kafka consumer. Because of that her deploy went through."
Opening = Callable[..., AbstractAsyncContextManager[RunningBot]]


@pytest.fixture
def unsure(tagger: TextTagger) -> TextTagger:
    """The real tagger, held to a threshold it never reaches: it asks about everything."""
    stricter = Thresholds(show=1.0, suggest=tagger.thresholds.suggest)
    return TextTagger(tagger.model, tagger.meta.model_copy(update={"thresholds": stricter}))


@pytest.fixture
def opening(slack: Sandbox, clock: ManualClock, unsure: TextTagger, tmp_path: Path) -> Opening:
    """Opens the bot with this language model switched on, and a tagger that is never sure."""

    @asynccontextmanager
    async def opened(model: RecordedModel, **more: str) -> AsyncIterator[RunningBot]:
        settings = {"llm_model": "openai:small", "llm_base_url": model.url, "llm_timeout_seconds": "5", **more}
        async with running_bot(slack, clock, unsure, f"sqlite:///{tmp_path}/bot.db", **settings) as running:
            yield running

    return opened


async def agreed(bot: RunningBot, handle: str = "sam") -> None:
    await bot.multiplier.services.proposals.decide(bot.workspace_id, bot.user_id(handle), yes=True)


async def only_entry(bot: RunningBot, handle: str = "sam") -> Entry:
    (entry,) = await bot.entries(handle)
    return entry


async def drafted(bot: RunningBot) -> None:
    """Sam keeps the note, opens its details and asks for a draft."""
    sam = bot.slack.person("sam")
    await sam.command("/evidence", NOTE, channel="#payments")
    listed = await sam.command("/evidence", "list", channel="#payments")
    await sam.press(listed.shown[0], "Details")
    await sam.press(sam.modal(), "Draft a statement")
    await bot.settle()


class TestKinds:
    async def test_the_question_comes_once_and_before_the_first_text_goes_out(self, opening: Opening) -> None:
        async with recorded_model() as model, opening(model) as bot:
            sam = bot.slack.person("sam")
            await sam.command("/evidence", NOTE, channel="#payments")
            await sam.command("/evidence", "helped mei with the rollout plan", channel="#payments")
            await bot.settle()

            asked = [each for each in sam.messages("#payments") if "May I send it your notes" in each.text]
            assert len(asked) == 1
            assert "small at this bot's own machine" in asked[0].text
            assert model.requests == []

            await sam.press(asked[0], "No")
            await sam.command("/evidence", "showed tom how the cache works", channel="#payments")
            await bot.settle()
            assert model.requests == []
            assert "nothing of yours is sent" in sam.messages("#payments")[-2].text + sam.messages("#payments")[-1].text

    async def test_after_a_yes_a_marked_pair_is_proposed_and_the_choice_is_the_persons(self, opening: Opening) -> None:
        async with recorded_model("mentoring, unblock") as model, opening(model) as bot:
            sam = bot.slack.person("sam")
            await sam.command("/evidence", NOTE, channel="#payments")
            await bot.settle()
            (asked,) = [each for each in sam.messages("#payments") if "May I send it your notes" in each.text]
            await sam.press(asked, "Yes, send it")
            await bot.settle()

            said = [*sam.messages("#payments"), *sam.dm_with_bot()]
            (proposal,) = [each for each in said if "Proposed by the language model" in each.text]
            assert "small at this bot's own machine" in proposal.text
            assert proposal.buttons[:2] == ("Grew someone", "Unblocked someone")
            assert (await only_entry(bot)).tagged_by is TaggedBy.UNSURE
            await sam.press(proposal, "Grew someone")
            entry = await only_entry(bot)
            assert (entry.kind, entry.tagged_by) == (Kind.MENTORING, TaggedBy.PERSON)

            # From now on without a question; people are letters, links stay here.
            await sam.command("/evidence", NOTE + " again", channel="#payments")
            await bot.settle()
            assert len(model.requests) == 2
            assert "[Person A] on the Kafka consumer" in model.told()
            assert bot.user_id("dana") not in model.sent()
            assert "git.acme.io" not in model.sent()

    async def test_what_its_owner_decided_is_not_asked_about(self, opening: Opening) -> None:
        async with recorded_model() as model, opening(model) as bot:
            await agreed(bot)
            sam = bot.slack.person("sam")
            answer = await sam.command("/evidence", NOTE, channel="#payments")
            first = answer.shown[0].buttons[0]
            await sam.press(answer.shown[0], first)
            await bot.settle()
            assert model.requests == []

    @pytest.mark.parametrize("said", [500, None, "I would say it is great work!", "unblock"])
    async def test_a_failing_slow_or_talkative_model_costs_nothing(
        self, opening: Opening, said: str | int | None
    ) -> None:
        async with (
            recorded_model(said) as model,
            opening(model, llm_timeout_seconds="1" if said is None else "30") as bot,
        ):
            await agreed(bot)
            sam = bot.slack.person("sam")
            await sam.command("/evidence", NOTE, channel="#payments")
            before = await only_entry(bot)
            await bot.settle()

            assert model.requests
            assert any("Nothing was lost" in each.text for each in sam.messages("#payments"))
            assert await only_entry(bot) == before
            assert await bot.multiplier.services.outbox.dead() == []

    async def test_other_peoples_words_do_not_go_out(self, opening: Opening) -> None:
        async with recorded_model() as model, opening(model) as bot:
            await agreed(bot)
            sam, dana = bot.slack.person("sam"), bot.slack.person("dana")
            message = await dana.say("#payments", "the deploy went through after sam showed me the certificate step")
            await sam.react(message, "seedling")
            await bot.settle()
            assert model.requests == []


class TestStatements:
    async def test_a_draft_is_shown_kept_on_a_yes_and_used_by_the_packet(self, opening: Opening) -> None:
        async with recorded_model("unblock, mentoring", OWN) as model, opening(model) as bot:
            await agreed(bot)
            sam = bot.slack.person("sam")
            await drafted(bot)
            draft = sam.dm_with_bot()[-1]
            assert "I paired with @dana on the Kafka consumer." in draft.text
            assert "Proposed by the language model" in draft.text
            assert draft.buttons == ("Keep", "Edit", "No")
            assert (await only_entry(bot)).statement is None
            assert "git.acme.io" not in model.sent()

            await sam.press(draft, "Keep")
            kept = (await only_entry(bot)).statement
            assert kept == OWN.replace("[Person A]", f"<@{bot.user_id('dana')}>")

            await sam.command("/evidence", "packet year", channel="#payments")
            await sam.fill_and_submit(sam.modal(), {"Files": ["Markdown, with pictures"]})
            await bot.settle()
            text = next(file for file in sam.files() if file.name.endswith(".md")).content.decode()
            assert "Because of that her deploy went through." in text

    async def test_no_leaves_the_entry_alone_and_edit_takes_the_persons_own_words(self, opening: Opening) -> None:
        async with recorded_model("unblock, mentoring", OWN) as model, opening(model) as bot:
            await agreed(bot)
            sam = bot.slack.person("sam")
            await drafted(bot)
            draft = sam.dm_with_bot()[-1]
            await sam.press(draft, "Edit")
            own = "I got 7 teams deploying with Priya."  # Nobody checks a person's own words.
            await sam.fill_and_submit(sam.modal(), {"Two sentences a reader of your packet will see": own})
            assert (await only_entry(bot)).statement == own
            await sam.close(sam.modal())

            await sam.press(draft, "No")
            assert "nothing of it was kept" in sam.dm_with_bot()[-1].text
            assert (await only_entry(bot)).statement == own
            assert len(model.requests) == 2

    @pytest.mark.parametrize(
        ("draft", "why"),
        [
            ("I paired with [Person A] and saved 3 weeks. It went through.", "a number that your entry doesn't have"),
            ("I paired with Priya on the Kafka consumer.", "a name"),
            ("I paired on it, see https://evil.example.", "a link that your entry doesn't have"),
            ("I paired. It worked. All were glad.", "longer than two sentences"),
        ],
    )
    async def test_a_draft_that_says_more_than_the_entry_is_not_shown(
        self, opening: Opening, draft: str, why: str
    ) -> None:
        async with recorded_model("unblock, mentoring", draft) as model, opening(model) as bot:
            await agreed(bot)
            await drafted(bot)
            shown = bot.slack.person("sam").dm_with_bot()[-1]
            assert why in shown.text
            assert draft not in shown.text
            assert "until her deploy went through" in shown.text
            assert shown.buttons == ("Edit",)
            assert (await only_entry(bot)).statement is None
            assert len(model.requests) == 2

    async def test_a_draft_that_the_entry_no_longer_bears_out_is_not_kept(self, opening: Opening) -> None:
        async with recorded_model("unblock, mentoring", OWN) as model, opening(model) as bot:
            await agreed(bot)
            sam = bot.slack.person("sam")
            await drafted(bot)
            await sam.command("/evidence", "edit", channel="#payments")
            await sam.fill_and_submit(sam.modal(), {"What happened?": "paired with @dana until it went through"})
            await sam.press(sam.dm_with_bot()[-1], "Keep")
            assert (await only_entry(bot)).statement is None
            assert any("has changed since" in each.text for each in sam.dm_with_bot())
            assert len(model.requests) == 2

    async def test_the_question_comes_first_in_a_window(self, opening: Opening) -> None:
        async with recorded_model(OWN) as model, opening(model) as bot:
            sam = bot.slack.person("sam")
            await drafted(bot)
            assert model.requests == []
            question = sam.modal()
            assert question is not None
            assert "small at this bot's own machine" in question.text
            await sam.submit(question)
            await bot.settle()
            assert any("her deploy went through" in each.text and "Keep" in each.buttons for each in sam.dm_with_bot())
            consent = await bot.multiplier.services.proposals.consent(bot.workspace_id, sam.id)
            assert consent is Consent.YES

    async def test_a_failing_model_costs_no_entry(self, opening: Opening) -> None:
        async with recorded_model("unblock, mentoring", 503) as model, opening(model) as bot:
            await agreed(bot)
            await drafted(bot)
            assert "Nothing was lost" in bot.slack.person("sam").dm_with_bot()[-1].text
            assert (await only_entry(bot)).statement is None
            assert len(model.requests) >= 2

    async def test_an_emptied_statement_goes_back_to_what_is_put_together(self, opening: Opening) -> None:
        async with recorded_model("unblock, mentoring", OWN) as model, opening(model) as bot:
            await agreed(bot)
            sam = bot.slack.person("sam")
            await drafted(bot)
            await sam.press(sam.dm_with_bot()[-1], "Keep")
            await sam.press(sam.dm_with_bot()[-1], "Edit my statement")
            await sam.fill_and_submit(sam.modal(), {"Two sentences a reader of your packet will see": ""})
            assert not (await only_entry(bot)).statement
            assert len(model.requests) == 2


class TestSayingSo:
    async def test_the_first_meeting_the_settings_and_the_privacy_page_say_where_words_go(
        self, opening: Opening
    ) -> None:
        async with recorded_model() as model, opening(model) as bot:
            sam = bot.slack.person("sam")
            page = await sam.command("/evidence", "privacy", channel="#payments")
            assert "small at this bot's own machine" in page.shown[0].text
            assert "You haven't said yes" in page.shown[0].text
            await sam.command("/evidence", NOTE, channel="#payments")
            await bot.settle()
            assert any("has switched on a language model (small at" in each.text for each in sam.dm_with_bot())

            await sam.command("/evidence", "settings", channel="#payments")
            form = sam.modal()
            assert form is not None
            await sam.fill_and_submit(
                form, {"Send notes to the language model": "Yes: unsure ones, and what I want drafted"}
            )
            page = await sam.command("/evidence", "privacy", channel="#payments")
            assert "You said *yes*" in page.shown[0].raw["blocks"][5]["text"]["text"]
            assert model.requests == []

    async def test_off_nothing_of_it_is_there(self, bot: RunningBot) -> None:
        sam = bot.slack.person("sam")
        await sam.command("/evidence", NOTE, channel="#payments")
        await bot.settle()
        listed = await sam.command("/evidence", "list", channel="#payments")
        await sam.press(listed.shown[0], "Details")
        details = sam.modal()
        assert details is not None
        assert "Draft a statement" not in details.buttons
        await sam.close(details)
        page = await sam.command("/evidence", "privacy", channel="#payments")
        assert "No text leaves me" in page.shown[0].text
        assert not [each for each in sam.dm_with_bot() if "language model" in each.text]

    async def test_no_word_of_it_is_in_a_log_even_when_the_model_fails_and_quotes_it(
        self, opening: Opening, capfd: pytest.CaptureFixture[str]
    ) -> None:
        configure_logging("debug", as_json=True)
        try:
            async with recorded_model(400, 500) as model, opening(model) as bot:
                await agreed(bot)
                await drafted(bot)
                assert "Kafka" in model.sent()
        finally:
            configure_logging("info", as_json=False)
            logging.getLogger().handlers.clear()
        said = capfd.readouterr()
        assert "language_model_failed" in said.err
        assert "Kafka" not in said.err + said.out

    async def test_the_key_goes_to_the_model_and_no_other_key_of_the_environment(
        self, opening: Opening, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
        async with recorded_model() as model, opening(model) as bot:
            await agreed(bot)
            await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")
            await bot.settle()
            assert model.keys == ["Bearer none"]

    async def test_another_model_is_another_question(self, opening: Opening) -> None:
        async with recorded_model() as model:
            async with opening(model) as bot:
                await agreed(bot)
            async with opening(model, llm_model="openai:large") as bot:
                await bot.slack.person("sam").command("/evidence", NOTE, channel="#payments")
                await bot.settle()
                assert model.requests == []
                assert any("large at" in each.text for each in bot.slack.person("sam").messages("#payments"))
