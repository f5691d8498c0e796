"""Where a record stands, reckoned by the database."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, or_, select

from bot.domain.evidence import ConfirmationState, EntryStatus, SourceState
from bot.domain.gaps import STRONG, Standing
from bot.domain.strength import Strength
from bot.domain.tagging import Dimension, Kind
from storage.models.entries import ConfirmationRow, EntryRow
from storage.repositories.base import WorkspaceRepository

SAID_YES = (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED)

_confirmed = exists().where(ConfirmationRow.entry_id == EntryRow.id, ConfirmationRow.state.in_(SAID_YES))
_linked = or_(
    cast(EntryRow.links, Text) != "[]",
    and_(EntryRow.source_permalink.is_not(None), EntryRow.source_state != SourceState.DELETED),
)
#: The same rule as `bot.domain.strength.strength_of`; a test holds the two together.
entry_strength = case(
    (_confirmed, int(Strength.CONFIRMED)),
    (and_(EntryRow.number != "", EntryRow.baseline != ""), int(Strength.NUMBER)),
    (EntryRow.outcome != "", int(Strength.OUTCOME)),
    (_linked, int(Strength.LINKED)),
    else_=int(Strength.CLAIM),
)


class Standings(WorkspaceRepository):
    """What a person's kept entries amount to."""

    async def of(self, user_id: str) -> tuple[Standing, ...]:
        """One standing for each of the six dimensions, in the article's order."""
        strength = entry_strength.label("strength")
        rows = await self._session.execute(
            select(EntryRow.dimensions, strength, func.count(), func.max(EntryRow.occurred_on))
            .where(*self._kept(user_id), EntryRow.kind != Kind.NONE)
            .group_by(EntryRow.dimensions, strength)
        )
        found: dict[Dimension, list[tuple[int, int, date]]] = {dimension: [] for dimension in Dimension}
        for dimensions, reached, count, last_on in rows:
            for dimension in dimensions:
                found[dimension].append((reached, count, last_on))
        return tuple(
            Standing(
                dimension=dimension,
                count=sum(count for _, count, _ in groups),
                strong=sum(count for reached, count, _ in groups if reached >= STRONG),
                best=max((Strength(reached) for reached, _, _ in groups), default=None),
                last_on=max((day for _, _, day in groups), default=None),
            )
            for dimension, groups in found.items()
        )

    def _kept(self, user_id: str) -> tuple[ColumnElement[bool], ...]:
        return (
            EntryRow.workspace_id == self._workspace_id,
            EntryRow.user_id == user_id,
            EntryRow.status == EntryStatus.KEPT,
        )
