"""All workspaces of one sandbox, its app, its tokens, its time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.sandbox.clock import Clock
from bot.sandbox.errors import NotSeen, Refusal
from bot.sandbox.ids import Ids
from bot.sandbox.manifest import Manifest
from bot.sandbox.state import Json, ResponseUrl, Token, Trigger, User, Workspace

#: How long Slack keeps a trigger good (docs.slack.dev/interactivity/handling-user-interaction).
TRIGGER_LIFE = timedelta(seconds=3)
#: Rotating tokens live twelve hours (docs.slack.dev/authentication/using-token-rotation).
ROTATING_TOKEN_LIFE = timedelta(hours=12)
#: Old triggers and response_urls are forgotten past this many, so that long runs stay small.
KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What an OAuth code stands for; it can be exchanged once."""

    team_id: str
    user: str
    scopes: list[str]
    redirect_uri: str


class World:
    """Holds the state and the look-ups that cross workspaces."""

    def __init__(self, clock: Clock, ids: Ids, manifest: Manifest) -> None:
        self.clock = clock
        self.ids = ids
        self.manifest = manifest
        self.base_url = ""
        self.app_id = ids.named("A", "app")
        self.client_id = "1000.2000"
        self.client_secret = ids.named("", "client-secret").lower()
        self.signing_secret = ids.named("", "signing").lower() + ids.named("", "secret").lower()
        self.verification_token = ids.named("", "verification")
        self.workspaces: dict[str, Workspace] = {}
        self.by_domain: dict[str, Workspace] = {}
        self.tokens: dict[str, Token] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.codes: dict[str, Grant] = {}
        self.response_urls: OrderedDict[str, ResponseUrl] = OrderedDict()
        self.app_token = ids.token("xapp-1", "app")
        self.tokens[self.app_token] = Token(self.app_token, "app", "", frozenset({"connections:write"}))

    def workspace(self, name: str | None = None) -> Workspace:
        """By id or domain; the first one without a name. Raises ``NotSeen``."""
        if name is None:
            return next(iter(self.workspaces.values()))
        found = self.workspaces.get(name) or self.by_domain.get(name)
        if found is None:
            raise NotSeen(f"no workspace {name!r}; there are {', '.join(self.by_domain)}")
        return found

    def add_workspace(self, name: str, domain: str, *, installed: bool) -> Workspace:
        """Make a workspace with the bot's user in it (and, when installed, its token)."""
        team_id = self.ids.named("T", domain)
        workspace = Workspace(
            id=team_id,
            name=name,
            domain=domain,
            bot_user_id=self.ids.named("U", domain, "bot user"),
            bot_id=self.ids.named("B", domain),
            installed=installed,
        )
        workspace.add_user(
            User(
                id=workspace.bot_user_id,
                team_id=team_id,
                name=self.manifest.bot_name.lower().replace(" ", ""),
                real_name=self.manifest.bot_name,
                tz="America/Los_Angeles",
                is_bot=True,
                bot_id=workspace.bot_id,
            )
        )
        self.workspaces[team_id] = workspace
        self.by_domain[domain] = workspace
        if installed:
            self.new_bot_token(workspace, self.ids.token("xoxb", domain))
        return workspace

    def new_bot_token(self, workspace: Workspace, text: str, scopes: Iterable[str] | None = None) -> Token:
        """Give the bot a token there; it rotates where the manifest says so (not the one from the start)."""
        granted = self.manifest.scopes if scopes is None else frozenset(scopes)
        token = Token(text, "bot", workspace.id, granted)
        if text.startswith("xoxe."):
            token.expires = self.clock.now() + ROTATING_TOKEN_LIFE
        self.tokens[text] = token
        workspace.bot_token = text
        workspace.installed = True
        return token

    def authenticate(self, text: str) -> Token:
        """The token behind a text; refuses as Slack does."""
        if not text:
            raise Refusal("not_authed")
        token = self.tokens.get(text)
        if token is None:
            raise Refusal("invalid_auth")
        if token.revoked:
            raise Refusal("token_revoked")
        if token.expires is not None and token.expires <= self.clock.now():
            raise Refusal("token_expired")
        return token

    def new_trigger(self, workspace: Workspace, user: str, view_id: str | None = None) -> str:
        """A trigger that can open one view within three seconds."""
        trigger_id = f"{self.ids.next('', 13)}.{self.ids.next('', 13)}.{self.ids.next('', 24)}".lower()
        workspace.triggers[trigger_id] = Trigger(trigger_id, user, self.clock.now(), view_id)
        if len(workspace.triggers) > KEPT:
            del workspace.triggers[next(iter(workspace.triggers))]
        return trigger_id

    def exchange(self, workspace: Workspace, trigger_id: str) -> Trigger:
        """Use a trigger up; refuses unknown, used and expired ones."""
        trigger = workspace.triggers.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.exchanged:
            raise Refusal("exchanged_trigger_id")
        if self.clock.now() - trigger.issued > TRIGGER_LIFE:
            raise Refusal("expired_trigger_id")
        trigger.exchanged = True
        return trigger

    def new_response_url(
        self,
        workspace: Workspace,
        channel: str,
        user: str,
        *,
        message_ts: str | None,
        thread_ts: str | None = None,
    ) -> str:
        """A ``response_url`` for that person there."""
        key = f"{workspace.id}/{self.ids.next('', 13).lower()}/{self.ids.next('', 24)}"
        self.response_urls[key] = ResponseUrl(
            key, channel, user, self.clock.now(), thread_ts=thread_ts, message_ts=message_ts
        )
        if len(self.response_urls) > KEPT:
            self.response_urls.popitem(last=False)
        return f"{self.base_url}/{'actions' if message_ts else 'commands'}/{key}"

    def seconds(self) -> int:
        """The present moment as Unix seconds."""
        return int(self.clock.now().timestamp())

    def team_json(self, workspace: Workspace) -> Json:
        """The ``team`` of interactive payloads."""
        return {"id": workspace.id, "domain": workspace.domain}
