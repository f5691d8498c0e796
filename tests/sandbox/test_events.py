"""What the bot hears, when, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import ChannelSpec, ManualClock, NotPossible, PersonSpec, Sandbox, SandboxError
from bot.sandbox.acting import Person
from bot.sandbox.http_mode import signature
from tests.sandbox.conftest import Connect
from tests.sandbox.refusing import refused

Json = dict[str, Any]


def told(slack: Sandbox) -> list[Json]:
    """The events sent so far."""
    return [delivery.payload["event"] for delivery in slack.deliveries if delivery.kind == "events_api"]


class TestShapes:
    async def test_a_message_edited_and_deleted(self, slack: Sandbox, sam: Person) -> None:
        message = await sam.say("#payments", "one <b> @dana")
        await sam.edit(message, "two")
        await sam.delete(message)
        said, changed, deleted = told(slack)
        assert said["text"].startswith("one &lt;b&gt; <@U")
        assert said["channel_type"] == "channel"
        assert said["blocks"][0]["elements"][0]["elements"][1]["type"] == "user"
        assert changed["subtype"] == "message_changed"
        assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", said["text"])
        assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)

    async def test_a_deleted_parent_stays_as_a_tombstone(self, slack: Sandbox, sam: Person, dana: Person) -> None:
        parent = await sam.say("#payments", "stuck")
        await dana.say("#payments", "try this", thread_ts=parent.ts)
        await sam.delete(parent)
        assert told(slack)[-1]["message"]["subtype"] == "tombstone"
        assert [one.text for one in sam.messages("#payments", thread=parent.ts)] == [
            "This message was deleted.",
            "try this",
        ]

    async def test_reactions(self, slack: Sandbox, sam: Person, dana: Person) -> None:
        message = await sam.say("#payments", "done")
        await dana.react(message, ":seedling:")
        with pytest.raises(NotPossible, match="already_reacted"):
            await dana.react(message, "seedling")
        await dana.unreact(message, "seedling")
        added, removed = told(slack)[1:]
        assert added["item"] == {"type": "message", "channel": message.channel, "ts": message.ts}
        assert (added["user"], added["item_user"]) == (dana.id, sam.id)
        assert removed["type"] == "reaction_removed"

    async def test_only_where_the_bot_is(self, slack: Sandbox, sam: Person) -> None:
        await sam.say("#platform", "nobody hears")
        await sam.say("@dana", "between us")
        assert told(slack) == []
        await sam.invite_bot("#platform")
        await sam.say("#platform", "now it does")
        await sam.remove_bot("#platform")
        kinds = [event["type"] for event in told(slack)]
        assert kinds == ["message", "member_joined_channel", "message", "message", "channel_left"]

    async def test_dm_profile_and_mention(self, slack: Sandbox, sam: Person) -> None:
        await sam.dm("note: hi")
        await sam.set_timezone("Asia/Tokyo")
        await sam.say("#payments", "hello @bot")
        direct, profile, _, mention = told(slack)
        assert direct["channel_type"] == "im"
        assert (profile["type"], profile["user"]["tz_offset"]) == ("user_change", 9 * 3600)
        assert mention["type"] == "app_mention"

    async def test_newcomers(self, slack: Sandbox) -> None:
        zoe = await slack.add_person(PersonSpec(name="zoe"))
        slack.add_channel(ChannelSpec(name="lab", members=["zoe"]))
        await zoe.say("#lab", "first")
        assert [event["type"] for event in told(slack)] == ["team_join", "message"]

    async def test_the_end_of_an_installation(self, slack: Sandbox, client: AsyncWebClient, sam: Person) -> None:
        await slack.uninstall()
        assert [event["type"] for event in told(slack)] == ["app_uninstalled", "tokens_revoked"]
        await sam.say("#payments", "still there?")
        assert len(told(slack)) == 2
        await refused(client.auth_test(), "token_revoked")


MANIFEST: Json = {
    "display_information": {"name": "Multiplier"},
    "features": {
        "slash_commands": [{"command": "/evidence", "should_escape": False}],
        "shortcuts": [{"name": "Capture", "type": "message", "callback_id": "capture"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "channels:history", "commands"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.channels", "message.im", "reaction_added"]}},
}


class TestManifest:
    async def test_scopes(self) -> None:
        async with Sandbox(MANIFEST) as slack:
            client = AsyncWebClient(slack.bot_token(), base_url=slack.api_url)
            sam = slack.person("sam")
            body = await refused(client.users_info(user=sam.id), "missing_scope")
            assert (body["needed"], body["provided"]) == ("users:read", "channels:history,chat:write,commands")
            await refused(client.conversations_history(channel=sam.dm_id), "missing_scope")
            test = await client.auth_test()
            assert test.headers["x-oauth-scopes"] == "channels:history,chat:write,commands"

    async def test_subscriptions_commands_and_shortcuts(self) -> None:
        async with Sandbox(MANIFEST) as slack:
            sam = slack.person("sam")
            message = await sam.say("#payments", "heard")
            await sam.react(message, "eyes")  # subscribed, but without reactions:read
            await sam.dm("not heard: no im:history")
            assert [event["type"] for event in told(slack)] == ["message"]
            with pytest.raises(NotPossible, match="not a valid command"):
                await sam.command("/other")
            with pytest.raises(NotPossible, match="no global shortcut"):
                await sam.global_shortcut("capture")
            await sam.command("/evidence", "@dana <x>")
            assert slack.deliveries[-1].payload["text"] == "@dana &lt;x&gt;"


class TestRetries:
    async def test_three_more_times_with_the_same_id(
        self, slack: Sandbox, app: AsyncApp, connect: Connect, sam: Person, clock: ManualClock
    ) -> None:
        heard: list[str] = []

        @app.event("message")
        async def message(body: Json) -> None:
            heard.append(body["event_id"])

        await sam.say("#payments", "is anybody there?")
        await slack.settled()
        delivery = slack.deliveries[0]
        assert [attempt.outcome for attempt in delivery.attempts] == ["connection_failed"] * 2
        await slack.advance(seconds=61)
        assert len(delivery.attempts) == 3
        await connect(app)
        await slack.advance(minutes=5)
        await slack.settled()
        assert heard == [delivery.event_id]
        assert delivery.acknowledged
        started = delivery.attempts[0].at
        assert [attempt.at - started for attempt in delivery.attempts] == [
            timedelta(0),
            timedelta(0),
            timedelta(minutes=1),
            timedelta(minutes=6),
        ]
        await slack.redeliver(delivery)
        await slack.redeliver(delivery, new_event_id=True)
        await slack.settled()
        assert heard[:2] == [delivery.event_id] * 2
        assert heard[2] != delivery.event_id

    async def test_connections_come_and_go(self, slack: Sandbox, app: AsyncApp, connect: Connect, sam: Person) -> None:
        heard: list[str] = []

        @app.event("message")
        async def message(event: Json) -> None:
            heard.append(event["text"])

        await connect(app)
        await connect(app)
        assert slack.platform.socket.count == 2
        for number in range(4):
            await sam.say("#payments", str(number))
        await slack.settled()
        assert sorted(heard) == ["0", "1", "2", "3"]

    async def test_nonsense_on_the_socket(self, slack: Sandbox, client: AsyncWebClient) -> None:
        address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        async with ClientSession() as session:
            async with session.ws_connect(address) as socket:
                assert (await socket.receive_json())["type"] == "hello"
                await socket.send_str("{")
                await socket.send_json({"envelope_id": "nobody's"})
                await slack.journal.wait_for("ack", lambda call: call.error == "unknown envelope_id")
                await slack.disconnect("warning")
                assert (await socket.receive_json())["reason"] == "warning"
            async with session.get(address.replace("ws", "http", 1)) as again:
                assert again.status == 401  # a ticket opens one connection


class TestHttp:
    @pytest.fixture
    async def address(self, slack: Sandbox, app: AsyncApp) -> Any:
        """A Bolt app behind aiohttp."""
        server = app.web_app(path="/slack/events")
        runner = web.AppRunner(server, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        await runner.cleanup()

    async def test_signed_and_answered(self, slack: Sandbox, app: AsyncApp, address: str, sam: Person) -> None:
        heard: list[str] = []

        @app.event("message")
        async def message(event: Json) -> None:
            heard.append(event["text"])

        @app.command("/evidence")
        async def evidence(ack: Any, body: Json) -> None:
            await ack(f"Kept: {body['text']}")

        @app.shortcut("new_evidence")
        async def shortcut(ack: Any, body: Json, client: AsyncWebClient) -> None:
            view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
            await client.views_open(trigger_id=body["trigger_id"], view=view)
            await ack()

        await slack.use_http(address)
        await sam.say("#payments", "ünïcode & more")
        assert (await sam.command("/evidence", "größer")).text == "Kept: größer"
        assert (await sam.global_shortcut("new_evidence")).ok
        assert sam.modal() is not None
        await slack.settled()
        assert heard == ["ünïcode &amp; more"]
        assert all(delivery.acknowledged for delivery in slack.deliveries)

    async def test_a_wrong_secret_is_seen(self, slack: Sandbox, app: AsyncApp, address: str, sam: Person) -> None:
        await slack.use_http(address)
        slack.platform.world.signing_secret = "another"
        await sam.say("#payments", "x")
        await slack.settled()
        assert slack.deliveries[0].attempts[0].outcome == "http_error"

    async def test_an_address_that_is_none(self, slack: Sandbox) -> None:
        with pytest.raises(SandboxError, match="did not answer"):
            await slack.use_http("http://127.0.0.1:9/")

    async def test_retry_headers(self, slack: Sandbox, sam: Person) -> None:
        seen: list[tuple[str | None, str | None]] = []

        async def fail(request: web.Request) -> web.Response:
            seen.append((request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason")))
            return web.Response(status=500, headers={"x-slack-no-retry": "1"} if len(seen) > 1 else {})

        server = web.Application()
        server.router.add_post("/", fail)
        runner = web.AppRunner(server, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await slack.use_http(f"http://127.0.0.1:{runner.addresses[0][1]}/", verify=False)
        await sam.say("#payments", "x")
        await slack.settled()
        await slack.advance(minutes=10)
        assert seen == [(None, None), ("1", "http_error")]
        await runner.cleanup()

    def test_signature_of_slacks_own_example(self) -> None:
        """From docs.slack.dev/authentication/verifying-requests-from-slack."""
        body = (
            b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
            b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
            b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
            b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
        )
        expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == expected
