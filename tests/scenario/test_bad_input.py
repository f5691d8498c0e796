"""What nobody should send, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.evidence import PersonRole
from tests.running import RunningBot


@pytest.mark.parametrize(
    "text",
    [
        "ساعدت سارة على نشر الخدمة وعادت تعمل بعد أن كانت متوقفة",
        "עזרתי לדנה להבין את השגיאה והיא ממשיכה לעבוד",
        "Dana のデプロイが通るまで一緒にデバッグしました",
        "unblocked the release\x00\x07 with\u202e a flag\u200b they lacked",
    ],
)
async def test_any_script_and_control_characters_are_kept_readable(bot: RunningBot, text: str) -> None:
    answer = await bot.slack.person("sam").command("/evidence", text, channel="#payments")

    assert "Kept." in answer.shown[0].text
    (entry,) = await bot.entries("sam")
    assert not set(entry.text) & set("\x00\x07\u202e\u200b")


async def test_people_unknown_or_gone_can_be_mentioned(bot: RunningBot) -> None:
    await bot.slack.person("dana").deactivate()
    sam = bot.slack.person("sam")
    dana = bot.user_id("dana")
    await sam.dm(f"note: paired with <@{dana}> and <@U0NOBODY> until their deploy went through", raw=True)
    await bot.settle()

    (entry,) = await bot.entries("sam")
    assert set(entry.people_as(PersonRole.HELPED)) <= {dana, "U0NOBODY"}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "event_callback"},
        {"type": "event_callback", "event": None, "event_id": "Ev1", "team_id": "T1"},
        {"type": "event_callback", "event": {"type": "reaction_added"}, "event_id": "Ev2", "team_id": "T1"},
        {"type": "event_callback", "event": {"type": "never_heard_of"}, "event_id": "Ev3", "team_id": "T1"},
        {"type": "event_callback", "event": {"type": ["a", "list"]}, "event_id": {"an": "object"}, "team_id": 7},
    ],
)
async def test_a_malformed_event_harms_nothing_after_it(bot: RunningBot, payload: dict[str, Any]) -> None:
    await bot.slack.deliver_raw("events_api", payload)
    await bot.settle()

    answer = await bot.slack.person("sam").command("/evidence", "unblocked the release", channel="#payments")
    assert "Kept." in answer.shown[0].text


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions"},
        {"type": "block_actions", "actions": [], "user": {"id": "U1"}, "team": {"id": "T1"}},
        {"type": "block_actions", "actions": [{"action_id": "entry_undo", "value": "no-such-entry"}]},
        {"type": "view_submission", "view": {"callback_id": "entry_form", "private_metadata": "{"}},
        {"type": "message_action", "callback_id": "capture_message"},
        {"type": "shortcut", "callback_id": "no_such_shortcut"},
        {"command": "/evidence"},
    ],
)
async def test_a_malformed_interaction_harms_nothing_after_it(bot: RunningBot, payload: dict[str, Any]) -> None:
    sam = bot.slack.person("sam")
    whole = {"team": {"id": bot.workspace_id}, "user": {"id": sam.id, "team_id": bot.workspace_id}, **payload}
    kind = "slash_commands" if "command" in payload else "interactive"
    await bot.slack.deliver_raw(kind, whole)
    await bot.settle()

    answer = await sam.command("/evidence", "unblocked the release", channel="#payments")
    assert "Kept." in answer.shown[0].text


async def test_a_button_of_an_entry_that_is_gone_says_so(bot: RunningBot) -> None:
    sam = bot.slack.person("sam")
    answer = await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
    (entry,) = await bot.entries("sam")
    await bot.multiplier.services.evidence.delete(bot.workspace_id, sam.id, entry.id)
    await sam.press(answer.shown[0], "Undo")

    assert any("can't find that entry any more" in message.text for message in sam.ephemerals())


async def test_a_fault_on_our_side_shows_a_reference_and_no_traceback(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret plans")

    monkeypatch.setattr(bot.multiplier.services.capture, "capture", broken)
    answer = await bot.slack.person("sam").command("/evidence", "unblocked the release", channel="#payments")

    assert "Nothing you had kept is lost" in answer.shown[0].text
    assert "Traceback" not in answer.shown[0].text
    logged = capsys.readouterr()
    assert "the secret plans" not in logged.out + logged.err


async def test_a_button_nobody_knows_is_no_failure_though_its_window_is_null(
    bot: RunningBot, capsys: pytest.CaptureFixture[str]
) -> None:
    payload = {
        "type": "block_actions",
        "team": {"id": bot.workspace_id},
        "user": {"id": bot.user_id("sam"), "team_id": bot.workspace_id},
        "actions": [{"action_id": "nobody_knows", "block_id": "b", "type": "button", "value": "x"}],
        "view": None,
    }
    reply = await bot.slack.deliver_raw("interactive", payload)

    assert not reply.failure
    assert "listener_failed" not in "".join(capsys.readouterr())
