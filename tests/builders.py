"""Small builders of values: what a test doesn't care about is filled in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from bot.domain.evidence import (
    Confirmation,
    ConfirmationState,
    Entry,
    Link,
    LinkType,
    PersonInEntry,
    PersonRole,
    Source,
    SourceType,
)
from bot.domain.tagging import DIMENSIONS_OF, Kind

_numbers = count(1)
DAY = date(2026, 10, 5)


def entry(text: str = "Paired with Dana until her deploy went through.", **fields: Any) -> Entry:
    """An entry of Sam's. `link`, `helped` and `confirmed_by` are short for the fields they fill."""
    number = next(_numbers)
    kind = fields.pop("kind", Kind.UNBLOCK)
    if link := fields.pop("link", None):
        fields["links"] = (Link(url=link, type=LinkType.PULL_REQUEST),)
    if helped := fields.pop("helped", ()):
        fields["people"] = tuple(PersonInEntry(user=user, role=PersonRole.HELPED) for user in helped)
    if by := fields.pop("confirmed_by", None):
        fields["confirmations"] = (confirmation(by),)
    at = datetime(2026, 10, 5, 9, tzinfo=UTC)
    return Entry(
        **{
            "id": f"ent_{number:06}",
            "workspace_id": "T1",
            "user_id": "USAM",
            "text": text,
            "kind": kind,
            "dimensions": DIMENSIONS_OF[kind],
            "occurred_on": DAY,
            "created_at": at,
            "updated_at": at,
            "source": Source(type=SourceType.COMMAND),
            **fields,
        }
    )


def confirmation(by: str, quote: str | None = None) -> Confirmation:
    """Someone's yes, with a quote when there is one."""
    state = ConfirmationState.QUOTED if quote else ConfirmationState.CONFIRMED
    return Confirmation(by=by, state=state, quote=quote, at=datetime(2026, 10, 7, 9, tzinfo=UTC))
