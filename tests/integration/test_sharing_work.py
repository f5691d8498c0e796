"""Several processes at one database: leases, lines, places, and what is handed back; on both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.errors import NotFound, Refused, TryLater, Unreachable
from bot.domain.evidence import Link, LinkType
from bot.domain.inbox import Arrival, InboxItem
from bot.domain.outgoing import Notice, OutboxItem
from bot.domain.retry import RetryPolicy, WorkState
from bot.domain.workspaces import Workspace
from bot.sandbox import ManualClock
from bot.services.inbox import InboxService
from bot.services.outbox import OutboxService
from bot.services.queues import DEAD_KEPT, ENDS, LEASE, PLACES
from bot.services.working import Worker
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.repositories.inbox import Inbox
from storage.repositories.marks import Told
from storage.unit_of_work import CrossWorkspaceWork, Storage
from tests.builders import entry
from tests.integration.databases import both_databases, database_url

__all__ = ["database_url"]
pytestmark = both_databases

Dispatch = Callable[[InboxItem], Awaitable[None]]


@pytest.fixture
async def storages(database_url: str) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two processes' ways into one database."""
    pair = (Storage(create_engine(database_url)), Storage(create_engine(database_url)))
    await upgrade(pair[0].engine)
    yield pair
    for storage in pair:
        await storage.close()


def event(number: int, *, person: str = "", workspace: str = "T1") -> Arrival:
    """An event; by default each of another person."""
    return Arrival(
        workspace_id=workspace,
        event_id=f"Ev{number}",
        fact_key=f"fact{number}",
        order_key=f"{workspace}:{person or number}",
        body=str(number),
    )


def inbox_on(
    storage: Storage, clock: ManualClock, dispatch: Dispatch, policy: RetryPolicy | None = None
) -> InboxService:
    inbox = InboxService(storage, clock, policy)
    inbox.dispatch_to(dispatch)
    return inbox


async def nothing(item: InboxItem) -> None:
    """A dispatch that succeeds."""


async def work_one_of_two(inbox: InboxService) -> None:
    """One event is worked and not yet recorded as done; another has come meanwhile."""
    await inbox.accept(event(1))
    (item,) = await inbox.take(PLACES)
    await inbox.work(item)
    await inbox.accept(event(2))


async def states(storage: Storage) -> Counter[str]:
    found: Counter[str] = Counter()
    async with storage.machinery_reading() as work:
        for state in WorkState:
            found[state] = len(await work.inbox.list(state, limit=1000))
    return +found


class Postbox:
    """A postman that remembers what it was given, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.delivered: list[tuple[str, int]] = []

    async def deliver(self, item: OutboxItem) -> None:
        self.delivered.append((item.once_key, item.attempts))
        if self.error is not None:
            raise self.error


def outbox_on(
    storage: Storage, clock: ManualClock, postman: Postbox, policy: RetryPolicy | None = None
) -> OutboxService:
    outbox = OutboxService(storage, clock, policy)
    outbox.deliver_with(postman)
    return outbox


@asynccontextmanager
async def working(inbox: InboxService) -> AsyncIterator[asyncio.Event]:
    """A worker in the background, as a process has one; stopped, and waited for, at the end."""
    stopping = asyncio.Event()
    running = asyncio.create_task(Worker(inbox, inbox.turns).run(stopping, repr))
    try:
        yield stopping
    finally:
        stopping.set()
        inbox.wake.set()
        await running


async def test_two_processes_share_the_work_and_each_piece_is_done_once(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    done: Counter[str] = Counter()
    all_done = asyncio.Event()

    async def count(item: InboxItem) -> None:
        done[item.body] += 1
        if len(done) == 120:
            all_done.set()

    first, second = (inbox_on(storage, clock, count) for storage in storages)
    await asyncio.gather(*(first.accept(event(number, person=f"U{number % 40}")) for number in range(120)))
    async with asyncio.timeout(60), working(first), working(second):
        await all_done.wait()
    assert set(done.values()) == {1}
    assert await states(storages[0]) == {"done": 120}


async def test_the_worker_is_told_of_each_message_that_was_left_and_of_nothing_else(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    storage, outbox = storages[0], outbox_on(storages[0], clock, Postbox())
    storage.when_left(outbox.more_came)
    hello, now = Notice(message_key="dm.hello"), clock.now()
    async with storage.work("T1") as work:
        await work.post.add("U1", hello, once_key="given up", now=now)
    assert not outbox.wake.is_set()

    async with storage.work("T1") as work:
        await work.post.add("U1", hello, once_key="one", now=now)
        await work.commit()
    assert outbox.wake.is_set()
    assert await outbox.work_once() == 1

    outbox.wake.clear()
    async with storage.machinery() as work:
        await work.outbox.add_all([("T1", "U1", hello, "two")], now=now)
        await work.commit()
    assert outbox.wake.is_set()


async def test_each_persons_events_are_worked_in_their_order_by_whichever_process(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    order: list[int] = []

    async def note(item: InboxItem) -> None:
        order.append(int(item.body))

    inboxes = [inbox_on(storage, clock, note) for storage in storages]
    for number in range(6):
        await inboxes[0].accept(event(number, person="U1"))
    for turn in range(6):
        assert await inboxes[turn % 2].work_once() == 1
    assert order == [0, 1, 2, 3, 4, 5]


async def test_what_a_dead_process_had_begun_is_taken_over_when_its_lease_ends(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    dying, living = (inbox_on(storage, clock, nothing) for storage in storages)
    await dying.accept(event(1))
    assert len(await dying.take(PLACES)) == 1
    # kill -9: nothing more is heard of it.
    clock.advance(LEASE - timedelta(seconds=1))
    assert await living.work_once() == 0
    clock.advance(timedelta(seconds=1))
    (item,) = await living.take(PLACES)
    assert item.attempts == 2
    await living.work(item)
    await living.record()
    assert await states(storages[0]) == {"done": 1}


async def test_a_slow_process_that_says_it_lives_keeps_its_piece(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    slow, other = (inbox_on(storage, clock, nothing) for storage in storages)
    await slow.accept(event(1))
    items = await slow.take(PLACES)
    for _ in range(4):
        clock.advance(LEASE / 2)
        await slow.hold(items)
        assert await other.work_once() == 0
    await slow.work(items[0])
    await slow.record()
    assert await states(storages[0]) == {"done": 1}


async def test_a_process_that_lost_its_piece_does_not_undo_what_the_other_did(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    async def fail(item: InboxItem) -> None:
        raise TryLater("500")

    late, other = inbox_on(storages[0], clock, fail), inbox_on(storages[1], clock, nothing)
    await late.accept(event(1))
    (item,) = await late.take(PLACES)
    clock.advance(LEASE)
    assert await other.work_once() == 1
    await late.work(item)
    assert await states(storages[0]) == {"done": 1}


async def test_at_a_clean_stop_what_is_unfinished_is_handed_back_at_once(
    storages: tuple[Storage, Storage], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.working.GRACE", 0.05)
    begun, finished = asyncio.Event(), asyncio.Event()

    async def hang(item: InboxItem) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def finish(item: InboxItem) -> None:
        assert item.attempts == 1
        finished.set()

    stopping, other = inbox_on(storages[0], clock, hang), inbox_on(storages[1], clock, finish)
    await stopping.accept(event(1))
    async with asyncio.timeout(20), working(stopping):
        await begun.wait()
    assert await states(storages[0]) == {"waiting": 1}
    assert await other.work_once() == 1
    assert finished.is_set()


async def test_one_that_stops_while_its_database_is_away_still_ends_cleanly(
    storages: tuple[Storage, Storage], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang(item: InboxItem) -> None:
        begun.set()
        await never.wait()

    async def away(items: object) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr("bot.services.working.GRACE", 0.01)
    first, second = inbox_on(storages[0], clock, hang), inbox_on(storages[1], clock, nothing)
    monkeypatch.setattr(first, "hand_back", away)
    await first.accept(event(1))
    async with working(first):
        await begun.wait()
    assert await second.work_once() == 0
    clock.advance(LEASE + timedelta(seconds=1))
    assert await second.work_once() == 1
    assert await states(storages[0]) == {"done": 1}


async def test_what_was_worked_while_the_database_was_away_is_recorded_when_it_is_back_and_not_worked_again(
    storages: tuple[Storage, Storage], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []

    async def note(item: InboxItem) -> None:
        worked.append(item.body)

    def away() -> CrossWorkspaceWork:
        raise OSError("the database is away")

    inbox = inbox_on(storages[0], clock, note)
    await work_one_of_two(inbox)
    with monkeypatch.context() as gone:
        for way in ("machinery", "taking"):
            gone.setattr(storages[0], way, away)
        with pytest.raises(OSError, match="away"):
            await inbox.take(PLACES)
    assert await states(storages[0]) == {"waiting": 2}
    assert await inbox.work_once() == 1
    assert await states(storages[0]) == {"done": 2}
    assert worked == ["1", "2"]


async def test_what_was_worked_is_recorded_also_when_nothing_can_be_taken(
    storages: tuple[Storage, Storage], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreadable(*_: object, **__: object) -> None:
        raise ValueError("written by a newer version")

    inbox = inbox_on(storages[0], clock, nothing)
    await work_one_of_two(inbox)
    with monkeypatch.context() as newer:
        newer.setattr(Inbox, "claim", unreadable)
        with pytest.raises(ValueError, match="newer"):
            await inbox.take(PLACES)
    assert await states(storages[0]) == {"done": 1, "waiting": 1}


async def test_one_piece_is_recorded_and_the_next_taken_in_the_same_commit(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    inbox = inbox_on(storages[0], clock, nothing)
    for number in (1, 2):
        await inbox.accept(event(number, person="U1"))
    (first,) = await inbox.take(PLACES)
    await inbox.work(first)
    # The second stands behind the first, and is free at the moment that the first is done.
    (second,) = await inbox.take(PLACES)
    assert (first.body, second.body) == ("1", "2")
    assert await states(storages[0]) == {"done": 1, "waiting": 1}


@pytest.fixture
def only_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that never look by themselves."""
    monkeypatch.setattr("bot.services.working.IDLE", 3600)


@pytest.mark.usefixtures("only_woken")
@pytest.mark.parametrize("error", [None, Refused("errors.empty")], ids=["done", "given up"])
async def test_what_stands_behind_a_piece_is_taken_when_that_has_ended(
    storages: tuple[Storage, Storage], clock: ManualClock, error: Exception | None
) -> None:
    done, all_done = list[str](), asyncio.Event()

    async def note(item: InboxItem) -> None:
        done.append(item.body)
        if len(done) == 3:
            all_done.set()
        if error is not None:
            raise error

    inbox = inbox_on(storages[0], clock, note)
    for number in range(3):
        await inbox.accept(event(number, person="U1"))
    async with asyncio.timeout(30), working(inbox):
        await all_done.wait()
    assert done == ["0", "1", "2"]


@pytest.mark.usefixtures("only_woken")
async def test_a_place_is_taken_as_soon_as_it_is_free(
    storages: tuple[Storage, Storage], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.working.AFTERWARDS", 3600)
    monkeypatch.setattr("bot.services.working.TOGETHER", 0)
    begun, release_first, release = list[str](), asyncio.Event(), asyncio.Event()
    all_begun, last_begun = asyncio.Event(), asyncio.Event()

    async def hang(item: InboxItem) -> None:
        begun.append(item.body)
        if len(begun) == PLACES:
            all_begun.set()
        if len(begun) > PLACES:
            last_begun.set()
        await (release_first if item.body == "0" else release).wait()

    inbox = inbox_on(storages[0], clock, hang)
    for number in range(PLACES + 1):
        await inbox.accept(event(number, workspace=f"T{number}"))
    async with asyncio.timeout(30), working(inbox):
        await all_begun.wait()
        # The worker has found that no place is free, and waits.
        for _ in range(100):
            await asyncio.sleep(0)
        release_first.set()
        await last_begun.wait()
        release.set()
    assert begun[-1] == str(PLACES)


async def test_when_one_of_a_workspace_at_its_limit_ends_the_next_is_looked_for_at_once(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    inbox = inbox_on(storages[0], clock, nothing)
    for number in range(InboxService.each + 1):
        await inbox.accept(event(number))
    await inbox.accept(event(100, workspace="T2"))
    items = await inbox.take(PLACES)
    (alone,) = (item for item in items if item.workspace_id == "T2")
    first = next(item for item in items if item.workspace_id == "T1")
    inbox.wake.clear()
    await inbox.work(alone)
    assert not inbox.wake.is_set(), "nothing of T2 waits for its place"
    inbox.wake_to_record()
    assert inbox.wake.is_set(), "but it has to be recorded"
    inbox.wake.clear()
    await inbox.work(first)
    assert inbox.wake.is_set()
    (sixth,) = await inbox.take(PLACES)
    assert sixth.body == str(InboxService.each)
    await inbox.record()
    inbox.wake.clear()
    inbox.wake_to_record()
    assert not inbox.wake.is_set(), "what was worked is recorded"


async def test_at_a_clean_stop_what_was_begun_is_finished(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def take_time(item: InboxItem) -> None:
        begun.set()
        await go_on.wait()

    inbox = inbox_on(storages[0], clock, take_time)
    await inbox.accept(event(1))
    async with asyncio.timeout(20), working(inbox) as stopping:
        await begun.wait()
        # What comes now is left to others.
        await inbox.accept(event(2))
        stopping.set()
        go_on.set()
    assert await states(storages[0]) == {"done": 1, "waiting": 1}


async def test_a_workspace_whose_work_hangs_leaves_places_to_the_others(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    release, others_done = asyncio.Event(), asyncio.Event()
    done: set[str] = set()

    async def work(item: InboxItem) -> None:
        if item.workspace_id == "THANGS":
            await release.wait()
        else:
            done.add(item.body)
            if len(done) == 10:
                others_done.set()

    inbox = inbox_on(storages[0], clock, work)
    for number in range(2 * PLACES):
        await inbox.accept(event(number, workspace="THANGS"))
    for number in range(1000, 1010):
        await inbox.accept(event(number, workspace="T2"))
    async with asyncio.timeout(30), working(inbox):
        await others_done.wait()
        release.set()


async def test_a_failing_piece_waits_twice_as_long_each_time_and_is_then_given_up_with_its_reason(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    async def fail(item: InboxItem) -> None:
        raise ValueError("somebody's words")

    policy = RetryPolicy(tries=4, first=timedelta(seconds=2))
    inbox = inbox_on(storages[0], clock, fail, policy)
    await inbox.accept(event(1))
    await inbox.accept(event(2, person="1"))
    for wait in (2, 4, 8):
        assert await inbox.work_once() == 1
        clock.advance(timedelta(seconds=wait - 1))
        assert await inbox.work_once() == 0
        clock.advance(timedelta(seconds=1))
    assert not await inbox.dead()
    assert await inbox.work_once() == 1
    (dead,) = await inbox.dead()
    assert (dead.body, dead.attempts, dead.failure) == ("1", 4, "ValueError")
    # Only now is it the turn of what stands behind it.
    assert await inbox.work_once() == 1

    succeeding = inbox_on(storages[1], clock, nothing, policy)
    await succeeding.replay(dead.id)
    with pytest.raises(NotFound):
        await succeeding.replay(dead.id)
    assert await succeeding.work_once() == 1
    assert not await succeeding.dead()


async def test_what_breaks_a_rule_is_given_up_at_once_and_holds_nobody_up(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    async def refuse_the_first(item: InboxItem) -> None:
        if item.body == "1":
            raise Refused("errors.not_understood")

    inbox = inbox_on(storages[0], clock, refuse_the_first)
    await inbox.accept(event(1))
    await inbox.accept(event(2, person="1"))
    assert [await inbox.work_once(), await inbox.work_once(), await inbox.work_once()] == [1, 1, 0]
    (dead,) = await inbox.dead()
    assert (dead.body, dead.failure) == ("1", "Refused: errors.not_understood")


async def test_a_piece_that_ends_every_process_is_given_up(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    await inbox_on(storages[0], clock, nothing).accept(event(1))
    for _ in range(ENDS):
        assert len(await inbox_on(storages[0], clock, nothing).take(PLACES)) == 1
        clock.advance(LEASE)
    inbox = inbox_on(storages[0], clock, nothing)
    assert await inbox.work_once() == 1
    (dead,) = await inbox.dead()
    assert dead.failure == "WorkerEnded"


async def test_while_slack_is_away_an_event_is_tried_for_three_hours(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    async def fail(item: InboxItem) -> None:
        raise TryLater("503")

    inbox, began = inbox_on(storages[0], clock, fail), clock.now()
    await inbox.accept(event(1))
    while not await inbox.dead():
        assert await inbox.work_once() == 1
        clock.advance(RetryPolicy().longest)
    assert clock.now() - began > timedelta(hours=3)


async def test_a_process_that_ended_is_no_failure_of_what_it_had_in_hand(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    async def fail(item: InboxItem) -> None:
        raise ValueError("somebody's words")

    policy = RetryPolicy(tries=3, first=timedelta(seconds=2))
    await inbox_on(storages[0], clock, nothing).accept(event(1))
    for _ in range(5):
        assert len(await inbox_on(storages[0], clock, nothing).take(PLACES)) == 1
        clock.advance(LEASE)
    failing = inbox_on(storages[1], clock, fail, policy)
    for wait in (2, 4):
        assert await failing.work_once() == 1
        clock.advance(timedelta(seconds=wait))
    assert not await failing.dead()
    assert await failing.work_once() == 1
    assert len(await failing.dead()) == 1


async def test_done_and_given_up_pieces_are_pruned_after_their_time(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    async def fail_odd(item: InboxItem) -> None:
        if item.body == "1":
            raise ValueError

    inbox = inbox_on(storages[0], clock, fail_odd, RetryPolicy(tries=1))
    for number in (1, 2):
        await inbox.accept(event(number))
    assert await inbox.work_once() == 2
    await inbox.accept(event(3))
    clock.advance(inbox.remembered)
    assert await inbox.prune() == 0
    clock.advance(timedelta(seconds=1))
    assert await inbox.prune() == 1
    clock.advance(DEAD_KEPT)
    assert await inbox.prune() == 1
    # What waits is never pruned.
    assert await states(storages[0]) == {"waiting": 1}


async def test_a_message_is_sent_once_by_two_processes_and_looked_for_after_one_died(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    first, second = Postbox(), Postbox()
    dying, living = outbox_on(storages[0], clock, first), outbox_on(storages[1], clock, second)
    for _ in range(2):
        await dying.leave("T1", "U1", Notice(message_key="dm.hello"), once_key="hello")
    taken, none = await dying.take(PLACES), await living.take(PLACES)
    assert (len(taken), len(none)) == (1, 0)
    clock.advance(LEASE)
    assert await living.work_once() == 1
    # The second try is how the postman knows that it may have been sent.
    assert second.delivered == [("hello", 2)]
    clock.advance(LEASE)
    assert await dying.work_once() + await living.work_once() == 0


async def test_a_channel_gets_a_message_a_second_and_others_do_not_wait_for_it(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    postman = Postbox()
    outbox = outbox_on(storages[0], clock, postman)
    for key, channel in (("a1", "C1"), ("a2", "C1"), ("b1", "C2")):
        await outbox.leave("T1", "U1", Notice(message_key="dm.hello", channel=channel), once_key=key)
    assert await outbox.work_once() == 2
    assert {key for key, _ in postman.delivered} == {"a1", "b1"}
    assert await outbox.work_once() == 0
    clock.advance(timedelta(seconds=1))
    assert await outbox.work_once() == 1


async def test_a_rate_limit_is_no_failed_try_and_rests_its_workspace_only(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    postman = Postbox(TryLater("ratelimited", after=30))
    outbox = outbox_on(storages[0], clock, postman, RetryPolicy(tries=2))
    await outbox.leave("T1", "U1", Notice(message_key="dm.hello"), once_key="one")
    for _ in range(5):
        assert await outbox.work_once() == 1
        postman.error = None
        await outbox.leave("T2", "U2", Notice(message_key="dm.hello"), once_key=f"other{_}")
        assert await outbox.work_once() == 1
        postman.error = TryLater("ratelimited", after=30)
        clock.advance(timedelta(seconds=29))
        assert await outbox.work_once() == 0
        clock.advance(timedelta(seconds=1))
    assert [attempts for key, attempts in postman.delivered if key == "one"] == [1] * 5


async def test_what_slack_will_never_take_is_given_up_at_once(
    storages: tuple[Storage, Storage], clock: ManualClock
) -> None:
    outbox = outbox_on(storages[0], clock, Postbox(Unreachable("account_inactive")))
    await outbox.leave("T1", "U1", Notice(message_key="dm.hello"), once_key="one")
    assert await outbox.work_once() == 1
    (dead,) = await outbox.dead()
    assert dead.failure == "Unreachable: account_inactive"


async def test_what_two_processes_change_in_one_entry_at_the_same_time_is_all_kept(
    storages: tuple[Storage, Storage],
) -> None:
    kept = entry()
    async with storages[0].machinery() as work:
        await work.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=kept.created_at))
        await work.commit()
    async with storages[0].work("T1") as work:
        await work.members.ensure("USAM")
        await work.entries.add(kept, "a note")
        await work.commit()

    async def add_a_link(number: int) -> None:
        async with storages[number % 2].work("T1") as work:
            found = await work.entries.get("USAM", kept.id)
            assert found is not None
            link = Link(url=f"https://example.org/{number}", type=LinkType.PULL_REQUEST)
            await work.entries.save(found.model_copy(update={"links": (*found.links, link)}))
            await work.commit()

    await asyncio.gather(*(add_a_link(number) for number in range(10)))
    async with storages[0].reading("T1") as work:
        found = await work.entries.get("USAM", kept.id)
    assert found is not None
    assert {link.url for link in found.links} == {f"https://example.org/{number}" for number in range(10)}


async def test_of_what_several_processes_are_told_of_a_reaction_at_the_same_time_the_newest_stays(
    storages: tuple[Storage, Storage],
) -> None:
    async with storages[0].machinery() as work:
        await work.workspaces.put(Workspace(id="T1", bot_user_id="UBOT", installed_at=entry().created_at))
        await work.commit()
    async with storages[0].work("T1") as work:
        await work.members.ensure("USAM")
        await work.commit()

    async def told(message: int, change: int) -> Told:
        async with storages[change % 2].work("T1") as work:
            found = await work.marks.change(
                "USAM", "C1", f"{message}.0", "keep", is_on=change % 2 == 0, changed_ts=f"17000000{change:02}.000100"
            )
            await work.commit()
        return found

    for message in range(5):
        # Told newest first, so that what is older comes to the row last.
        await asyncio.gather(*(told(message, change) for change in reversed(range(10))))
        assert await told(message, 9) is Told.AGAIN
        assert await told(message, 8) is Told.OLD
