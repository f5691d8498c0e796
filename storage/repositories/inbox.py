"""Queries on stored events."""

from __future__ import annotations

from bot.domain.inbox import InboxItem
from storage.models.inbox import InboxRow
from storage.repositories.work import Work


class Inbox(Work[InboxItem]):
    """Events of all workspaces; they come in by `storage.arrivals`. Each person's are worked in the order they came."""

    row, item, line = InboxRow, InboxItem, "order_key"
    waits_for_retries = True
    # Working an event twice changes nothing, so an unfinished one was no try.
    handed_back = {"attempts": InboxRow.attempts - 1}  # noqa: RUF012 - never changed
    # What was worked is no longer needed.
    finished = {"body": ""}  # noqa: RUF012
