"""One root for everything that can go wrong in a way we foresaw.

BotError
├── NotFound            what was asked for is not there, or is not this person's
├── Refused             the input breaks a rule; says which and what to do
├── Conflict            someone or something else changed it first
├── Forgotten           its person had everything deleted meanwhile; nothing more of it is kept
├── Unreachable         Slack won't show or take it; trying again will not help
├── NoAnswer            the language model gave nothing that can be used
├── TryLater            a passing fault; `after` says when to try again
└── Postponed           nothing is wrong; its moment is yet to come
"""

from __future__ import annotations

from datetime import datetime


class BotError(Exception):
    """Something foreseen went wrong. `user_message` names the words in `prompts/messages.yaml` to show."""

    message_key = "errors.unforeseen"

    def __init__(self, message_key: str | None = None, **facts: object) -> None:
        self.message_key = message_key or type(self).message_key
        self.facts = facts
        super().__init__(self.message_key)


class NotFound(BotError):
    """It is not there, or belongs to someone else. Look again with `/evidence list`."""

    message_key = "errors.not_found"


class Refused(BotError):
    """The input breaks a rule. The message says which rule, and what would be taken instead."""

    message_key = "errors.refused"


class Conflict(BotError):
    """It changed while it was being worked on. Open it again and repeat the change."""

    message_key = "errors.conflict"


class Forgotten(BotError):
    """Its person had everything deleted while it was being worked on. Nothing of it is kept; it can be sent again."""

    message_key = "errors.forgotten"


class Unreachable(BotError):
    """Slack won't show or take this. `reason` is Slack's own error string."""

    message_key = "errors.unreachable"

    def __init__(self, reason: str, message_key: str | None = None) -> None:
        self.reason = reason
        super().__init__(message_key, reason=reason)


class NoAnswer(BotError):
    """The language model was too slow, failed, or said something else. Nothing was lost; it can be asked again.

    `reason` is the kind of failure, never what was sent or said.
    """

    message_key = "language_model.no_answer"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(None, reason=reason)


class TryLater(BotError):
    """A passing fault. `after` is the number of seconds to wait, as Slack or the retry policy says."""

    message_key = "errors.try_later"

    def __init__(self, reason: str, after: float = 0.0) -> None:
        self.reason = reason
        self.after = after
        super().__init__(None, reason=reason)


class Postponed(BotError):
    """What is to be sent has its moment later, at `until`. Not a failure: it counts as no try."""

    message_key = "errors.try_later"

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__()
