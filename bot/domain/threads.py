"""What a thread says: who asked, who answered, whether it helped; and what keeping a message of it means."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import field_validator

from bot.domain.evidence import Quote, QuoteRole, Value
from bot.domain.reading.effects import asks, gives_thanks, is_setback, says_it_worked
from bot.domain.text import mentions, shortened

#: Characters of one quote inside an entry's text; the quote itself is kept whole.
LONGEST_QUOTE_IN_TEXT = 200


class Message(Value):
    """One message of a conversation. `text` is in the canonical form of `bot.domain.text`."""

    channel: str
    ts: str
    author: str
    text: str
    thread_ts: str | None = None
    is_bot: bool = False


class Thread(Value):
    """The messages of one thread, or a single message, oldest first, each once. Build it with `thread_of`."""

    messages: tuple[Message, ...] = ()

    @property
    def participants(self) -> tuple[str, ...]:
        """The people who wrote in it, in order of their first message; bots aren't people."""
        return tuple(dict.fromkeys(message.author for message in self.messages if not message.is_bot))

    def find(self, ts: str) -> Message | None:
        """The message with this timestamp."""
        return next((message for message in self.messages if message.ts == ts), None)


def thread_of(messages: Iterable[Message]) -> Thread:
    """A thread from messages in any order; of repeated ones the last given counts."""
    by_ts = {message.ts: message for message in messages}
    return Thread(messages=tuple(by_ts[ts] for ts in sorted(by_ts, key=_moment)))


def _moment(ts: str) -> tuple[int, int, str]:
    """Slack's timestamps in order of time: seconds and microseconds, as text."""
    seconds, _, fraction = ts.partition(".")
    return (int(seconds), int(fraction or 0), "") if _digits(seconds) and _digits(fraction or "0") else (0, 0, ts)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


class Solution(Value):
    """An answer that helped, and the words that say so."""

    answer: Message
    effect: Message
    question: Message | None = None


def roles_of(thread: Thread) -> Mapping[str, QuoteRole]:
    """The part each message plays, by timestamp.

    The question is the opening message when it asks for something; answers come from others than
    its author; an effect is said by somebody who didn't give the answer, after there is one.
    """
    roles: dict[str, QuoteRole] = {}
    question = _question(thread)
    answered_by: set[str] = set()
    for message in thread.messages:
        role = QuoteRole.MESSAGE
        if message.is_bot:
            pass
        elif message is question:
            role = QuoteRole.QUESTION
        elif answered_by - {message.author} and _tells_effect(message):
            role = QuoteRole.EFFECT
        elif _offers_answer(message, question):
            role = QuoteRole.ANSWER
            answered_by.add(message.author)
        roles[message.ts] = role
    return roles


def _question(thread: Thread) -> Message | None:
    first = thread.messages[0] if thread.messages else None
    return first if first and not first.is_bot and asks(first.text) and len(thread.messages) > 1 else None


def _tells_effect(message: Message) -> bool:
    return says_it_worked(message.text) or (gives_thanks(message.text) and not asks(message.text) and not is_setback(message.text))


def _offers_answer(message: Message, question: Message | None) -> bool:
    """Not the asker's own follow-ups, and no question back ("which version?")."""
    by_another = question is None or message.author != question.author
    return by_another and not message.text.rstrip().endswith(("?", "？"))


def solution_of(thread: Thread) -> Solution | None:
    """The answer that helped and its effect; `None` unless the thread ended well.

    Who is thanked by name gave the answer; otherwise the last one who answered before the effect.
    The last effect counts. A setback after it means that it did not end well.
    """
    roles = roles_of(thread)
    effects = [message for message in thread.messages if roles[message.ts] is QuoteRole.EFFECT]
    if not effects:
        return None
    question = _question(thread)
    for effect in reversed(effects):
        if _is_undone(thread, effect):
            return None
        if answer := _answer_to(thread, roles, effect):
            return Solution(question=question, answer=answer, effect=effect)
    return None


def ended_well(thread: Thread) -> bool:
    """Whether somebody said that it worked, and nobody took it back."""
    return solution_of(thread) is not None


def _is_undone(thread: Thread, effect: Message) -> bool:
    later = thread.messages[thread.messages.index(effect) + 1 :]
    return any(is_setback(message.text) for message in later if not message.is_bot)


def _answer_to(thread: Thread, roles: Mapping[str, QuoteRole], effect: Message) -> Message | None:
    earlier = thread.messages[: thread.messages.index(effect)]
    answers = [m for m in earlier if roles[m.ts] is QuoteRole.ANSWER and m.author != effect.author]
    named = set(mentions(effect.text))
    thanked = [message for message in answers if message.author in named]
    if named and not thanked:
        return None
    return (thanked or answers)[-1] if answers else None


class KeepCase(StrEnum):
    """What keeping a message means for the one who keeps it."""

    MINE = "mine"
    """Their own message."""
    ABOUT_ME = "about_me"
    """Somebody else's words about them or in answer to them."""
    UNKNOWN = "unknown"
    """Somebody else's matter; what their part was is for them to say."""


class Keep(Value):
    """What is kept. `quotes` are the words it stands on, oldest first; without any, the person's own words do.

    `witnesses` said or saw it; `helped` are those whose question was answered or who thank for it.
    """

    case: KeepCase
    message: Message
    quotes: tuple[Quote, ...] = ()
    helped: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    ended_well: bool = False


def keep_of(thread: Thread, message_ts: str, me: str) -> Keep | None:
    """What it means that `me` keeps this message of the thread; `None` when the thread doesn't hold it."""
    message = thread.find(message_ts)
    if message is None:
        return None
    roles = roles_of(thread)
    solution = solution_of(thread)
    if solution and solution.answer.author == me and _belongs(message, thread, me):
        return _keep_of_solution(message, solution, me)
    if message.author == me:
        return Keep(case=KeepCase.MINE, message=message, ended_well=solution is not None)
    quotes = (_quote(message, roles),)
    if message.is_bot or not _is_about(message, thread, me, solution):
        return Keep(case=KeepCase.UNKNOWN, message=message, quotes=quotes, ended_well=solution is not None)
    thanked = roles[message.ts] is QuoteRole.EFFECT or (me in mentions(message.text) and gives_thanks(message.text))
    return Keep(
        case=KeepCase.ABOUT_ME,
        message=message,
        quotes=quotes,
        helped=(message.author,) if thanked else (),
        witnesses=(message.author,),
        ended_well=solution is not None,
    )


def _belongs(message: Message, thread: Thread, me: str) -> bool:
    """Whether the message is mine, speaks to me, or is the question I answered."""
    return message.author == me or _is_about(message, thread, me, solution_of(thread)) or message is _question(thread)


def _is_about(message: Message, thread: Thread, me: str, solution: Solution | None) -> bool:
    """Whether somebody else's message mentions me or answers me in the thread.

    It answers me when it tells the effect of my answer, comes in a thread I began, or follows my
    message directly; unless it names other people instead.
    """
    named = mentions(message.text)
    if me in named:
        return True
    if named or message is thread.messages[0]:
        return False
    if solution and solution.effect is message:
        return solution.answer.author == me
    earlier = [m for m in thread.messages[: thread.messages.index(message)] if m.author != message.author]
    return thread.messages[0].author == me or bool(earlier and earlier[-1].author == me)


def _keep_of_solution(message: Message, solution: Solution, me: str) -> Keep:
    roles = {
        solution.answer.ts: QuoteRole.ANSWER,
        solution.effect.ts: QuoteRole.EFFECT,
    }
    parts = [solution.answer, solution.effect]
    if solution.question is not None:
        roles[solution.question.ts] = QuoteRole.QUESTION
        parts.insert(0, solution.question)
    asked_by = (solution.question.author,) if solution.question else ()
    others = tuple(person for person in dict.fromkeys((*asked_by, solution.effect.author)) if person != me)
    return Keep(
        case=KeepCase.MINE if message.author == me else KeepCase.ABOUT_ME,
        message=message,
        quotes=tuple(_quote(part, roles) for part in parts),
        helped=others,
        witnesses=(solution.effect.author,),
        ended_well=True,
    )


def _quote(message: Message, roles: Mapping[str, QuoteRole]) -> Quote:
    return Quote(
        channel=message.channel, ts=message.ts, author=message.author, role=roles[message.ts], text=message.text
    )


class ThreadWords(Value):
    """How an entry's text is made of a thread's own words, for each set of parts that is there.

    Placeholders: `{asker}` and `{author}` are mentions; `{question}`, `{answer}`, `{effect}` and
    `{message}` are the quotes, shortened, on one line.
    """

    question_answer_effect: str
    question_answer: str
    question_effect: str
    answer_effect: str
    question: str
    answer: str
    effect: str
    message: str

    @field_validator("*")
    @classmethod
    def _known_placeholders(cls, words: str) -> str:
        known = {"asker", "author", "question", "answer", "effect", "message"}
        unknown = {name for _, name, _, _ in string.Formatter().parse(words) if name is not None} - known
        if unknown:
            raise ValueError(f"unknown placeholders: {', '.join(sorted(unknown))}")
        return words


def compose(quotes: Iterable[Quote], words: ThreadWords) -> str:
    """The entry's text, made of the quotes that are left; empty when none is.

    Deleting a message means composing again without its quote: nothing of it stays in the text.
    """
    left = sorted(quotes, key=lambda quote: _moment(quote.ts))
    if not left:
        return ""
    said = {quote.role: quote for quote in left}
    present = [role for role in (QuoteRole.QUESTION, QuoteRole.ANSWER, QuoteRole.EFFECT) if role in said]
    key = "_".join(role.value for role in present) or QuoteRole.MESSAGE.value
    speaker = said[present[0]] if present else left[-1]
    template: str = getattr(words, key)
    return template.format(
        asker=f"<@{speaker.author}>",
        author=f"<@{said.get(QuoteRole.EFFECT, speaker).author}>",
        **{role.value: _short(said.get(role)) for role in QuoteRole},
    )


def _short(quote: Quote | None) -> str:
    return shortened(quote.text, LONGEST_QUOTE_IN_TEXT) if quote else ""


def for_tagger(quotes: Iterable[Quote], me: str) -> str:
    """The same words as the tagger knows threads: a line each, those of others behind a quote mark."""
    ordered = sorted(quotes, key=lambda quote: _moment(quote.ts))
    if len(ordered) == 1:
        return ordered[0].text
    return "\n".join(quote.text if quote.author == me else f"> {' '.join(quote.text.split())}" for quote in ordered)
