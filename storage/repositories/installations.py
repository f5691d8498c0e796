"""Queries on installations, and on installing as it is under way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from bot.domain.installations import FreshTokens, Installation
from storage.models.installations import InstallationRow, OAuthStateRow
from storage.repositories.base import CrossWorkspaceRepository, insert_or_change


class Installations(CrossWorkspaceRepository):
    """Where the app is installed."""

    async def get(self, enterprise_id: str, team_id: str) -> Installation | None:
        """The installation of this workspace, or without a team that of this organisation."""
        row = await self._session.get(InstallationRow, (enterprise_id, team_id))
        return _value(row) if row else None

    async def serving(self, team_id: str, enterprise_id: str | None) -> Installation | None:
        """What serves this workspace: its own installation, else that of its organisation."""
        row = await self._session.scalar(
            select(InstallationRow).where(InstallationRow.team_id == team_id, InstallationRow.team_id != "")
        )
        if row is None and enterprise_id:
            row = await self._session.get(InstallationRow, (enterprise_id, ""))
        return _value(row) if row else None

    async def put(self, installation: Installation) -> None:
        """Store an installation; a new one takes the place of an earlier one of the same workspace."""
        if installation.team_id:
            await self.remove("", installation.team_id)
        values = _columns(installation) | {"refreshing_until": None}
        await self._session.execute(insert_or_change(self._session, InstallationRow, values), values)

    async def remove(self, enterprise_id: str, team_id: str) -> None:
        """Forget an installation and its tokens: a workspace's by its team, an organisation's without one."""
        which = (
            InstallationRow.team_id == team_id
            if team_id
            else (InstallationRow.enterprise_id == enterprise_id) & (InstallationRow.team_id == "")
        )
        await self._session.execute(delete(InstallationRow).where(which))

    async def expiring(self, before: datetime, now: datetime, limit: int = 100) -> Sequence[Installation]:
        """Those whose token ends before then and which nobody is exchanging."""
        rows = await self._session.scalars(
            select(InstallationRow)
            .where(InstallationRow.expires_at < before, _unclaimed(now))
            .order_by(InstallationRow.expires_at)
            .limit(limit)
        )
        return [_value(row) for row in rows]

    async def claim_refresh(self, installation: Installation, now: datetime, lease: timedelta) -> bool:
        """Take the exchange of a token upon oneself; False when another does it, or has done it."""
        result = await self._session.execute(
            update(InstallationRow)
            .where(*_key(installation), InstallationRow.expires_at == installation.expires_at, _unclaimed(now))
            .values(refreshing_until=now + lease)
        )
        return bool(result.rowcount)  # type: ignore[attr-defined]

    async def refreshed(self, installation: Installation, tokens: FreshTokens, now: datetime) -> None:
        """Store what the exchange brought."""
        await self._session.execute(
            update(InstallationRow)
            .where(*_key(installation))
            .values(
                bot_token=tokens.bot_token.get_secret_value(),
                refresh_token=tokens.refresh_token.get_secret_value(),
                expires_at=now + tokens.lasts,
                refreshing_until=None,
            )
        )

    async def forget_installer(self, team_id: str, user_id: str) -> None:
        """Forget that this person installed the app in this workspace; it stays installed."""
        await self._session.execute(
            update(InstallationRow)
            .where(InstallationRow.team_id == team_id, InstallationRow.installed_by == user_id)
            .values(installed_by=None)
        )


class OAuthStates(CrossWorkspaceRepository):
    """Installations that were begun. Each state is taken once, or runs out."""

    async def add(self, digest: str, expires_at: datetime) -> None:
        """Note that one was begun."""
        self._session.add(OAuthStateRow(digest=digest, expires_at=expires_at))
        await self._session.flush()

    async def take(self, digest: str, now: datetime) -> bool:
        """Use a state up; False when it is unknown, used or too old."""
        result = await self._session.execute(
            delete(OAuthStateRow).where(OAuthStateRow.digest == digest, OAuthStateRow.expires_at > now)
        )
        return bool(result.rowcount)  # type: ignore[attr-defined]

    async def forget_old(self, now: datetime) -> None:
        """Remove those that have run out."""
        await self._session.execute(delete(OAuthStateRow).where(OAuthStateRow.expires_at <= now))


def _key(installation: Installation) -> tuple[Any, ...]:
    return (
        InstallationRow.enterprise_id == installation.enterprise_id,
        InstallationRow.team_id == installation.team_id,
    )


def _unclaimed(now: datetime) -> Any:
    return or_(InstallationRow.refreshing_until.is_(None), InstallationRow.refreshing_until <= now)


def _columns(installation: Installation) -> dict[str, Any]:
    secret = {
        "bot_token": installation.bot_token.get_secret_value(),
        "refresh_token": installation.refresh_token.get_secret_value() if installation.refresh_token else None,
    }
    return installation.model_dump(exclude={"bot_token", "refresh_token"}) | secret


def _value(row: InstallationRow) -> Installation:
    return Installation.model_validate({name: getattr(row, name) for name in Installation.model_fields})
