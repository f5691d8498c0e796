"""What can go wrong in the sandbox: refusals sent to the bot, and mistakes of whoever acts in it."""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """Root of the sandbox's own errors."""


class NotSeen(SandboxError):
    """The person does not see what was asked for; the message lists what there is instead."""


class NotPossible(SandboxError):
    """Slack's own client would not let the person do this; the message is Slack's wording where known."""


class Refusal(SandboxError):
    """An ``ok: false`` answer to the bot.

    ``messages`` name the broken rules and travel in ``response_metadata.messages``, as Slack does it.
    ``extra`` are further top-level fields (``needed``, ``provided``, ``errors``).
    """

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error if not messages else f"{error}: {'; '.join(messages)}")
        self.error = error
        self.messages = messages or []
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON body Slack would answer with."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body
