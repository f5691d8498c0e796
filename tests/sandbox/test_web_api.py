from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import ManualClock, Sandbox
from bot.sandbox.acting import Person
from bot.sandbox.scopes import METHOD_SCOPES
from bot.sandbox.web_api import METHODS
from tests.sandbox.refusing import refused


def test_every_method_is_documented_and_has_its_scopes() -> None:
    assert set(METHODS) == set(METHOD_SCOPES)
    for method in METHODS.values():
        assert method.handler.__doc__, method.name
        assert method.docs.startswith("https://docs.slack.dev/reference/methods/")


class TestAuth:
    async def test_auth_test(self, slack: Sandbox, client: AsyncWebClient) -> None:
        answer = await client.auth_test()
        assert answer["team_id"] == slack.workspace().id
        assert answer["bot_id"].startswith("B")

    async def test_no_token(self, slack: Sandbox) -> None:
        await refused(AsyncWebClient(base_url=slack.api_url).auth_test(), "not_authed")

    async def test_unknown_token(self, slack: Sandbox) -> None:
        await refused(AsyncWebClient("xoxb-nobody", base_url=slack.api_url).auth_test(), "invalid_auth")

    async def test_app_token_opens_connections_only(self, slack: Sandbox, client: AsyncWebClient) -> None:
        assert (await client.apps_connections_open(app_token=slack.app_token))["url"].startswith("ws://127.0.0.1")
        await refused(client.apps_connections_open(app_token=slack.bot_token()), "not_allowed_token_type")
        await refused(client.users_list(token=slack.app_token), "not_allowed_token_type")

    async def test_revoked_token(self, client: AsyncWebClient) -> None:
        await client.auth_revoke()
        await refused(client.auth_test(), "token_revoked")

    async def test_unknown_method(self, client: AsyncWebClient) -> None:
        body = await refused(client.api_call("chat.shout"), "unknown_method")
        assert body["req_method"] == "chat.shout"

    async def test_a_form_a_query_and_json_are_one(self, slack: Sandbox, payments: str) -> None:
        headers = {"authorization": f"Bearer {slack.bot_token()}"}
        async with ClientSession(headers=headers) as session:
            for options in ({"data": {"text": "form"}}, {"json": {"text": "json"}}, {"params": {"text": "query"}}):
                params = {"channel": payments, **options.pop("params", {})}
                async with session.post(slack.api_url + "chat.postMessage", params=params, **options) as answer:  # type: ignore[arg-type]
                    assert (await answer.json())["ok"]
            token = {"token": slack.bot_token()}
        async with ClientSession() as session, session.get(slack.api_url + "auth.test", params=token) as answer:
            assert (await answer.json())["ok"]
        shown = [message.text for message in slack.person("sam").messages(payments)]
        assert shown == ["form", "json", "query"]


class TestChat:
    async def test_a_message_is_seen_by_all(self, client: AsyncWebClient, sam: Person, payments: str) -> None:
        answer = await client.chat_postMessage(channel=payments, text="Hello &amp; <@U0> <https://x.example|there>")
        assert answer["message"]["bot_id"]
        assert sam.messages("#payments")[0].text == "Hello & @U0 there"

    async def test_what_is_live(self, client: AsyncWebClient, sam: Person, payments: str) -> None:
        blocks = [
            {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> &lt;!here&gt; <https://x.example|y>"}},
            {"type": "section", "text": {"type": "plain_text", "text": "<!everyone>"}},
        ]
        await client.chat_postMessage(channel=payments, text="hi", blocks=blocks)
        shown = sam.messages("#payments")[0]
        assert shown.live == ["!channel", "https://x.example"]
        assert shown.text == "@channel <!here> y\n<!everyone>"

    async def test_metadata_comes_back_when_asked_for(self, client: AsyncWebClient, payments: str) -> None:
        metadata = {"event_type": "evidence", "event_payload": {"id": "7"}}
        await client.chat_postMessage(channel=payments, text="kept", metadata=metadata)
        plain = await client.conversations_history(channel=payments)
        full = await client.conversations_history(channel=payments, include_all_metadata=True)
        assert "metadata" not in plain["messages"][0]
        assert full["messages"][0]["metadata"] == metadata

    async def test_an_ephemeral_is_for_one_person(
        self, client: AsyncWebClient, sam: Person, dana: Person, payments: str
    ) -> None:
        answer = await client.chat_postEphemeral(channel=payments, user=sam.id, text="Kept")
        assert [message.text for message in sam.messages("#payments")] == ["Kept"]
        assert dana.messages("#payments") == []
        assert (await client.conversations_history(channel=payments))["messages"] == []
        await refused(
            client.chat_update(channel=payments, ts=answer["message_ts"], text="changed"), "message_not_found"
        )

    async def test_update_and_delete(self, client: AsyncWebClient, sam: Person, payments: str) -> None:
        ts = (await client.chat_postMessage(channel=payments, text="one"))["ts"]
        await client.chat_update(channel=payments, ts=ts, text="two")
        assert sam.messages("#payments")[0].text == "two"
        await client.chat_delete(channel=payments, ts=ts)
        assert sam.messages("#payments") == []
        await refused(client.chat_delete(channel=payments, ts=ts), "message_not_found")

    async def test_other_peoples_messages_stay(self, client: AsyncWebClient, sam: Person, payments: str) -> None:
        ts = (await sam.say("#payments", "mine")).ts
        await refused(client.chat_update(channel=payments, ts=ts, text="x"), "cant_update_message")
        await refused(client.chat_delete(channel=payments, ts=ts), "cant_delete_message")

    async def test_a_user_id_is_their_dm(self, client: AsyncWebClient, sam: Person) -> None:
        answer = await client.chat_postMessage(channel=sam.id, text="hi")
        assert answer["channel"] == sam.dm_id
        assert sam.dm_with_bot()[0].text == "hi"

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"text": ""}, "no_text"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"text": "x", "channel": "C0NOWHERE"}, "channel_not_found"),
            ({"text": "x", "channel": "#platform"}, "not_in_channel"),
            ({"text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
            ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
            ({"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ],
    )
    async def test_refused(
        self, client: AsyncWebClient, payments: str, arguments: dict[str, object], error: str
    ) -> None:
        await refused(client.api_call("chat.postMessage", json={"channel": payments, **arguments}), error)

    async def test_a_permalink_leads_to_the_thread(self, client: AsyncWebClient, sam: Person, payments: str) -> None:
        parent = await sam.say("#payments", "why?")
        reply = await sam.say("#payments", "because", thread_ts=parent.ts)
        link = (await client.chat_getPermalink(channel=payments, message_ts=reply.ts))["permalink"]
        digits = reply.ts.replace(".", "")
        expected = f"/archives/{payments}/p{digits}?thread_ts={parent.ts}&cid={payments}"
        assert link == "https://sandbox.slack.com" + expected


class TestConversations:
    async def test_history_pages_through_everything_once(
        self, client: AsyncWebClient, sam: Person, payments: str
    ) -> None:
        for number in range(7):
            await sam.say("#payments", f"m{number}")
        seen: list[str] = []
        async for page in await client.conversations_history(channel=payments, limit=3):
            seen += [message["text"] for message in page["messages"]]
        assert seen == [f"m{number}" for number in reversed(range(7))]

    async def test_history_bounds(self, client: AsyncWebClient, sam: Person, payments: str, clock: ManualClock) -> None:
        stamps = []
        for number in range(5):
            clock.advance(timedelta(seconds=1))
            stamps.append((await sam.say("#payments", f"m{number}")).ts)

        async def texts(**bounds: object) -> list[str]:
            answer = await client.conversations_history(channel=payments, **bounds)  # type: ignore[arg-type]
            return [message["text"] for message in answer["messages"]]

        assert await texts(latest=stamps[2], oldest=stamps[2], inclusive=True, limit=1) == ["m2"]
        assert await texts(latest=stamps[3], oldest=stamps[1]) == ["m2"]
        assert await texts(latest=stamps[3], oldest=stamps[1], inclusive=True) == ["m3", "m2", "m1"]
        assert await texts(oldest=stamps[2]) == ["m4", "m3"]

    async def test_a_thread(self, client: AsyncWebClient, sam: Person, dana: Person, payments: str) -> None:
        parent = await sam.say("#payments", "stuck")
        for number in range(3):
            await dana.say("#payments", f"try {number}", thread_ts=parent.ts)
        top = (await client.conversations_history(channel=payments))["messages"]
        assert [message["text"] for message in top] == ["stuck"]
        assert top[0]["reply_count"] == 3
        seen = []
        async for page in await client.conversations_replies(channel=payments, ts=parent.ts, limit=2):
            seen += [message["text"] for message in page["messages"]]
        assert seen == ["stuck", "try 0", "try 1", "try 2"]
        reply = (await client.conversations_replies(channel=payments, ts=parent.ts))["messages"][1]
        assert reply["parent_user_id"] == sam.id
        alone = await client.conversations_replies(channel=payments, ts=reply["ts"])
        assert [message["text"] for message in alone["messages"]] == ["try 0"]
        await refused(client.conversations_replies(channel=payments, ts="1.000001"), "thread_not_found")

    async def test_not_a_member(self, slack: Sandbox, client: AsyncWebClient) -> None:
        platform = slack.channel_id("#platform")
        await refused(client.conversations_history(channel=platform), "not_in_channel")
        assert not (await client.conversations_info(channel=platform))["channel"]["is_member"]
        await client.conversations_join(channel=platform)
        assert (await client.conversations_history(channel=platform))["messages"][0]["subtype"] == "channel_join"

    async def test_open_is_the_same_dm_each_time(self, client: AsyncWebClient, sam: Person, dana: Person) -> None:
        first = await client.conversations_open(users=[sam.id])
        again = await client.conversations_open(users=[sam.id], return_im=True)
        assert first["channel"]["id"] == again["channel"]["id"]
        assert again["already_open"]
        assert again["channel"]["user"] == sam.id
        group = await client.conversations_open(users=[sam.id, dana.id])
        assert group["channel"]["id"].startswith("G")
        await refused(client.conversations_open(users=["U0NOBODY"]), "user_not_found")

    async def test_lists(self, client: AsyncWebClient, payments: str) -> None:
        names = [channel["name"] for channel in (await client.conversations_list())["channels"]]
        assert names == ["general", "payments", "incidents", "platform"]
        mine = [channel["name"] for channel in (await client.users_conversations())["channels"]]
        assert mine == ["general", "payments", "incidents"]
        first = await client.conversations_members(channel=payments, limit=4)
        rest = await client.conversations_members(channel=payments, cursor=first["response_metadata"]["next_cursor"])
        assert len({*first["members"], *rest["members"]}) == 7
        await refused(client.conversations_list(cursor="nonsense"), "invalid_cursor")


class TestReactionsAndUsers:
    async def test_reactions(self, client: AsyncWebClient, sam: Person, payments: str) -> None:
        message = await sam.say("#payments", "done")
        await client.reactions_add(channel=payments, timestamp=message.ts, name="seedling")
        body = await refused(
            client.reactions_add(channel=payments, timestamp=message.ts, name="seedling"), "already_reacted"
        )
        assert body["ok"] is False
        assert sam.look(message).reactions == {"seedling": ["bot"]}
        got = await client.reactions_get(channel=payments, timestamp=message.ts)
        assert got["message"]["reactions"][0]["count"] == 1
        await client.reactions_remove(channel=payments, timestamp=message.ts, name="seedling")
        await refused(client.reactions_remove(channel=payments, timestamp=message.ts, name="seedling"), "no_reaction")
        await refused(client.reactions_add(channel=payments, timestamp="1.0", name="x"), "message_not_found")
        await refused(client.reactions_add(channel=payments, timestamp=message.ts, name="no such"), "invalid_name")

    async def test_people(self, client: AsyncWebClient, sam: Person) -> None:
        user = (await client.users_info(user=sam.id))["user"]
        assert user["tz"] == "Europe/Lisbon"
        assert user["tz_offset"] == 0
        assert user["profile"]["email"] == "sam@sandbox.example"
        assert len((await client.users_list())["members"]) == 7
        assert (await client.users_lookupByEmail(email="sam@sandbox.example"))["user"]["id"] == sam.id
        await refused(client.users_info(user="U0NOBODY"), "user_not_found")
        bot = (await client.auth_test())["bot_id"]
        assert (await client.bots_info(bot=bot))["bot"]["user_id"]
        assert (await client.team_info())["team"]["domain"] == "sandbox"


class TestFiles:
    async def test_an_upload_is_seen_and_read(self, client: AsyncWebClient, sam: Person, dana: Person) -> None:
        dm = (await client.conversations_open(users=[sam.id]))["channel"]["id"]
        content = "# Packet\n" * 1000
        await client.files_upload_v2(
            channel=dm, filename="packet.md", title="Your packet", content=content, initial_comment="Here you are"
        )
        message = sam.dm_with_bot()[0]
        assert message.text == "Here you are"
        assert message.files[0].title == "Your packet"
        assert message.files[0].text == content
        assert [file.name for file in sam.files()] == ["packet.md"]
        assert dana.files() == []

    async def test_a_file_downloads_as_an_attachment(self, client: AsyncWebClient, payments: str) -> None:
        done = await client.files_upload_v2(channel=payments, filename="a.html", content="<b>hi</b>")
        async with ClientSession() as session, session.get(done["file"]["url_private_download"]) as answer:
            assert await answer.text() == "<b>hi</b>"
            assert answer.headers["content-disposition"] == "attachment"

    async def test_nothing_uploaded(self, client: AsyncWebClient, payments: str) -> None:
        step = await client.files_getUploadURLExternal(filename="a.txt", length=3)
        files: list[dict[str, str | None]] = [{"id": step["file_id"]}]
        await refused(client.files_completeUploadExternal(files=files, channel_id=payments), "file_not_found")

    async def test_a_canvas(self, client: AsyncWebClient, sam: Person) -> None:
        content = {"type": "markdown", "markdown": "# Year"}
        canvas_id = (await client.canvases_create(title="My year", document_content=content))["canvas_id"]
        assert sam.canvases() == []
        await client.canvases_access_set(canvas_id=canvas_id, access_level="read", user_ids=[sam.id])
        assert sam.canvases()[0].text == "# Year"
