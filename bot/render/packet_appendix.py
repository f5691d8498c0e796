"""The last part of a packet: where each claim stands, and the full log."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.evidence import Entry
from bot.domain.packet import Part
from bot.domain.statement import impact
from bot.domain.strength import strength_of
from bot.domain.text import shortened
from bot.render import charts
from bot.render.document import Block, Heading, PageBreak, Run, Runs, Table, words
from bot.render.telling import Telling, day

#: The full log shows this much of what an entry says, in characters; the whole is in the JSON export.
LOG_TEXT = 600


def appendix(telling: Telling) -> Iterator[Block]:
    """Provenance of each claim, the weeks as a picture, and every entry of the period."""
    packet, say = telling.packet, telling.say
    yield PageBreak()
    yield Heading(level=2, text=f"13. {say(f'parts.{Part.APPENDIX}')}")
    if packet.claims:
        yield Heading(level=3, text=say("provenance.title"))
        yield telling.small(say("provenance.intro_redacted" if packet.redacted else "provenance.intro"))
        yield _provenance(telling)
    yield Heading(level=3, text=say("log.title"))
    yield charts.heat_map(packet.log, packet.period, say)
    yield _log(telling)


def _provenance(telling: Telling) -> Table:
    say = telling.say
    rows = tuple(
        (
            words(f"#{number}", bold=True),
            words(day(entry.occurred_on)),
            words(_captured(telling, entry)),
            telling.sources(entry) or words(say("packet.no_source")),
            words(telling.who_confirmed(entry)),
        )
        for number, entry in enumerate(telling.packet.claims, 1)
    )
    header = tuple(say(f"provenance.{key}") for key in ("claim", "happened", "captured", "source", "confirmed_by"))
    return Table(header=header, rows=rows, widths=(0.07, 0.18, 0.27, 0.23, 0.25))


def _captured(telling: Telling, entry: Entry) -> str:
    how = telling.say(f"provenance.how.{entry.source.type}")
    captured = f"{day(entry.created_at.date())}, {how}"
    if entry.id in telling.packet.statements:
        captured += f"; {telling.say('provenance.reworded')}"
    return captured


def _log(telling: Telling) -> Table:
    say, packet = telling.say, telling.packet
    rows = []
    for entry in packet.log:
        number = packet.claim_number(entry.id)
        told = shortened(impact(entry, say, telling.name), LOG_TEXT)
        claim = words(f" #{number}", bold=True) if number else ()
        rows.append(
            (
                words(entry.occurred_on.isoformat()),
                (*words(told), *claim),
                words(say(f"kind.{entry.kind}")),
                words(telling.strength(strength_of(entry))),
                _looked_up(telling, entry),
            )
        )
    header = tuple(say(f"log.{key}") for key in ("date", "what", "kind", "strength", "links"))
    return Table(header=header, rows=tuple(rows), widths=(0.12, 0.45, 0.15, 0.11, 0.17))


def _looked_up(telling: Telling, entry: Entry) -> Runs:
    sources, names = telling.sources(entry), telling.confirmers(entry)
    if not names:
        return sources
    said = telling.say("impact.confirmed", names=", ".join(names))
    return (*sources, Run(text="; "), *words(said)) if sources else words(said)
