"""Check-ins on real databases: what the queries promise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.bets import Bet, asking, settled
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
from bot.domain.people import Profile
from bot.domain.questions import Choice, Matter, Why
from bot.domain.schedule import Cadence, Hours, Rhythm, Weekday
from bot.domain.tagging import DIMENSIONS_OF, Dimension, Kind
from bot.domain.workspaces import Workspace
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.repositories.choosing import EVERYTHING
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


def a_bet(number: int, *, look_again_on: date, asks: bool = True, asked_on: date | None = None) -> Bet:
    bet = Bet(
        id=f"bet_{number}",
        workspace_id="T1",
        user_id="U1",
        entry_id=f"ent_{number}",
        expects="it holds",
        sure=70,
        made_on=look_again_on - timedelta(days=30),
        look_again_on=look_again_on,
        asked_on=asked_on,
        created_at=NOW,
    )
    return asking(bet, asks=asks)


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
        for_choosing = await work.choosing.record("U1", NOW.date(), level="staff", focus=None)
        assert (await work.choosing.record("U2", NOW.date(), level="staff", focus=None)).standings == standings([])
    assert reckoned == standings(each for each in entries if each.status is EntryStatus.KEPT)
    assert for_choosing.standings == tuple(each.model_copy(update={"best": None}) for each in reckoned)


async def test_choosing_sees_what_can_be_followed_up_the_most_worth_it_first(storage: Storage) -> None:
    today = NOW.date()
    bets = [
        a_bet(1, look_again_on=today),
        a_bet(2, look_again_on=today - timedelta(days=9), asked_on=today - timedelta(days=8)),
        a_bet(3, look_again_on=today - timedelta(days=5)),
        a_bet(4, look_again_on=today - timedelta(days=5), asks=False),
        a_bet(5, look_again_on=today + timedelta(days=1)),
        settled(a_bet(6, look_again_on=today - timedelta(days=50)), held=True, today=today),
        a_bet(7, look_again_on=today - timedelta(days=60), asked_on=today - timedelta(weeks=6)),
    ]
    entries = [
        *(entry(each, Kind.LONG_TERM_BET, outcome="It held") for each in range(1, 8)),
        entry(11, Kind.UNBLOCK, occurred_on=today - timedelta(days=4)),
        entry(12, Kind.UNBLOCK, occurred_on=today - timedelta(days=20)),
        entry(13, Kind.UNBLOCK, occurred_on=today - timedelta(days=2)),
        entry(14, Kind.UNBLOCK, occurred_on=today - timedelta(days=91)),
        entry(15, Kind.DELIVERY, occurred_on=today - timedelta(days=9)),
        entry(21, Kind.UNBLOCK, status=EntryStatus.DRAFT, occurred_on=today),
        entry(22, Kind.UNBLOCK, status=EntryStatus.DRAFT, occurred_on=today - timedelta(days=3)),
    ]
    async with storage.work("T1") as work:
        for each in entries:
            await work.entries.add(each, each.id)
        for bet in bets:
            await work.bets.put(bet)
        await work.commit()
    async with storage.reading("T1") as work:
        record = await work.choosing.record("U1", today, level="staff", focus=None)
    found = {matter: [each.id for each in record.open[matter]] for matter in Matter}
    assert found == {
        Matter.BET: ["bet_7", "bet_3", "bet_1"],
        Matter.DRAFT: ["ent_22", "ent_21"],
        Matter.ENTRY: ["ent_11", "ent_12"],
    }


async def test_choosing_goes_by_the_indexes_made_for_it_without_statistics_too(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/plan.db")
    await upgrade(engine)
    async with engine.connect() as connection:
        values = dict.fromkeys(("today", "rested", "since", "until"), NOW.date())
        statement = EVERYTHING.params(workspace="T1", user="U1", **values).compile(
            engine.sync_engine, compile_kwargs={"literal_binds": True}
        )
        plan = [row[3] for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
    await engine.dispose()
    for index in ("ix_entries_choosing", "ix_entries_outcome"):
        assert any(f"INDEX {index} " in step for step in plan)


async def test_only_bets_whose_time_has_come_are_taken_with_their_owners_plan_and_zone(storage: Storage) -> None:
    async with storage.work("T1") as work:
        await work.members.put_profile(Profile(user_id="U1", name="sam", zone="Asia/Tokyo"), NOW)
        for number in range(1, 4):
            await work.entries.add(entry(number, Kind.LONG_TERM_BET), f"key{number}")
        await work.bets.put(a_bet(1, look_again_on=NOW.date()))
        await work.bets.put(a_bet(2, look_again_on=NOW.date() + timedelta(days=2)))
        await work.bets.put(a_bet(3, look_again_on=NOW.date(), asks=False))
        await work.commit()
    async with storage.machinery() as work:
        ((bet, plan, zone),) = await work.bets.take(NOW, 10)
        assert (bet.id, plan.is_on, zone) == ("bet_1", False, "Asia/Tokyo")
        await work.bets.wait_until({bet.id: NOW + timedelta(hours=1)})
        await work.commit()
    async with storage.machinery() as work:
        assert await work.bets.take(NOW, 10) == []
        assert len(await work.bets.take(NOW + timedelta(hours=1), 10)) == 1


async def test_asking_nothing_is_about_all_of_ones_own_bets_and_nobody_elses(storage: Storage) -> None:
    async with storage.work("T1") as work:
        for number, user in ((1, "U1"), (2, "U1"), (3, "U2")):
            await work.entries.add(entry(number, Kind.LONG_TERM_BET).model_copy(update={"user_id": user}), f"k{number}")
            bet = a_bet(number, look_again_on=NOW.date() + timedelta(days=9))
            await work.bets.put(bet.model_copy(update={"user_id": user}))
        await work.bets.ask_nothing("U1")
        await work.commit()
    async with storage.reading("T1") as work:
        assert [(bet.asks, bet.ask_at) for bet in await work.bets.list("U1")] == [(False, None)] * 2
        (others,) = await work.bets.list("U2")
    assert others.asks
    assert others.ask_at is not None


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
        record = await work.choosing.record("U1", NOW.date(), level="staff", focus=None)
        other = await work.choosing.record("U2", NOW.date(), level="staff", focus=None)
    assert record.asked == {"unblock-who-moved": date(2026, 11, 8)}
    assert record.followed_up == {"ent_1": date(2026, 11, 8)}
    assert record.asked_about == {Dimension.SCOPE: date(2026, 11, 8)}
    assert (other.asked, other.followed_up, other.asked_about) == ({}, {}, {})
