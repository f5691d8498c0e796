"""A check-in: the week at a glance, the questions with their reasons, and the forms that answer them."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.content.messages import Words
from bot.domain.bets import Bet, BetState
from bot.domain.checkins import Answer, Asked, CheckinState
from bot.domain.evidence import Entry
from bot.domain.glance import CheckinPage, Glance
from bot.domain.outgoing import RepliesKept
from bot.domain.questions import WHAT, WHEN, Matter
from bot.domain.schedule import Cadence, Snooze, zone_in_words
from bot.domain.text import shortened, with_names
from bot.slack import ids
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import (
    Block,
    Blocks,
    actions,
    button,
    context,
    date_picker,
    divider,
    field,
    fits_field,
    mention,
    modal,
    option,
    overflow,
    section,
    select,
    text_field,
    time_picker,
    to_mrkdwn,
)
from bot.slack.views.capture import Shown, day, entry_buttons, kept

#: How much of a text is quoted inside a question or a line.
_QUOTED = 120
#: Quoted words within quotation marks.
_INNER_QUOTES = str.maketrans({"“": "‘", "”": "’", '"': "'"})
PICK = "pick"
PAUSE, STOP = "pause", "stop"
HELD, FAILED, TOO_EARLY = "held", "failed", "too_early"

_CLOSED_BY = {CheckinState.NOTHING: "checkin.nothing", CheckinState.SKIPPED: "checkin.skipped"}


def checkin(words: Words, page: CheckinPage) -> Shown:
    """The check-in as it stands: asked, answered, or closed."""
    state = page.checkin.state
    if state in _CLOSED_BY:
        sentence = words(_CLOSED_BY[state])
        return Shown(sentence, [section(sentence), *_answered(words, page), actions(_answer_all(words, page))])
    if state is CheckinState.ANSWERED and _holds_a_word(page):
        return Shown(words("checkin.done"), _done(words, page))
    blocks = [section(_hello(words, page)), *_stepping_back(words, page), *_glance(words, page), divider()]
    for asked in page.checkin.questions:
        blocks += _question(words, page, asked)
    blocks += [*_review(words, page), _controls(words, page), context(words("checkin.how"))]
    return Shown(words("checkin.fallback"), blocks)


def snoozed(words: Words, page: CheckinPage, when: str) -> Shown:
    """The check-in after it was put off."""
    sentence = words("checkin.snoozed", when=when)
    return Shown(sentence, [section(sentence), *_answered(words, page), actions(_answer_all(words, page))])


def moment(words: Words, at: datetime, zone: str | None) -> str:
    """A moment as people say it, with its zone; `at` is in that zone."""
    day_name = words(f"days.{at.weekday()}")
    dated = f"{day_name} {at.day} {at:%B}"
    return words("plan.when", day=dated, time=f"{at:%H:%M}", zone=to_mrkdwn(zone_in_words(zone)))


def answer_form(words: Words, page: CheckinPage, numbers: tuple[int, ...], metadata: FormMetadata) -> Block:
    """The form for some of the questions, with what was answered before."""
    answers = {answer.number: answer for answer in page.answers if answer.ts is None}
    blocks: Blocks = []
    for asked in page.checkin.questions:
        if asked.number in numbers:
            blocks += _answer_fields(words, page, asked, answers.get(asked.number))
    choice = [option(words("checkin.reflection"), "yes")]
    toggle = {"type": "checkboxes", "action_id": ids.VALUE, "options": choice}
    if any(answers[number].entry_id is None for number in numbers if number in answers):
        toggle["initial_options"] = choice
    blocks.append(field(words("checkin.reflection_label"), ids.FIELD_REFLECTION, toggle))
    return modal(
        words("checkin.form_title"),
        ids.VIEW_ANSWER,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def snooze_form(words: Words, page: CheckinPage, metadata: FormMetadata) -> Block:
    """Pick the day and time to be asked again."""
    hint = words("checkin.snooze_hint", zone=zone_in_words(page.zone))
    blocks = [
        field(words("checkin.snooze_day"), ids.FIELD_DAY, date_picker(page.today), optional=False),
        field(words("checkin.snooze_time"), ids.FIELD_TIME, time_picker(time(9)), optional=False, hint=hint),
    ]
    return modal(
        words("checkin.snooze_title"),
        ids.VIEW_SNOOZE,
        blocks,
        submit=words("buttons.save"),
        close="Cancel",
        metadata=metadata.packed(),
    )


def reply_kept(words: Words, message: RepliesKept, entry: Entry | None, today: date, cadence: str) -> Shown:
    """What became of an answer, and what it was good for; correctable."""
    extra = []
    if message.first_dimension is not None:
        key = "checkin.first_since" if message.first_since else "checkin.first"
        extra.append(
            words(key, dimension=words.dimension(message.first_dimension), month=month(message.first_since, today))
        )
    if message.is_back:
        extra.append(words("checkin.is_back", cadence=words(f"cadences.{cadence}")))
    if entry is None:
        sentence = words("checkin.reply_nothing")
        return Shown(sentence, [section(sentence), *([context(*extra)] if extra else [])])
    shown = kept(words, entry, today=today)
    # The last block holds the entry's buttons; one more fits this place only.
    buttons = entry_buttons(words, entry)
    if message.answer_id:
        buttons.append(button(words("checkin_buttons.for_me"), ids.CHECKIN_FOR_ME, message.answer_id))
    return Shown(shown.text, [*shown.blocks[:-1], actions(*buttons), *([section(" ".join(extra))] if extra else [])])


def for_self(words: Words, answer: Answer) -> Shown:
    """An answer that its owner keeps for themselves; it can become evidence after all."""
    text = words(
        "checkin.answered_reflection", number=answer.number or "·", text=to_mrkdwn(shortened(answer.text, 300))
    )
    again = button(words("checkin_buttons.as_evidence"), ids.CHECKIN_AS_EVIDENCE, answer.id)
    return Shown(text, [section(text, accessory=again)])


def month(when: date | None, today: date) -> str:
    """A month as people say it: without the year while it is within the last twelve months."""
    if when is None:
        return ""
    return f"{when:%B}" if (today - when).days < 330 else f"{when:%B %Y}"


def _filled(words: Words, page: CheckinPage, asked: Asked) -> str:
    """The question with what it is about filled in; not escaped."""
    about = page.about.get(asked.choice.about_id or "")
    what = shortened(about.text, _QUOTED).translate(_INNER_QUOTES) if about else "…"
    when = f" {_on(day(words, about.on, page.today), page, about.on)}" if about else ""
    return asked.text.replace(f" {WHEN}", when).replace(WHAT, what)


def _on(words_of_day: str, page: CheckinPage, when: date) -> str:
    return words_of_day if (page.today - when).days in (0, 1) else f"on {words_of_day}"


def _holds_a_word(page: CheckinPage) -> bool:
    """Whether anything of what was said to it is still there: a reply may have been deleted since."""
    return bool(page.answers) or any(bet.state is not BetState.OPEN or not bet.was_asked for bet in page.bets.values())


def _hello(words: Words, page: CheckinPage) -> str:
    name = to_mrkdwn(page.name.split()[0] if page.name.split() else "there")
    key = "checkin.hello" if len(page.checkin.questions) == 3 else "checkin.hello_fewer"
    if page.zone is None:
        return words("checkin.hello_no_zone", name=name)
    return words(key, name=name, zone=to_mrkdwn(zone_in_words(page.zone)))


def _stepping_back(words: Words, page: CheckinPage) -> Blocks:
    if page.checkin.is_last:
        return [context(words("checkin.is_last"))]
    cadence = page.checkin.stepped_back_to
    return [context(words("checkin.stepped_back", cadence=words(f"cadences.{cadence}")))] if cadence else []


def _glance(words: Words, page: CheckinPage) -> Blocks:
    glance = page.glance
    if glance is None:
        return []
    key = {0: "checkin.kept_none", 1: "checkin.kept_one"}.get(glance.kept_count, "checkin.kept")
    blocks: Blocks = [section(words(key, count=glance.kept_count))]
    for entry in glance.kept:
        blocks.append(_kept_line(words, page, entry))
    if glance.kept_count > len(glance.kept) > 0:
        blocks.append(context(words("checkin.kept_more", count=glance.kept_count - len(glance.kept))))
    return [*blocks, *_waiting(words, page, glance)]


def _kept_line(words: Words, page: CheckinPage, entry: Entry) -> Block:
    text = to_mrkdwn(shortened(entry.text, _QUOTED))
    when = day(words, entry.occurred_on, page.today)
    line = words("checkin.kept_line", day=when, kind=words.kind(entry.kind), text=text)
    if entry.outcome:
        return section(line)
    add = button(words("buttons.add_outcome"), f"{ids.CHECKIN_OUTCOME}:glance", _with_entry(page, entry))
    return section(words("checkin.no_outcome", line=line), accessory=add)


def _with_entry(page: CheckinPage, entry: Entry) -> str:
    return f"{page.checkin.id} {entry.id}"


def _waiting(words: Words, page: CheckinPage, glance: Glance) -> Blocks:
    blocks: Blocks = []
    for moved in glance.moved_on:
        text = words(
            "checkin.moved_on",
            text=to_mrkdwn(shortened(moved.entry.text, _QUOTED)),
            by=mention(moved.by),
            words=to_mrkdwn(shortened(moved.words, _QUOTED)),
        )
        add = button(words("buttons.add_outcome"), f"{ids.CHECKIN_OUTCOME}:moved", _with_entry(page, moved.entry))
        blocks.append(section(text, accessory=add))
    for draft in glance.drafts:
        text = words("checkin.draft", text=to_mrkdwn(shortened(draft.text, _QUOTED)))
        tell = button(words("buttons.tell_part"), ids.CHECKIN_PART, _with_entry(page, draft))
        blocks.append(section(text, accessory=tell))
    return blocks


def _question(words: Words, page: CheckinPage, asked: Asked) -> Blocks:
    choice = asked.choice
    dimension = words.dimension(choice.dimension) if choice.dimension else ""
    why = words(f"why.{choice.why}", dimension=dimension, month=month(choice.since, page.today))
    value = f"{page.checkin.id} {asked.number}"
    answer = button(words("checkin_buttons.answer"), f"{ids.CHECKIN_ANSWER}:{asked.number}", value)
    text = words("checkin.question", number=asked.number, text=to_mrkdwn(_filled(words, page, asked)))
    blocks: Blocks = [section(text, accessory=answer)]
    bet = page.bets.get(choice.about_id or "") if choice.about is Matter.BET else None
    if bet is not None and bet.state is BetState.OPEN:
        blocks.append(actions(*_bet_buttons(words, page, bet)))
    return [*blocks, context(words("checkin.small_print", hint=to_mrkdwn(asked.hint), why=why))]


def _bet_buttons(words: Words, page: CheckinPage, bet: Bet) -> list[Block]:
    return [
        button(
            words(f"checkin_buttons.{outcome}"),
            f"{ids.CHECKIN_BET}:{outcome}",
            f"{page.checkin.id} {bet.id} {outcome}",
        )
        for outcome in (HELD, FAILED, TOO_EARLY)
    ]


def _review(words: Words, page: CheckinPage) -> Blocks:
    if page.quarter_to_review is None:
        return []
    look_back = button(words("checkin_buttons.review"), ids.REVIEW_OPEN, page.quarter_to_review)
    return [section(words("checkin.review"), accessory=look_back)]


def _controls(words: Words, page: CheckinPage) -> Block:
    checkin_id = page.checkin.id
    choices = [option(words(f"checkin_buttons.{cadence}"), cadence) for cadence in Cadence]
    choices += [option(words(f"checkin_buttons.{choice}"), choice) for choice in (PAUSE, STOP)]
    return actions(
        button(words("checkin_buttons.nothing"), ids.CHECKIN_NOTHING, checkin_id),
        snooze_select(words, checkin_id),
        button(words("checkin_buttons.skip"), ids.CHECKIN_SKIP, checkin_id),
        button(words("checkin_buttons.change_time"), ids.SETTINGS_OPEN),
        overflow(choices, ids.PLAN_MORE),
    )


def snooze_select(words: Words, checkin_id: str) -> Block:
    """Puts a check-in off: an hour, until tomorrow, or to a time to be picked."""
    snoozes = [
        option(words("checkin_buttons.an_hour"), f"{checkin_id} {Snooze.AN_HOUR}"),
        option(words("checkin_buttons.tomorrow"), f"{checkin_id} {Snooze.TOMORROW}"),
        option(words("checkin_buttons.pick"), f"{checkin_id} {PICK}"),
    ]
    return select(snoozes, placeholder=words("checkin_buttons.snooze")) | {"action_id": ids.CHECKIN_SNOOZE}


def _answer_all(words: Words, page: CheckinPage) -> Block:
    return button(words("checkin_buttons.all"), f"{ids.CHECKIN_ANSWER}:all", f"{page.checkin.id} all")


def _done(words: Words, page: CheckinPage) -> Blocks:
    blocks = [section(words("checkin.done")), *_answered(words, page)]
    answered = {answer.number for answer in page.answers}
    for asked in page.checkin.questions:
        bet = page.bets.get(asked.choice.about_id or "")
        if asked.number not in answered and (bet is None or bet.state is BetState.OPEN):
            blocks += _question(words, page, asked)
    return blocks


def _answered(words: Words, page: CheckinPage) -> Blocks:
    blocks: Blocks = []
    for answer in page.answers:
        key = "checkin.answered" if answer.entry_id else "checkin.answered_reflection"
        text = words(key, number=answer.number or "·", text=to_mrkdwn(shortened(answer.text, 300)))
        edit = None
        if answer.ts is None and answer.number is not None:
            value = f"{page.checkin.id} {answer.number}"
            edit = button(words("checkin_buttons.edit"), f"{ids.CHECKIN_ANSWER}:{answer.number}", value)
        blocks.append(section(text, accessory=edit))
    for bet in page.bets.values():
        if bet.state is not BetState.OPEN:
            blocks.append(context(words(f"bets.settled_{bet.state}")))
    return blocks


def _answer_fields(words: Words, page: CheckinPage, asked: Asked, answer: Answer | None) -> Blocks:
    label = with_names(_filled(words, page, asked), lambda _: "…")
    block_id = f"{ids.FIELD_ANSWER}{asked.number}"
    text = answer.text if answer else None
    if not fits_field(text):
        return [section(words("form.text_too_long", length=f"{len(text or ''):,}"))]
    blocks: Blocks = [field(label, block_id, text_field(text, multiline=True), hint=asked.hint)]
    bet = page.bets.get(asked.choice.about_id or "") if asked.choice.about is Matter.BET else None
    if bet is not None:
        options = [option(words(f"checkin_buttons.{outcome}"), outcome) for outcome in (HELD, FAILED, TOO_EARLY)]
        now = bet.state if bet.state is not BetState.OPEN else None
        blocks.append(field(words("checkin.bet_label"), f"{ids.FIELD_BET}{bet.id}", select(options, initial=now)))
    return blocks
