"""People act, a real Bolt app answers over Socket Mode."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import ManualClock, NotPossible, NotSeen, Sandbox
from bot.sandbox.acting import Person
from tests.sandbox.conftest import Connect
from tests.sandbox.refusing import refused

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def form(**more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("New evidence"),
        "submit": plain("Keep"),
        "blocks": [
            {
                "type": "input",
                "block_id": "what",
                "label": plain("What happened?"),
                "element": {"type": "plain_text_input", "action_id": "value", "max_length": 20},
            },
            {
                "type": "input",
                "block_id": "who",
                "optional": True,
                "label": plain("Who was helped?"),
                "element": {"type": "multi_users_select", "action_id": "value"},
            },
            {
                "type": "input",
                "block_id": "kind",
                "optional": True,
                "label": plain("Kind"),
                "element": {
                    "type": "static_select",
                    "action_id": "value",
                    "options": [{"text": plain("Grew someone"), "value": "grew"}],
                },
            },
        ],
        **more,
    }


class TestCommands:
    async def test_an_answer_in_the_acknowledgement(self, app: AsyncApp, connect: Connect, sam: Person) -> None:
        seen: list[Json] = []

        @app.command("/evidence")
        async def evidence(ack: Any, body: Json) -> None:
            seen.append(body)
            await ack(text="Kept", blocks=[{"type": "section", "text": plain("🌱 Kept")}])

        await connect(app)
        answer = await sam.command("/evidence", "paired <b> & @dana in #payments https://x.example/1", "#payments")
        assert answer.ok
        assert answer.text == "🌱 Kept"
        assert answer.shown[0].ephemeral
        dana = "<@" + seen[0]["text"].split("<@")[1].split(">")[0] + ">"
        assert dana.endswith("|dana>")
        assert seen[0]["text"].startswith("paired &lt;b&gt; &amp; ")
        assert seen[0]["text"].endswith("|payments> <https://x.example/1>")
        assert seen[0]["channel_name"] == "payments"

    async def test_no_answer_in_time(self, slack: Sandbox, app: AsyncApp, connect: Connect, sam: Person) -> None:
        slack.platform.deliveries.timeout = 0.05

        @app.command("/evidence")
        async def silent(body: Json) -> None:
            return

        await connect(app)
        answer = await sam.command("/evidence")
        assert answer.error == '/evidence failed with the error "operation_timeout"'

    async def test_no_bot(self, sam: Person) -> None:
        assert (await sam.command("/evidence")).error == '/evidence failed with the error "dispatch_failed"'

    async def test_not_in_threads(self, sam: Person) -> None:
        with pytest.raises(NotPossible, match="not supported in threads"):
            await sam.command("/evidence", "x", "#payments", thread_ts="1.0")

    async def test_an_answer_slack_would_refuse(
        self, slack: Sandbox, app: AsyncApp, connect: Connect, sam: Person
    ) -> None:
        @app.command("/evidence")
        async def evidence(ack: Any) -> None:
            await ack(blocks=[{"type": "section", "text": plain("x" * 3001)}])

        await connect(app)
        answer = await sam.command("/evidence")
        assert answer.error == '/evidence failed with the error "invalid_blocks"'
        assert "must be less than 3001 characters" in slack.journal.calls("ack")[0].rules[0]

    async def test_response_url(
        self, slack: Sandbox, app: AsyncApp, connect: Connect, sam: Person, clock: ManualClock
    ) -> None:
        responds: list[Any] = []

        @app.command("/evidence")
        async def evidence(ack: Any, respond: Any) -> None:
            await ack()
            responds.append(respond)

        await connect(app)
        await sam.command("/evidence", "", "#payments")
        await slack.settled()
        respond = responds[0]
        assert (await respond("one")).status_code == 200
        await respond("two", replace_original=True)
        assert [message.text for message in sam.messages("#payments")] == ["two"]
        await respond("three", response_type="in_channel")
        assert slack.person("dana").messages("#payments")[-1].text == "three"
        assert (await respond(text="", blocks=[{"type": "fancy"}])).status_code == 400
        await respond("four")
        await respond("five")
        used = await respond("six")
        assert (used.status_code, "used_url" in used.body) == (404, True)
        await sam.command("/evidence")
        await slack.settled()
        clock.advance(timedelta(minutes=31))
        assert "expired_url" in (await responds[1]("late")).body


class TestModals:
    @pytest.fixture
    def submissions(self, app: AsyncApp) -> list[Json]:
        seen: list[Json] = []

        @app.shortcut("new_evidence")
        async def shortcut(ack: Any, body: Json, client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=form())

        @app.view("form")
        async def submitted(ack: Any, body: Json) -> None:
            seen.append(body)
            words = body["view"]["state"]["values"]["what"]["value"]["value"]
            if words == "again":
                await ack(response_action="errors", errors={"what": "Say more."})
            elif words == "push":
                await ack(response_action="push", view=form(callback_id="second", notify_on_close=True))
            elif words == "update":
                await ack(response_action="update", view=form(title=plain("Changed")))
            elif words == "clear":
                await ack(response_action="clear")
            elif words == "wrong":
                await ack(response_action="errors", errors={"nowhere": "x"})
            else:
                await ack()

        @app.view("second")
        async def second(ack: Any) -> None:
            await ack(response_action="clear")

        @app.view_closed("second")
        async def closed(ack: Any, body: Json) -> None:
            seen.append(body)
            await ack()

        return seen

    async def test_filled_and_kept(
        self, submissions: list[Json], app: AsyncApp, connect: Connect, sam: Person, dana: Person
    ) -> None:
        await connect(app)
        assert (await sam.global_shortcut("new_evidence")).ok
        view = sam.modal()
        assert view is not None
        assert view.fields == ("What happened?", "Who was helped?", "Kind")
        values = {"What happened?": "paired", "who": ["@dana"], "Kind": "Grew someone"}
        assert (await sam.fill_and_submit(view, values)).ok
        assert sam.modal() is None
        state = submissions[0]["view"]["state"]["values"]
        assert state["who"]["value"]["selected_users"] == [dana.id]
        assert state["kind"]["value"]["selected_option"]["value"] == "grew"

    async def test_the_client_asks_for_what_is_required(
        self, submissions: list[Json], app: AsyncApp, connect: Connect, sam: Person
    ) -> None:
        await connect(app)
        await sam.global_shortcut("new_evidence")
        view = sam.modal()
        assert view is not None
        answer = await sam.submit(view)
        assert answer.field_errors == {"What happened?": "Please complete this required field."}
        answer = await sam.fill_and_submit(view, {"What happened?": "x" * 21})
        assert answer.field_errors == {"What happened?": "Please enter no more than 20 characters."}
        assert submissions == []

    async def test_response_actions(
        self, slack: Sandbox, submissions: list[Json], app: AsyncApp, connect: Connect, sam: Person
    ) -> None:
        await connect(app)
        await sam.global_shortcut("new_evidence")
        view = sam.modal()
        assert view is not None
        answer = await sam.fill_and_submit(view, {"what": "again"})
        assert answer.field_errors == {"What happened?": "Say more."}
        assert (await sam.fill_and_submit(view, {"what": "wrong"})).error.startswith("We had some trouble")
        assert slack.journal.calls("ack")[0].error == "invalid_response_action"
        await sam.fill_and_submit(view, {"what": "update"})
        changed = sam.modal()
        assert changed is not None
        assert (changed.title, changed.values["What happened?"]) == ("Changed", "update")
        await sam.fill_and_submit(changed, {"what": "push"})
        assert len(sam.modals()) == 2
        top = sam.modal()
        assert top is not None
        await sam.close(top)
        assert submissions[-1]["type"] == "view_closed"
        assert len(sam.modals()) == 1
        await sam.fill_and_submit(changed, {"what": "clear"})
        assert sam.modal() is None

    async def test_late_triggers(self, slack: Sandbox, client: AsyncWebClient, sam: Person, clock: ManualClock) -> None:
        world, place = slack.platform.world, slack.workspace()
        trigger = world.new_trigger(place, sam.id)
        await client.views_open(trigger_id=trigger, view=form())
        await refused(client.views_open(trigger_id=trigger, view=form()), "exchanged_trigger_id")
        await refused(client.views_open(trigger_id="1.2.x", view=form()), "invalid_trigger_id")
        late = world.new_trigger(place, sam.id)
        clock.advance(timedelta(seconds=3.1))
        await refused(client.views_open(trigger_id=late, view=form()), "expired_trigger_id")

    async def test_the_stack_and_hashes(self, slack: Sandbox, client: AsyncWebClient, sam: Person) -> None:
        def trigger() -> str:
            return slack.platform.world.new_trigger(slack.workspace(), sam.id)

        await refused(client.views_push(trigger_id=trigger(), view=form()), "not_found")
        opened = (await client.views_open(trigger_id=trigger(), view=form(external_id="mine")))["view"]
        await client.views_push(trigger_id=trigger(), view=form())
        pushed = (await client.views_push(trigger_id=trigger(), view=form()))["view"]
        assert pushed["root_view_id"] == opened["id"]
        await refused(client.views_push(trigger_id=trigger(), view=form()), "push_limit_reached")
        updated = await client.views_update(external_id="mine", hash=opened["hash"], view=form(external_id="mine"))
        assert updated["view"]["id"] == opened["id"]
        await refused(client.views_update(view_id=opened["id"], hash=opened["hash"], view=form()), "hash_conflict")
        await refused(client.views_update(view_id="V0", view=form()), "not_found")


class TestHomeAndMessages:
    async def test_home(self, slack: Sandbox, app: AsyncApp, connect: Connect, sam: Person) -> None:
        presses: list[Json] = []

        @app.event("app_home_opened")
        async def opened(event: Json, client: AsyncWebClient) -> None:
            button = {"type": "button", "action_id": "new", "value": "7", "text": plain("New evidence")}
            blocks = [
                {"type": "header", "text": plain("This month")},
                {"type": "actions", "block_id": "top", "elements": [button]},
            ]
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

        @app.action("new")
        async def new(ack: Any, body: Json) -> None:
            presses.append(body)
            await ack()

        await connect(app)
        assert sam.home() is None
        await sam.open_home()
        await slack.settled()
        home = sam.home()
        assert home is not None
        assert (home.text, home.buttons) == ("This month", ("New evidence",))
        assert (await sam.press(home, "New evidence")).ok
        assert presses[0]["actions"][0]["value"] == "7"
        assert presses[0]["view"]["id"] == home.id
        with pytest.raises(NotSeen, match="New evidence"):
            await sam.press(home, "Old evidence")

    async def test_pressing_in_messages(
        self, slack: Sandbox, app: AsyncApp, connect: Connect, client: AsyncWebClient, sam: Person, payments: str
    ) -> None:
        bodies: list[Json] = []

        @app.action("undo")
        async def undo(ack: Any, body: Json, respond: Any) -> None:
            bodies.append(body)
            await ack()
            await respond("Taken back", replace_original=True)

        @app.action("pick")
        async def pick(ack: Any, body: Json) -> None:
            bodies.append(body)
            await ack()

        await connect(app)
        options = [{"text": plain("Later"), "value": "later"}]
        elements = [
            {"type": "button", "action_id": "undo", "text": plain("Undo")},
            {"type": "static_select", "action_id": "pick", "placeholder": plain("When?"), "options": options},
            {"type": "overflow", "action_id": "pick", "options": [{"text": plain("Never"), "value": "never"}]},
        ]
        blocks = [
            {"type": "actions", "block_id": "row", "elements": elements[:2]},
            {"type": "actions", "elements": elements[2:]},
        ]
        await client.chat_postEphemeral(channel=payments, user=sam.id, text="Kept", blocks=blocks)
        shown = sam.messages("#payments")[0]
        assert shown.buttons == ("Undo", "Never")
        await sam.press(shown, "When?", "Later")
        assert bodies[0]["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "later"
        assert bodies[0]["container"]["is_ephemeral"]
        assert "message" not in bodies[0]
        await sam.press(shown, "Never")
        assert bodies[1]["actions"][0]["selected_option"]["value"] == "never"
        await sam.press(shown, "undo")
        await slack.settled()
        assert sam.look(shown).text == "Taken back"

    async def test_a_message_shortcut_works_where_the_bot_is_not(
        self, app: AsyncApp, connect: Connect, sam: Person
    ) -> None:
        bodies: list[Json] = []

        @app.shortcut("capture")
        async def capture(ack: Any, body: Json) -> None:
            bodies.append(body)
            await ack()

        await connect(app)
        message = await sam.say("#platform", "we split the queue")
        assert (await sam.message_shortcut("capture", message)).ok
        assert bodies[0]["message"]["text"] == "we split the queue"
        assert bodies[0]["channel"]["name"] == "platform"
