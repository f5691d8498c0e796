"""One piece of work against the database: all of it is committed, or none."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from bot.domain.errors import Forgotten
from storage import cause, row_security
from storage.arrivals import Arrivals
from storage.engine import IS_REDONE, READ_ONLY, TAKES_LONG
from storage.repositories.audit import Audit
from storage.repositories.bets import Bets, DueBets
from storage.repositories.checkins import Answers, AskedBefore, Checkins, DueCheckins
from storage.repositories.choosing import Choosing
from storage.repositories.confirm_requests import ConfirmRequests
from storage.repositories.corrections import Corrections
from storage.repositories.credits import Credits
from storage.repositories.entries import Entries
from storage.repositories.inbox import Arrived, Inbox
from storage.repositories.installations import Installations, OAuthStates
from storage.repositories.ladders import Ladders
from storage.repositories.layers import Layers, LayersEverywhere
from storage.repositories.marks import Marks
from storage.repositories.members import Members
from storage.repositories.outbox import LEFT, Outbox, Post
from storage.repositories.plans import DuePlans, Plans
from storage.repositories.projects import OpenShares, PacketDrafts, Projects, Shares
from storage.repositories.removal import Removal
from storage.repositories.reviews import Reviews
from storage.repositories.search import Search, Unplaced
from storage.repositories.standings import Standings
from storage.repositories.sweeping import Sweeping
from storage.repositories.traces import PersonTraces
from storage.repositories.watching import Watching
from storage.repositories.workspaces import Workspaces


class _WalledSession(Session):
    """A session whose transactions tell PostgreSQL whose workspace they work in."""


#: Where a session holds whose workspace it works in, whether it finds rows by going along an index, and its cause.
_WHOSE, _IN_ORDER, _CAUSE = "workspace_id", "in_order", "cause"
#: Where it notes that its cause is gone.
_IS_FORGOTTEN = "is_forgotten"


@event.listens_for(_WalledSession, "after_begin")
def _enter(session: Session, _transaction: object, connection: Connection) -> None:
    whose, because_of = session.info[_WHOSE], session.info[_CAUSE]
    if because_of is not None:
        row_security.enter(connection, because_of.workspace_id)
        if not because_of.is_held(connection):
            # Whoever goes on all the same stores nothing either.
            session.info[_IS_FORGOTTEN] = True
            raise Forgotten
    if because_of is None or because_of.workspace_id != whose:
        row_security.enter(connection, whose, in_order=session.info[_IN_ORDER])


R = TypeVar("R")


class _Repository(Generic[R]):
    """A repository of a unit of work, made when it is first asked for: of thirty, a unit asks two or three."""

    def __init__(self, kind: Callable[..., R]) -> None:
        self._kind = kind

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, work: _Work, _owner: type) -> R:
        made = self._kind(*work.belongs_to)
        # From here on it is found there first.
        work.__dict__[self._name] = made
        return made


class _Work:
    """Opens a session and rolls back unless `commit` was called.

    Each transaction tells the database whose workspace it works in; `None` is the machinery.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        workspace_id: str | None,
        told: Callable[[], None],
        *,
        in_order: bool = False,
        because_of: cause.Cause | None = None,
    ) -> None:
        self._told = told
        info = {_WHOSE: workspace_id, _IN_ORDER: in_order, _CAUSE: because_of}
        self._session = AsyncSession(engine, sync_session_class=_WalledSession, expire_on_commit=False, info=info)
        #: What its repositories are made with.
        self.belongs_to: tuple[Any, ...] = (self._session,)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Closing rolls back what was not committed, also when the task is being cancelled.
        await self._session.close()

    async def commit(self) -> None:
        """Make everything done so far last; who sends what was left for Slack is told."""
        if self._session.info.get(_IS_FORGOTTEN):
            raise Forgotten
        await self._session.commit()
        if self._session.info.pop(LEFT, False):
            self._told()


class WorkspaceWork(_Work):
    """Work within one workspace."""

    entries = _Repository(Entries)
    members = _Repository(Members)
    marks = _Repository(Marks)
    credits = _Repository(Credits)
    corrections = _Repository(Corrections)
    layers = _Repository(Layers)
    plans = _Repository(Plans)
    checkins = _Repository(Checkins)
    answers = _Repository(Answers)
    asked = _Repository(AskedBefore)
    choosing = _Repository(Choosing)
    standings = _Repository(Standings)
    bets = _Repository(Bets)
    reviews = _Repository(Reviews)
    projects = _Repository(Projects)
    packet_drafts = _Repository(PacketDrafts)
    confirm_requests = _Repository(ConfirmRequests)
    shares = _Repository(Shares)
    ladders = _Repository(Ladders)
    search = _Repository(Search)
    arrived = _Repository(Arrived)
    post = _Repository(Post)
    audit = _Repository(Audit)
    traces = _Repository(PersonTraces)

    def __init__(
        self,
        engine: AsyncEngine,
        workspace_id: str,
        told: Callable[[], None],
        *,
        because_of: cause.Cause | None = None,
    ) -> None:
        super().__init__(engine, workspace_id, told, because_of=because_of)
        self.workspace_id = workspace_id
        self.belongs_to = (self._session, workspace_id)


class CrossWorkspaceWork(_Work):
    """Work of the machinery, which serves all workspaces."""

    workspaces = _Repository(Workspaces)
    installations = _Repository(Installations)
    oauth_states = _Repository(OAuthStates)
    removal = _Repository(Removal)
    sweeping = _Repository(Sweeping)
    watching = _Repository(Watching)
    inbox = _Repository(Inbox)
    outbox = _Repository(Outbox)
    layers = _Repository(LayersEverywhere)
    plans = _Repository(DuePlans)
    checkins = _Repository(DueCheckins)
    bets = _Repository(DueBets)
    open_shares = _Repository(OpenShares)
    unplaced = _Repository(Unplaced)

    def __init__(self, engine: AsyncEngine, told: Callable[[], None], *, in_order: bool = False) -> None:
        super().__init__(engine, None, told, in_order=in_order)


def _nobody() -> None:
    """Nobody sends what is left: another process may."""


class Storage:
    """The way into the database for services."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._reading_a_little = engine.execution_options(**{READ_ONLY: True})
        self._reading = engine.execution_options(**{READ_ONLY: True, TAKES_LONG: True})
        self._long = engine.execution_options(**{TAKES_LONG: True})
        self._redone = engine.execution_options(**{IS_REDONE: True})
        self.arrivals = Arrivals(engine)
        self._told: Callable[[], None] = _nobody

    def when_left(self, told: Callable[[], None]) -> None:
        """Have this told, by each commit of this process, that something was left for Slack."""
        self._told = told

    def work(self, workspace_id: str, *, takes_long: bool = False) -> WorkspaceWork:
        """Work that may write, within one workspace; on SQLite the loop waits for what doesn't say it `takes_long`.

        Each transaction's first statement raises `Forgotten` when what it is done because of (`storage.cause`) is gone.
        """
        because_of = cause.current()
        engine = self._redone if because_of and because_of.is_redone else self.engine
        return WorkspaceWork(self._long if takes_long else engine, workspace_id, self._told, because_of=because_of)

    def removing(self, workspace_id: str) -> WorkspaceWork:
        """Work that takes away what other work is done because of; it takes long, and has no cause itself."""
        return WorkspaceWork(self._long, workspace_id, self._told)

    def reading(self, workspace_id: str, *, little: bool = False) -> WorkspaceWork:
        """Work that only reads, within one workspace; on SQLite it waits for no writer.

        A `little` is a few rows by their keys: on SQLite the loop waits for them, which is far sooner done.
        """
        return WorkspaceWork(self._reading_a_little if little else self._reading, workspace_id, self._told)

    def machinery(self, *, takes_long: bool = False) -> CrossWorkspaceWork:
        """Work across all workspaces, for the workers and for installing; `takes_long` as for `work`."""
        return CrossWorkspaceWork(self._long if takes_long else self.engine, self._told)

    def taking(self, *, is_redone: bool) -> CrossWorkspaceWork:
        """Work of the machinery that takes the oldest of what waits.

        Where what is taken may as well be done again, taking it needn't have reached SQLite's disk.

        PostgreSQL goes along the index there, whatever its statistics say: they are of before a crowd came, and by
        them it would read and sort all that wait for each few that are taken (73 ms for 19,000, and 1.5 so).
        """
        return CrossWorkspaceWork(self._redone if is_redone else self.engine, self._told, in_order=True)

    def machinery_reading(self, *, little: bool = False) -> CrossWorkspaceWork:
        """Reading across all workspaces; a `little` as for `reading`."""
        return CrossWorkspaceWork(self._reading_a_little if little else self._reading, self._told)

    async def empty_log(self) -> bool:
        """Bring all that SQLite has in its log into the file, and leave the log empty; False while somebody uses it."""
        async with self.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute("PRAGMA busy_timeout = 0")
            try:
                rows = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await driver.execute(f"PRAGMA busy_timeout = {driver.patience}")
        return not next(iter(rows))[0]

    async def close(self) -> None:
        """Give all connections back."""
        await self.arrivals.close()
        await self.engine.dispose()
