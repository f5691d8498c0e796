"""A packet put into words: its thirteen parts as a document, the same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bot.domain.bets import Bet, BetState
from bot.domain.evidence import ConfirmationState, Entry
from bot.domain.packet import PART_OF, Packet, PacketProject, Part
from bot.domain.statement import NameOf, Say, impact, measure, sentence, spoken
from bot.domain.strength import Strength, is_confirmed, strength_of, strongest_first
from bot.domain.tagging import Dimension
from bot.domain.text import shortened
from bot.render import charts
from bot.render.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Look,
    PageBreak,
    Paragraph,
    Run,
    Runs,
    Table,
    link,
    words,
    writable,
)

#: The full log shows this much of an entry's text, in characters; the whole text is in the JSON export.
LOG_TEXT = 600
_SUMMARY_LINES, _SUMMARY_TEXT = 5, 170
_SECTIONS = (Part.LEVERAGE, Part.PEOPLE, Part.GLUE, Part.RISKS)


def packet_document(packet: Packet, say: Say) -> Document:
    """The packet's thirteen parts in order. `say` knows the sentences of `prompts/packet.yaml`."""
    return _Writer(packet, say).document()


def day(value: date) -> str:
    """A day as people say it: 3 May 2026."""
    return f"{value.day} {value:%B} {value.year}"


def thesis_of(packet: Packet, say: Say) -> str:
    """The person's thesis; without one, two sentences of counts."""
    if packet.thesis and packet.thesis.strip():
        return packet.thesis.strip()
    counts = say(
        "thesis.counts",
        since=day(packet.log[-1].occurred_on),
        until=day(packet.log[0].occurred_on),
        total=len(packet.log),
        strong=packet.insight.strong,
        confirmed=packet.confirmed,
    )
    shown = sorted(packet.insight.standings, key=lambda standing: (-standing.strong, -standing.count))
    first, second = (say(f"dimension.{standing.dimension}").lower() for standing in shown[:2])
    if not shown[0].count:
        return counts
    if not shown[1].count:
        return f"{counts} {say('thesis.weight_one', first=first)}"
    if not packet.projects:
        return f"{counts} {say('thesis.weight', first=first, second=second)}"
    projects = ", ".join(project.name for project in packet.projects)
    return f"{counts} {say('thesis.weight_projects', first=first, second=second, projects=projects)}"


class _Writer:
    def __init__(self, packet: Packet, say: Say) -> None:
        self._packet = packet
        self._say = say
        names = packet.names
        self._name: NameOf = lambda user: names.get(user, user)

    def document(self) -> Document:
        packet, say = self._packet, self._say
        title = say(
            "packet.title_redacted" if packet.redacted else "packet.title",
            name=packet.name,
            level=packet.level.name,
        )
        blocks: list[Block] = [Heading(level=1, text=writable(title)), *self._header()]
        if packet.log:
            parts = {
                Part.THESIS: self._thesis(),
                Part.PROJECTS: self._projects(),
                **{part: self._section(part) for part in _SECTIONS},
                Part.BETS: self._bets(),
                Part.JUDGMENT: self._section(Part.JUDGMENT),
                Part.LADDER: self._ladder(),
                Part.ADVOCATES: self._advocates(),
                Part.GAPS: self._gaps(),
            }
            for number, (part, inside) in enumerate(parts.items(), 2):
                blocks.append(Heading(level=2, text=f"{number}. {say(f'parts.{part}')}"))
                blocks += list(inside) or [self._small(say("packet.nothing_here"))]
            blocks += [PageBreak(), *self._appendix()]
        else:
            blocks.append(Paragraph(runs=words(say("packet.empty"))))
        return Document(title=writable(title), author=writable(packet.name), blocks=tuple(blocks))

    def _header(self) -> Iterator[Block]:
        packet, say = self._packet, self._say
        if packet.current_level:
            target = say("packet.from_to", current=packet.current_level, target=packet.level.name)
        else:
            target = say("packet.to_only", target=packet.level.name)
        period = say("packet.period", since=day(packet.period.since), until=day(packet.period.last_day))
        yield Paragraph(runs=words(f"{target} · {period}", bold=True))
        count = len(packet.log)
        if count:
            key = "packet.made_on" if count > 1 else "packet.made_on_one"
            yield self._small(say(key, day=day(packet.made_on), count=count))
        if packet.redacted:
            yield self._small(say("packet.redacted"))

    def _thesis(self) -> Iterator[Block]:
        packet = self._packet
        yield Paragraph(runs=words(thesis_of(packet, self._say)), look=Look.LEAD)
        lines = packet.summary or tuple(self._summary_line(entry) for entry in packet.body[:_SUMMARY_LINES])
        if lines:
            yield Bullets(items=tuple(words(line) for line in lines))
        yield charts.radar(packet.fits, packet.level, self._say)

    def _summary_line(self, entry: Entry) -> str:
        own = self._packet.statements.get(entry.id)
        line = sentence(shortened(spoken(own or entry.text, self._name), _SUMMARY_TEXT))
        return f"{line} {measure(entry, self._say, self._name)}".strip()

    def _projects(self) -> Iterator[Block]:
        for project in self._packet.projects:
            yield from self._project(project)
        yield from self._claims(self._packet.sections.get(Part.PROJECTS, ()))

    def _project(self, project: PacketProject) -> Iterator[Block]:
        say = self._say
        yield Heading(level=3, text=writable(project.name))
        problem = say("project.problem", text=project.problem) if project.problem else say("project.problem_missing")
        yield Paragraph(runs=words(problem))
        if project.scope:
            yield Paragraph(runs=words(say("project.scope", text=project.scope)))
        yield from self._claims(project.entries)

    def _section(self, part: Part) -> Iterator[Block]:
        yield from self._claims(self._packet.sections.get(part, ()))
        also = self._packet.see_also.get(part, ())
        if not also and part not in self._packet.sections:
            yield from self._from_log(part)
        if also:
            yield Bullets(
                items=tuple(
                    words(
                        self._say(
                            "packet.see_also",
                            number=self._packet.claim_number(entry.id),
                            text=shortened(self._statement(entry), 110),
                        )
                    )
                    for entry in also
                )
            )

    def _from_log(self, part: Part) -> Iterator[Block]:
        of_it = strongest_first(entry for entry in self._packet.log if PART_OF[entry.kind] is part)
        lines = [
            self._say(
                "packet.from_log",
                day=day(entry.occurred_on),
                text=shortened(impact(entry, self._say, self._name), _SUMMARY_TEXT),
            )
            for entry in of_it[:2]
        ]
        if lines:
            yield Bullets(items=tuple(words(line) for line in lines))

    def _bets(self) -> Iterator[Block]:
        yield from self._section(Part.BETS)
        packet = self._packet
        if packet.bets:
            yield Bullets(items=tuple(words(self._bet(bet)) for bet in packet.bets))
            picture = charts.bets_over_time(packet.bets, self._say, packet.made_on)
            if picture is not None:
                yield picture

    def _bet(self, bet: Bet) -> str:
        say = self._say
        said = say("bets.said", said=day(bet.made_on), expected=spoken(bet.expects, self._name).rstrip())
        said += f" ({say('bets.sure', percent=bet.sure)})"
        if bet.state is BetState.OPEN:
            return f"{said} — {say('bets.open', due=day(bet.look_again_on))}"
        outcome = say("bets.held" if bet.state is BetState.HELD else "bets.lost")
        result = spoken(bet.what_came or "", self._name)
        came = ": ".join(part for part in (outcome, result) if part).rstrip(".")
        return f"{said} — {say('bets.settled', result=came, day=day(bet.settled_on or bet.look_again_on))}"

    def _claims(self, entries: Iterable[Entry]) -> Iterator[Block]:
        for entry in entries:
            number = self._packet.claim_number(entry.id) or 1
            yield Bullets(items=((*words(self._statement(entry)), *self._support(entry)),), numbers_from=number)

    def _statement(self, entry: Entry) -> str:
        own = self._packet.statements.get(entry.id)
        return spoken(own, self._name) if own else impact(entry, self._say, self._name)

    def _support(self, entry: Entry) -> Runs:
        say = self._say
        facts = [day(entry.occurred_on), say(f"kind.{entry.kind}").lower()]
        if entry.role:
            facts.append(say(f"impact.role_{entry.role}"))
        if entry.reach:
            facts.append(say(f"reach.{entry.reach}"))
        names = self._confirmers(entry)
        if names:
            facts.append(say("impact.confirmed", names=", ".join(names)).rstrip("."))
        shown = (Run(text=" "), Run(text=writable(f"({'; '.join(facts)})"), italic=True))
        sources = self._sources(entry)
        return (*shown, Run(text=" "), *sources) if sources else shown

    def _confirmers(self, entry: Entry) -> list[str]:
        yes = (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED)
        return [self._name(each.by) for each in entry.confirmations if each.state in yes]

    def _sources(self, entry: Entry) -> Runs:
        addresses = [(each.label or str(each.type).replace("_", " "), each.url) for each in entry.links]
        if entry.source.permalink:
            addresses.append(("Slack", entry.source.permalink))
        runs: list[Run] = []
        for label, url in addresses:
            if runs:
                runs.append(Run(text=", "))
            runs += link(shortened(label, 60), url)
        return tuple(runs)

    def _ladder(self) -> Iterator[Block]:
        say, packet = self._say, self._packet
        yield Paragraph(runs=words(packet.level.summary))
        rows = []
        for fit in packet.fits:
            numbers = [n for id_ in fit.strong if (n := packet.claim_number(id_))]
            count = say("ladder.count", strong=len(fit.strong), wanted=fit.expectation.strong)
            claims = ", ".join(f"#{n}" for n in sorted(numbers))
            rows.append(
                (
                    words(say(f"dimension.{fit.dimension}"), bold=True),
                    words(fit.expectation.what),
                    words(f"{count} ({claims})" if claims else count),
                    words(self._strength(fit.best)),
                )
            )
        header = tuple(say(f"ladder.{key}") for key in ("dimension", "expected", "evidence", "strength"))
        yield Table(header=header, rows=tuple(rows), widths=(0.2, 0.48, 0.18, 0.14))
        yield charts.balance_over_time(packet.insight.weeks, say)

    def _strength(self, strength: Strength | None) -> str:
        return self._say(f"strength.{strength.name.lower()}") if strength else self._say("ladder.none")

    def _advocates(self) -> Iterator[Block]:
        say, packet = self._say, self._packet
        if not packet.advocates:
            yield self._small(say("advocates.none"))
        by_id = {entry.id: entry for entry in packet.log}
        for each in packet.advocates:
            yield Paragraph(runs=words(say("advocates.quote", quote=each.quote)), look=Look.QUOTE)
            number = packet.claim_number(each.entry_id)
            by = say(
                "advocates.by" if number else "advocates.by_log",
                name=self._name(each.user_id),
                number=number,
                entry_day=day(by_id[each.entry_id].occurred_on),
                day=day(each.at.date()),
            )
            yield self._small(by)

    def _gaps(self) -> Iterator[Block]:
        say, packet = self._say, self._packet
        open_ones = [fit for fit in packet.fits if fit.missing]
        if open_ones:
            lines = (self._gap(fit.dimension, fit.missing) for fit in open_ones)
            yield Bullets(items=tuple(words(line) for line in lines))
        else:
            yield Paragraph(runs=words(say("gaps.none", level=packet.level.name)))
        plan = say("gaps.plan", text=packet.plan) if packet.plan else say("gaps.no_plan")
        yield Paragraph(runs=words(plan))

    def _gap(self, dimension: Dimension, missing: int) -> str:
        return self._say("gaps.line", dimension=self._say(f"dimension.{dimension}"), missing=missing)

    def _appendix(self) -> Iterator[Block]:
        say, packet = self._say, self._packet
        yield Heading(level=2, text=f"13. {say(f'parts.{Part.APPENDIX}')}")
        yield charts.heat_map(packet.log, packet.period, say)
        rows = tuple(
            (
                words(entry.occurred_on.isoformat()),
                words(shortened(sentence(spoken(entry.text, self._name)), LOG_TEXT)),
                words(say(f"kind.{entry.kind}")),
                words(self._strength(strength_of(entry))),
                self._sources(entry),
            )
            for entry in packet.log
        )
        header = tuple(say(f"log.{key}") for key in ("date", "what", "kind", "strength", "links"))
        yield Table(header=header, rows=rows, widths=(0.13, 0.43, 0.16, 0.12, 0.16))
        if packet.body:
            yield PageBreak()
            yield Heading(level=3, text=say("provenance.title"))
            yield self._provenance()

    def _provenance(self) -> Table:
        say = self._say
        rows = tuple(
            (
                words(f"#{number}"),
                words(entry.occurred_on.isoformat()),
                words(f"{entry.created_at.date().isoformat()}, {say(f'provenance.how.{entry.source.type}')}"),
                self._sources(entry) or words(say("packet.no_source")),
                words(self._who_confirmed(entry)),
            )
            for number, entry in enumerate(self._packet.body, 1)
        )
        header = tuple(say(f"provenance.{key}") for key in ("claim", "happened", "captured", "source", "confirmed"))
        return Table(header=header, rows=rows, widths=(0.06, 0.14, 0.28, 0.26, 0.26))

    def _who_confirmed(self, entry: Entry) -> str:
        if not is_confirmed(entry):
            return self._say("provenance.nobody")
        yes = (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED)
        said = [each for each in entry.confirmations if each.state in yes]
        return "; ".join(f"{self._name(each.by)}, {day(each.at.date())}" for each in said)

    def _small(self, text: str) -> Paragraph:
        return Paragraph(runs=words(text), look=Look.SMALL)
