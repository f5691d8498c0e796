"""What a thread says: who asked, who answered, whether it helped; and what keeping a message of it means."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import field_validator

from bot.domain.evidence import Quote, QuoteRole, Value
from bot.domain.reading.effects import (
    asks,
    gives_thanks,
    is_aside,
    is_setback,
    puts_off,
    says_it_worked,
    solved_alone,
)
from bot.domain.text import mentions, shortened

_WORD = re.compile(r"[\w']+")

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
    #: When it was last edited, by Slack's clock.
    edited_ts: str | None = None


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

    Questions come from the one who opened the thread by asking, or else from those who ask there; answers
    from others; an effect is said by somebody who didn't give the answer, after there is one. What bots
    write, and mere acknowledgements, are only messages.
    """
    opening = next((message for message in thread.messages if not message.is_bot), None)
    asker = opening.author if opening and asks(opening.text) and len(thread.messages) > 1 else None
    roles: dict[str, QuoteRole] = {}
    answered_by: set[str] = set()
    for message in thread.messages:
        role = QuoteRole.MESSAGE
        if message.is_bot or is_aside(message.text):
            pass
        elif answered_by - {message.author} and _tells_effect(message, asker, answered_by):
            role = QuoteRole.EFFECT
        elif _is_question(message, asker, opening):
            role = QuoteRole.QUESTION
        elif message.author != asker and not _is_open(message.text):
            role = QuoteRole.ANSWER
            answered_by.add(message.author)
        roles[message.ts] = role
    return roles


def _is_question(message: Message, asker: str | None, opening: Message | None) -> bool:
    if not asks(message.text):
        return False
    return message.author == asker if asker else opening is not None and message.author != opening.author


def _is_open(text: str) -> bool:
    """A question back ("which version?") is no answer."""
    return text.rstrip().endswith(("?", "？"))


def _tells_effect(message: Message, asker: str | None, answered_by: set[str]) -> bool:
    """That it worked; or thanks, from the asker or to one who answered, for more than an idea to try."""
    text = message.text
    if puts_off(text) or is_setback(text) or solved_alone(text) or _is_open(text):
        return False
    to_an_answerer = bool(answered_by & set(mentions(text)))
    return says_it_worked(text) or (gives_thanks(text) and (message.author == asker or to_an_answerer))


def solutions_of(thread: Thread) -> tuple[Solution, ...]:
    """The answers that helped with their effects, in order of the effects; those later taken back are out.

    Who is named in the effect gave the answer; otherwise the last one who answered before it.
    """
    roles = roles_of(thread)
    solutions = []
    for position, effect in enumerate(thread.messages):
        if roles[effect.ts] is not QuoteRole.EFFECT or _is_undone(thread, position):
            continue
        earlier = thread.messages[:position]
        if answer := _answer_to(earlier, roles, effect):
            solutions.append(Solution(question=_question_of(earlier, roles, effect), answer=answer, effect=effect))
    return tuple(solutions)


def ended_well(thread: Thread) -> bool:
    """Whether somebody said that an answer worked, and didn't take it back."""
    return bool(solutions_of(thread))


def solved_by(thread: Thread) -> str | None:
    """Who gave the answer that helped; the last one's, when several did."""
    solutions = solutions_of(thread)
    return solutions[-1].answer.author if solutions else None


def _is_undone(thread: Thread, position: int) -> bool:
    effect, later = thread.messages[position], thread.messages[position + 1 :]
    return any(message.author == effect.author and is_setback(message.text) for message in later)


def _answer_to(earlier: tuple[Message, ...], roles: Mapping[str, QuoteRole], effect: Message) -> Message | None:
    answers = [m for m in earlier if roles[m.ts] is QuoteRole.ANSWER and m.author != effect.author]
    named = set(mentions(effect.text))
    thanked = [message for message in answers if message.author in named]
    if named and not thanked:
        return None
    return (thanked or answers)[-1] if answers else None


def _question_of(earlier: tuple[Message, ...], roles: Mapping[str, QuoteRole], effect: Message) -> Message | None:
    """What the one who tells the effect had asked; the thread's first question when they only joined in."""
    questions = [message for message in earlier if roles[message.ts] is QuoteRole.QUESTION]
    own = [message for message in questions if message.author == effect.author]
    return (own or questions)[0] if questions else None


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
    solutions = solutions_of(thread)
    if mine := _my_solution(message, roles, solutions, me):
        return _keep_of_solution(message, mine, me)
    keep = Keep(case=KeepCase.MINE, message=message, ended_well=bool(solutions))
    if message.author == me:
        return keep
    quotes = (_quote(message, roles[message.ts]),)
    if message.is_bot or not _is_about(message, thread, me, solutions):
        return keep.model_copy(update={"case": KeepCase.UNKNOWN, "quotes": quotes})
    thanks_me = me in mentions(message.text) and (gives_thanks(message.text) or says_it_worked(message.text))
    people = (message.author,)
    return keep.model_copy(
        update={
            "case": KeepCase.ABOUT_ME,
            "quotes": quotes,
            "helped": people if thanks_me else (),
            "witnesses": people,
        }
    )


def _my_solution(
    message: Message, roles: Mapping[str, QuoteRole], solutions: tuple[Solution, ...], me: str
) -> Solution | None:
    """The solution of mine that the message is part of; another answer of mine stands for the one that counted."""
    mine = [solution for solution in solutions if solution.answer.author == me]
    for solution in mine:
        if message in (solution.question, solution.answer, solution.effect):
            return solution
    if mine and message.author == me and roles[message.ts] is QuoteRole.ANSWER:
        return mine[-1].model_copy(update={"answer": message})
    return None


def _is_about(message: Message, thread: Thread, me: str, solutions: tuple[Solution, ...]) -> bool:
    """Whether somebody else's message mentions me or answers me in the thread.

    It answers me when it comes in a thread I began or follows my message directly, unless it names other
    people instead or tells the effect of another's answer.
    """
    named = mentions(message.text)
    if me in named:
        return True
    if named or message is thread.messages[0]:
        return False
    if any(solution.effect is message for solution in solutions) and thread.messages[0].author != me:
        return False
    earlier = [m for m in thread.messages[: thread.messages.index(message)] if m.author != message.author]
    return thread.messages[0].author == me or bool(earlier and earlier[-1].author == me)


def _keep_of_solution(message: Message, solution: Solution, me: str) -> Keep:
    question, effect = solution.question, solution.effect
    quotes = [_quote(solution.answer, QuoteRole.ANSWER), _quote(effect, QuoteRole.EFFECT)]
    if question is not None and question.author != me:
        quotes.insert(0, _quote(question, QuoteRole.QUESTION))
    others = dict.fromkeys(quote.author for quote in quotes if quote.author != me)
    return Keep(
        case=KeepCase.MINE if message.author == me else KeepCase.ABOUT_ME,
        message=message,
        quotes=tuple(quotes),
        helped=tuple(others),
        witnesses=(effect.author,),
        ended_well=True,
    )


def _quote(message: Message, role: QuoteRole) -> Quote:
    return Quote(channel=message.channel, ts=message.ts, author=message.author, role=role, text=message.text)


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


def repeats(said: str | None, quote: Quote) -> bool:
    """Whether these words were taken from the quote, so that they must go when its message is deleted."""
    words = set(_WORD.findall((said or "").casefold()))
    return bool(words) and words <= set(_WORD.findall(quote.text.casefold().replace("’", "'")))


#: How the tagger is told who said what. Not for people; it reads such stories best in English (docs/reading.md).
_STORY = {
    QuoteRole.QUESTION: "{author} asked: {text}",
    QuoteRole.ANSWER: "{author} answered: {text}",
    QuoteRole.EFFECT: "{author}: {text}",
    QuoteRole.MESSAGE: "{author}: {text}",
}


def for_tagger(quotes: Iterable[Quote], me: str) -> str:
    """The same words for the tagger: a single message as it stands, a thread as the story of who said what.

    An answer whose effect the thread shows has unblocked whoever tells of it (`codebook.md`, rule 9); the story says so
    at its end. Where its own words say more, as in a review, the tagger goes by those.
    """
    ordered = sorted(quotes, key=lambda quote: _moment(quote.ts))
    if len(ordered) == 1:
        return ordered[0].text
    story = [
        _STORY[quote.role].format(author="I" if quote.author == me else f"<@{quote.author}>", text=quote.text)
        for quote in ordered
    ]
    i_answered = any(quote.role is QuoteRole.ANSWER and quote.author == me for quote in ordered)
    moved = [quote.author for quote in ordered if quote.role is QuoteRole.EFFECT and quote.author != me]
    if i_answered and moved:
        story.append(f"I unblocked <@{moved[-1]}>.")
    return "\n".join(story)
