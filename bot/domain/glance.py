"""What stands around a check-in's questions: the week at a glance, what follow-ups are about, the plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.bets import Bet
from bot.domain.checkins import Answer, Checkin, Plan
from bot.domain.evidence import Entry, Value
from bot.domain.people import Member
from bot.domain.threads import Message, Thread, solutions_of

#: So many captured entries are shown; the rest are counted.
SHOWN_ENTRIES = 5
#: In so many threads the bot looks for what came of what was kept.
THREADS_LOOKED_AT = 3


class MovedOn(Value):
    """A thread that something was kept from, and the words in it since that tell what came of it."""

    entry: Entry
    by: str
    words: str


class Glance(Value):
    """What a person captured since they were last asked, and what of theirs waits."""

    kept: tuple[Entry, ...] = ()
    kept_count: int = 0
    drafts: tuple[Entry, ...] = ()
    moved_on: tuple[MovedOn, ...] = ()

    @property
    def without_outcome(self) -> int:
        """How many of the shown entries don't say what came of them."""
        return sum(entry.outcome is None for entry in self.kept)


class About(Value):
    """What a follow-up is about: its words, and the day it is from."""

    text: str
    on: date


class CheckinPage(Value):
    """Everything that a check-in shows. `about` is by id; what was deleted since is not in it."""

    checkin: Checkin
    name: str
    zone: str | None
    """As Slack told it; absent when the times are UTC for want of anything better."""
    today: date
    glance: Glance | None = None
    """Shown when it is asked; absent from then on."""
    about: Mapping[str, About] = {}
    bets: Mapping[str, Bet] = {}
    answers: tuple[Answer, ...] = ()
    quarter_to_review: str | None = None


class PlanView(Value):
    """A person's plan as settings and Home show it.

    `missed` is a check-in that the bot was too late for, `open` one that waits for a word. `due_bets`
    are those whose day has come.
    """

    plan: Plan
    member: Member
    now: datetime
    missed: Checkin | None = None
    open: Checkin | None = None
    due_bets: tuple[Bet, ...] = ()


_DECISION = re.compile(
    r"\b(?:we(?:'ll| will|'re going to| are going to) go with|let'?s go with|going with"
    r"|(?:we|they|team) (?:have )?decided|decided (?:to|on|against)|decision(?: is|:)"
    r"|(?:we|all|everyone)(?:'ve| have)? agreed|agreed (?:on|to)|signed off|approved)\b",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(r"\?\s*$|\b(?:not|n't|nothing|before|until|unless|if|once|when)\b", re.IGNORECASE)


def moved_on(entry: Entry, thread: Thread) -> MovedOn | None:
    """What was said in the thread after the entry was kept that tells what came of it, if anything.

    That is that it worked, or that something was decided; said by others, and not taken back.
    """
    known = [ts for ts in (*(quote.ts for quote in entry.quotes), entry.source.ts) if ts]
    telling = {solution.effect.ts for solution in solutions_of(thread)}
    telling |= {message.ts for message in thread.messages if _decides(message)}
    later = [
        message
        for message in thread.messages
        if message.ts in telling
        and not message.is_bot
        and message.author != entry.user_id
        and all(float(message.ts) > float(ts) for ts in known)
    ]
    if not later:
        return None
    return MovedOn(entry=entry, by=later[-1].author, words=later[-1].text)


def _decides(message: Message) -> bool:
    return any(
        _DECISION.search(sentence) and not _UNDECIDED.search(sentence)
        for sentence in re.split(r"(?<=[.!?])\s+|\n", message.text)
    )
