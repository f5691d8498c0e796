"""The tables, one file an idea. Importing this package makes all of them known to `Base.metadata`."""

from __future__ import annotations

from storage.models.base import Base
from storage.models.bets import BetRow
from storage.models.checkins import AnswerRow, AskedRow, CheckinRow, PlanRow
from storage.models.corrections import CorrectionRow
from storage.models.credits import CreditRow
from storage.models.entries import ConfirmationRow, EntryRow, PersonInEntryRow, QuoteRow
from storage.models.inbox import InboxRow
from storage.models.installations import InstallationRow, OAuthStateRow
from storage.models.layers import LayerEntryRow, LayerRow
from storage.models.marks import MarkRow
from storage.models.members import MemberRow
from storage.models.outbox import OutboxRow
from storage.models.packets import (
    ConfirmRequestRow,
    EmbeddingRow,
    LadderRow,
    PacketDraftRow,
    ProjectRow,
    ShareRow,
    ShareViewRow,
)
from storage.models.reviews import ReviewRow
from storage.models.workspaces import WorkspaceRow

__all__ = [
    "AnswerRow",
    "AskedRow",
    "Base",
    "BetRow",
    "CheckinRow",
    "ConfirmRequestRow",
    "ConfirmationRow",
    "CorrectionRow",
    "CreditRow",
    "EmbeddingRow",
    "EntryRow",
    "InboxRow",
    "InstallationRow",
    "LadderRow",
    "LayerEntryRow",
    "LayerRow",
    "MarkRow",
    "MemberRow",
    "OAuthStateRow",
    "OutboxRow",
    "PacketDraftRow",
    "PersonInEntryRow",
    "PlanRow",
    "ProjectRow",
    "QuoteRow",
    "ReviewRow",
    "ShareRow",
    "ShareViewRow",
    "WorkspaceRow",
]
