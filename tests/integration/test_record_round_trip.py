"""Export, delete, import: the same record again, whatever people wrote."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.ladder import default_ladder
from bot.domain.bets import Bet, BetState
from bot.domain.errors import Refused
from bot.domain.evidence import (
    Confirmation,
    ConfirmationState,
    Entry,
    EntryStatus,
    Link,
    LinkType,
    MyRole,
    PersonInEntry,
    PersonRole,
    Quote,
    QuoteRole,
    Reach,
    Sensitivity,
    Source,
    SourceState,
    SourceType,
    TaggedBy,
    TextBy,
)
from bot.domain.packet import DraftProject, PacketDraft
from bot.domain.periods import Period
from bot.domain.projects import Project
from bot.domain.record import Correction, Record, read_record
from bot.domain.tagging import Dimension, Kind, RankedKind
from bot.domain.workspaces import Workspace
from bot.sandbox import ManualClock
from bot.services.record import RecordService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60)
MAYBE = st.none() | TEXT
PEOPLE = st.sampled_from(["UDANA", "UTOM", "UMEI"])
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given UTC

_SOURCES = st.builds(
    Source,
    type=st.sampled_from(SourceType),
    channel=st.none() | st.just("C1"),
    ts=st.none() | st.just("1700000000.000100"),
    permalink=st.none() | st.just("https://team.slack.example/p1"),
    state=st.sampled_from(SourceState),
)
_QUOTES = st.builds(
    Quote,
    channel=st.just("C1"),
    ts=TEXT.map(lambda t: t[:20]),
    author=PEOPLE,
    role=st.sampled_from(QuoteRole),
    text=TEXT,
)
_WORDS = st.builds(
    Confirmation, by=PEOPLE, state=st.sampled_from(ConfirmationState), quote=MAYBE, words=MAYBE, at=MOMENTS
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    created = draw(MOMENTS)
    by_ts = {quote.ts: quote for quote in draw(st.lists(_QUOTES, max_size=3))}
    words = {word.by: word for word in draw(st.lists(_WORDS, max_size=3))}
    people = draw(st.lists(st.tuples(PEOPLE, st.sampled_from(PersonRole)), max_size=4, unique=True))
    return Entry(
        id=f"ent_{draw(st.uuids()).hex}",
        workspace_id="T1",
        user_id="USAM",
        text=draw(TEXT),
        text_by=draw(st.sampled_from(TextBy)),
        kind=draw(st.sampled_from(Kind)),
        dimensions=tuple(d for d in Dimension if draw(st.booleans())),
        confidence=draw(st.floats(0, 1)),
        ranked=tuple(RankedKind(kind=kind, p=0.5) for kind in draw(st.lists(st.sampled_from(Kind), max_size=2))),
        tagged_by=draw(st.sampled_from(TaggedBy)),
        tagger_version=draw(st.just("v1")),
        occurred_on=draw(DAYS),
        created_at=created,
        updated_at=created + timedelta(seconds=draw(st.integers(0, 9_999))),
        status=draw(st.sampled_from(EntryStatus)),
        source=draw(_SOURCES),
        quotes=tuple(by_ts[ts] for ts in sorted(by_ts)),
        people=tuple(PersonInEntry(user=user, role=role) for user, role in people),
        links=tuple(Link(url=f"https://x.example/{n}", type=LinkType.RFC, label=draw(MAYBE)) for n in range(2)),
        outcome=draw(MAYBE),
        number=draw(MAYBE),
        baseline=draw(MAYBE),
        otherwise=draw(MAYBE),
        role=draw(st.none() | st.sampled_from(MyRole)),
        reach=draw(st.none() | st.sampled_from(Reach)),
        sensitivity=draw(st.sampled_from(Sensitivity)),
        follow_up_on=draw(st.none() | DAYS),
        project_id=draw(st.none() | st.just("prj_1")),
        confirmations=tuple(sorted(words.values(), key=lambda word: (word.at, word.by))),
    )


@st.composite
def records(draw: st.DrawFn) -> Record:
    kept = tuple(draw(st.lists(entries(), max_size=4, unique_by=lambda each: each.id)))
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    project = Project(
        id="prj_1", workspace_id="T1", user_id="USAM", name=draw(TEXT), problem=draw(MAYBE), created_at=now
    )
    bets = tuple(
        Bet(
            id=f"bet_{n}",
            workspace_id="T1",
            user_id="USAM",
            entry_id=each.id,
            expects=draw(TEXT),
            sure=draw(st.integers(1, 99)),
            made_on=draw(DAYS),
            look_again_on=draw(DAYS),
            state=draw(st.sampled_from(BetState)),
            settled_on=draw(st.none() | DAYS),
            what_came=draw(MAYBE),
            created_at=now,
        )
        for n, each in enumerate(kept[:2])
    )
    corrections = tuple(
        Correction(
            entry_id=each.id,
            text=draw(TEXT),
            kind=draw(st.sampled_from(Kind)),
            was=draw(st.sampled_from(Kind)),
            corrected_at=draw(MOMENTS),
        )
        for each in kept[:3]
    )
    draft = PacketDraft(
        id="pkt_1",
        workspace_id="T1",
        user_id="USAM",
        level="staff",
        created_at=now,
        period=Period(since=draw(DAYS), until=date(2031, 1, 1)),
        strong=tuple(each.id for each in kept),
        left_out=tuple(each.id for each in kept[:1]),
        statements={each.id: draw(TEXT) for each in kept[:2]},
        projects=(DraftProject(name=draw(TEXT), entry_ids=tuple(each.id for each in kept), scope=draw(MAYBE)),),
        thesis=draw(MAYBE),
        plan=draw(MAYBE),
        updated_at=now,
    )
    return Record(
        exported_at=now,
        workspace_id="T1",
        user_id="USAM",
        entries=kept,
        projects=(project,),
        bets=bets,
        packets=(draft,),
        corrections=corrections,
        ladder=draw(st.none() | st.just(default_ladder())),
        capture_keys={each.id: f"key:{each.id}" for each in kept},
    )


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Storage:
    path = tmp_path_factory.mktemp("record") / "bot.db"
    engine = create_engine(f"sqlite:///{path}")

    async def prepare() -> None:
        await upgrade(engine)
        await engine.dispose()

    asyncio.run(prepare())
    return Storage(engine)


def _comparable(record: Record) -> Record:
    # Entries come in the order they were captured, and quotes that share a moment in any.
    by_id = sorted(record.entries, key=lambda each: each.id)
    plain = {"exported_at": datetime(2026, 1, 1, tzinfo=UTC), "names": {}}
    plain["corrections"] = tuple(sorted(record.corrections, key=lambda each: each.entry_id))
    bets = tuple(sorted(record.bets, key=lambda bet: bet.id))
    return record.model_copy(update={**plain, "entries": tuple(map(_sorted_words, by_id)), "bets": bets})


def _sorted_words(entry: Entry) -> Entry:
    return entry.model_copy(
        update={"confirmations": tuple(sorted(entry.confirmations, key=lambda word: (word.at, word.by)))}
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(record=records())
def test_export_delete_import_gives_the_same_record(storage: Storage, record: Record) -> None:
    async def run() -> None:
        service = RecordService(storage, ManualClock())
        await _forget_everyone(storage)
        restored = await service.restore(read_record(record.model_dump_json().encode()), "T1", "USAM")
        assert restored.added == len(record.entries)
        exported = await service.export("T1", "USAM")
        assert _comparable(exported) == _comparable(record)

        await _forget_everyone(storage)
        assert (await service.export("T1", "USAM")).entries == ()
        await service.restore(read_record(exported.model_dump_json().encode()), "T1", "USAM")
        assert _comparable(await service.export("T1", "USAM")) == _comparable(exported)
        again = await service.restore(exported, "T1", "USAM")
        assert (again.added, again.there_already) == (0, len(record.entries))
        await storage.close()

    asyncio.run(run())


async def _forget_everyone(storage: Storage) -> None:
    async with storage.machinery() as machinery:
        await machinery.workspaces.put(
            Workspace(id="T1", bot_user_id="UBOT", installed_at=datetime(2026, 1, 1, tzinfo=UTC))
        )
        await machinery.commit()
    async with storage.work("T1") as work:
        await work.members.forget("USAM")
        await work.commit()


def test_a_record_of_someone_else_is_refused(storage: Storage) -> None:
    record = Record(exported_at=datetime(2026, 1, 1, tzinfo=UTC), workspace_id="T2", user_id="USAM", entries=())
    with pytest.raises(Refused, match="record_of_another"):
        asyncio.run(RecordService(storage, ManualClock()).restore(record, "T1", "USAM"))


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"format": 99}', b"PK\x03\x04"])
def test_what_is_no_record_is_refused_and_says_where(content: bytes) -> None:
    with pytest.raises(Refused, match="not_a_record"):
        read_record(content)


def test_entries_of_two_owners_in_one_file_are_refused(tmp_path: Path) -> None:
    text = (
        '{"exported_at": "2026-01-01T00:00:00Z", "workspace_id": "T1", "user_id": "USAM", "entries": [],'
        ' "projects": [{"id": "p", "workspace_id": "T1", "user_id": "UTOM", "name": "x",'
        ' "created_at": "2026-01-01T00:00:00Z"}]}'
    )
    with pytest.raises(Refused, match="not_a_record"):
        read_record(text.encode())


def test_an_id_of_someone_elses_in_a_file_leaves_theirs_alone(storage: Storage) -> None:
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)

    def record(user: str, name: str) -> Record:
        project = Project(id="prj_shared", workspace_id="T1", user_id=user, name=name, created_at=now)
        return Record(exported_at=now, workspace_id="T1", user_id=user, entries=(), projects=(project,))

    async def run() -> None:
        service = RecordService(storage, ManualClock())
        await _forget_everyone(storage)
        await service.restore(record("USAM", "Mine"), "T1", "USAM")
        await service.restore(record("UTOM", "Taken over"), "T1", "UTOM")
        (project,) = (await service.export("T1", "USAM")).projects
        assert project.name == "Mine"
        await storage.close()

    asyncio.run(run())
