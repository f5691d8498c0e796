"""Puts everything together: settings to engine, tagger, gateway, services and app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

from bot.content.document_words import document_words
from bot.content.instructions import model_instructions
from bot.content.ladder import LadderFiles
from bot.content.messages import Words, load_words
from bot.content.questions import QuestionBanks
from bot.content.threads import load_thread_words
from bot.content.yaml_source import Problem
from bot.domain.ports import Clock, LanguageModel, Learner, Meaning, Tagger, TaggerFor
from bot.domain.workspaces import Workspace
from bot.language_model import open_language_model
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
from bot.services.installations import InstallationService
from bot.services.keeping import KeepingService
from bot.services.ladders import LadderService
from bot.services.learning import LearningService
from bot.services.outbox import OutboxService
from bot.services.packets import PacketService
from bot.services.people import PeopleService
from bot.services.plans import PlanService
from bot.services.privacy import PrivacyService
from bot.services.proposals import ProposalService
from bot.services.record import RecordService
from bot.services.reviews import ReviewService
from bot.services.search import SearchService
from bot.services.second_looks import SecondLooks
from bot.services.shares import ShareService
from bot.services.tagging import TaggingService
from bot.services.watching import WatchingService
from bot.services.working import Worker
from bot.services.workspaces import WorkspaceService
from bot.settings import Settings
from bot.slack.app import create_app, dispatch_event
from bot.slack.case_letters import case_writers
from bot.slack.entrance import PATIENCE, Entrance
from bot.slack.error_handler import ErrorHandler
from bot.slack.gateway import SlackGateway
from bot.slack.manifest import bot_scopes
from bot.slack.oauth import SlackTokenExchange, create_oauth_flow
from bot.slack.postman import WRITERS, SlackPostman
from bot.slack.proposal_letters import PROPOSAL_WRITERS
from bot.tagger import workspace_taggers
from bot.tagger.meaning import SentenceMeaning
from bot.tagger.process import TaggerProcess
from bot.telemetry.logging import where_it_failed
from bot.telemetry.measured import MeasuredPostman, measured_tagger_for
from bot.telemetry.metrics import Metrics
from storage.engine import Engine, create_engine
from storage.keyring import Keyring
from storage.migrate import upgrade
from storage.unit_of_work import Storage

_log = structlog.get_logger(__name__)

#: How often it is looked whom to ask: nobody is asked later than this after their minute.
ASK_EVERY = timedelta(seconds=20)
#: How often it is looked what workspaces use of what they learned, and whether one can learn more.
LAY_EVERY, LEARN_EVERY = timedelta(seconds=30), timedelta(minutes=10)
#: How often tokens are looked at that end soon, and data whose time is over.
RENEW_EVERY, FORGET_EVERY = timedelta(minutes=10), timedelta(hours=1)
#: How often it is looked whether somebody's words are still to be swept from SQLite's index and log.
SWEEP_EVERY = timedelta(minutes=1)
#: How often entries are placed that came in another way than one by one.
PLACE_EVERY = timedelta(minutes=5)


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
    metrics: Metrics
    tagger_process: TaggerProcess | None

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
        self.services.installations.use_own_token(workspace.id, token)
        await self.services.people.invite(workspace.id, self.settings.invite.split(","))
        return workspace

    def oauth_flow(self) -> AsyncOAuthFlow | None:
        """Installing by OAuth, where the settings have what it needs."""
        settings = self.settings
        secret = settings.slack_client_secret.get_secret_value()
        if not settings.slack_client_id or not secret:
            return None
        return create_oauth_flow(
            self.services.installations,
            self.services.clock,
            client_id=settings.slack_client_id,
            client_secret=secret,
            scopes=bot_scopes(),
            base_url=settings.slack_api_url,
            public_url=settings.public_url,
        )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work the inbox and the outbox in the background; on leaving, finish what was begun."""
        await self.services.learning.refresh()
        stopping = asyncio.Event()
        inbox, outbox = self.services.inbox, self.services.outbox
        self.storage.when_left(outbox.more_came)
        workers = [
            asyncio.create_task(Worker(inbox, inbox.turns).run(stopping, where_it_failed)),
            asyncio.create_task(Worker(outbox, inbox.turns).run(stopping, where_it_failed)),
        ]
        try:
            async with ticking(
                [
                    Tick(name="ask", every=ASK_EVERY, work=self.services.asking.tick),
                    Tick(name="renew_tokens", every=RENEW_EVERY, work=self.services.installations.refresh_due),
                    Tick(name="place", every=PLACE_EVERY, work=self.services.search.place_some),
                    Tick(name="forget_shares", every=FORGET_EVERY, work=self.services.shares.forget_expired),
                    Tick(name="layers", every=LAY_EVERY, work=self.services.learning.refresh),
                    Tick(name="learn", every=LEARN_EVERY, work=self.services.learning.tick),
                    Tick(name="forget", every=FORGET_EVERY, work=self.services.installations.forget_removed),
                    Tick(name="forget_old", every=FORGET_EVERY, work=self.services.privacy.forget_old),
                    Tick(name="sweep", every=SWEEP_EVERY, work=self.services.privacy.sweep),
                    Tick(name="prune_inbox", every=FORGET_EVERY, work=inbox.prune),
                    Tick(name="prune_outbox", every=FORGET_EVERY, work=outbox.prune),
                ]
            ):
                yield
        finally:
            stopping.set()
            inbox.wake.set()
            outbox.wake.set()
            await asyncio.gather(*workers)

    async def close(self) -> None:
        """Give everything back."""
        await self.gateway.close()
        await self.services.proposals.close()
        await self.storage.close()
        if self.tagger_process:
            await asyncio.to_thread(self.tagger_process.close)


def keyring_from(settings: Settings) -> Keyring:
    """The keys in the settings. Raises `KeyringError` for what is no key."""
    keys = settings.encryption_keys.get_secret_value().split(",")
    return Keyring(keys, seals_evidence=settings.encrypt_evidence)


def engine_from(settings: Settings, database_url: str | None = None) -> Engine:
    """The engine that the settings describe, or the same for another database."""
    return create_engine(
        database_url or settings.database_url,
        pool_size=settings.database_pool_size,
        pool_overflow=settings.database_pool_overflow,
        statement_timeout_ms=settings.database_statement_timeout_ms,
        keyring=keyring_from(settings),
    )


def language_model_from(settings: Settings) -> LanguageModel | None:
    """The language model that the settings switch on, if any. Raises `LanguageModelUnusable`."""
    key = settings.llm_api_key.get_secret_value()
    name, base_url, timeout = settings.llm_model.strip(), settings.llm_base_url.strip(), settings.llm_timeout_seconds
    return open_language_model(name, base_url, key, timeout, model_instructions())


async def assemble(
    settings: Settings, *, clock: Clock | None = None, tagger: Tagger | None = None, patience: float = PATIENCE
) -> Multiplier:
    """The bot, with its database brought up to date. Connects to the database, not to Slack.

    People are answered within `patience` seconds, if only to say that it takes too long. Texts are read by `tagger` in
    this process; without one, by the tagger in use, in a process of its own that ends with `Multiplier.close`.
    """
    clock = clock or SystemClock()
    language_model = language_model_from(settings)
    engine = engine_from(settings)
    await upgrade(engine)
    taggers = workspace_taggers(tagger) if tagger else await asyncio.to_thread(TaggerProcess)
    process = taggers if isinstance(taggers, TaggerProcess) else None
    storage, words, metrics = Storage(engine), load_words(), Metrics()
    workspaces = WorkspaceService(storage, clock)
    installations = _installations(settings, storage, workspaces, clock)
    gateway = SlackGateway(installations.token_of, settings.slack_api_url)
    on = _Foundation(
        storage=storage,
        workspaces=workspaces,
        installations=installations,
        gateway=gateway,
        clock=clock,
        tagger_for=measured_tagger_for(taggers, metrics),
        learner=taggers,
        meaning=SentenceMeaning(process.rows) if process else SentenceMeaning(),
        bank=_bank(settings),
        language_model=language_model,
    )
    services = _services(settings, on)
    errors = ErrorHandler(words)
    app = create_app(services, gateway, words, errors, settings.slack_signing_secret.get_secret_value())

    services.inbox.dispatch_to(partial(dispatch_event, app))
    postman = SlackPostman(services, gateway, words, {**WRITERS, **PROPOSAL_WRITERS, **case_writers(gateway)})
    services.outbox.deliver_with(MeasuredPostman(postman, metrics))
    return Multiplier(
        settings=settings,
        storage=storage,
        services=services,
        gateway=gateway,
        words=words,
        app=app,
        entrance=Entrance(app, services.inbox, errors, patience),
        metrics=metrics,
        tagger_process=process,
    )


def _installations(
    settings: Settings, storage: Storage, workspaces: WorkspaceService, clock: Clock
) -> InstallationService:
    exchange = None
    if settings.slack_client_id:
        secret = settings.slack_client_secret.get_secret_value()
        exchange = SlackTokenExchange(settings.slack_client_id, secret, settings.slack_api_url)
    kept = timedelta(days=settings.removed_data_days)
    return InstallationService(storage, workspaces, clock, exchange, kept)


def _bank(settings: Settings) -> QuestionBanks:
    bank = QuestionBanks(settings.questions_file, _complain)
    bank("")
    return bank


def _complain(problem: Problem) -> None:
    _log.warning("question_left_out", file=problem.file, line=problem.line, reason=problem.reason)


@dataclass(frozen=True, kw_only=True)
class _Foundation:
    """What services stand on."""

    storage: Storage
    workspaces: WorkspaceService
    installations: InstallationService
    gateway: SlackGateway
    clock: Clock
    tagger_for: TaggerFor
    learner: Learner
    meaning: Meaning
    bank: QuestionBank
    language_model: LanguageModel | None


def _services(settings: Settings, on: _Foundation) -> Services:
    storage, gateway, clock, tagging = on.storage, on.gateway, on.clock, TaggingService(on.tagger_for)
    people = PeopleService(storage, gateway, clock)
    capture = CaptureService(storage, tagging, people, clock, SecondLooks(on.language_model, clock))
    evidence = EvidenceService(storage, tagging, clock)
    answers = AnswerService(storage, capture, evidence, clock)
    keeping = KeepingService(storage, gateway, capture, load_thread_words(), clock)
    learning = LearningService(storage, on.learner, clock)
    ladders = LadderService(storage, LadderFiles(settings.ladder_file, _complain), clock)
    press = Printer(document_words())
    return Services(
        clock=clock,
        workspaces=on.workspaces,
        installations=on.installations,
        people=people,
        capture=capture,
        evidence=evidence,
        keeping=keeping,
        learning=learning,
        credits=CreditService(storage, gateway, capture, people, clock),
        answers=answers,
        plans=PlanService(storage, people, clock),
        asking=AskingService(storage, gateway, people, clock, on.bank),
        checkins=CheckinService(storage, people, answers, clock),
        bets=BetService(storage, evidence, people, clock),
        reviews=ReviewService(storage, people, clock),
        insight=InsightService(storage, people, ladders),
        ladders=ladders,
        packets=PacketService(storage, people, ladders, press, clock),
        corroboration=CorroborationService(storage, people, clock),
        shares=ShareService(storage, people, press, clock, settings.public_url),
        search=SearchService(storage, people, on.meaning),
        record=RecordService(storage, clock),
        privacy=PrivacyService(storage, clock, load_thread_words(), [learning.let_go], settings.entries_kept_days),
        proposals=ProposalService(storage, evidence, clock, on.language_model),
        watching=WatchingService(storage, clock),
        home=HomeService(storage, people, clock),
        inbox=InboxService(storage, clock),
        outbox=OutboxService(storage, clock),
    )
