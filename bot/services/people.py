"""Knowing the people the bot serves: their name, their zone, whether they are still there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from bot.domain.errors import TryLater, Unreachable
from bot.domain.outgoing import FirstMeeting
from bot.domain.people import Member, Profile
from bot.domain.ports import Clock, Slack
from storage import cause
from storage.unit_of_work import Storage, WorkspaceWork

#: A profile older than this is read again before it is relied on; `user_change` keeps it fresh between.
PROFILE_AGE = timedelta(hours=24)
#: What Slack calls people who are not there, or not to be seen.
_GONE = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_USER_ID = re.compile(r"^[UW][A-Z0-9]{1,20}$")


class PeopleService:
    """Reads and keeps what Slack says of people, and each person's own settings."""

    def __init__(self, storage: Storage, slack: Slack, clock: Clock) -> None:
        self._storage, self._slack, self._clock = storage, slack, clock

    async def serve(self, workspace_id: str, user_id: str) -> None:
        """A request of this person's is answered, until this task ends.

        Once they had everything deleted meanwhile, whatever would still be stored for it raises `Forgotten`.
        """
        async with self._storage.reading(workspace_id, little=True) as work:
            cause.asked_by(await work.members.get(user_id))

    async def known(self, workspace_id: str, user_id: str) -> Member:
        """The person, with a zone and name that are at most a day old where Slack can be reached."""
        async with self._storage.reading(workspace_id, little=True) as work:
            member = await work.members.get(user_id)
        return await self.brought_up_to_date(workspace_id, user_id, member)

    async def brought_up_to_date(self, workspace_id: str, user_id: str, member: Member | None) -> Member:
        """This person, just read from the database, as `known` gives them."""
        now = self._clock.now()
        if member and member.profile_read_at and now - member.profile_read_at < PROFILE_AGE:
            return member
        try:
            profile = await self._slack.profile(workspace_id, user_id)
        except (Unreachable, TryLater):
            return member or Member(workspace_id=workspace_id, user_id=user_id)
        if member is None:
            return await self.learn(workspace_id, profile)
        # Not made known again: they may have had everything deleted just now.
        return await self.changed(workspace_id, profile) or member

    async def as_slack_says(self, workspace_id: str, user_id: str) -> Profile | None:
        """The person at this moment, status and all; what was known lately when Slack can't be asked.

        `None` for a person who is gone. Raises `TryLater` when nothing is known either.
        """
        try:
            return await self._slack.profile(workspace_id, user_id)
        except Unreachable as error:
            if error.reason in _GONE:
                return None
            raise
        except TryLater:
            async with self._storage.reading(workspace_id, little=True) as work:
                member = await work.members.get(user_id)
            read_at = member.profile_read_at if member else None
            if member is None or read_at is None or self._clock.now() - read_at > PROFILE_AGE:
                raise
            return Profile(user_id=user_id, name=member.name, zone=member.zone, is_active=member.is_active)

    async def today(self, workspace_id: str, user_id: str) -> date:
        """The day it is where this person is."""
        member = await self.known(workspace_id, user_id)
        return member.day_at(self._clock.now())

    async def learn(self, workspace_id: str, profile: Profile) -> Member:
        """Store what Slack says of a person."""
        async with self._storage.work(workspace_id) as work:
            await work.members.put_profile(profile, self._clock.now())
            member = await work.members.ensure(profile.user_id)
            await work.commit()
        return member

    async def changed(self, workspace_id: str, profile: Profile) -> Member | None:
        """Slack told of a change: kept for people the bot knows, who are returned; ignored for everyone else."""
        async with self._storage.work(workspace_id) as work:
            await work.members.renew(profile, self._clock.now())
            member = await work.members.get(profile.user_id)
            await work.commit()
        return member

    async def names(self, workspace_id: str, user_ids: Collection[str]) -> Mapping[str, str]:
        """Display names for these people; looked up in Slack where they are not known yet."""
        async with self._storage.reading(workspace_id, little=True) as work:
            names = dict(await work.members.names(user_ids))
        for user_id in set(user_ids) - set(names):
            names[user_id] = (await self.known(workspace_id, user_id)).name or user_id
        return names

    async def dm(self, workspace_id: str, user_id: str) -> str:
        """The person's direct message with the bot; Slack is asked once. Raises `Unreachable` and `TryLater`."""
        async with self._storage.reading(workspace_id, little=True) as work:
            member = await work.members.get(user_id)
        if member and member.dm:
            return member.dm
        opened = await self._slack.open_dm(workspace_id, user_id)
        await self._note_dm(workspace_id, user_id, opened)
        return opened

    async def forget_dm(self, workspace_id: str, user_id: str) -> None:
        """Ask Slack again the next time: it took nothing there."""
        await self._note_dm(workspace_id, user_id, None)

    async def set_target_level(self, workspace_id: str, user_id: str, level: str) -> None:
        """The level this person works towards, by its key in the ladder."""
        await self._set(workspace_id, user_id, target_level=level)

    async def set_wants_credits(self, workspace_id: str, user_id: str, wants: bool) -> None:
        """Whether colleagues' credits reach this person as messages."""
        await self._set(workspace_id, user_id, wants_credits=wants)

    async def invite(self, workspace_id: str, user_ids: Iterable[str]) -> None:
        """Have the bot introduce itself to these people, unless it has before."""
        invited = [user_id.strip() for user_id in user_ids if _USER_ID.match(user_id.strip())]
        if not invited:
            return
        async with self._storage.work(workspace_id) as work:
            for user_id in invited:
                await greet_on_first_use(work, await work.members.ensure(user_id), self._clock)
            await work.commit()

    async def _note_dm(self, workspace_id: str, user_id: str, dm: str | None) -> None:
        # Whoever had everything deleted stays unknown, also when that is said to them.
        async with self._storage.work(workspace_id) as work:
            await work.members.set(user_id, dm=dm)
            await work.commit()

    async def _set(self, workspace_id: str, user_id: str, **values: object) -> None:
        async with self._storage.work(workspace_id) as work:
            await work.members.ensure(user_id)
            await work.members.set(user_id, **values)
            await work.commit()


async def greet_on_first_use(work: WorkspaceWork, member: Member, clock: Clock) -> None:
    """Have the bot introduce itself, once, to a person who has just used it for the first time."""
    now = clock.now()
    if member.met_at is None and await work.members.meet(member.user_id, now):
        await work.post.add(member.user_id, FirstMeeting(), once_key=f"first-meeting:{member.user_id}", now=now)
