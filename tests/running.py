"""Running the whole bot in a test: nothing in it is replaced but the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.bootstrap import Multiplier, assemble
from bot.cli.run import web_app
from bot.domain.evidence import Entry
from bot.domain.ports import Tagger
from bot.domain.retry import WorkState
from bot.sandbox import ManualClock, Sandbox
from bot.services.clock import SystemClock
from bot.services.outbox import PACE
from bot.settings import Settings
from bot.slack.socket_mode import SocketModeReceiver
from bot.web.app import PATH
from bot.web.server import serving

#: A busy machine makes no test fail; seconds.
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class RunningBot:
    """The bot, its Slack and their clock. `settle` lets everything under way come to its end."""

    multiplier: Multiplier
    slack: Sandbox
    clock: ManualClock
    workspace_id: str
    request_url: str = ""

    async def settle(self) -> None:
        """Work inbox and outbox until nothing is due any more."""
        services = self.multiplier.services
        for _ in range(100):
            await self.slack.settled()
            if await services.inbox.work_once() + await services.outbox.work_once():
                continue
            if not await self._is_paced():
                return
            await self.slack.advance(seconds=PACE.total_seconds())
        raise AssertionError("the bot keeps itself busy")

    async def _is_paced(self) -> bool:
        """Whether a message only waits for the one before it in its channel."""
        async with self.multiplier.storage.machinery_reading() as work:
            waiting = await work.outbox.list(WorkState.WAITING)
        return any(item.due_at <= self.clock.now() + PACE for item in waiting if not item.failure)

    async def entries(self, handle: str) -> list[Entry]:
        """Everything the bot holds of this person, in the order it was captured."""
        everything = self.multiplier.services.evidence.everything(self.workspace_id, self.user_id(handle))
        return [entry async for entry in everything]

    def user_id(self, handle: str) -> str:
        """The Slack id of one of the sandbox's people."""
        return self.slack.person(handle).id


def settings_for(slack: Sandbox, database_url: str, **more: str) -> Settings:
    """Settings as a person would write them into `.env`."""
    environment = {name.lower(): value for name, value in slack.env().items()} | more
    return Settings(_env_file=None, database_url=database_url, **environment)  # type: ignore[arg-type, call-arg]


@asynccontextmanager
async def running_bot(
    slack: Sandbox, clock: ManualClock, tagger: Tagger | None, database_url: str, *, http: bool = False, **more: str
) -> AsyncIterator[RunningBot]:
    """The bot, installed and connected by Socket Mode or over signed HTTP. `more` are further settings.

    Without a `tagger` it keeps one in a process of its own, as it does when it really runs.
    """
    settings = settings_for(slack, database_url, **more)
    async with AsyncExitStack() as stack:
        multiplier = await assemble(settings, clock=clock, tagger=tagger, patience=PATIENCE)
        stack.push_async_callback(multiplier.close)
        workspace = await multiplier.install_from_token()
        url = ""
        if http:
            url = await stack.enter_async_context(_serving(multiplier, slack))
        else:
            receiver = SocketModeReceiver(
                multiplier.entrance,
                settings.slack_app_token.get_secret_value(),
                settings.slack_api_url,
                multiplier.metrics.answered,
            )
            stack.push_async_callback(receiver.close)
            await receiver.start()
        await slack.connected()
        yield RunningBot(multiplier=multiplier, slack=slack, clock=clock, workspace_id=workspace.id, request_url=url)


@asynccontextmanager
async def _serving(multiplier: Multiplier, slack: Sandbox) -> AsyncIterator[str]:
    # The sandbox signs by the machine's clock, since Bolt's own check knows no other.
    async with serving(web_app(multiplier, SystemClock()), "127.0.0.1", 0) as address:
        await slack.use_http(address + PATH)
        yield address + PATH
