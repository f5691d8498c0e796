"""A packet put into words: its thirteen parts as a document, the same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.bets import Bet, BetState
from bot.domain.evidence import Entry
from bot.domain.gaps import STRONG
from bot.domain.packet import PART_OF, Packet, PacketProject, Part
from bot.domain.statement import Say, impact, measure, sentence, spoken
from bot.domain.strength import is_confirmed, strength_of, strongest_first
from bot.domain.text import shortened
from bot.render import charts
from bot.render.document import Block, Bullets, Document, Heading, Look, Paragraph, Run, Runs, Table, words, writable
from bot.render.packet_appendix import appendix
from bot.render.telling import Telling, day

_SUMMARY_LINES, _SUMMARY_TEXT = 5, 170
_FROM_LOG, _LOG_LINE = 2, 420
_SECTIONS = (Part.LEVERAGE, Part.PEOPLE, Part.GLUE, Part.RISKS)


def packet_document(packet: Packet, say: Say) -> Document:
    """The packet's thirteen parts in order. `say` knows the sentences of `prompts/packet.yaml`."""
    return _Writer(packet, say).document()


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
        self._packet, self._say = packet, say
        self._telling = Telling(packet, say)

    def document(self) -> Document:
        packet, say = self._packet, self._say
        title = say(
            "packet.title_redacted" if packet.redacted else "packet.title",
            name=packet.name,
            level=packet.level.name,
        )
        blocks: list[Block] = [Heading(level=1, text=writable(title))]
        if packet.log:
            parts = {
                Part.HEADER: self._header(),
                Part.THESIS: self._thesis(),
                Part.PROJECTS: self._projects(),
                **{part: self._section(part) for part in _SECTIONS},
                Part.BETS: self._bets(),
                Part.JUDGMENT: self._judgment(),
                Part.LADDER: self._ladder(),
                Part.ADVOCATES: self._advocates(),
                Part.GAPS: self._gaps(),
            }
            for number, (part, inside) in enumerate(parts.items(), 1):
                blocks.append(Heading(level=2, text=f"{number}. {say(f'parts.{part}')}"))
                blocks += list(inside) or [self._telling.small(say("packet.nothing_here"))]
            blocks += appendix(self._telling)
        else:
            blocks += [*self._header(), Paragraph(runs=words(say("packet.empty")))]
        return Document(title=writable(title), author=writable(packet.name), blocks=tuple(blocks))

    def _header(self) -> Iterator[Block]:
        packet, say = self._packet, self._say
        key = "packet.from_to" if packet.current_level else "packet.to_only"
        target = say(key, current=packet.current_level, target=packet.level.name)
        period = say("packet.period", since=day(packet.period.since), until=day(packet.period.last_day))
        yield Paragraph(runs=words(f"{target} · {period}", bold=True))
        count = len(packet.log)
        if count:
            facts = {"count": count, "strong": packet.insight.strong, "confirmed": packet.confirmed}
            yield Paragraph(runs=words(say("packet.rests_on" if count > 1 else "packet.rests_on_one", **facts)))
            yield self._telling.small(say("packet.made_on", day=day(packet.made_on)))
        if packet.redacted:
            yield self._telling.small(say("packet.redacted"))

    def _thesis(self) -> Iterator[Block]:
        packet = self._packet
        yield Paragraph(runs=words(thesis_of(packet, self._say)), look=Look.LEAD)
        if packet.summary:
            yield Bullets(items=tuple(words(line) for line in packet.summary))
        elif packet.body:
            yield Bullets(items=tuple(self._summary_line(entry) for entry in packet.body[:_SUMMARY_LINES]))
        yield charts.radar(packet.fits, packet.level, self._say)

    def _summary_line(self, entry: Entry) -> Runs:
        own = self._packet.statements.get(entry.id) or entry.statement
        line = sentence(shortened(spoken(own or entry.text, self._telling.name), _SUMMARY_TEXT))
        told = f"{line} {measure(entry, self._say, self._telling.name)}".strip()
        number = self._packet.claim_number(entry.id)
        return (*words(told), *words(f" {self._say('packet.claim', number=number)}", italic=True))

    def _projects(self) -> Iterator[Block]:
        for project in self._packet.projects:
            yield from self._project(project)
        yield from self._claims(self._packet.sections.get(Part.PROJECTS, ()))

    def _project(self, project: PacketProject) -> Iterator[Block]:
        yield Heading(level=3, text=writable(project.name))
        for key, text in (("problem", project.problem), ("scope", project.scope)):
            if text:
                label = words(self._say(f"project.{key}"), bold=True)
                yield Paragraph(runs=(*label, Run(text=" "), *words(text)))
            elif key == "problem":
                yield self._telling.small(self._say("project.problem_missing"))
        yield from self._claims(project.entries)

    def _section(self, part: Part) -> Iterator[Block]:
        own = self._packet.sections.get(part, ())
        yield from self._claims(own)
        if not own:
            yield from self._from_log(part)
        also = sorted(self._packet.claim_number(entry.id) or 0 for entry in self._packet.see_also.get(part, ()))
        if also:
            key = "packet.see_also" if len(also) > 1 else "packet.see_also_one"
            yield self._telling.small(self._say(key, numbers=_listed(also)))
        if part is Part.GLUE:
            yield from self._balance()

    def _from_log(self, part: Part) -> Iterator[Block]:
        """Without a claim in the body: the strongest of this part that say what came of them."""
        body = {entry.id for entry in self._packet.body}
        of_it = [
            entry
            for entry in strongest_first(self._packet.log)
            if PART_OF[entry.kind] is part and entry.id not in body and strength_of(entry) >= STRONG
        ]
        for entry in of_it[:_FROM_LOG]:
            text = shortened(impact(entry, self._say, self._telling.name), _LOG_LINE)
            yield Bullets(items=(words(text),))
            yield Paragraph(runs=self._telling.support(entry), look=Look.SUPPORT)

    def _balance(self) -> Iterator[Block]:
        balance = self._packet.insight.balance
        said = {"multiplying": balance.multiplying, "producing": balance.producing}
        yield Paragraph(runs=words(self._say("packet.balance", **said)))
        yield charts.balance_over_time(self._packet.insight.weeks, self._say)

    def _bets(self) -> Iterator[Block]:
        yield from self._section(Part.BETS)
        packet = self._packet
        if packet.bets:
            yield Bullets(items=tuple(self._bet(bet) for bet in packet.bets))
            picture = charts.bets_over_time(packet.bets, self._say, packet.made_on)
            if picture is not None:
                yield picture

    def _bet(self, bet: Bet) -> Runs:
        say, name = self._say, self._telling.name
        expected = spoken(bet.expects, name).rstrip()
        said = say("bets.said", said=day(bet.made_on), expected=expected, percent=bet.sure)
        if bet.state is BetState.OPEN:
            came = words(f" {say('bets.open', due=day(bet.look_again_on))}", bold=True)
        else:
            outcome = say("bets.held" if bet.state is BetState.HELD else "bets.lost")
            result = spoken(bet.what_came or "", name).rstrip(".")
            key = "bets.settled" if result else "bets.settled_silent"
            settled = say(key, result=result, day=day(bet.settled_on or bet.look_again_on))
            came = (*words(f" {outcome}", bold=True), *words(f" {settled}"))
        return (*words(said), *came, *self._bet_source(bet))

    def _bet_source(self, bet: Bet) -> Runs:
        number = self._packet.claim_number(bet.entry_id)
        if number:
            return words(f" {self._say('packet.claim', number=number)}", italic=True)
        entry = next((each for each in self._packet.log if each.id == bet.entry_id), None)
        sources = self._telling.sources(entry) if entry else ()
        return (Run(text=" "), *sources) if sources else ()

    def _judgment(self) -> Iterator[Block]:
        yield from self._section(Part.JUDGMENT)
        for bet in self._packet.bets:
            if bet.state is BetState.FAILED:
                expected = shortened(spoken(bet.expects, self._telling.name), _SUMMARY_TEXT)
                line = self._say("bets.went_wrong", said=day(bet.made_on), expected=expected)
                yield Paragraph(runs=words(line))

    def _claims(self, entries: Iterable[Entry]) -> Iterator[Block]:
        for entry in entries:
            yield from self._telling.claim(entry)

    def _ladder(self) -> Iterator[Block]:
        say, packet = self._say, self._packet
        yield Paragraph(runs=words(packet.level.summary))
        rows = []
        for fit in packet.fits:
            numbers = sorted(n for id_ in fit.strong if (n := packet.claim_number(id_)))
            count = say("ladder.count", strong=len(fit.strong), wanted=fit.expectation.strong)
            claims = ", ".join(f"#{n}" for n in numbers)
            rows.append(
                (
                    words(say(f"dimension.{fit.dimension}"), bold=True),
                    words(fit.expectation.what),
                    words(count),
                    words(claims or "–"),
                    words(self._telling.strength(fit.best)),
                )
            )
        header = tuple(say(f"ladder.{key}") for key in ("dimension", "expected", "evidence", "claims", "strength"))
        yield Table(header=header, rows=tuple(rows), widths=(0.18, 0.4, 0.17, 0.12, 0.13))
        yield self._telling.small(say("ladder.counted"))

    def _advocates(self) -> Iterator[Block]:
        say, packet = self._say, self._packet
        if not packet.advocates:
            yield self._telling.small(say("advocates.none"))
        by_id = {entry.id: entry for entry in packet.log}
        numbered = [(packet.claim_number(each.entry_id), each) for each in packet.advocates]
        for number, each in sorted(numbered, key=lambda pair: pair[0] or len(packet.log)):
            quote = spoken(each.quote, self._telling.name)
            yield Paragraph(runs=words(say("advocates.quote", quote=quote)), look=Look.QUOTE)
            entry = by_id[each.entry_id]
            facts = {"name": self._telling.name(each.user_id), "number": number, "day": day(each.at.date())}
            about = shortened(spoken(entry.text, self._telling.name), 90)
            key = "advocates.by" if number else "advocates.by_log"
            yield self._telling.small(say(key, about=about, entry_day=day(entry.occurred_on), **facts))
        yield from self._silent_advocates()

    def _silent_advocates(self) -> Iterator[Block]:
        quoted = {each.user_id for each in self._packet.advocates}
        confirmed = [entry for entry in self._packet.log if is_confirmed(entry)]
        names = {name: 0 for entry in confirmed for name in self._telling.confirmers(entry)}
        for entry in confirmed:
            for name in self._telling.confirmers(entry):
                names[name] += 1
        for user in quoted:
            names.pop(self._telling.name(user), None)
        if names:
            said = ", ".join(f"{name} ({count})" for name, count in sorted(names.items()))
            yield self._telling.small(self._say("advocates.silent", names=said))

    def _gaps(self) -> Iterator[Block]:
        say, packet = self._say, self._packet
        open_ones = [fit for fit in packet.fits if fit.missing]
        if open_ones:
            lines = (
                say(
                    "gaps.line",
                    dimension=say(f"dimension.{fit.dimension}"),
                    strong=len(fit.strong),
                    wanted=fit.expectation.strong,
                    level=packet.level.name,
                )
                for fit in open_ones
            )
            yield Bullets(items=tuple(words(line) for line in lines))
        else:
            yield Paragraph(runs=words(say("gaps.none", level=packet.level.name)))
        if packet.plan:
            yield Paragraph(runs=(*words(say("gaps.plan"), bold=True), Run(text=" "), *words(packet.plan)))
        else:
            yield self._telling.small(say("gaps.no_plan"))


def _listed(numbers: Iterable[int]) -> str:
    """1, 2 and 3."""
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} and {last}" if first else last
