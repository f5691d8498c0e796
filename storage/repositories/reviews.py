"""Queries on quarterly self-reviews."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.reviews import Review
from storage.models.reviews import ReviewRow
from storage.repositories.base import WorkspaceRepository


class Reviews(WorkspaceRepository):
    """The self-reviews of one workspace."""

    async def get(self, user_id: str, quarter: str) -> Review | None:
        """This person's review of this quarter."""
        row = await self._session.scalar(
            select(ReviewRow).where(
                ReviewRow.workspace_id == self._workspace_id,
                ReviewRow.user_id == user_id,
                ReviewRow.quarter == quarter,
            )
        )
        return Review.model_validate(row) if row else None

    async def list(self, user_id: str) -> Sequence[Review]:
        """This person's reviews, the latest quarter first."""
        rows = await self._session.scalars(
            select(ReviewRow)
            .where(ReviewRow.workspace_id == self._workspace_id, ReviewRow.user_id == user_id)
            .order_by(ReviewRow.quarter.desc())
        )
        return [Review.model_validate(row) for row in rows]

    async def put(self, review: Review) -> None:
        """Store a review; doing a quarter again replaces what was taken from it before."""
        changing = ("focus", "reflection", "updated_at")
        key = ("workspace_id", "user_id", "quarter")
        await self._put(ReviewRow, review.model_dump(), changing, key=key)
