"""Requests that mean harm, made by the thousand: what `benchmarks/hostile.py` sends.

Forged, stale and unreadable ones; properly signed payloads of every kind with parts removed, swapped for
nonsense or filled with injections; and addresses of the open pages that nobody was given.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from bot.slack import ids
from bot.slack.listeners.commands import SUBCOMMANDS
from tests.running import RunningBot

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
_IDS = frozenset({"id", "team", "team_id", "user", "user_id", "channel", "channel_id"})
NONSENSE: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 1e308, [], {}, [[]], [None], {"id": None}),
    *("x", "U1", "T1", "1.1"),
)


@dataclass
class Attempt:
    """One request, and what may come of it: the statuses that are right."""

    sort: str
    headers: dict[str, str]
    body: bytes
    right: Callable[[int], bool]
    method: str = "POST"
    path: str = "/slack/events"


def _is_no_fault(status: int) -> bool:
    """503 is meant: it asks Slack to send an event again, or says that a busy machine took too long."""
    return status < 500 or status == 503


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
        self._earlier: list[Attempt] = []
        self.victims: list[str] = ["ent_0" * 8]

    def attempts(self, count: int) -> Iterator[Attempt]:
        """This many, of all sorts."""
        sorts = [
            *(self._forged, self._stale, self._garbage, self._bottomless, self._page, self._replayed),
            *([self._twisted] * 6),
            *([self._injected] * 2),
        ]
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
                b'{"type":"event_callback","command":"/evidence","authorizations":5,"event":{"type":"a"}}',
                b'{"type":"event_callback","ssl_check":1,"event":{"type":"message","user":{"id":{"a":1}}}}',
                b'{"type":"event_callback","event":{"type":"a"},"authorizations":[' + b"1," * 90_000 + b"1]}",
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
        return Attempt("garbage", headers, odd, _is_no_fault)

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
        return Attempt("bottomless", self._signed(body, "application/json"), body, _is_no_fault)

    def _twisted(self) -> Attempt:
        payload = self._payload()
        for _ in range(self._random.randint(1, 4)):
            self._twist(payload)
        self._stay_oneself(payload)
        body, content_type = self._encoded(payload)
        return self._remembered(Attempt("twisted", self._signed(body, content_type), body, _is_no_fault))

    def _injected(self) -> Attempt:
        payload = self._payload()
        hostile = self._random.choice(INJECTIONS)
        for place, key in self._places(payload):
            # What doesn't look like an id is turned away at the door: some of it is enough.
            chance = 0.01 if key in _IDS else 0.3
            if isinstance(place[key], str) and key not in ("type", "command") and self._random.random() < chance:
                place[key] = hostile
        body, content_type = self._encoded(payload)
        return self._remembered(Attempt("injected", self._signed(body, content_type), body, _is_no_fault))

    def _remembered(self, attempt: Attempt) -> Attempt:
        self._earlier = [*self._earlier[-50:], attempt]
        return attempt

    def _replayed(self) -> Attempt:
        """One that was let in, once more, to the letter."""
        if not self._earlier:
            return self._injected()
        once = self._random.choice(self._earlier)
        return replace(once, sort="replayed")

    def _page(self) -> Attempt:
        """The pages that anybody reaches, at addresses that nobody was given."""
        odd = quote(
            self._random.choice([*INJECTIONS, *self.victims, "a" * 43, "%00" * 14 + "a"])[:2_000],
            safe="%",
            errors="replace",
        )
        query = urlencode({"code": odd, "state": odd, "error": odd}, errors="replace")
        path = self._random.choice(
            [
                *(f"/shared/{odd}", f"/shared/{'a' * 43}?{query}", f"/shared/../{odd}", f"/{odd}"),
                *(
                    "/slack/install",
                    f"/slack/install?{query}",
                    f"/slack/oauth_redirect?{query}",
                    "/slack/oauth_redirect",
                ),
                *("/health/ready", "/metrics", "/slack/events"),
            ]
        )
        cookie = self._random.choice(["", f"slack-app-oauth-state={odd}"])
        headers = {"Cookie": cookie, "User-Agent": odd[:300]}
        # That it is not ready is an answer, too.
        right = _is_no_fault if path == "/health/ready" else (lambda status: status < 500)
        return Attempt("page", headers, b"", right, self._random.choice(["GET", "PUT"]), path)

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
        values = {
            name: {ids.VALUE: self._element()} for name in self._random.sample(fields, self._random.randint(3, 20))
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

    def _element(self) -> dict[str, Any]:
        """A field filled in: as some kind of element has it, or with what every kind has, so that it is read as any."""
        kinds: dict[str, Any] = {
            "value": self._random.choice([*INJECTIONS, "7", "80 %", *self.victims]),
            "selected_date": self._random.choice(["2026-01-01", "2027-06-30", "0001-01-01", "9999-12-31", None]),
            "selected_time": self._random.choice(["09:00", "23:59", None]),
            "selected_option": {"value": self._random.choice([*INJECTIONS, *self.victims, "2", "weekly", "held"])},
            "selected_options": [{"value": value} for value in (*self.victims, "1", "markdown")],
            "selected_user": self._random.choice([self._victim, "x"]),
            "selected_users": [self._victim, "x", "<!here>"],
        }
        name = self._random.choice([*kinds, *["all"] * 14])
        return {"type": "plain_text_input"} | (kinds if name == "all" else {name: kinds[name]})

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
