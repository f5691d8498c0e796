"""Choosing and composing a packet."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.content.ladder import default_ladder
from bot.domain.evidence import EntryStatus, Sensitivity
from bot.domain.packet import (
    MOST_ITEMS,
    DraftProject,
    Packet,
    PacketDraft,
    Part,
    choose_strong,
    compose_packet,
)
from bot.domain.periods import Period
from bot.domain.tagging import Dimension, Kind
from tests.builders import confirmation, entry

STAFF = default_ladder().level("staff")
EVIDENCE = [kind for kind in Kind if kind not in (Kind.NONE, Kind.DELIVERY)]
NOW = datetime(2026, 10, 30, tzinfo=UTC)


def packet_of(entries: list, **draft: object) -> Packet:
    values = {
        "id": "pkt",
        "workspace_id": "T1",
        "user_id": "USAM",
        "period": Period(since=date(2026, 1, 1), until=date(2027, 1, 1)),
        "level": "staff",
        "strong": tuple(each.id for each in entries),
        "created_at": NOW,
        "updated_at": NOW,
        **draft,
    }
    return compose_packet(
        PacketDraft.model_validate(values), entries, ladder=default_ladder(), name="Sam", names={}, today=NOW.date()
    )


def test_strong_entries_are_spread_over_all_dimensions() -> None:
    record = [entry(kind=kind, outcome="Done.") for kind in EVIDENCE for _ in range(4)]
    chosen = choose_strong(record, STAFF)

    assert len(chosen) == MOST_ITEMS
    assert {dimension for each in chosen for dimension in each.dimensions} == set(Dimension)


def test_weak_entries_only_fill_up_to_three_and_own_delivery_never() -> None:
    record = [entry(outcome="Done."), *(entry() for _ in range(9)), entry(kind=Kind.DELIVERY, outcome="Shipped.")]
    chosen = choose_strong(record, STAFF)

    assert len(chosen) == 3
    assert all(each.kind is not Kind.DELIVERY for each in chosen)


def test_what_is_never_shown_withdrawn_or_outside_the_period_is_nowhere() -> None:
    hidden = [
        entry(sensitivity=Sensitivity.NEVER, outcome="Secret."),
        entry(status=EntryStatus.WITHDRAWN, outcome="Gone."),
        entry(occurred_on=date(2019, 1, 1), outcome="Old."),
    ]
    packet = packet_of([entry(outcome="Shown."), *hidden])

    assert [each.outcome for each in packet.log] == ["Shown."]
    assert [each.outcome for each in packet.body] == ["Shown."]
    assert choose_strong(hidden[:2], STAFF) == ()


def test_each_claim_stands_once_in_its_project_or_its_part() -> None:
    in_project, alone = entry(kind=Kind.ALIGNMENT, outcome="One owner."), entry(kind=Kind.MENTORING, outcome="Leads.")
    project = DraftProject(name="Queue", entry_ids=(in_project.id,))
    packet = packet_of([in_project, alone], projects=(project,))

    assert [each.id for each in packet.projects[0].entries] == [in_project.id]
    assert packet.sections == {Part.PEOPLE: (alone,)}
    assert packet.see_also == {Part.LEVERAGE: (in_project,)}
    assert packet.claim_number(alone.id) == 2


def test_claims_are_numbered_as_they_are_told_and_summed_up_as_the_person_ordered_them() -> None:
    call, grown, owner = (
        entry(kind=kind, outcome="Done.") for kind in (Kind.JUDGMENT_CALL, Kind.MENTORING, Kind.ALIGNMENT)
    )
    packet = packet_of([call, grown, owner], projects=(DraftProject(name="Queue", entry_ids=(owner.id,)),))

    assert packet.body == (call, grown, owner)
    assert packet.claims == (owner, grown, call)


def test_what_is_left_out_stands_nowhere() -> None:
    shown, secret = entry(outcome="Shown."), entry(outcome="Not for them.", confirmations=(confirmation("UDANA", "!"),))
    packet = packet_of([shown, secret], left_out=(secret.id,))

    assert packet.log == packet.body == (shown,)
    assert packet.advocates == ()


def test_each_main_project_has_a_claim_in_the_proposal() -> None:
    project = [entry(kind=Kind.ALIGNMENT, outcome="One owner.") for _ in range(3)]
    stronger = [
        entry(kind=kind, outcome="Done.", number="1", baseline="9", confirmed_by="UDANA") for kind in EVIDENCE * 2
    ]
    ids = [each.id for each in project]

    assert not {each.id for each in choose_strong([*project, *stronger], STAFF)}.intersection(ids)
    assert len({each.id for each in choose_strong([*project, *stronger], STAFF, projects=[ids])}.intersection(ids)) == 1


def test_advocates_are_quoted_once_each_from_their_strongest_entry() -> None:
    weak = entry(confirmations=(confirmation("UDANA", "He helped."),))
    better = entry(confirmations=(confirmation("UDANA", "He changed how I deploy."), confirmation("UTOM")))
    packet = packet_of([weak, better.model_copy(update={"outcome": "Alone now."})])

    assert [each.user_id for each in packet.advocates] == ["UDANA"]


def test_an_empty_period_gives_an_empty_packet() -> None:
    packet = packet_of([])

    assert packet.log == ()
    assert packet.body == ()
    assert packet.insight.is_empty
