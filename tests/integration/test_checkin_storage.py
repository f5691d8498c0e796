"""Check-ins on real databases: what the queries promise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.bets import Bet, settled
from bot.domain.checkins import Answer, Asked, Checkin, CheckinState, Plan, turned_on
from bot.domain.evidence import (
    Confirmation,
    ConfirmationState,
    Entry,
    EntryStatus,
    Link,
    LinkType,
    Source,
    SourceState,
    SourceType,
)
from bot.domain.gaps import standings
from bot.domain.questions import Choice, Record, Why
from bot.domain.schedule import Cadence, Hours, Rhythm, Weekday
from bot.domain.tagging import DIMENSIONS_OF, Dimension, Kind
from bot.domain.workspaces import Workspace
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """A migrated database with two people in one workspace."""
    engine: AsyncEngine = create_engine(database_url)
    await upgrade(engine)
    storage = Storage(engine)
    async with storage.machinery() as work:
        await work.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=NOW))
        await work.commit()
    async with storage.work("T1") as work:
        for user in ("U1", "U2"):
            await work.members.ensure(user)
        await work.commit()
    yield storage
    await storage.close()


def checkin(number: int, user: str = "U1", **changes: object) -> Checkin:
    values: dict[str, object] = {
        "id": f"chk_{number}",
        "workspace_id": "T1",
        "user_id": user,
        "period": "2026-W48",
        "state": CheckinState.DUE,
        "zone": "Europe/Lisbon",
        "due_at": NOW,
        "created_at": NOW,
    }
    return Checkin.model_validate(values | changes)


def entry(serial: int, kind: Kind, **changes: object) -> Entry:
    return Entry(
        id=f"ent_{serial}",
        workspace_id="T1",
        user_id="U1",
        text="Paired until the deploy went through",
        kind=kind,
        dimensions=DIMENSIONS_OF[kind],
        occurred_on=changes.pop("occurred_on", date(2026, 11, 1)),  # type: ignore[arg-type]
        created_at=NOW,
        updated_at=NOW,
        source=changes.pop("source", Source(type=SourceType.COMMAND)),  # type: ignore[arg-type]
        **changes,  # type: ignore[arg-type]
    )


async def test_a_plan_comes_back_as_it_was_stored(storage: Storage) -> None:
    hours = Hours(days=(Weekday.SATURDAY, Weekday.SUNDAY))
    rhythm = Rhythm(cadence=Cadence.MONTHLY, day=Weekday.SUNDAY, hours=hours, anchor=date(2026, 2, 3))
    plan = Plan(workspace_id="T1", user_id="U1", rhythm=rhythm, focus=Dimension.SCOPE, paused_until=date(2027, 1, 1))
    plan = turned_on(plan, "Pacific/Apia", NOW).model_copy(update={"unanswered": 2, "is_awaited": True})
    async with storage.work("T1") as work:
        await work.plans.put(plan)
        await work.commit()
    async with storage.reading("T1") as work:
        assert await work.plans.get("U1") == plan
        assert not (await work.plans.get("U2")).is_on


async def test_a_period_has_one_check_in_whoever_adds_it(storage: Storage) -> None:
    async with storage.work("T1") as work:
        assert await work.checkins.add(checkin(1))
        assert not await work.checkins.add(checkin(2))
        await work.commit()
    async with storage.machinery() as work:
        added = await work.checkins.add_all([checkin(3), checkin(4, period="2026-W49"), checkin(5, "U2")])
        await work.commit()
    assert added == {"chk_4", "chk_5"}


async def test_only_what_is_due_is_taken_the_longest_due_first(storage: Storage) -> None:
    async with storage.work("T1") as work:
        for user in ("U1", "U2"):
            await work.plans.put(turned_on(Plan(workspace_id="T1", user_id=user), "Europe/Lisbon", NOW))
        await work.commit()
    async with storage.machinery() as work:
        assert await work.plans.take(NOW, 10) == []
        assert len(await work.plans.take(NOW + timedelta(days=7), 10)) == 2


async def test_standings_are_reckoned_as_the_domain_reckons_them(storage: Storage) -> None:
    there = Source(type=SourceType.REACTION, permalink="https://acme.slack.com/p1")
    gone = there.model_copy(update={"state": SourceState.DELETED})
    said_yes = Confirmation(by="U2", state=ConfirmationState.CONFIRMED, at=NOW)
    asked = said_yes.model_copy(update={"state": ConfirmationState.ASKED})
    link = Link(url="https://github.com/a/b/pull/1", type=LinkType.PULL_REQUEST)
    entries = [
        entry(1, Kind.UNBLOCK),
        entry(2, Kind.UNBLOCK, links=(link,)),
        entry(3, Kind.GUIDANCE, source=there),
        entry(4, Kind.GUIDANCE, source=gone, occurred_on=date(2026, 5, 1)),
        entry(5, Kind.COHERENCE, outcome="One queue"),
        entry(6, Kind.COHERENCE, number="6 minutes"),
        entry(7, Kind.ALIGNMENT, number="6 minutes", baseline="14 minutes"),
        entry(8, Kind.MENTORING, confirmations=(said_yes,)),
        entry(9, Kind.MENTORING, confirmations=(asked,)),
        entry(10, Kind.LONG_TERM_BET, status=EntryStatus.WITHDRAWN, outcome="x"),
        entry(11, Kind.DELIVERY, outcome="Shipped"),
        entry(12, Kind.NONE),
    ]
    async with storage.work("T1") as work:
        for each in entries:
            await work.entries.add(each, each.id)
        await work.commit()
    async with storage.reading("T1") as work:
        reckoned = await work.standings.of("U1")
        assert await work.standings.of("U2") == standings([])
    assert reckoned == standings(each for each in entries if each.status is EntryStatus.KEPT)


async def test_an_entry_deleted_for_good_takes_its_answer_and_its_bet_with_it(storage: Storage) -> None:
    bet = Bet(
        id="bet_1",
        workspace_id="T1",
        user_id="U1",
        entry_id="ent_1",
        expects="it holds",
        sure=70,
        made_on=NOW.date(),
        look_again_on=date(2027, 1, 1),
        created_at=NOW,
    )
    answer = Answer(
        id="ans_1",
        workspace_id="T1",
        user_id="U1",
        checkin_id="chk_1",
        number=1,
        text="words",
        entry_id="ent_1",
        created_at=NOW,
        updated_at=NOW,
    )
    async with storage.work("T1") as work:
        await work.entries.add(entry(1, Kind.UNBLOCK), "key")
        await work.checkins.add(checkin(1))
        await work.answers.put(answer)
        await work.bets.put(bet)
        await work.commit()
    async with storage.work("T1") as work:
        await work.entries.delete("U1", "ent_1")
        await work.commit()
    async with storage.reading("T1") as work:
        assert await work.answers.list("U1", "chk_1") == []
        assert await work.bets.list("U1") == []


async def test_a_stored_prediction_cannot_be_rewritten(storage: Storage) -> None:
    bet = Bet(
        id="bet_1",
        workspace_id="T1",
        user_id="U1",
        entry_id="ent_1",
        expects="as it was written",
        sure=70,
        made_on=NOW.date(),
        look_again_on=date(2027, 1, 1),
        created_at=NOW,
    )
    async with storage.work("T1") as work:
        await work.entries.add(entry(1, Kind.LONG_TERM_BET), "key")
        await work.bets.put(bet)
        later = settled(bet, held=True, today=date(2027, 1, 2))
        await work.bets.put(later.model_copy(update={"expects": "something cleverer", "sure": 99}))
        await work.commit()
    async with storage.reading("T1") as work:
        assert await work.bets.get("U1", "bet_1") == later
        assert await work.bets.get("U2", "bet_1") is None


async def test_what_was_asked_is_remembered_with_its_last_day(storage: Storage) -> None:
    choice = Choice(question_id="unblock-who-moved", why=Why.FOCUS, dimension=Dimension.SCOPE, about_id="ent_1")
    asked = Asked(number=1, text="Who moved?", hint="Say who.", choice=choice)
    async with storage.work("T1") as work:
        await work.asked.note("U1", [asked], date(2026, 11, 1))
        await work.asked.note("U1", [asked], date(2026, 11, 8))
        await work.commit()
    async with storage.reading("T1") as work:
        record = await work.asked.fill(Record(user_id="U1"))
        other = await work.asked.fill(Record(user_id="U2"))
    assert record.asked == {"unblock-who-moved": date(2026, 11, 8)}
    assert record.followed_up == {"ent_1": date(2026, 11, 8)}
    assert record.asked_about == {Dimension.SCOPE: date(2026, 11, 8)}
    assert other == Record(user_id="U2")
