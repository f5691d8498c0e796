"""What does the bot do with requests that mean it harm?

Forged, stale and replayed signatures; unreadable, huge and bottomless bodies; and properly signed
payloads of every kind with parts removed, swapped for nonsense, or filled with injections. Wanted: no
answer of 500 or above, no crash, no memory that keeps growing, nothing forged or stale let in, and
nothing of another person's in any answer.

    uv run python benchmarks/hostile.py [--requests 100000] [--seed 1] [--at-once 20]
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import gc
import hashlib
import hmac
import json
import logging
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox import Sandbox
from bot.services.clock import SystemClock
from bot.slack import ids
from bot.slack.listeners.commands import SUBCOMMANDS
from bot.tagger import load_tagger
from bot.telemetry.logging import configure_logging
from tests.running import RunningBot, running_bot

MANIFEST = Path(__file__).parent.parent / "manifest.yml"
#: Stands in the victim's record, and may stand in no answer to anybody else.
SECRET = "saffron-pelican"  # noqa: S105

INJECTIONS = (
    "'; DROP TABLE entries; --",
    '" OR 1=1 --',
    "' UNION SELECT bot_token FROM installations --",
    "<!channel> <!everyone> <@U000000> <https://evil.example|your bank>",
    "*bold* _it_ ~s~ `code` ```block``` > quote",
    '=HYPERLINK("http://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "{{7*7}} ${7*7} #{7*7} {0.__class__} %s %n",
    "\x00\x01\x02 null and control",
    "\u202egnp.exe \u200b\ufeff zero",
    "\ud800 lone surrogate",
    "🌱" * 500,
    "a" * 40_001,
    "(" * 2_000,
    "kind:" * 500,
    "<@U" * 3_000,
    'since:9999-99-99 strength:none project:"',
    "0" * 400,
    "1e999999",
    "-",
    "",
    " ",
)
NONSENSE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    [],
    {},
    [[]],
    [None],
    {"id": None},
    "x",
    "U1",
    "T1",
    "1.1",
)


@dataclass
class Attempt:
    """One request, and what may come of it: the statuses that are right."""

    sort: str
    headers: dict[str, str]
    body: bytes
    right: Callable[[int], bool]


@dataclass
class Tally:
    """What came of all of them."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    leaks: int = 0
    seconds: list[float] = field(default_factory=list)


class Attacker:
    """Makes requests, the same ones for the same seed."""

    def __init__(self, bot: RunningBot, secret: str, seed: int) -> None:
        self._random = random.Random(seed)
        self._secret = secret.encode()
        self._team = bot.workspace_id
        self._me, self._victim = bot.user_id("tom"), bot.user_id("sam")
        self._channel = bot.slack.channel_id("#payments")
        self._nowhere = f"{bot.slack.url}/actions/T0/1/none"
        self._number = 0
        self.victims: list[str] = ["ent_0" * 8]

    def attempts(self, count: int) -> Iterator[Attempt]:
        """This many, of all sorts."""
        sorts = [self._forged, self._stale, self._garbage, self._bottomless, *[self._twisted] * 6, self._injected]
        for _ in range(count):
            self._number += 1
            yield self._random.choice(sorts)()

    def _signed(self, body: bytes, content_type: str, at: str | None = None) -> dict[str, str]:
        at = at or str(int(time.time()))
        digest = hmac.new(self._secret, b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
        }

    def _forged(self) -> Attempt:
        body, content_type = self._encoded(self._payload())
        headers = self._signed(body, content_type)
        name = self._random.choice(["X-Slack-Signature", "X-Slack-Request-Timestamp", "body", "none"])
        if name == "none":
            headers = {"Content-Type": content_type}
        elif name == "body":
            body += b" "
        else:
            now = str(int(time.time()) + 1)
            odd = ["", "v0=", "v1=" + "0" * 64, "v0=" + "0" * 64, "é", "١٢٣", "-1", "1e9", "9" * 30, "0", now, "v0=ü"]
            headers[name] = self._random.choice(odd)
        return Attempt("forged", headers, body, lambda status: status in (400, 401))

    def _stale(self) -> Attempt:
        body, content_type = self._encoded(self._payload())
        off = self._random.choice([-301, -400, -86_400, 302, 3_600, 10**9])
        headers = self._signed(body, content_type, str(int(time.time()) + off))
        return Attempt("stale", headers, body, lambda status: status == 401)

    def _garbage(self) -> Attempt:
        odd = self._random.choice(
            [
                self._random.randbytes(self._random.choice([0, 1, 10, 1_000, 50_000])),
                b"\xff\xfe" + b"{}",
                b"{",
                b"null",
                b"[]",
                b'"x"',
                b"1" * 5_000,
                b"NaN",
                b'{"type":"event_callback"}',
                b'{"type":"event_callback","event":5,"team_id":[]}',
                b"payload=",
                b"payload=%7B",
                b"payload=[]&payload={}",
                b"&&&=&=;%zz",
                b"ssl_check=1",
                json.dumps({"type": "event_callback", "event": {"type": "x" * 90_000}}).encode(),
            ]
        )
        kinds = ["application/json", "application/x-www-form-urlencoded", "text/plain", "", "multipart/form-data", "é"]
        headers = self._signed(odd, self._random.choice(kinds[:-1]))
        return Attempt("garbage", headers, odd, lambda status: status < 500)

    def _bottomless(self) -> Attempt:
        depth = self._random.choice([500, 1_000, 100_000])
        body = self._random.choice(
            [
                b"[" * depth + b"]" * depth,
                b'{"a":' * depth + b"1" + b"}" * depth,
                b'{"type":"event_callback","team_id":"T1","event":' + b'{"a":' * 900 + b"1" + b"}" * 901,
                b'{"text":"' + b"x" * 1_000_001 + b'"}',
                b'{"n":' + b"9" * depth + b"}",
                b"payload=" + b"%5B" * depth,
            ]
        )
        return Attempt("bottomless", self._signed(body, "application/json"), body, lambda status: status < 500)

    def _twisted(self) -> Attempt:
        payload = self._payload()
        for _ in range(self._random.randint(1, 4)):
            self._twist(payload)
        self._stay_oneself(payload)
        body, content_type = self._encoded(payload)
        return Attempt("twisted", self._signed(body, content_type), body, lambda status: status < 500)

    def _injected(self) -> Attempt:
        payload = self._payload()
        hostile = self._random.choice(INJECTIONS)
        for place, key in self._places(payload):
            if (
                isinstance(place[key], str)
                and self._random.random() < 0.3
                and key not in ("type", "command", "team_id")
            ):
                place[key] = hostile
        body, content_type = self._encoded(payload)
        return Attempt("injected", self._signed(body, content_type), body, lambda status: status < 500)

    def _stay_oneself(self, payload: dict[str, Any]) -> None:
        """Slack signs who acts: nobody can send what is signed as somebody else's doing."""
        for place, key in list(self._places(payload)):
            if place[key] == self._victim and key in ("user", "user_id", "id"):
                place[key] = self._me

    def _twist(self, payload: dict[str, Any]) -> None:
        places = list(self._places(payload))
        if not places:
            return
        place, key = self._random.choice(places)
        done = self._random.random()
        if done < 0.35 and isinstance(place, dict):
            del place[key]
        elif done < 0.7:
            place[key] = copy.deepcopy(self._random.choice(NONSENSE))
        elif done < 0.9:
            place[key] = self._random.choice([*INJECTIONS, self._victim, *self.victims])
        else:
            place[key] = copy.deepcopy(payload) if len(places) < 200 else None

    def _places(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if isinstance(node, dict):
            for key in list(node):
                yield node, key
                yield from self._places(node[key])
        elif isinstance(node, list):
            for index in range(len(node)):
                yield node, index
                yield from self._places(node[index])

    def _encoded(self, payload: dict[str, Any]) -> tuple[bytes, str]:
        if payload.get("type") == "event_callback":
            return json.dumps(payload).encode(), "application/json"
        form = "application/x-www-form-urlencoded"
        if "command" in payload:
            flat = {str(name): str(value) for name, value in payload.items()}
            return urlencode(flat, errors="replace").encode(), form
        return urlencode({"payload": json.dumps(payload)}).encode(), form

    def _payload(self) -> dict[str, Any]:
        makers = (self._command, self._action, self._submission, self._shortcut, self._event)
        return self._random.choice(makers)()

    def _base(self) -> dict[str, Any]:
        return {
            "team": {"id": self._team, "domain": "sandbox"},
            "user": {"id": self._me, "team_id": self._team},
            "api_app_id": "A1",
            "token": "t",
            "trigger_id": f"1.{self._number}",
            "is_enterprise_install": False,
        }

    def _command(self) -> dict[str, Any]:
        word = self._random.choice([*SUBCOMMANDS, "", "delete-my-data"])
        rest = self._random.choice([*INJECTIONS, *self.victims, f"<@{self._victim}|sam>", "year", "staff", "--all"])
        return {
            "command": ids.COMMAND,
            "text": f"{word} {rest}"[:5_000],
            "team_id": self._team,
            "team_domain": "sandbox",
            "user_id": self._me,
            "user_name": "tom",
            "channel_id": self._channel,
            "channel_name": "payments",
            "trigger_id": f"1.{self._number}",
            "response_url": self._nowhere,
            "api_app_id": "A1",
        }

    def _action(self) -> dict[str, Any]:
        names = [value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)]
        kind = self._random.choice(["message", "home", "modal"])
        payload = self._base() | {
            "type": "block_actions",
            "container": {"type": kind, "message_ts": "1.1", "channel_id": self._channel},
            "actions": [
                {
                    "type": "button",
                    "action_id": self._random.choice(names),
                    "block_id": "b",
                    "value": self._random.choice([*self.victims, *INJECTIONS, "0 x", f"{self.victims[0]} unblock"]),
                    "action_ts": "1.1",
                }
            ],
            "channel": {"id": self._channel, "name": "payments"},
            "message": {"ts": "1.1", "text": "x", "user": self._me},
        }
        if kind != "message":
            payload["view"] = {"id": "V1", "type": kind, "callback_id": "entry_form", "state": {"values": {}}}
        return payload

    def _submission(self) -> dict[str, Any]:
        views = [value for name, value in vars(ids).items() if name.startswith("VIEW_")]
        fields = [value for name, value in vars(ids).items() if name.startswith("FIELD_")]
        elements: tuple[dict[str, Any], ...] = (
            {"type": "plain_text_input", "value": self._random.choice(INJECTIONS)},
            {"type": "datepicker", "selected_date": self._random.choice(["2026-13-45", "2026-01-01", "x", None])},
            {"type": "static_select", "selected_option": {"value": self._random.choice(INJECTIONS)}},
            {"type": "multi_users_select", "selected_users": [self._victim, "x", "<!here>"]},
            {"type": "multi_static_select", "selected_options": [{"value": v} for v in self.victims]},
        )
        values = {
            name: {ids.VALUE: self._random.choice(elements)}
            for name in self._random.sample(fields, min(6, len(fields)))
        }
        metadata = {
            "entry_id": self._random.choice(self.victims),
            "channel": self._channel,
            "response_url": self._nowhere,
        }
        return self._base() | {
            "type": "view_submission",
            "view": {
                "id": f"V{self._number}",
                "type": "modal",
                "callback_id": self._random.choice(views),
                "private_metadata": self._random.choice([json.dumps(metadata), "", "{", "[]", *INJECTIONS[:3]]),
                "state": {"values": values},
                "hash": "1",
                "app_id": "A1",
                "team_id": self._team,
                "title": {"type": "plain_text", "text": "t"},
                "blocks": [],
            },
        }

    def _shortcut(self) -> dict[str, Any]:
        name = self._random.choice([ids.SHORTCUT_CAPTURE_MESSAGE, ids.SHORTCUT_NEW_EVIDENCE, "none"])
        return self._base() | {
            "type": self._random.choice(["message_action", "shortcut"]),
            "callback_id": name,
            "message": {"type": "message", "user": self._victim, "ts": "1.1", "text": self._random.choice(INJECTIONS)},
            "channel": {"id": self._channel, "name": "payments"},
            "response_url": self._nowhere,
        }

    def _event(self) -> dict[str, Any]:
        sorts = ["reaction_added", "reaction_removed", "message", "app_home_opened", "user_change", "app_mention", "no"]
        kind = self._random.choice([*sorts, "member_joined_channel"])
        event: dict[str, Any] = {
            "type": kind,
            "user": {"id": self._me, "profile": {"real_name": self._random.choice(INJECTIONS)}, "tz": "Mars/Base"}
            if kind == "user_change"
            else self._me,
            "reaction": self._random.choice(["seedling", "star2", "x"]),
            "item": {"type": "message", "channel": self._channel, "ts": f"17{self._number}.1"},
            "channel": self._random.choice([self._channel, "D1", "C0"]),
            "channel_type": self._random.choice(["im", "channel"]),
            "ts": f"17{self._number}.2",
            "event_ts": f"17{self._number}.3",
            "text": self._random.choice(INJECTIONS),
            "tab": "home",
        }
        if self._random.random() < 0.3:
            event |= {
                "subtype": self._random.choice(["message_changed", "message_deleted"]),
                "message": {"ts": "1.1", "text": self._random.choice(INJECTIONS), "edited": {"ts": "1.2"}},
                "deleted_ts": "1.1",
            }
        return {
            "type": "event_callback",
            "team_id": self._team,
            "api_app_id": "A1",
            "event_id": f"Ev{self._number}",
            "event_time": int(time.time()),
            "event": event,
            "authorizations": [{"team_id": self._team, "is_bot": True, "is_enterprise_install": False}],
        }


async def attack(bot: RunningBot, secret: str, *, requests: int, seed: int, at_once: int) -> dict[str, Any]:
    """Send them all, with the bot's own workers running; what came of it."""
    attacker = Attacker(bot, secret, seed)
    victim = bot.slack.person("sam")
    await victim.command("/evidence", f"paired with @dana on the {SECRET} migration", channel="#payments")
    attacker.victims = [entry.id for entry in await bot.entries("sam")]
    before = _peak()
    tally = Tally()
    sizes: list[int] = []
    problems: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: problems.append(str(context.get("message"))))
    attempts = attacker.attempts(requests)
    async with bot.multiplier.working(), aiohttp.ClientSession() as session:

        async def one_after_the_other() -> None:
            for attempt in attempts:
                await _try(session, bot.request_url, attempt, tally)
                if len(tally.seconds) % max(requests // 10, 1) == 0:
                    gc.collect()
                    sizes.append(_resident())

        began = time.perf_counter()
        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        took = time.perf_counter() - began
    dead = len(await bot.multiplier.services.inbox.dead())
    kept = [entry.text for entry in await bot.entries("sam")]
    tally.seconds.sort()
    return {
        "requests": len(tally.seconds),
        "per_s": round(len(tally.seconds) / took),
        "statuses": dict(sorted(tally.statuses.items())),
        "wrong": len(tally.wrong),
        "wrong_first": tally.wrong[:5],
        "leaks": tally.leaks,
        "loop_problems": len(problems),
        "victims_record_intact": kept == [f"paired with <@{bot.user_id('dana')}> on the {SECRET} migration"],
        "dead_letters": dead,
        "p99_ms": round(tally.seconds[int(len(tally.seconds) * 0.99)] * 1000, 1),
        "longest_ms": round(tally.seconds[-1] * 1000),
        "memory_mb": [size // 1_000_000 for size in sizes],
        "peak_growth_mb": (_peak() - before) // 1_000_000,
    }


async def _try(session: aiohttp.ClientSession, url: str, attempt: Attempt, tally: Tally) -> None:
    began = time.perf_counter()
    try:
        async with session.post(url, data=attempt.body, headers=attempt.headers) as answer:
            status, text = answer.status, await answer.text(errors="replace")
    except (aiohttp.ClientError, ValueError):
        # The server hung up on what isn't HTTP, or the client would not send it.
        status, text = 400, ""
    tally.seconds.append(time.perf_counter() - began)
    tally.statuses[f"{attempt.sort} {status}"] += 1
    if not attempt.right(status):
        tally.wrong.append(f"{attempt.sort} {status} {attempt.headers} {attempt.body[:1500]!r}")
    if SECRET in text:
        tally.leaks += 1


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def run(requests: int, seed: int, at_once: int) -> dict[str, Any]:
    """The whole bot over HTTP on a new SQLite file, with a Slack of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(manifest=MANIFEST, keep_bodies=False, journal_limit=100) as slack:
            url = f"sqlite:///{folder}/bot.db"
            clock: Any = SystemClock()
            async with running_bot(slack, clock, load_tagger(), url, http=True) as bot:
                return await attack(bot, slack.signing_secret, requests=requests, seed=seed, at_once=at_once)


def main() -> None:
    """Run it, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=20)
    given = parser.parse_args()
    configure_logging("error", as_json=True)
    logging.disable(logging.CRITICAL)
    print(json.dumps(asyncio.run(run(given.requests, given.seed, given.at_once))))


if __name__ == "__main__":
    main()
