"""What something is done because of: a stored event, a message that waits to be sent, or a person's request.

It is stored only as long as that is there. Somebody who has everything deleted takes their events, their messages and
themselves away; whatever is still being done for them, in any process, can then store nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from bot.domain.people import Member
from storage.models.base import table_of
from storage.models.inbox import InboxRow
from storage.models.members import MemberRow
from storage.models.outbox import OutboxRow


class Cause(NamedTuple):
    """A row, and the question whether it is there, which keeps it from being removed until the transaction ends."""

    is_there: Select[Any]
    key: Mapping[str, Any]
    workspace_id: str
    """Whose row it is; not always the workspace in which something is done because of it."""
    is_redone: bool = False
    """Whether all of it is done again when it isn't known to be done: an event stays until it is."""

    def is_held(self, connection: Connection) -> bool:
        """Keep it there for this transaction; False when it is gone."""
        return connection.scalar(self.is_there, self.key) is not None


def _is_there(row: type[InboxRow | OutboxRow | MemberRow], *key: str) -> Select[Any]:
    table = table_of(row)
    query = select(table.c.workspace_id).where(*(table.c[name] == bindparam(name) for name in key))
    return query.with_for_update(read=True, key_share=True)


_STORED = {row.__tablename__: _is_there(row, "id") for row in (InboxRow, OutboxRow)}
_PERSON = _is_there(MemberRow, "workspace_id", "user_id")
#: Whoever comes back after having everything deleted meets the bot anew.
_WHO_MET = _is_there(MemberRow, "workspace_id", "user_id", "met_at")
_CURRENT: ContextVar[Cause | None] = ContextVar("cause", default=None)


def current() -> Cause | None:
    """What everything is done because of at this moment, as far as anybody said."""
    return _CURRENT.get()


@contextmanager
def stored(queue: str, item_id: int, workspace_id: str, *, is_redone: bool) -> Iterator[None]:
    """Within this everything is done because of this piece of stored work."""
    before = _CURRENT.set(Cause(_STORED[queue], {"id": item_id}, workspace_id, is_redone=is_redone))
    try:
        yield
    finally:
        _CURRENT.reset(before)


def asked_by(member: Member | None) -> None:
    """Until this task ends everything is done because of a request of this person, if the bot knows them."""
    cause = None
    if member is not None:
        key = member.model_dump(include={"workspace_id", "user_id", *(("met_at",) if member.met_at else ())})
        cause = Cause(_WHO_MET if member.met_at else _PERSON, key, member.workspace_id)
    _CURRENT.set(cause)
