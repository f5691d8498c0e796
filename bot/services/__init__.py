"""What the bot can do, one use case a class. A service opens the unit of work and commits once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ports import Clock
from bot.services.answers import AnswerService
from bot.services.asking import AskingService
from bot.services.bets import BetService
from bot.services.capture import CaptureService
from bot.services.checkins import CheckinService
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
from bot.services.shares import ShareService
from bot.services.watching import WatchingService
from bot.services.workspaces import WorkspaceService


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything a listener or a command may call."""

    clock: Clock
    workspaces: WorkspaceService
    installations: InstallationService
    people: PeopleService
    capture: CaptureService
    evidence: EvidenceService
    keeping: KeepingService
    learning: LearningService
    credits: CreditService
    plans: PlanService
    answers: AnswerService
    asking: AskingService
    checkins: CheckinService
    bets: BetService
    reviews: ReviewService
    insight: InsightService
    ladders: LadderService
    packets: PacketService
    corroboration: CorroborationService
    shares: ShareService
    search: SearchService
    record: RecordService
    privacy: PrivacyService
    proposals: ProposalService
    watching: WatchingService
    home: HomeService
    inbox: InboxService
    outbox: OutboxService
