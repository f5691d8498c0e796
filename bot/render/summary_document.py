"""Insight and a reader's check put into words, for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.bets import Bet
from bot.domain.evidence import Entry
from bot.domain.insight import Insight
from bot.domain.ladder import Fit, Level
from bot.domain.readers_check import Check, Finding, ReaderTest
from bot.domain.statement import NameOf, Say, spoken
from bot.domain.text import shortened
from bot.render import charts
from bot.render.document import Block, Bullets, Document, Heading, Look, Paragraph, Runs, Table, words, writable
from bot.render.telling import day


def summary_document(
    found: Insight,
    fits: Sequence[Fit],
    level: Level,
    entries: Sequence[Entry],
    bets: Sequence[Bet],
    *,
    name: str,
    name_of: NameOf,
    today: date,
    say: Say,
) -> Document:
    """Everything insight says, with its four pictures. `entries` are those of its period."""
    span = {"since": day(found.period.since), "until": day(found.period.last_day)}
    title = writable(say("insight.title", name=name, **span))
    blocks: list[Block] = [Heading(level=1, text=title)]
    if found.is_empty:
        blocks.append(_line(say("insight.empty", **span)))
        return Document(title=title, author=writable(name), blocks=tuple(blocks))
    total = say("insight.total", total=found.total, strong=found.strong)
    blocks.append(_line(say("insight.total_one") if found.total == 1 else total))
    blocks += [Heading(level=2, text=say("insight.dimensions")), _standings(found, say)]
    blocks += [charts.radar(fits, level, say), charts.heat_map(entries, found.period, say)]
    blocks += [Heading(level=2, text=say("insight.kinds_title")), _kinds(found, say)]
    balance = say("insight.balance", multiplying=found.balance.multiplying, producing=found.balance.producing)
    blocks += [Heading(level=2, text=say("insight.balance_title")), _line(balance)]
    blocks.append(charts.balance_over_time(found.weeks, say))
    if found.one_sided:
        blocks.append(Paragraph(runs=words(say(f"one_sided.{found.one_sided}")), look=Look.QUOTE))
    blocks += _breadth(found, say)
    picture = charts.bets_over_time(bets, say, today)
    if picture is not None:
        blocks.append(picture)
    blocks += [*_gaps(found, say), *_lifts(found, entries, name_of, say)]
    return Document(title=title, author=writable(name), blocks=tuple(blocks))


def check_document(check: Check, entries: Mapping[str, Entry], level: Level, name_of: NameOf, say: Say) -> Document:
    """A reader's check, test by test, each finding with its entry, its place and what to do."""
    title = writable(say("check.title", level=level.name))
    blocks: list[Block] = [Heading(level=1, text=title)]
    count = len(check.checked)
    intro = "check.nothing" if not count else "check.intro_one" if count == 1 else "check.intro"
    blocks.append(_line(say(intro, count=count)))
    for test in ReaderTest:
        blocks.append(Heading(level=2, text=say(f"tests.{test}")))
        findings = check.of(test)
        if not findings:
            blocks.append(_line(say("check.clean")))
        for place, of_place in _by_place(findings).items():
            entry = entries.get(place or "")
            text = shortened(spoken(entry.text, name_of), 120) if entry else ""
            shown = say("check.place", text=text, day=day(entry.occurred_on)) if entry else say("check.whole")
            blocks.append(Heading(level=3, text=writable(shown)))
            blocks.append(Bullets(items=tuple(_finding(finding, say) for finding in of_place)))
    return Document(title=title, author="", blocks=tuple(blocks))


def _line(text: str) -> Paragraph:
    return Paragraph(runs=words(text))


def _standings(found: Insight, say: Say) -> Table:
    rows = tuple(
        (
            words(say(f"dimension.{each.dimension}"), bold=True),
            words(str(each.count)),
            words(str(each.strong)),
            words(say(f"strength.{each.best.name.lower()}") if each.best else say("insight.never")),
            words(day(each.last_on) if each.last_on else say("insight.never")),
        )
        for each in found.standings
    )
    header = tuple(say(f"insight.{key}") for key in ("dimension", "count", "strong", "best", "last"))
    return Table(header=header, rows=rows, widths=(0.32, 0.12, 0.2, 0.16, 0.2))


def _kinds(found: Insight, say: Say) -> Bullets:
    lines = [
        say(
            "insight.kinds",
            dimension=say(f"dimension.{dimension}"),
            kinds=", ".join(f"{say(f'kind.{kind}').lower()} {count}" for kind, count in kinds.items()),
        )
        for dimension, kinds in found.kinds.items()
        if kinds
    ]
    return Bullets(items=tuple(words(line) for line in lines))


def _breadth(found: Insight, say: Say) -> list[Block]:
    breadth = found.breadth
    reaches = ", ".join(f"{say(f'reach.{reach}')} {count}" for reach, count in breadth.reaches.items())
    return [
        Heading(level=2, text=say("insight.breadth_title")),
        _line(say("insight.breadth", areas=breadth.areas, people=breadth.people)),
        _line(say("insight.reach", reaches=reaches) if reaches else say("insight.reach_unsaid")),
    ]


def _gaps(found: Insight, say: Say) -> list[Block]:
    blocks: list[Block] = [Heading(level=2, text=say("insight.gaps_title"))]
    if not found.gaps:
        return [*blocks, _line(say("insight.no_gaps"))]
    items: list[Runs] = []
    for gap in found.gaps:
        line = say(
            f"gap.{gap.spot}",
            dimension=say(f"dimension.{gap.dimension}"),
            count=gap.standing.count,
            strong=gap.standing.strong,
            last=day(gap.standing.last_on) if gap.standing.last_on else "",
        )
        suggestion = say(f"suggestion.{gap.dimension}.{gap.spot}")
        items.append((*words(line, bold=True), *words(f" {suggestion}")))
    return [*blocks, Bullets(items=tuple(items))]


def _lifts(found: Insight, entries: Sequence[Entry], name_of: NameOf, say: Say) -> list[Block]:
    by_id = {entry.id: entry for entry in entries}
    lines = [
        say(
            "insight.lift",
            text=shortened(spoken(by_id[lift.entry_id].text, name_of), 140),
            day=day(by_id[lift.entry_id].occurred_on),
            step=say(f"steps.{lift.step}"),
        )
        for lift in found.lifts
        if lift.entry_id in by_id
    ]
    if not lines:
        return []
    title = Heading(level=2, text=say("insight.lifts_title"))
    return [title, Bullets(items=tuple(words(line) for line in lines))]


def _by_place(findings: Sequence[Finding]) -> dict[str | None, list[Finding]]:
    places: dict[str | None, list[Finding]] = {}
    for finding in findings:
        places.setdefault(finding.entry_id, []).append(finding)
    return places


def _finding(finding: Finding, say: Say) -> Runs:
    dimension = say(f"dimension.{finding.dimension}") if finding.dimension else ""
    problem = say(f"rule.{finding.rule}.problem", dimension=dimension, words=finding.words)
    fix = say(f"rule.{finding.rule}.fix")
    if finding.entry_id is None or not finding.words or not finding.field:
        return words(say("check.finding", problem=problem, fix=fix))
    field = say(f"fields.{finding.field}")
    return words(say("check.finding_at", field=field, words=shortened(finding.words, 60), problem=problem, fix=fix))
