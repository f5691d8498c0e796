"""What a promotion reader would stumble over: the four tests, on each entry and on the whole.

The reader has about ninety seconds and no context. Findings come from rules, each with the place
and a key under which `prompts/check.yaml` says what to do about it. The rules that read verbs and
pronouns know English; on other languages they say nothing rather than guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from bot.domain import english
from bot.domain.evidence import Entry, MyRole, SourceState, Value
from bot.domain.gaps import Spot, gaps, standings
from bot.domain.insight import ONE_SIDED, OneSided, one_sided
from bot.domain.ladder import Level, meets
from bot.domain.strength import Step, missing_steps
from bot.domain.tagging import DIMENSIONS_OF, Dimension, Kind
from bot.domain.text import MENTION, shortened

#: More words than this are not read in ninety seconds with everything else.
LONGEST_READ = 80
#: With fewer strong entries than this there is no case yet.
FEWEST_STRONG = 3
#: From this share of the whole on, one project carries too much.
ONE_PROJECT = ONE_SIDED


class ReaderTest(StrEnum):
    """What a reader asks, in this order."""

    PAST_EVIDENCE = "past_evidence"
    AT_LEVEL = "at_level"
    LEGIBLE = "legible"
    ALL_DIMENSIONS = "all_dimensions"


class Rule(StrEnum):
    """What a reader stumbles over."""

    INTENT = "intent"
    ONGOING = "ongoing"
    HABIT = "habit"
    NO_OUTCOME = "no_outcome"
    OWN_DELIVERY = "own_delivery"
    BELOW_LEVEL = "below_level"
    REACH_UNKNOWN = "reach_unknown"
    ROLE_UNKNOWN = "role_unknown"
    MINOR_ROLE = "minor_role"
    WE_WITHOUT_I = "we_without_i"
    NO_LINK = "no_link"
    NO_NUMBER = "no_number"
    NO_BASELINE = "no_baseline"
    DEAD_REFERENCE = "dead_reference"
    JARGON = "jargon"
    VAGUE = "vague"
    HANGING_START = "hanging_start"
    TOO_LONG = "too_long"
    EMPTY_RECORD = "empty_record"
    TOO_FEW_STRONG = "too_few_strong"
    NOTHING_CONFIRMED = "nothing_confirmed"
    DIMENSION_EMPTY = "dimension_empty"
    DIMENSION_THIN = "dimension_thin"
    DIMENSION_STALE = "dimension_stale"
    ALL_GLUE = "all_glue"
    ALL_DELIVERY = "all_delivery"
    ONE_PROJECT_CARRIES_ALL = "one_project"


TEST_OF: Mapping[Rule, ReaderTest] = {
    **dict.fromkeys((Rule.INTENT, Rule.ONGOING, Rule.HABIT, Rule.NO_OUTCOME), ReaderTest.PAST_EVIDENCE),
    **dict.fromkeys(
        (Rule.OWN_DELIVERY, Rule.BELOW_LEVEL, Rule.REACH_UNKNOWN, Rule.ROLE_UNKNOWN, Rule.MINOR_ROLE),
        ReaderTest.AT_LEVEL,
    ),
    **dict.fromkeys(
        (
            *(Rule.WE_WITHOUT_I, Rule.NO_LINK, Rule.NO_NUMBER, Rule.NO_BASELINE, Rule.DEAD_REFERENCE),
            *(Rule.JARGON, Rule.VAGUE, Rule.HANGING_START, Rule.TOO_LONG),
        ),
        ReaderTest.LEGIBLE,
    ),
    **dict.fromkeys(
        (
            *(Rule.EMPTY_RECORD, Rule.TOO_FEW_STRONG, Rule.NOTHING_CONFIRMED, Rule.DIMENSION_EMPTY),
            *(Rule.DIMENSION_THIN, Rule.DIMENSION_STALE, Rule.ALL_GLUE, Rule.ALL_DELIVERY),
            Rule.ONE_PROJECT_CARRIES_ALL,
        ),
        ReaderTest.ALL_DIMENSIONS,
    ),
}


class Finding(Value):
    """One thing to mend. Without `entry_id` it is about the whole; `words` is the place, as it is written."""

    rule: Rule
    entry_id: str | None = None
    field: str | None = None
    words: str = ""
    dimension: Dimension | None = None

    @property
    def test(self) -> ReaderTest:
        """Which of the reader's four questions it fails."""
        return TEST_OF[self.rule]


class Check(Value):
    """What a reader would stumble over in these entries, in the order of the four tests."""

    level: str
    checked: tuple[str, ...]
    """The entries that were read."""
    findings: tuple[Finding, ...]

    def of(self, test: ReaderTest) -> tuple[Finding, ...]:
        """The findings of one test."""
        return tuple(finding for finding in self.findings if finding.test is test)

    def about(self, entry_id: str) -> tuple[Finding, ...]:
        """The findings on one entry."""
        return tuple(finding for finding in self.findings if finding.entry_id == entry_id)


def check_record(strong: Sequence[Entry], everything: Sequence[Entry], level: Level, today: date) -> Check:
    """Read the strong entries one by one and the whole record at once, for this level."""
    single = [finding for entry in strong for finding in check_entry(entry, level)]
    order = list(ReaderTest)
    findings = sorted((*single, *_whole(strong, everything, today)), key=lambda each: order.index(each.test))
    return Check(level=level.key, checked=tuple(entry.id for entry in strong), findings=tuple(findings))


def check_entry(entry: Entry, level: Level) -> tuple[Finding, ...]:
    """What a reader would stumble over in one entry, each rule at most once."""
    found = [*_past(entry), *_level(entry, level), *_support(entry), *_legible(entry)]
    return tuple(
        Finding(rule=rule, entry_id=entry.id, field=field, words=shortened(words, 120)) for rule, field, words in found
    )


_Found = tuple[Rule, str, str]


def _past(entry: Entry) -> Iterable[_Found]:
    if english.is_english(entry.text):
        # An outcome elsewhere in the text shows that the intent was acted on.
        acted = english.past_verb(entry.text) or entry.outcome
        for rule, pattern in ((Rule.INTENT, english.INTENT), (Rule.ONGOING, english.ONGOING)):
            if not acted and (match := pattern.search(entry.text)):
                yield rule, "text", match.group()
                break
        if not english.past_verb(entry.text) and (match := english.HABIT.search(entry.text)):
            yield Rule.HABIT, "text", match.group()
    if entry.outcome and english.is_english(entry.outcome):
        match = english.INTENT.search(entry.outcome)
        if match and not english.past_verb(entry.outcome):
            yield Rule.INTENT, "outcome", match.group()
    if not entry.outcome:
        yield Rule.NO_OUTCOME, "outcome", ""


def _level(entry: Entry, level: Level) -> Iterable[_Found]:
    if entry.kind in (Kind.DELIVERY, Kind.NONE):
        yield Rule.OWN_DELIVERY, "kind", entry.kind
        return
    shown = entry.dimensions or DIMENSIONS_OF[entry.kind]
    wanted = [level.dimensions[dimension] for dimension in shown]
    if wanted and not any(meets(entry, expectation) for expectation in wanted):
        yield Rule.BELOW_LEVEL, "reach", entry.reach or ""
    elif entry.reach is None and any(expectation.reach for expectation in wanted):
        yield Rule.REACH_UNKNOWN, "reach", ""
    if entry.role is None:
        yield Rule.ROLE_UNKNOWN, "role", ""
    elif entry.role is MyRole.CONTRIBUTED:
        yield Rule.MINOR_ROLE, "role", entry.role


def _support(entry: Entry) -> Iterable[_Found]:
    missing = missing_steps(entry)
    if entry.source.state is SourceState.DELETED and not entry.links:
        yield Rule.DEAD_REFERENCE, "source", entry.source.permalink or ""
    elif dead := next((link.url for link in entry.links if english.DEAD_ADDRESS.search(link.url)), None):
        yield Rule.DEAD_REFERENCE, "links", dead
    elif Step.ADD_LINK in missing:
        yield Rule.NO_LINK, "links", ""
    if entry.number and not entry.baseline:
        yield Rule.NO_BASELINE, "baseline", entry.number
    elif Step.ADD_NUMBER in missing and entry.outcome and not english.HAS_NUMBER.search(entry.outcome):
        yield Rule.NO_NUMBER, "number", ""


def _legible(entry: Entry) -> Iterable[_Found]:
    own = MENTION.sub("someone", entry.text)
    if len(own.split()) > LONGEST_READ:
        yield Rule.TOO_LONG, "text", own
    spoken = english.without_addresses(own)
    if (words := english.unexplained(f"{spoken} {entry.outcome or ''}")) is not None:
        yield Rule.JARGON, "text", words
    if not english.is_english(spoken):
        return
    if (match := english.WE.search(spoken)) and not english.I_DID.search(spoken) and entry.role is None:
        yield Rule.WE_WITHOUT_I, "text", match.group()
    if match := english.HANGING.match(spoken):
        yield Rule.HANGING_START, "text", match.group()
    if match := english.VAGUE.search(f"{spoken} {entry.outcome or ''}"):
        yield Rule.VAGUE, "text", match.group()
    if match := english.SEE_ELSEWHERE.search(spoken):
        yield Rule.DEAD_REFERENCE, "text", match.group()


def _whole(strong: Sequence[Entry], everything: Sequence[Entry], today: date) -> Iterable[Finding]:
    if not everything:
        yield Finding(rule=Rule.EMPTY_RECORD)
        return
    with_outcome = [entry for entry in strong if Step.ADD_OUTCOME not in missing_steps(entry)]
    if len(with_outcome) < FEWEST_STRONG:
        yield Finding(rule=Rule.TOO_FEW_STRONG, words=str(len(with_outcome)))
    if strong and all(Step.ASK_TO_CONFIRM in missing_steps(entry) for entry in strong):
        yield Finding(rule=Rule.NOTHING_CONFIRMED)
    rule_of = {
        Spot.EMPTY: Rule.DIMENSION_EMPTY,
        Spot.THIN: Rule.DIMENSION_THIN,
        Spot.STALE: Rule.DIMENSION_STALE,
    }
    for gap in gaps(standings(everything), today):
        yield Finding(rule=rule_of[gap.spot], dimension=gap.dimension)
    side = one_sided(everything)
    if side is not None:
        yield Finding(rule=Rule.ALL_GLUE if side is OneSided.GLUE else Rule.ALL_DELIVERY)
    in_project = Counter(entry.project_id for entry in strong)
    most, count = max(in_project.items(), key=lambda pair: pair[1], default=(None, 0))
    if most is not None and len(strong) > FEWEST_STRONG and count / len(strong) >= ONE_PROJECT:
        yield Finding(rule=Rule.ONE_PROJECT_CARRIES_ALL, words=most)
