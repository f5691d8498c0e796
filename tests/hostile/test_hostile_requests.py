"""Requests that mean harm, against the whole bot over HTTP: the short form of `benchmarks/hostile.py`."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.hostile import SECRET, run
from bot.domain.envelope import event_in, event_of, from_json, is_well_formed
from bot.sandbox import ManualClock, Sandbox
from bot.tagger.reading import TextTagger
from tests.running import running_bot

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_no_request_makes_it_fail_leak_or_grow() -> None:
    found = await run(requests=700, seed=11, at_once=4)
    assert found["wrong"] == 0, found["wrong_first"]
    assert found["leaks"] == 0
    assert found["faults"] == 0, found["faults_first"]
    assert found["asked_to_send_again"] < 70
    assert found["loop_problems"] == 0
    assert found["victims_record_intact"]
    assert found["peak_growth_mb"] < 150


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(JSON)
def test_any_json_is_either_taken_for_a_payload_or_not(value: object) -> None:
    payload = value if isinstance(value, dict) else {"event": value}
    assert is_well_formed(payload) in (True, False)
    assert event_in(json.dumps(payload)) == event_of(from_json(json.dumps(payload)))
    assert json.dumps(from_json(json.dumps(payload)), ensure_ascii=False).encode()


def an_event(**parts: object) -> dict[str, object]:
    """A message in a channel, as Slack tells of it."""
    event = {"type": "message", "user": "U1", "channel": "C1", "ts": "1.1", "text": "paired with Dana", **parts}
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}


@pytest.mark.parametrize(
    "parts",
    [
        {"user": ["U1"]},
        {"user": 'U1" OR "U2'},
        {"user": {"id": {"id": "U1"}}},
        {"channel": True},
        {"team": {"id": []}},
        {"text": 5},
        {"message": "T1"},
        {"previous_message": []},
        {"item": "' UNION SELECT"},
        {"item": {"channel": "C1", "ts": 1.1}},
        {"reaction": None, "inviter": {"id": "U1"}},
        {"event": {"channel": True}},
        {"ts": "1" * 300},
    ],
)
def test_an_event_whose_parts_are_not_as_slack_sends_them_is_not_taken_for_one(parts: dict[str, object]) -> None:
    assert event_of(an_event())
    assert event_in(json.dumps(an_event()))
    assert event_of(an_event(**parts)) is None
    assert event_in(json.dumps(an_event(**parts))) is None


@pytest.mark.parametrize("beside", [{"command": "/evidence"}, {"ssl_check": "1"}, {}])
def test_an_event_that_is_none_of_slacks_passes_as_nothing_else(beside: dict[str, object]) -> None:
    assert not is_well_formed(an_event(user={"id": {"a": 1}}) | beside)


def test_a_message_about_a_pinned_file_is_taken() -> None:
    item = {"type": "file", "file": {"id": "F1", "name": "plan.pdf"}, "comment": {}}
    assert event_of(an_event(subtype="pinned_item", item=item, item_type="F"))


@given(st.text())
def test_what_is_repaired_can_be_stored_and_keeps_what_was_whole(text: str) -> None:
    assert from_json(json.dumps({"text": text}))["text"] == text.encode("utf-8", "replace").decode()


async def test_a_replayed_command_is_kept_once_and_an_old_one_is_refused(
    slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: object
) -> None:
    async with running_bot(slack, clock, tagger, f"sqlite:///{tmp_path}/bot.db", http=True) as bot:
        body = (
            f"command=%2Fevidence&text={SECRET}+helped+dana+ship&team_id={bot.workspace_id}"
            f"&user_id={bot.user_id('sam')}&channel_id={bot.slack.channel_id('#payments')}&trigger_id=1.1"
        ).encode()

        async def send(at: int) -> int:
            digest = hmac.new(slack.signing_secret.encode(), b"v0:%d:" % at + body, hashlib.sha256).hexdigest()
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Slack-Request-Timestamp": str(at),
                "X-Slack-Signature": f"v0={digest}",
            }
            async with (
                aiohttp.ClientSession() as session,
                session.post(bot.request_url, data=body, headers=headers) as answer,
            ):
                return answer.status

        now = int(time.time())
        assert [await send(now), await send(now), await send(now - 301)] == [200, 200, 401]
        assert len(await bot.entries("sam")) == 1
