"""Puts everything together: settings to engine, tagger, gateway, services and app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp

from bot.content.document_words import document_words
from bot.content.ladder import default_ladder, load_ladder
from bot.content.messages import Words, load_words
from bot.content.questions import QuestionBanks
from bot.content.threads import load_thread_words
from bot.content.yaml_source import Problem
from bot.domain.errors import NotFound
from bot.domain.inbox import InboxItem
from bot.domain.ports import Clock, Tagger
from bot.domain.tagging import Kind
from bot.domain.workspaces import Workspace
from bot.render.press import Printer
from bot.scheduler.runner import Tick, ticking
from bot.services import Services
from bot.services.answers import AnswerService
from bot.services.asking import AskingService, QuestionBank
from bot.services.bets import BetService
from bot.services.capture import CaptureService
from bot.services.checkins import CheckinService
from bot.services.clock import SystemClock
from bot.services.corroboration import CorroborationService
from bot.services.credits import CreditService
from bot.services.evidence import EvidenceService
from bot.services.home import HomeService
from bot.services.inbox import InboxService
from bot.services.insight import InsightService
from bot.services.keeping import KeepingService
from bot.services.outbox import OutboxService
from bot.services.packets import PacketService
from bot.services.people import PeopleService
from bot.services.plans import PlanService
from bot.services.record import RecordService
from bot.services.reviews import ReviewService
from bot.services.search import SearchService
from bot.services.shares import ShareService
from bot.services.workspaces import WorkspaceService
from bot.settings import Settings
from bot.slack.app import create_app, dispatch_event
from bot.slack.case_letters import case_writers
from bot.slack.entrance import Entrance
from bot.slack.gateway import SlackGateway
from bot.slack.postman import WRITERS, SlackPostman
from bot.tagger import load_tagger
from bot.tagger.meaning import SentenceMeaning
from bot.telemetry.logging import where_it_failed
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage

_log = structlog.get_logger(__name__)

#: How long an idle worker waits before it looks again, in seconds; new work wakes it at once.
IDLE = 1.0
#: How often it is looked whom to ask: nobody is asked later than this after their minute.
ASK_EVERY = timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True)
class Multiplier:
    """The assembled bot."""

    settings: Settings
    storage: Storage
    services: Services
    gateway: SlackGateway
    words: Words
    app: AsyncApp
    entrance: Entrance

    async def install_from_token(self) -> Workspace:
        """Ask Slack whose token this is, and make that workspace known.

        Raises `Unreachable` when Slack refuses the token, `TryLater` when Slack can't be reached.
        """
        token = self.settings.slack_bot_token.get_secret_value()
        identity = await self.gateway.identify(token)
        workspace = Workspace(
            id=identity["team_id"],
            name=identity.get("team") or "",
            url=identity.get("url") or "",
            enterprise_id=identity.get("enterprise_id"),
            bot_user_id=identity["user_id"],
            bot_id=identity.get("bot_id"),
            installed_at=self.services.clock.now(),
        )
        await self.services.workspaces.install(workspace)
        return workspace

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work the inbox and the outbox in the background; on leaving, finish what was begun."""
        stopping = asyncio.Event()
        workers = [
            asyncio.create_task(_work(self.services.inbox.work_once, self.services.inbox.arrived, stopping)),
            asyncio.create_task(_work(self.services.outbox.work_once, self.services.outbox.left, stopping)),
        ]
        try:
            async with ticking([Tick(name="ask", every=ASK_EVERY, work=self._ask)]):
                yield
        finally:
            stopping.set()
            self.services.inbox.arrived.set()
            self.services.outbox.left.set()
            await asyncio.gather(*workers)

    async def _ask(self) -> None:
        if await self.services.asking.tick():
            self.services.outbox.left.set()

    async def close(self) -> None:
        """Give everything back."""
        await self.gateway.close()
        await self.storage.close()


async def _work(
    work_once: Callable[[], Coroutine[Any, Any, int]], wake: asyncio.Event, stopping: asyncio.Event
) -> None:
    while not stopping.is_set():
        wake.clear()
        try:
            worked = await work_once()
        except Exception as error:
            # The database may be away for a moment; the work waits in it, so look again later.
            _log.error("worker_failed", where=where_it_failed(error))
            worked = 0
        if not worked:
            try:
                await asyncio.wait_for(wake.wait(), IDLE)
            except TimeoutError:
                continue


async def assemble(settings: Settings, *, clock: Clock | None = None, tagger: Tagger | None = None) -> Multiplier:
    """The bot, with its database brought up to date. Connects to the database, not to Slack."""
    clock = clock or SystemClock()
    engine = create_engine(settings.database_url)
    await upgrade(engine)
    storage = Storage(engine)
    words = load_words()

    async def token_of(workspace_id: str) -> str:
        token = settings.slack_bot_token.get_secret_value()
        if not token:
            raise NotFound("errors.unknown_workspace")
        return token

    gateway = SlackGateway(token_of, settings.slack_api_url)
    bank = QuestionBanks(settings.questions_file, _complain)
    bank("")
    services = _services(settings, storage, gateway, clock, tagger or load_tagger(), bank)
    app = create_app(services, gateway, words, settings.slack_signing_secret.get_secret_value())

    async def dispatch(item: InboxItem) -> None:
        await dispatch_event(app, item)

    services.inbox.dispatch_to(dispatch)
    services.outbox.deliver_with(SlackPostman(services, gateway, words, {**WRITERS, **case_writers(gateway)}))
    return Multiplier(
        settings=settings,
        storage=storage,
        services=services,
        gateway=gateway,
        words=words,
        app=app,
        entrance=Entrance(app, services.inbox),
    )


def _complain(problem: Problem) -> None:
    _log.warning("question_left_out", file=problem.file, line=problem.line, reason=problem.reason)


def _services(
    settings: Settings, storage: Storage, gateway: SlackGateway, clock: Clock, tagger: Tagger, bank: QuestionBank
) -> Services:
    def tagger_for(corrections: Sequence[tuple[str, Kind]]) -> Tagger:
        return tagger

    people = PeopleService(storage, gateway, clock)
    capture = CaptureService(storage, tagger_for, people, clock)
    evidence = EvidenceService(storage, tagger_for, clock)
    answers = AnswerService(storage, capture, evidence, clock)
    keeping = KeepingService(storage, gateway, capture, load_thread_words(), clock)
    ladder = load_ladder(settings.ladder_file) if settings.ladder_file else default_ladder()
    insight = InsightService(storage, people, ladder)
    press = Printer(document_words())
    return Services(
        clock=clock,
        workspaces=WorkspaceService(storage, clock),
        people=people,
        capture=capture,
        evidence=evidence,
        keeping=keeping,
        credits=CreditService(storage, gateway, capture, people, clock),
        answers=answers,
        plans=PlanService(storage, people, clock),
        asking=AskingService(storage, gateway, people, clock, bank),
        checkins=CheckinService(storage, people, answers, clock),
        bets=BetService(storage, evidence, people, clock),
        reviews=ReviewService(storage, people, clock),
        insight=insight,
        packets=PacketService(storage, people, insight, press, clock),
        corroboration=CorroborationService(storage, people, clock),
        shares=ShareService(storage, people, press, clock, settings.public_url),
        search=SearchService(storage, people, SentenceMeaning()),
        record=RecordService(storage, clock),
        home=HomeService(storage, people, clock),
        inbox=InboxService(storage, clock),
        outbox=OutboxService(storage, clock),
    )
