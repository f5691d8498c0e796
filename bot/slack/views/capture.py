"""What a person sees of an entry: when it is kept, asked about, credited, listed and opened."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from bot.content.messages import Words
from bot.domain.corroboration import may_be_asked
from bot.domain.credits import Credit
from bot.domain.evidence import (
    ConfirmationState,
    Entry,
    EntryStatus,
    PersonRole,
    SourceState,
    TaggedBy,
    TextBy,
)
from bot.domain.strength import Strength, next_step, strength_of
from bot.domain.tagging import EVIDENCE_KINDS, Kind, Tag
from bot.domain.text import shortened
from bot.slack import ids
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    escape,
    link,
    mention,
    option,
    section,
    select,
    to_mrkdwn,
)

#: How much of a text is shown where it is one of several things.
EXCERPT = 300
#: Entries of these kinds offer a bet at once; any other does in its details.
_BETTING = (Kind.LONG_TERM_BET, Kind.JUDGMENT_CALL)
#: How much of a text is shown where it is the thing itself.
WHOLE = 2_600


class Shown(NamedTuple):
    """A message: its blocks, and the text for notifications and readers that show no blocks."""

    text: str
    blocks: Blocks


def kept(words: Words, entry: Entry, *, today: date, is_new: bool = True) -> Shown:
    """An entry just kept, with what it was given and what can be done with it."""
    if is_new:
        what = summary(words, entry, today)
        channel = entry.source.channel
        from_channel = channel and channel.startswith("C") and entry.text_by is TextBy.THREAD
        headline = (
            words("kept.headline_from", what=what, channel=f"<#{channel}>")
            if from_channel
            else words("kept.headline", what=what)
        )
    else:
        headline = words("kept.there_already", what=summary(words, entry, today))
    blocks = [section(headline), *_story(words, entry), *_kind_question(words, entry)]
    blocks.append(actions(*entry_buttons(words, entry)))
    return Shown(words("kept.fallback", kind=words.kind(entry.kind)), blocks)


def summary(words: Words, entry: Entry, today: date) -> str:
    """One line: kind, dimensions, people, day."""
    pieces = []
    if entry.kind is not Kind.NONE and entry.tagged_by is not TaggedBy.UNSURE:
        dimensions = ", ".join(words.dimension(dimension) for dimension in entry.dimensions)
        pieces.append(f"*{words.kind(entry.kind)}* — {dimensions or words('kept.dimensions_none')}")
    pieces += _people(words, entry)
    pieces.append(day(words, entry.occurred_on, today))
    return " · ".join(pieces)


def _people(words: Words, entry: Entry) -> list[str]:
    confirmed = [
        each.by for each in entry.confirmations if each.state in (ConfirmationState.CONFIRMED, ConfirmationState.QUOTED)
    ]
    by_key = {
        "kept.helped": entry.people_as(PersonRole.HELPED),
        "kept.witness": entry.people_as(PersonRole.WITNESS),
        "kept.credited_by": confirmed,
    }
    return [words(key, people=", ".join(mention(user) for user in users)) for key, users in by_key.items() if users]


def day(words: Words, when: date, today: date) -> str:
    """A day as people say it."""
    distance = (today - when).days
    if distance in (0, 1):
        return words("when.today" if distance == 0 else "when.yesterday")
    return f"{when.day} {when:%B}" if when.year == today.year else f"{when.day} {when:%B %Y}"


def _story(words: Words, entry: Entry) -> Blocks:
    blocks: Blocks = []
    if entry.text:
        blocks.append(section("&gt; " + to_mrkdwn(shortened(entry.text, EXCERPT))))
    facts = _facts(words, entry)
    if facts:
        blocks.append(context(*facts))
    return blocks


def _facts(words: Words, entry: Entry) -> list[str]:
    facts = []
    if len(entry.text) > EXCERPT:
        facts.append(words("kept.whole_text", length=f"{len(entry.text):,}"))
    if entry.outcome:
        facts.append(words("kept.outcome", outcome=to_mrkdwn(shortened(entry.outcome, EXCERPT))))
    if entry.number and entry.baseline:
        number, baseline = (to_mrkdwn(shortened(each, 100)) for each in (entry.number, entry.baseline))
        facts.append(words("kept.number_from", number=number, baseline=baseline))
    elif entry.number:
        facts.append(words("kept.number", number=to_mrkdwn(shortened(entry.number, 100))))
    facts += [link(each.url, shortened(each.label or each.url, 60)) for each in entry.links[:4]]
    if entry.source.state is not SourceState.PRESENT:
        facts.append(words(f"kept.source_{entry.source.state}"))
    return facts


def _kind_question(words: Words, entry: Entry) -> Blocks:
    if entry.tagged_by is TaggedBy.UNSURE and len(entry.ranked) > 1:
        first, second = _two_best(entry)
        question = words("kept.unsure", first=words.kind(first), second=words.kind(second))
        return [
            section(question),
            actions(
                button(words.kind(first), f"{ids.ENTRY_KIND}:1", f"{entry.id} {first}"),
                button(words.kind(second), f"{ids.ENTRY_KIND}:2", f"{entry.id} {second}"),
                button(words("kept.other"), f"{ids.ENTRY_CHANGE}:kind", entry.id),
            ),
        ]
    if entry.kind is Kind.NONE:
        return [context(words("kept.no_kind"))]
    return []


def _two_best(entry: Entry) -> tuple[Kind, Kind]:
    best = [ranked.kind for ranked in entry.ranked if ranked.kind is not Kind.NONE]
    return best[0], best[1]


def entry_buttons(words: Words, entry: Entry) -> list[Block]:
    """What can be done with an entry, wherever it is shown."""
    if entry.status is EntryStatus.WITHDRAWN:
        return [
            button(words("buttons.bring_back"), ids.ENTRY_BRING_BACK, entry.id),
            button(words("buttons.delete"), ids.ENTRY_DELETE, entry.id, ask=words("buttons.delete_ask")),
        ]
    # An outcome read from the text is a beginning; once its owner has worked on it, it is there to edit.
    has_outcome = entry.outcome is not None and not entry.is_untouched
    # Someone of the thread saw it and hasn't said so yet: they are one tap away.
    saw_it = entry.status is EntryStatus.KEPT and entry.people_as(PersonRole.WITNESS)
    asking = confirm_button(words, entry) if saw_it else None
    outcome = "buttons.edit_outcome" if has_outcome else "buttons.add_outcome"
    return [
        button(words("buttons.change"), ids.ENTRY_CHANGE, entry.id),
        button(words(outcome), ids.ENTRY_OUTCOME, entry.id),
        button(words("buttons.undo"), ids.ENTRY_UNDO, entry.id),
        *([asking] if asking else []),
        *([bet_button(words, entry)] if entry.kind in _BETTING else []),
    ]


def confirm_button(words: Words, entry: Entry) -> Block | None:
    """Asks someone to confirm the entry; nothing when everyone in it has spoken."""
    if entry.people and not may_be_asked(entry):
        return None
    return button(words("case_buttons.ask_to_confirm"), ids.CONFIRM_OPEN, entry.id)


def strength_line(words: Words, entry: Entry) -> str:
    """How much the entry would carry with a reader, and the one step that lifts it."""
    reached = strength_of(entry)
    rungs = " → ".join(
        f"*{words(f'strength.{each.name.lower()}')}*" if each is reached else words(f"strength.{each.name.lower()}")
        for each in Strength
    )
    step = next_step(entry)
    return rungs if step is None else words("strength.line", rungs=rungs, step=words(f"strength.steps.{step}"))


def bet_button(words: Words, entry: Entry) -> Block:
    """Opens the form for a bet on the entry."""
    return button(words("checkin_buttons.bet"), ids.BET_MAKE, entry.id)


def undone(words: Words, entry: Entry) -> Shown:
    """An entry just taken back."""
    text = words("kept.undone")
    return Shown(text, [section(text), actions(*entry_buttons(words, entry))])


def sentence(text: str) -> Shown:
    """One sentence, already escaped."""
    return Shown(text, [section(text)])


def part_asked(words: Words, entry: Entry) -> Shown:
    """A draft, with the question what its owner's part was."""
    blocks = [section(words("part.question"))]
    for quote in entry.quotes[:5]:
        line = words("part.quote", author=mention(quote.author), text=to_mrkdwn(shortened(quote.text, EXCERPT)))
        blocks.append(context(line))
    blocks.append(
        actions(
            button(words("buttons.tell_part"), ids.PART_TELL, entry.id, style="primary"),
            button(words("buttons.discard"), ids.PART_DISCARD, entry.id),
        )
    )
    return Shown(words("part.fallback"), blocks)


def credit_offered(words: Words, credit: Credit, by: tuple[str, ...], by_name: str) -> Shown:
    """A colleague's credit, for its receiver to decide on."""
    where = words("credit.where", channel=f"<#{credit.channel}>") if credit.channel.startswith("C") else ""
    people = ", ".join(mention(user) for user in by)
    key = "credit.offer" if len(by) == 1 else "credit.also"
    blocks = [
        section(words(key, by=people, where=where)),
        section("&gt; " + to_mrkdwn(shortened(credit.text, WHOLE)).replace("\n", "\n&gt; ")),
        actions(*credit_buttons(words, credit), button(words("buttons.stop_credits"), ids.CREDIT_STOP, credit.id)),
        context(words("credit.small_print", by=people)),
    ]
    return Shown(words("credit.fallback", by=escape(by_name)), blocks)


def credit_buttons(words: Words, credit: Credit) -> list[Block]:
    """The receiver's choices."""
    return [
        button(words("buttons.keep"), ids.CREDIT_KEEP, credit.id, style="primary"),
        button(words("buttons.edit_and_keep"), ids.CREDIT_EDIT, credit.id),
        button(words("buttons.decline"), ids.CREDIT_DECLINE, credit.id),
    ]


def details(words: Words, entry: Entry, tag: Tag | None, today: date) -> Blocks:
    """Everything about an entry: its whole text, its facts, and why it was tagged as it was."""
    blocks = [section(summary(words, entry, today)), section(to_mrkdwn(shortened(entry.text, WHOLE)))]
    facts = _facts(words, entry)
    if entry.source.permalink:
        facts.append(link(entry.source.permalink, "Slack"))
    if facts:
        blocks.append(context(*facts))
    blocks.append(context(strength_line(words, entry)))
    may_ask = confirm_button(words, entry) if entry.status is EntryStatus.KEPT else None
    blocks.append(actions(*([may_ask] if may_ask else []), bet_button(words, entry)))
    if tag and tag.why:
        cues = ", ".join(f"“{escape(cue.text)}”" for cue in tag.why)
        blocks.append(context(words("kept.why", cues=cues)))
    return blocks


def kind_select(words: Words, initial: Kind | None, *, guess: bool) -> Block:
    """Choose a kind; with `guess`, the choice may be left to the tagger."""
    options = [option(words.kind(kind), kind) for kind in (*EVIDENCE_KINDS, Kind.NONE)]
    if guess:
        options = [option(words("form.kind_auto"), "auto"), *options]
    return select(options, initial=initial or ("auto" if guess else None))
