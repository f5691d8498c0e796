"""Confirming, sharing and finding at their limits."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.content.document_words import document_words
from bot.domain.corroboration import Answer
from bot.domain.errors import Conflict, NotFound, Refused
from bot.domain.evidence import ConfirmationState, Note, Sensitivity
from bot.domain.people import Profile
from bot.domain.strength import Strength, strength_of
from bot.render.press import Printer
from bot.sandbox import ManualClock, Sandbox
from bot.services.shares import ShareService
from bot.web.pages import showing
from bot.web.server import serving
from bot.web.shared_pages import shared_pages
from tests.running import RunningBot
from tests.sample import with_sample_year


class TestAskingToConfirm:
    async def test_one_person_is_asked_twice_a_week_at_most_whoever_asks(self, bot: RunningBot) -> None:
        corroboration, dana = bot.multiplier.services.corroboration, bot.user_id("dana")
        for asker in ("sam", "mei", "tom"):
            year = await with_sample_year(bot, asker)
            ask = corroboration.ask(bot.workspace_id, bot.user_id(asker), year.entries[0].id, dana)
            if asker == "tom":
                with pytest.raises(Refused, match="enough_this_week"):
                    await ask
            else:
                await ask
        bot.clock.advance(timedelta(days=8))
        await corroboration.ask(bot.workspace_id, bot.user_id("tom"), year.entries[0].id, dana)

    async def test_nobody_is_asked_about_the_same_entry_twice(self, bot: RunningBot) -> None:
        year = await with_sample_year(bot)
        corroboration, me = bot.multiplier.services.corroboration, (bot.workspace_id, bot.user_id("sam"))
        await corroboration.ask(*me, year.entries[0].id, bot.user_id("dana"))
        with pytest.raises(Refused, match="asked_before"):
            await corroboration.ask(*me, year.entries[0].id, bot.user_id("dana"))

    async def test_someone_who_has_left_is_not_asked(self, bot: RunningBot) -> None:
        year = await with_sample_year(bot)
        gone = Profile(user_id="UGONE", name="Gone", is_active=False)
        await bot.multiplier.services.people.learn(bot.workspace_id, gone)
        with pytest.raises(Refused, match="has_left"):
            await bot.multiplier.services.corroboration.ask(
                bot.workspace_id, bot.user_id("sam"), year.entries[0].id, "UGONE"
            )

    async def test_nobody_confirms_what_they_did_not_read(self, bot: RunningBot) -> None:
        year = await with_sample_year(bot)
        services, me = bot.multiplier.services, (bot.workspace_id, bot.user_id("sam"))
        entry = next(each for each in year.entries if not each.confirmations)
        request = await services.corroboration.ask(*me, entry.id, bot.user_id("dana"))
        await services.evidence.change(*me, entry.id, Note(text="I did it all alone and saved the company."))
        with pytest.raises(Conflict):
            await services.corroboration.answer(bot.workspace_id, bot.user_id("dana"), request.id, Answer.YES)
        assert not (await services.evidence.get(*me, entry.id)).confirmations

    async def test_who_was_asked_is_sent_what_it_says_now_and_confirms_that(self, bot: RunningBot) -> None:
        year = await with_sample_year(bot)
        services, me = bot.multiplier.services, (bot.workspace_id, bot.user_id("sam"))
        entry = next(each for each in year.entries if not each.confirmations)
        await services.corroboration.ask(*me, entry.id, bot.user_id("dana"))
        await bot.settle()
        dana = bot.slack.person("dana")
        old = dana.dm_with_bot()[-1]
        await services.evidence.change(*me, entry.id, Note(number="3 minutes", baseline="an hour"))
        await dana.press(old, "Yes")
        await bot.settle()
        assert not (await services.evidence.get(*me, entry.id)).confirmations
        new = dana.dm_with_bot()[-1]
        assert "an hour → 3 minutes" in new.text
        await dana.press(new, "Yes")
        (confirmation,) = (await services.evidence.get(*me, entry.id)).confirmations
        assert confirmation.state is ConfirmationState.CONFIRMED
        assert "3 minutes" in (confirmation.words or "")

    async def test_a_confirmed_text_put_differently_is_no_longer_confirmed_until_it_says_so_again(
        self, bot: RunningBot
    ) -> None:
        year = await with_sample_year(bot)
        services, me = bot.multiplier.services, (bot.workspace_id, bot.user_id("sam"))
        entry = next(each for each in year.entries if any(word.quote for word in each.confirmations))
        grander = await services.evidence.change(*me, entry.id, Note(text="I alone saved the company."))
        assert grander.confirmations[0].state is ConfirmationState.EARLIER
        assert strength_of(grander) < Strength.CONFIRMED
        packet = await services.packets.propose(*me, "year")
        made = await services.packets.compose(*me, packet.draft.id)
        assert entry.confirmations[0].quote not in [each.quote for each in made.advocates]

        by = entry.confirmations[0].by
        request = await services.corroboration.ask(*me, entry.id, by)
        assert request.text.startswith("I alone saved the company.")
        as_before = await services.evidence.change(*me, entry.id, Note(text=entry.text.upper()))
        assert as_before.confirmations[0].state is ConfirmationState.QUOTED

    async def test_only_the_one_who_was_asked_can_answer(self, bot: RunningBot) -> None:
        year = await with_sample_year(bot)
        corroboration = bot.multiplier.services.corroboration
        request = await corroboration.ask(bot.workspace_id, bot.user_id("sam"), year.entries[0].id, bot.user_id("dana"))
        for stranger in ("sam", "tom"):
            with pytest.raises(NotFound):
                await corroboration.answer(bot.workspace_id, bot.user_id(stranger), request.id, Answer.YES)

    async def test_a_private_entry_is_shown_to_nobody(self, bot: RunningBot) -> None:
        year = await with_sample_year(bot)
        private = next(each for each in year.entries if each.sensitivity is Sensitivity.NEVER)
        with pytest.raises(Refused, match="private"):
            await bot.multiplier.services.corroboration.ask(
                bot.workspace_id, bot.user_id("sam"), private.id, bot.user_id("dana")
            )

    async def test_a_suggestion_reaches_the_asker_and_confirms_nothing(self, bot: RunningBot) -> None:
        year = await with_sample_year(bot)
        services, entry = bot.multiplier.services, year.entries[0]
        request = await services.corroboration.ask(bot.workspace_id, bot.user_id("sam"), entry.id, bot.user_id("dana"))
        dana = (bot.workspace_id, bot.user_id("dana"))
        await services.corroboration.answer(*dana, request.id, Answer.SUGGEST, "It was Priya, too.")
        await bot.settle()

        after = await services.evidence.get(bot.workspace_id, bot.user_id("sam"), entry.id)
        assert after.confirmations[-1].state is ConfirmationState.SUGGESTED
        assert strength_of(after) is not Strength.CONFIRMED
        assert "It was Priya, too." in bot.slack.person("sam").dm_with_bot()[-1].text


class TestSharing:
    async def test_a_share_is_read_logged_ended_and_expires(self, bot: RunningBot, clock: ManualClock) -> None:
        shares, me = await sharing(bot), (bot.workspace_id, bot.user_id("sam"))
        offered = [each.id for each in await shares.offered(*me)]
        assert len(offered) == 2
        shared = await shares.share(*me, offered, title="For <b>Mei</b>", lasts=timedelta(days=7))
        other = await shares.share(*me, offered, title="Another", lasts=timedelta(days=30))

        async with served(shares) as address, aiohttp.ClientSession(address) as session:
            page = await session.get(path_of(shared.address))
            text = await page.text()
            assert page.status == 200
            assert "&lt;b&gt;Mei&lt;/b&gt;" in text
            assert page.headers["Cache-Control"] == "no-store"
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert page.headers["X-Content-Type-Options"] == "nosniff"
            assert page.headers["X-Frame-Options"] == "DENY"
            assert "noindex" in page.headers["X-Robots-Tag"]
            assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
            assert "script" not in page.headers["Content-Security-Policy"].replace("default-src 'none'", "")
            assert await status(session, "/shared/" + "x" * 43) == 404
            assert await status(session, "/shared/short") == 404
            assert await status(session, path_of(other.address), method="HEAD") == 405
            await shares.revoke(*me, other.share.id)
            assert await status(session, path_of(other.address)) == 404
            clock.advance(timedelta(days=8))
            assert await status(session, path_of(shared.address)) == 404

        logs = {log.share.id: log for log in await shares.list(*me)}
        assert logs[shared.share.id].count == 1
        assert "aiohttp" in logs[shared.share.id].latest[0].agent
        assert logs[other.share.id].count == 0

    async def test_a_page_ends_when_someone_takes_the_words_back_that_stand_on_it(self, bot: RunningBot) -> None:
        shares, me = await sharing(bot), (bot.workspace_id, bot.user_id("sam"))
        services = bot.multiplier.services
        entry = next(each for each in await bot.entries("sam") if not each.confirmations)
        await services.evidence.change(*me, entry.id, Note(sensitivity=Sensitivity.SHARE))
        dana = (bot.workspace_id, bot.user_id("dana"))
        request = await services.corroboration.ask(*me, entry.id, dana[1])
        await services.corroboration.answer(*dana, request.id, Answer.QUOTE, "He stayed until it was green.")
        shared = await shares.share(*me, [entry.id], title="For Mei", lasts=timedelta(days=7))

        async with served(shares) as address, aiohttp.ClientSession(address) as session:
            first = await (await session.get(path_of(shared.address))).text()
            assert "He stayed until it was green." in first
            await services.corroboration.withdraw(*dana, request.id)
            assert await status(session, path_of(shared.address)) == 404
        (log,) = await shares.list(*me)
        assert log.share.revoked_at is not None

    async def test_a_page_ends_when_an_entry_on_it_is_no_longer_shared(self, bot: RunningBot) -> None:
        shares, me = await sharing(bot), (bot.workspace_id, bot.user_id("sam"))
        offered = [each.id for each in await shares.offered(*me)]
        shared = await shares.share(*me, offered, title="x", lasts=timedelta(days=7))
        key = shared.address.rsplit("/", 1)[-1]
        assert await shares.read(key, "a browser")
        await bot.multiplier.services.evidence.change(*me, offered[0], Note(sensitivity=Sensitivity.NEVER))
        assert await shares.read(key, "a browser") is None

    async def test_what_is_not_marked_as_shareable_cannot_be_shared(self, bot: RunningBot) -> None:
        shares, me = await sharing(bot), (bot.workspace_id, bot.user_id("sam"))
        hidden = next(each for each in await bot.entries("sam") if each.sensitivity is Sensitivity.PACKET_ONLY)
        with pytest.raises(Refused, match="not_shareable"):
            await shares.share(*me, [hidden.id], title="x", lasts=timedelta(days=7))

    async def test_nobody_ends_or_sees_anothers_share(self, bot: RunningBot) -> None:
        shares, me = await sharing(bot), (bot.workspace_id, bot.user_id("sam"))
        offered = [each.id for each in await shares.offered(*me)]
        shared = await shares.share(*me, offered, title="x", lasts=timedelta(days=7))
        tom = (bot.workspace_id, bot.user_id("tom"))
        with pytest.raises(NotFound):
            await shares.revoke(*tom, shared.share.id)
        with pytest.raises(Refused):
            await shares.share(*tom, offered, title="x", lasts=timedelta(days=7))
        assert await shares.list(*tom) == []

    async def test_without_a_web_address_it_says_so(self, bot: RunningBot) -> None:
        answer = await bot.slack.person("sam").command("/evidence", "share", channel="#payments")

        assert "runs without one" in answer.shown[0].text


async def test_home_names_one_thin_spot_and_leads_to_the_packet(bot: RunningBot, slack: Sandbox) -> None:
    await with_sample_year(bot)
    sam = slack.person("sam")
    await sam.open_home()
    await bot.settle()
    home = sam.home()

    assert home is not None
    assert "Problems before solutions" in home.text
    assert "multiplying, " in home.text
    await sam.press(home, "Make my packet")
    assert sam.modal() is not None


async def sharing(bot: RunningBot) -> ShareService:
    """Sam's year with two shareable entries, and a bot that has a web address."""
    await with_sample_year(bot)
    services = bot.multiplier.services
    for entry in (await bot.entries("sam"))[:2]:
        note = Note(sensitivity=Sensitivity.SHARE)
        await services.evidence.change(bot.workspace_id, bot.user_id("sam"), entry.id, note)
    press = Printer(document_words())
    return ShareService(bot.multiplier.storage, services.people, press, bot.clock, "https://bot.example/")


def served(shares: ShareService) -> AbstractAsyncContextManager[str]:
    """The shared pages on a port of their own."""
    return serving(showing(shared_pages(shares.read)), "127.0.0.1", 0)


async def status(session: aiohttp.ClientSession, path: str, method: str = "GET") -> int:
    async with session.request(method, path) as answer:
        await answer.read()
        return answer.status


def path_of(address: str) -> str:
    assert address.startswith("https://bot.example/shared/")
    return address.removeprefix("https://bot.example")


def test_a_kept_page_needs_nothing_from_outside(tmp_path: Path) -> None:
    page = Printer(document_words()).shared("Title", [], {})

    assert "http" not in page.split("</style>")[1]
