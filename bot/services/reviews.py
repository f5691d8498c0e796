"""The quarterly self-review."""

from __future__ import annotations

from bot.domain.ids import new_id
from bot.domain.ports import Clock
from bot.domain.reviews import Review, ReviewPage, findings, quarter_to_review
from bot.domain.tagging import Dimension
from bot.domain.text import clean
from bot.services.people import PeopleService
from storage.unit_of_work import Storage


class ReviewService:
    """Looking back on a quarter, and choosing one focus for the next."""

    def __init__(self, storage: Storage, people: PeopleService, clock: Clock) -> None:
        self._storage, self._people, self._clock = storage, people, clock

    async def page(self, workspace_id: str, user_id: str, quarter: str | None = None) -> ReviewPage:
        """What to look back on: the given quarter, or the last one that the person has a record of."""
        today = await self._people.today(workspace_id, user_id)
        async with self._storage.reading(workspace_id) as work:
            entries = await work.entries.list(user_id)
            first_on = min((entry.occurred_on for entry in entries), default=None)
            quarter = quarter or quarter_to_review(today, first_on)
            review = await work.reviews.get(user_id, quarter)
            plan = await work.plans.get(user_id)
        found = findings(entries, quarter)
        strongest = {entry.id: entry for entry in entries if entry.id in found.strongest}
        return ReviewPage(findings=found, entries=strongest, review=review, focus=plan.focus)

    async def save(
        self, workspace_id: str, user_id: str, quarter: str, *, focus: Dimension | None, reflection: str
    ) -> Review:
        """Keep what the person took from it; the focus leans the choice of questions from now on."""
        now = self._clock.now()
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            known = await work.reviews.get(user_id, quarter)
            review = Review(
                id=known.id if known else new_id("rev", now),
                workspace_id=workspace_id,
                user_id=user_id,
                quarter=quarter,
                focus=focus,
                reflection=clean(reflection),
                created_at=known.created_at if known else now,
                updated_at=now,
            )
            await work.reviews.put(review)
            plan = await work.plans.get(user_id)
            await work.plans.put(plan.model_copy(update={"focus": focus}))
            await work.commit()
        return review
