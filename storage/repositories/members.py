"""Queries on the people of one workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from bot.domain.people import Member, Profile
from storage.models.base import table_of
from storage.models.members import MemberRow
from storage.repositories.base import WorkspaceRepository, insert_or_leave

#: Asked for at every step, so put together once and past the mapping.
_MEMBERS = table_of(MemberRow).c
_MEMBER = select(*_MEMBERS).where(
    _MEMBERS.workspace_id == bindparam("workspace_id"), _MEMBERS.user_id == bindparam("user_id")
)


class Members(WorkspaceRepository):
    """The people of one workspace."""

    async def get(self, user_id: str) -> Member | None:
        """The person with this Slack id, if the bot has heard of them."""
        found = await self._session.execute(_MEMBER, {"workspace_id": self._workspace_id, "user_id": user_id})
        row = found.mappings().one_or_none()
        return Member.model_validate(dict(row)) if row else None

    async def ensure(self, user_id: str) -> Member:
        """The person with this Slack id, made known if they were not."""
        known = await self.get(user_id)
        if known is not None:
            return known
        key = {"workspace_id": self._workspace_id, "user_id": user_id}
        await self._session.execute(insert_or_leave(self._session, MemberRow), key)
        known = await self.get(user_id)
        if known is None:
            raise LookupError(user_id)
        return known

    async def names(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """The display names of those of these people that are known."""
        if not user_ids:
            return {}
        rows = await self._session.execute(
            select(MemberRow.user_id, MemberRow.name).where(
                MemberRow.workspace_id == self._workspace_id,
                MemberRow.user_id.in_(user_ids),
                MemberRow.name != "",
            )
        )
        return {row.user_id: row.name for row in rows}

    async def all_names(self) -> Mapping[str, str]:
        """The display names of everyone here whose name is known."""
        rows = await self._session.execute(
            select(MemberRow.user_id, MemberRow.name)
            .where(MemberRow.workspace_id == self._workspace_id, MemberRow.name != "")
            .order_by(MemberRow.user_id)
        )
        return {row.user_id: row.name for row in rows}

    async def called(self, part: str) -> Mapping[str, str]:
        """Those whose display name has this in it, by id."""
        known = await self.all_names()
        return {user: name for user, name in known.items() if part.casefold() in name.casefold()}

    async def put_profile(self, profile: Profile, now: datetime) -> None:
        """Store what Slack says of a person; a zone that Slack no longer gives stays as last known."""
        values = _said_of(profile, now)
        await self._put(MemberRow, values | {"user_id": profile.user_id}, values)

    async def renew(self, profile: Profile, now: datetime) -> None:
        """As `put_profile`, for a person who is known; whoever isn't, or is no longer, stays unknown."""
        await self.set(profile.user_id, **_said_of(profile, now))

    async def set(self, user_id: str, **values: object) -> None:
        """Change some of the person's own settings."""
        await self._session.execute(
            update(MemberRow)
            .where(MemberRow.workspace_id == self._workspace_id, MemberRow.user_id == user_id)
            .values(**values)
        )

    async def meet(self, user_id: str, now: datetime) -> bool:
        """Note that the person has now met the bot. True the first time."""
        result = await self._session.execute(
            update(MemberRow)
            .where(
                MemberRow.workspace_id == self._workspace_id,
                MemberRow.user_id == user_id,
                MemberRow.met_at.is_(None),
            )
            .values(met_at=now)
        )
        return bool(result.rowcount)  # type: ignore[attr-defined]

    async def forget(self, user_id: str) -> None:
        """Remove the person with everything that hangs on them."""
        await self._session.execute(
            delete(MemberRow).where(MemberRow.workspace_id == self._workspace_id, MemberRow.user_id == user_id)
        )


def _said_of(profile: Profile, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {"name": profile.name, "is_active": profile.is_active, "profile_read_at": now}
    return values | {"zone": profile.zone} if profile.zone else values
