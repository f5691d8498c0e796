"""The people of `benchmarks.chaos`: what they do in Slack, and what must have come of it in the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.sandbox import Sandbox
from bot.sandbox.acting import Person
from bot.sandbox.delivery import Kind, Reply
from bot.sandbox.seeing import SeenMessage
from bot.sandbox.spec import ChannelSpec, PersonSpec, WorkspaceSpec

KEEP = "seedling"
#: Emoji that mean nothing to the bot.
_OTHERS = ("eyes", "tada", "joy", "heart", "rocket", "fire", "pray", "wave", "100", "clap")
_CHANNELS = ("payments", "incidents", "platform", "data")
_DONE = (
    "paired with the on-call engineer until the deploy of ticket {n} went through",
    "found the race behind ticket {n} in review before it reached anyone",
    "wrote down how ticket {n} is rolled back, three teams use it now",
    "talked two teams out of building ticket {n} twice",
)
#: Out of a hundred deeds, so many are each of these; the rest are reactions that mean nothing.
NOTES, KEEPS, TAKEN_OFF, NOTE_EDITS, MESSAGE_EDITS = 9, 7, 2, 2, 1

Place = tuple[str, str, str]


def workspace(people: int) -> WorkspaceSpec:
    """A workspace of so many people, all of them in all channels."""
    return WorkspaceSpec(
        people=[PersonSpec(name=f"person{n}") for n in range(people)],
        channels=[ChannelSpec(name="general"), *(ChannelSpec(name=name) for name in _CHANNELS)],
    )


class Outgoing:
    """Stands where the sandbox delivers: hands each event over at once, for `chaos_post` to bring."""

    ready = True

    def __init__(self) -> None:
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(self, kind: Kind, payload: dict[str, Any], *, attempt: int, reason: str, within: float) -> Reply:
        """Take it."""
        self.events.put_nowait(payload)
        return Reply()


@dataclass
class Expected:
    """What must have come of it. Places are person, channel, timestamp."""

    #: Notes, by the number that their newest text carries.
    notes: dict[Place, int] = field(default_factory=dict)
    #: Messages kept with the emoji: whether it is still on.
    kept: dict[Place, bool] = field(default_factory=dict)
    #: Kept messages that were edited since, by the number in their newest text.
    edited: dict[tuple[str, str], int] = field(default_factory=dict)


class World:
    """Does one deed after the other, drawn from a seed."""

    def __init__(self, slack: Sandbox, seed: int) -> None:
        self.slack, self._random = slack, Random(seed)
        self.people: list[Person] = slack.people()
        self.expected = Expected()
        self._said: list[tuple[Person, SeenMessage]] = []
        self._notes: list[tuple[Person, SeenMessage]] = []
        self._keeps: list[tuple[Person, SeenMessage]] = []
        self._number = 0

    async def prepare(self) -> None:
        """Say something in the channels to react to."""
        for number in range(max(len(self.people) * 6, 60)):
            person = self.people[number % len(self.people)]
            said = await person.say(f"#{self._random.choice(_CHANNELS)}", self._words())
            self._said.append((person, said))

    async def act(self) -> None:
        """One deed, of which Slack tells the bot in one event."""
        draw = self._random.random() * 100
        for share, deed in (
            (NOTES, self._note),
            (KEEPS, self._keep),
            (TAKEN_OFF, self._take_off),
            (NOTE_EDITS, self._edit_note),
            (MESSAGE_EDITS, self._edit_message),
        ):
            draw -= share
            if draw < 0 and await deed():
                return
            if draw < 0:
                break
        await self._react()

    async def _note(self) -> bool:
        person = self._random.choice(self.people)
        words = self._words()
        said = await person.dm(f"note: {words}")
        self._notes.append((person, said))
        self.expected.notes[person.id, said.channel, said.ts] = self._number
        return True

    async def _keep(self) -> bool:
        person = self._random.choice(self.people)
        _, message = self._random.choice(self._said)
        place = (person.id, message.channel, message.ts)
        if place in self.expected.kept:
            return False
        await person.react(message, KEEP)
        self._keeps.append((person, message))
        self.expected.kept[place] = True
        return True

    async def _take_off(self) -> bool:
        if not self._keeps:
            return False
        person, message = self._keeps.pop(self._random.randrange(len(self._keeps)))
        await person.unreact(message, KEEP)
        self.expected.kept[person.id, message.channel, message.ts] = False
        return True

    async def _edit_note(self) -> bool:
        if not self._notes:
            return False
        person, said = self._random.choice(self._notes)
        await person.edit(said, f"note: {self._words()}")
        self.expected.notes[person.id, said.channel, said.ts] = self._number
        return True

    async def _edit_message(self) -> bool:
        if not self._keeps:
            return False
        _, message = self._random.choice(self._keeps)
        author = next(person for person in self.people if person.id == message.author_id)
        await author.edit(message, self._words())
        self.expected.edited[message.channel, message.ts] = self._number
        return True

    async def _react(self) -> None:
        while True:
            person, emoji = self._random.choice(self.people), self._random.choice(_OTHERS)
            _, message = self._random.choice(self._said)
            if person.id not in self.slack.workspace().channels[message.channel].messages[message.ts].reactions.get(
                emoji, []
            ):
                await person.react(message, emoji)
                return

    def _words(self) -> str:
        self._number += 1
        return self._random.choice(_DONE).format(n=self._number)
