"""Faults, the journal, several workspaces, OAuth, rate limits, the control API."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import (
    ChannelSpec,
    ManualClock,
    MessageSpec,
    NotSeen,
    PersonSpec,
    Sandbox,
    SandboxError,
    WorkspaceSpec,
)
from bot.sandbox.acting import Person
from bot.sandbox.spec import MessageReplySpec
from tests.sandbox.refusing import refused

Json = dict[str, Any]


class TestFaults:
    async def test_rate_limited_once(self, slack: Sandbox, client: AsyncWebClient, payments: str) -> None:
        slack.faults.rate_limit("chat.postMessage", retry_after=7)
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=payments, text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["retry-after"] == "7"
        await client.chat_postMessage(channel=payments, text="x")
        assert [call.ok for call in slack.journal.calls("chat.postMessage")] == [False, True]

    async def test_carried_out_but_not_answered(
        self, slack: Sandbox, client: AsyncWebClient, sam: Person, payments: str
    ) -> None:
        """The SDK by itself sends again after a broken connection: what was carried out is there twice."""
        slack.faults.drop("chat.postMessage", times=2, after_effect=True)
        with pytest.raises(ClientError):
            await client.chat_postMessage(channel=payments, text="x")
        assert len(sam.messages("#payments")) == 2

    async def test_of_one_workspace(self, slack: Sandbox, client: AsyncWebClient) -> None:
        slack.faults.error("auth.test", "fatal_error", workspace="elsewhere")
        await client.auth_test()
        slack.faults.error("*", "fatal_error", workspace="sandbox")
        await refused(client.auth_test(), "fatal_error")
        assert [fault.workspace for fault in slack.faults.pending()] == ["elsewhere"]

    async def test_garbage_status_and_hanging(self, slack: Sandbox, client: AsyncWebClient) -> None:
        slack.faults.status("auth.test", 503)
        slack.faults.garbage("auth.test")
        for _ in range(2):
            with pytest.raises(SlackApiError):
                await client.auth_test()
        slack.faults.hang("auth.test")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.auth_test(), 0.05)
        await slack.settled()


class TestJournal:
    async def test_waiting_says_what_came_instead(self, slack: Sandbox, client: AsyncWebClient) -> None:
        await client.auth_test()
        await refused(client.users_info(user="U0"), "user_not_found")
        with pytest.raises(TimeoutError, match=r"auth\.test, users\.info \(user_not_found\)"):
            await slack.journal.wait_for("chat.postMessage", timeout=0.01)
        assert [call.error for call in slack.journal.refused()] == ["user_not_found"]

    async def test_without_bodies_and_with_a_limit(self) -> None:
        async with Sandbox(keep_bodies=False, journal_limit=2) as slack:
            client = AsyncWebClient(slack.bot_token(), base_url=slack.api_url)
            for _ in range(3):
                await client.chat_postMessage(channel=slack.channel_id("#payments"), text="x")
            assert [(call.number, call.args) for call in slack.journal.calls()] == [(2, {}), (3, {})]
            assert slack.journal.count("chat.postMessage") == 3


ACME = WorkspaceSpec(
    name="Acme",
    domain="acme",
    installed=False,
    people=[PersonSpec(name="sam"), PersonSpec(name="ada", tz="Asia/Tokyo")],
    channels=[ChannelSpec(name="lab", members=["ada"], is_private=True)],
    messages=[
        MessageSpec(
            author="ada",
            channel="lab",
            text="@sam look",
            at=datetime(2026, 10, 1, tzinfo=UTC),
            reactions={"eyes": ["sam"]},
            replies=[MessageReplySpec(author="ada", text="here")],
        )
    ],
)


class TestWorkspaces:
    async def test_apart(self) -> None:
        async with Sandbox(seed=[WorkspaceSpec(domain="first", people=[PersonSpec(name="sam")]), ACME]) as slack:
            assert slack.person("sam").id != slack.person("sam", "acme").id
            ada = slack.person("ada", "acme")
            (message,) = ada.messages("lab")
            assert message.text == "@sam look"
            assert message.reactions == {"eyes": ["sam"]}
            assert len(ada.messages("lab", thread=message.ts)) == 2
            with pytest.raises(NotSeen):
                slack.person("sam", "acme").messages("lab")
            with pytest.raises(NotSeen, match="there are"):
                slack.person("ada")

    async def test_ids_repeat(self) -> None:
        async def ids() -> list[str]:
            async with Sandbox(seed=ACME, clock=ManualClock()) as slack:
                ada = slack.person("ada")
                return [ada.id, (await ada.say("lab", "x")).ts, slack.app_token]

        assert await ids() == await ids()

    def test_a_seed_that_does_not_fit(self) -> None:
        spec = WorkspaceSpec(channels=[ChannelSpec(name="lab", members=["nobody"])])
        with pytest.raises(SandboxError, match="'nobody'"):
            Sandbox(seed=spec)

    @pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # by the SDK
    async def test_oauth_with_rotation(self, clock: ManualClock) -> None:
        manifest = {"settings": {"token_rotation_enabled": True}, "oauth_config": {"scopes": {"bot": ["chat:write"]}}}
        async with Sandbox(manifest, seed=ACME, clock=clock) as slack:
            ask = f"/oauth/v2/authorize?client_id={slack.client_id}&redirect_uri=http://bot.example/back&state=s1"
            async with ClientSession() as session:
                async with session.get(slack.url + ask) as page:
                    assert "Acme" in await page.text()
                async with session.get(slack.url + ask + "&auto=1", allow_redirects=False) as answer:
                    back = parse_qs(urlsplit(answer.headers["location"]).query)
            assert back["state"] == ["s1"]
            keys = {"client_id": slack.client_id, "client_secret": slack.client_secret}
            client = AsyncWebClient(base_url=slack.api_url)
            got = await client.oauth_v2_access(**keys, code=back["code"][0])
            assert got["team"]["name"] == "Acme"
            await refused(client.oauth_v2_access(**keys, code=back["code"][0]), "invalid_code")
            await refused(client.oauth_v2_access(**{**keys, "client_secret": "x"}, code="c"), "bad_client_secret")
            bot = AsyncWebClient(got["access_token"], base_url=slack.api_url)
            await bot.auth_test()
            clock.advance(timedelta(hours=13))
            await refused(bot.auth_test(), "token_expired")
            fresh = await client.oauth_v2_access(**keys, grant_type="refresh_token", refresh_token=got["refresh_token"])
            await AsyncWebClient(fresh["access_token"], base_url=slack.api_url).auth_test()


async def test_a_taken_port_says_so_and_leaves_nothing_open(slack: Sandbox) -> None:
    with pytest.raises(OSError, match="address already in use"):
        await Sandbox.start(port=int(slack.url.rpartition(":")[2]))


async def test_real_rate_limits(clock: ManualClock) -> None:
    async with Sandbox(clock=clock, real_rate_limits=True) as slack:
        client = AsyncWebClient(slack.bot_token(), base_url=slack.api_url)
        channel = slack.channel_id("#payments")
        for _ in range(5):
            await client.chat_postMessage(channel=channel, text="x")
        await refused(client.chat_postMessage(channel=channel, text="x"), "ratelimited")
        await client.chat_postMessage(channel=slack.channel_id("#general"), text="x")
        clock.advance(timedelta(seconds=1))
        await client.chat_postMessage(channel=channel, text="x")


class TestControl:
    async def test_acting_and_seeing(self, slack: Sandbox, client: AsyncWebClient) -> None:
        async with ClientSession(slack.url) as session, session.ws_connect("/_sandbox/changes") as watching:

            async def act(**body: Any) -> Json:
                async with session.post("/_sandbox/act", json={"person": "sam", **body}) as answer:
                    return dict(await answer.json())

            said = await act(do="say", channel="#payments", text="hello @dana")
            assert (await watching.receive_json())["type"] == "message"
            where = {key: said["message"][key] for key in ("channel", "ts")}
            assert (await act(do="react", message=where, emoji="seedling"))["ok"]
            assert (await act(do="command", command="/evidence", text="x"))["error"].startswith("/evidence failed")
            assert "bad request" in (await act(do="fly"))["error"]
            query = {"person": "sam", "channel": "#payments"}
            async with session.get("/_sandbox/messages", params=query) as answer:
                (shown,) = await answer.json()
            assert (shown["text"], shown["reactions"]) == ("hello @dana", {"seedling": ["sam"]})
            async with session.get("/_sandbox/see", params={"person": "sam"}) as answer:
                assert [one["name"] for one in (await answer.json())["channels"]][1] == "payments"
            for name in ("state", "journal", "deliveries", "env"):
                async with session.get(f"/_sandbox/{name}") as answer:
                    assert answer.status == 200, name

    async def test_faults_time_and_ends(self, slack: Sandbox, client: AsyncWebClient, clock: ManualClock) -> None:
        async with ClientSession(slack.url) as session:

            async def post(name: str, **body: Any) -> int:
                async with session.post(f"/_sandbox/{name}", json=body) as answer:
                    return answer.status

            before = clock.now()
            assert await post("advance", seconds=60) == 200
            assert clock.now() - before == timedelta(minutes=1)
            assert await post("faults", kind="error", method="auth.test", error="fatal_error") == 200
            await refused(client.auth_test(), "fatal_error")
            assert await post("faults", kind="error", nonsense=1) == 400
            assert await post("emit", event={"type": "team_join"}) == 200
            assert await post("redeliver", event_id=slack.deliveries[0].event_id) == 200
            assert await post("http", url="http://127.0.0.1:9/") == 400
            assert await post("connection", do="drop") == 200
            assert await post("settled") == 200
            assert await post("app", do="uninstall") == 200
            await refused(client.auth_test(), "token_revoked")

    @pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}])
    async def test_strangers_are_refused(self, slack: Sandbox, headers: dict[str, str]) -> None:
        async with ClientSession(slack.url) as session, session.get("/_sandbox/state", headers=headers) as answer:
            assert answer.status == 403
