"""The tables, one file an idea. Importing this package makes all of them known to `Base.metadata`."""

from storage.models.base import Base
from storage.models.corrections import CorrectionRow
from storage.models.credits import CreditRow
from storage.models.entries import ConfirmationRow, EntryRow, PersonInEntryRow, QuoteRow
from storage.models.inbox import InboxRow
from storage.models.marks import MarkRow
from storage.models.members import MemberRow
from storage.models.outbox import OutboxRow
from storage.models.workspaces import WorkspaceRow

__all__ = [
    "Base",
    "ConfirmationRow",
    "CorrectionRow",
    "CreditRow",
    "EntryRow",
    "InboxRow",
    "MarkRow",
    "MemberRow",
    "OutboxRow",
    "PersonInEntryRow",
    "QuoteRow",
    "WorkspaceRow",
]
