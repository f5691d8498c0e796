"""What a person's record says about itself, and what a reader would stumble over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.content.messages import Words
from bot.domain.evidence import Entry
from bot.domain.gaps import Gap, Standing
from bot.domain.insight import Insight
from bot.domain.ladder import Level
from bot.domain.periods import Period
from bot.domain.readers_check import Check, Finding, ReaderTest
from bot.domain.statement import Say
from bot.domain.strength import Step, strength_of
from bot.domain.text import shortened
from bot.slack import ids
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    divider,
    escape,
    header,
    section,
    to_mrkdwn,
)
from bot.slack.views.capture import Shown, day
from bot.slack.views.charts import balance_chart, dimensions_chart

#: How many entries of a check are shown; each is read best first.
CHECKED_SHOWN = 8


def summary(words: Words, say: Say, found: Insight, named: Mapping[str, Entry], today: date) -> Shown:
    """Insight as a message: two charts, the same in words, what is thin, and one step further."""
    span = {"since": _day(words, found.period.since, today), "until": _day(words, found.period.last_day, today)}
    if found.is_empty:
        text = words("summary.empty", **span)
        return Shown(text, [section(text), actions(button(words("buttons.new_evidence"), ids.ENTRY_NEW))])
    headline = words("summary.headline", total=found.total, strong=found.strong, **span)
    blocks: Blocks = [header(headline), dimensions_chart(words, found.standings)]
    blocks.append(section("\n".join(_standing(words, say, each, today) for each in found.standings)))
    kinds = _kinds(words, say, found)
    if kinds:
        blocks.append(context(kinds))
    blocks.append(balance_chart(words, found.weeks))
    balance = found.balance
    blocks.append(section(words("summary.balance", multiplying=balance.multiplying, producing=balance.producing)))
    if found.one_sided:
        blocks.append(section(f":bulb: {say(f'one_sided.{found.one_sided}')}"))
    blocks.append(context(_breadth(words, say, found)))
    blocks += _gaps(words, say, found.gaps, today)
    blocks += _lifts(words, say, found, named, today)
    blocks += [
        divider(),
        actions(
            button(words("case_buttons.packet"), ids.PACKET_OPEN, style="primary"),
            button(words("case_buttons.check"), ids.CHECK_OPEN),
        ),
    ]
    return Shown(words("summary.fallback", **span), blocks)


def gap_line(say: Say, gap: Gap, last: str) -> str:
    """What is thin or stale, in a few words."""
    return say(
        f"gap.{gap.spot}",
        dimension=say(f"dimension.{gap.dimension}"),
        count=gap.standing.count,
        strong=gap.standing.strong,
        last=last,
    )


def check(
    words: Words,
    say: Say,
    found: Check,
    entries: Mapping[str, Entry],
    level: Level,
    period: Period,
    today: date,
) -> Shown:
    """A reader's check: the four tests, then entry by entry what to mend, then the whole."""
    fallback = words("reader.fallback")
    span = {"since": _day(words, period.since, today), "until": _day(words, period.last_day, today)}
    if not found.checked:
        return Shown(fallback, [section(words("reader.nothing", **span))])
    blocks: Blocks = [header(words("reader.headline", level=level.name))]
    between = f"{span['since']} – {span['until']}"
    blocks.append(context(words("reader.intro", count=len(found.checked), period=between)))
    blocks.append(section("\n".join(_test(words, say, found, test) for test in ReaderTest)))
    with_findings = [id_ for id_ in found.checked if found.about(id_)]
    for id_ in with_findings[:CHECKED_SHOWN]:
        blocks.append(_checked_entry(words, say, entries[id_], found.about(id_), today))
    if len(with_findings) > CHECKED_SHOWN:
        blocks.append(context(words("reader.more", count=len(with_findings) - CHECKED_SHOWN)))
    whole = [each for each in found.findings if each.entry_id is None]
    if whole:
        lines = [words("reader.whole"), *(_finding(words, say, each) for each in whole)]
        blocks.append(section("\n".join(lines)))
    blocks.append(actions(button(words("case_buttons.packet"), ids.PACKET_OPEN, style="primary")))
    return Shown(fallback, blocks)


def _day(words: Words, when: date, today: date) -> str:
    return day(words, when, today)


def _standing(words: Words, say: Say, standing: Standing, today: date) -> str:
    name = say(f"dimension.{standing.dimension}")
    if standing.last_on is None or standing.best is None:
        return words("summary.dimension_empty", dimension=name)
    return words(
        "summary.dimension",
        dimension=name,
        count=standing.count,
        strong=standing.strong,
        best=say(f"strength.{standing.best.name.lower()}"),
        last=words("summary.last", day=_day(words, standing.last_on, today)),
    )


def _kinds(words: Words, say: Say, found: Insight) -> str:
    lines = [
        words(
            "summary.kinds",
            dimension=say(f"dimension.{dimension}"),
            kinds=", ".join(f"{words.kind(kind).lower()} {count}" for kind, count in list(kinds.items())[:4]),
        )
        for dimension, kinds in found.kinds.items()
        if kinds
    ]
    return "\n".join(lines)


def _breadth(words: Words, say: Say, found: Insight) -> str:
    reaches = ", ".join(f"{say(f'reach.{reach}')} {count}" for reach, count in found.breadth.reaches.items())
    return words(
        "summary.breadth",
        areas=found.breadth.areas,
        people=found.breadth.people,
        reaches=f" · {reaches}" if reaches else "",
    )


def _gaps(words: Words, say: Say, gaps: Sequence[Gap], today: date) -> Blocks:
    if not gaps:
        return [section(say("insight.no_gaps"))]
    blocks: Blocks = [header(words("summary.gaps"))]
    for gap in gaps:
        last = _day(words, gap.standing.last_on, today) if gap.standing.last_on else ""
        suggestion = say(f"suggestion.{gap.dimension}.{gap.spot}")
        blocks.append(section(words("summary.gap", gap=gap_line(say, gap, last), suggestion=suggestion)))
    return blocks


def _lifts(words: Words, say: Say, found: Insight, named: Mapping[str, Entry], today: date) -> Blocks:
    shown = [(named[lift.entry_id], lift.step) for lift in found.lifts if lift.entry_id in named]
    if not shown:
        return []
    blocks: Blocks = [header(words("summary.lifts"))]
    for entry, step in shown:
        text = words(
            "summary.lift",
            text=f"“{to_mrkdwn(shortened(entry.text, 160))}” ({say(f'strength.{strength_of(entry).name.lower()}')})",
            day=_day(words, entry.occurred_on, today),
            step=say(f"steps.{step}"),
        )
        blocks.append(section(text, accessory=_step_button(words, entry, step)))
    return blocks


def _step_button(words: Words, entry: Entry, step: Step) -> Block:
    if step is Step.ASK_TO_CONFIRM:
        return button(words("case_buttons.ask_to_confirm"), ids.CONFIRM_OPEN, entry.id)
    if step is Step.ADD_LINK:
        return button(words("buttons.change"), ids.ENTRY_CHANGE, entry.id)
    return button(
        words("buttons.edit_outcome" if entry.outcome else "buttons.add_outcome"), ids.ENTRY_OUTCOME, entry.id
    )


def _test(words: Words, say: Say, found: Check, test: ReaderTest) -> str:
    count = len(found.of(test))
    if not count:
        return words("reader.test_clean", test=say(f"tests.{test}"))
    return words("reader.test_open", test=say(f"tests.{test}"), count=count)


def _checked_entry(words: Words, say: Say, entry: Entry, findings: Sequence[Finding], today: date) -> Block:
    text = to_mrkdwn(shortened(entry.text, 140))
    lines = [words("reader.entry", text=text, day=_day(words, entry.occurred_on, today))]
    lines += [_finding(words, say, each) for each in findings]
    return section("\n".join(lines), accessory=button(words("buttons.change"), ids.ENTRY_CHANGE, entry.id))


def _finding(words: Words, say: Say, finding: Finding) -> str:
    dimension = say(f"dimension.{finding.dimension}") if finding.dimension else ""
    problem = say(f"rule.{finding.rule}.problem", dimension=dimension, words=escape(finding.words))
    fix = say(f"rule.{finding.rule}.fix")
    if finding.entry_id is None or not finding.words or not finding.field:
        return words("reader.finding", problem=problem, fix=fix)
    return words(
        "reader.finding_at",
        field=say(f"fields.{finding.field}"),
        words=escape(shortened(finding.words, 60)),
        problem=problem,
        fix=fix,
    )
