"""What leaves the process or is slow, as protocols that services depend on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from bot.domain.evidence import Entry
from bot.domain.installations import FreshTokens
from bot.domain.learning import CorrectedText, Corrections, Learned
from bot.domain.outgoing import OutboxItem
from bot.domain.packet import MadeFile, Packet
from bot.domain.people import Profile
from bot.domain.tagging import Kind, Tag, Thresholds
from bot.domain.threads import Thread


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Tagger(Protocol):
    """Reads what a text is evidence of. Takes any text; never raises for its content."""

    @property
    def version(self) -> str:
        """Version and short hash of the model, as stored with each entry."""

    @property
    def thresholds(self) -> Thresholds:
        """How sure this model must be."""

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        """The tag of one text; with `explain`, the words that carried it."""

    def tag_many(self, texts: Iterable[str]) -> Sequence[Tag]:
        """The tags of many texts, in their order; faster than one by one."""


class TaggerFor(Protocol):
    """Gives a person the tagger that has learned from their own corrections, and from their workspace's."""

    def __call__(self, workspace_id: str, corrections: Corrections) -> Tagger:
        """The tagger after these corrections of their own (text and the kind they gave it), newest first."""


class Learner(Protocol):
    """Learns from a workspace's corrections, and lays what was learned under the tags of its people."""

    @property
    def base(self) -> str:
        """Version and hash of the shared model; what was learned over another one can't be used."""

    @property
    def can_learn(self) -> bool:
        """Whether there is something to judge candidates by."""

    def learn(self, corrections: Sequence[CorrectedText], current: bytes | None) -> Learned:
        """A candidate, judged against the numbers in use. Slow: call it off the event loop."""

    def use(self, workspace_id: str, version: int, numbers: bytes | None) -> None:
        """Lay these numbers under the tags of this workspace; `None` takes what lay there away. Off the event loop."""

    def in_use(self) -> Mapping[str, int]:
        """The version that lies under each workspace's tags in this process."""


class Slack(Protocol):
    """Looking things up in Slack.

    Every method raises `Unreachable` when Slack won't show it (gone, or the bot is not a member), and
    `TryLater` for passing faults.
    """

    async def thread(self, workspace_id: str, channel: str, ts: str) -> Thread:
        """The message and, when it stands in a thread, the whole thread, oldest first."""

    async def permalink(self, workspace_id: str, channel: str, ts: str) -> str | None:
        """The message's own address; `None` when Slack gives none."""

    async def profile(self, workspace_id: str, user_id: str) -> Profile:
        """What Slack says of a person at this moment."""

    async def open_dm(self, workspace_id: str, user_id: str) -> str:
        """The id of the direct message with this person."""


class Postman(Protocol):
    """Brings a stored message to Slack."""

    async def deliver(self, item: OutboxItem) -> None:
        """Make the message's words from the facts as they are now, and send it.

        Raises `Unreachable` when it can never arrive, `TryLater` for passing faults.
        """


class TokenExchange(Protocol):
    """Renews tokens that end."""

    async def renew(self, refresh_token: SecretStr) -> FreshTokens:
        """New tokens for a refresh token, which can be used only once.

        Raises `Unreachable` when Slack refuses it, `TryLater` for passing faults.
        """


class LanguageModel(Protocol):
    """A language model outside the process, where the operator has switched one on.

    Its methods raise `NoAnswer` when it is too slow, fails, or says something that can't be used.
    """

    @property
    def destination(self) -> str:
        """Which model, and where: said to people before a word of theirs goes there."""

    async def kinds(self, text: str) -> tuple[Kind, Kind]:
        """The two kinds the text is most likely evidence of, the likelier first."""

    async def statement(self, facts: Mapping[str, str]) -> str:
        """A draft of two sentences from these facts, unchecked."""

    async def close(self) -> None:
        """Let go of its connections."""


class Meaning(Protocol):
    """Knows which texts mean something alike."""

    @property
    def model(self) -> str:
        """The encoder's name; embeddings of different models can't be compared."""

    def embed(self, texts: Sequence[str]) -> Sequence[bytes]:
        """One embedding for each text, as bytes to be stored."""

    def hold(self, vectors: Sequence[tuple[str, bytes]]) -> object:
        """Stored embeddings by id, made ready for `nearest`."""

    def nearest(self, question: str, held: object, most: int) -> Sequence[tuple[str, float]]:
        """Ids of the held texts nearest to the question with their likeness (at most 1), nearest first.

        Reads the question: call it off the event loop, as `embed`.
        """


class Press(Protocol):
    """Makes documents. Slow: call it outside a transaction and off the event loop."""

    def packet(self, packet: Packet, formats: Collection[str]) -> Sequence[MadeFile]:
        """The packet in these formats, each a file; pictures come with the formats that can't hold them."""

    def shared(self, title: str, entries: Sequence[Entry], names: Mapping[str, str]) -> str:
        """Entries as one HTML page to be read by someone outside Slack."""
