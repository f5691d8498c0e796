"""The main job against a Slack double that is not ours, over Socket Mode and over signed HTTP."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.bootstrap import Multiplier, assemble
from bot.domain.evidence import Entry, PersonRole
from bot.domain.tagging import Kind
from bot.settings import Settings
from bot.slack.socket_mode import SocketModeReceiver
from bot.tagger.reading import TextTagger
from bot.web.app import create_web_app
from bot.web.server import serving
from tests.other_slack import double
from tests.other_slack.double import OtherSlack, other_slack
from tests.running import PATIENCE

pytestmark = [
    pytest.mark.other_slack,
    pytest.mark.skipif(
        double.executable() is None and not os.environ.get("CI"),
        reason="the Slack double is missing: npm install --prefix .ci/local-slack local-slack-linux-x64@0.1.8",
    ),
]


class Connected:
    """The bot, connected to the double."""

    def __init__(self, multiplier: Multiplier, slack: OtherSlack) -> None:
        self.multiplier, self.slack = multiplier, slack

    async def work_what_arrives(self) -> None:
        """Wait for the next event, then work until nothing is due."""
        inbox, outbox = self.multiplier.services.inbox, self.multiplier.services.outbox
        await asyncio.wait_for(inbox.wake.wait(), 10)
        inbox.wake.clear()
        while await inbox.work_once() + await outbox.work_once():
            pass

    async def entries(self) -> list[Entry]:
        """Everything Sam has."""
        everything = self.multiplier.services.evidence.everything(double.TEAM, double.SAM)
        return [entry async for entry in everything]


@pytest.fixture(params=["socket mode", "signed http"])
async def connected(request: pytest.FixtureRequest, tmp_path: Path, tagger: TextTagger) -> AsyncIterator[Connected]:
    """The bot on a new SQLite file, connected in both ways."""
    by_http = request.param == "signed http"
    port = double.free_port()
    address = f"http://127.0.0.1:{port}/slack/events" if by_http else None
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(other_slack(tmp_path, request_url=address))
        settings = Settings(  # type: ignore[call-arg]
            _env_file=None,
            slack_bot_token=double.BOT_TOKEN,
            slack_app_token="" if by_http else double.APP_TOKEN,
            slack_signing_secret=double.SIGNING_SECRET,
            slack_api_url=f"{slack.url}/api/",
            database_url=f"sqlite:///{tmp_path}/bot.db",
        )
        multiplier = await assemble(settings, tagger=tagger, patience=PATIENCE)
        stack.push_async_callback(multiplier.close)
        await multiplier.install_from_token()
        if by_http:
            app = create_web_app(multiplier.entrance, double.SIGNING_SECRET, multiplier.services.clock)
            await stack.enter_async_context(serving(app, "127.0.0.1", port))
        else:
            receiver = SocketModeReceiver(multiplier.entrance, double.APP_TOKEN, settings.slack_api_url)
            stack.push_async_callback(receiver.close)
            await receiver.start()
        yield Connected(multiplier, slack)


async def test_a_note_by_command_is_kept_and_answered(connected: Connected) -> None:
    await connected.slack.command(double.SAM, f"paired with <@{double.PRIYA}> until her deploy went through")

    async with asyncio.timeout(10):
        while " Kept. " not in await connected.slack.log():
            continue
    (entry,) = await connected.entries()
    assert entry.people_as(PersonRole.HELPED) == (double.PRIYA,)


async def test_a_reaction_on_thanks_keeps_the_thread_and_taking_it_off_takes_it_back(connected: Connected) -> None:
    slack = connected.slack
    question = await slack.say(double.PRIYA, "why is the deploy stuck? certificate expired?")
    await slack.say(double.SAM, "rotate it with make rotate-cert, then rerun", thread_ts=question)
    thanks = await slack.say(double.PRIYA, f"thanks <@{double.SAM}>, that was it, deploying again", thread_ts=question)
    await slack.react(double.SAM, thanks, "seedling")
    await connected.work_what_arrives()

    (entry,) = await connected.entries()
    assert entry.kind is Kind.UNBLOCK
    assert "certificate expired" in entry.text
    assert "Kept from" in await slack.log()

    await slack.react(double.SAM, thanks, "seedling", present=False)
    await connected.work_what_arrives()
    assert [each.status for each in await connected.entries()] == ["withdrawn"]


async def test_home_is_published_when_opened(connected: Connected) -> None:
    await connected.slack.open_home(double.SAM)
    await connected.work_what_arrives()

    assert "Start with one thing you did for someone" in await connected.slack.log()
