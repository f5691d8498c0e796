"""What `multiplier sandbox` starts with, and how its page is served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import ManualClock, Sandbox
from bot.sandbox.page import Page
from bot.sandbox.seed import load_seed
from bot.sandbox.spec import DEFAULT_WORKSPACE
from tests.conftest import MANIFEST

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


class TestSeed:
    def test_six_people_in_six_zones_with_the_handles_of_the_default_workspace(self) -> None:
        people = [person for person in load_seed(NOW).workspace.people if not person.is_bot]
        assert {person.name for person in people} == {person.name for person in DEFAULT_WORKSPACE.people}
        assert len({person.tz for person in people}) == 6

    def test_four_channels_of_which_the_bot_misses_one_and_a_dozen_threads(self) -> None:
        workspace = load_seed(NOW).workspace
        assert [(one.name, one.bot_is_member) for one in workspace.channels] == [
            ("general", True),
            ("payments", True),
            ("incidents", True),
            ("platform", False),
        ]
        assert len([one for one in workspace.messages if one.replies]) >= 12

    @given(st.integers(0, 8 * 365 * 24 * 60))
    def test_everything_was_said_in_order_on_working_days_of_the_last_fortnight(self, minutes: int) -> None:
        now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        for thread in load_seed(now).workspace.messages:
            said = [one.at for one in (thread, *thread.replies) if one.at]
            assert said == sorted(said)
            assert now - timedelta(days=14) < said[0]
            assert said[-1] < now
            assert all(moment.weekday() < 5 for moment in said)

    def test_ids_and_times_repeat_within_a_day_and_what_happens_later_has_ids_of_its_own(self) -> None:
        def started(run: str) -> Sandbox:
            return Sandbox(manifest=MANIFEST, seed=load_seed(NOW).workspace, clock=ManualClock(), id_run=run)

        first, second = started("one"), started("two")
        people = [(person.id, person.dm_id) for person in first.people()]
        assert people == [(person.id, person.dm_id) for person in second.people()]
        assert first.bot_token() == second.bot_token()
        seen = [[one.ts for one in each.person("sam").messages("#payments")] for each in (first, second)]
        assert seen[0] == seen[1]
        assert first.platform.world.ids.next("Ev") != second.platform.world.ids.next("Ev")

    def test_alerts_come_from_a_bot_that_is_not_ours(self) -> None:
        slack = Sandbox(manifest=MANIFEST, seed=load_seed(NOW).workspace, clock=ManualClock())
        alert = next(one for one in slack.person("sam").messages("#incidents") if one.author == "lighthouse")
        assert alert.raw["bot_id"] not in ("", slack.workspace().bot_id)

    def test_hints_lead_to_what_is_there(self) -> None:
        seed = load_seed(NOW)
        assert len(seed.hints) == 5
        openings = [message.text for message in seed.workspace.messages]
        for hint in seed.hints:
            assert hint.show.home or hint.show.channel in {channel.name for channel in seed.workspace.channels}
            assert not hint.show.thread or any(text.startswith(hint.show.thread) for text in openings)


class TestPage:
    @pytest.fixture
    async def site(self) -> AsyncIterator[ClientSession]:
        seed = load_seed(NOW)
        slack = Sandbox(manifest=MANIFEST, seed=seed.workspace, clock=ManualClock())
        slack.add_routes(Page(seed.hints).routes())
        async with slack, ClientSession(slack.url) as session:
            yield session

    async def test_nothing_from_elsewhere_nothing_inline_no_markup_from_text(self, site: ClientSession) -> None:
        async with site.get("/") as answer:
            policy = answer.headers["content-security-policy"]
            page = await answer.text()
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "<script>" not in page
        assert "style=" not in page

    async def test_it_listens_on_this_machines_own_address_only(self, site: ClientSession) -> None:
        async with site.get("/") as answer:
            port = answer.url.port
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.2", port)

    async def test_its_files_and_hints_are_served(self, site: ClientSession) -> None:
        for name, kind in (("app.js", "text/javascript"), ("layout.css", "text/css"), ("sprout.svg", "image/svg+xml")):
            async with site.get(f"/static/{name}") as answer:
                assert (answer.status, answer.content_type) == (200, kind)
        async with site.get("/_sandbox/hints") as answer:
            assert len(await answer.json()) == 5

    @pytest.mark.parametrize("path", ["/static/nothing.js", "/static/..%2Fpage.py", "/static/index.html%00"])
    async def test_other_files_are_not(self, site: ClientSession, path: str) -> None:
        async with site.get(path) as answer:
            assert answer.status == 404

    @pytest.mark.parametrize("path", ["/", "/static/app.js", "/_sandbox/hints"])
    async def test_strangers_are_refused(self, site: ClientSession, path: str) -> None:
        async with site.get(path, headers={"host": "evil.example"}) as answer:
            assert answer.status == 403


async def test_a_block_id_tells_equal_buttons_and_fields_apart(slack: Sandbox, client: AsyncWebClient) -> None:
    button = {"type": "button", "action_id": "tell", "text": {"type": "plain_text", "text": "Tell"}}
    blocks = [{"type": "actions", "block_id": name, "elements": [button]} for name in ("first", "second")]
    sam = slack.person("sam")
    await client.views_publish(user_id=sam.id, view={"type": "home", "blocks": blocks})
    home = sam.home()
    assert home
    await sam.press(home, "tell", block_id="second")
    await slack.settled()
    assert slack.deliveries[-1].payload["actions"][0]["block_id"] == "second"
