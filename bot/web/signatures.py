"""Whether a request is Slack's: https://docs.slack.dev/authentication/verifying-requests-from-slack."""

from __future__ import annotations

import hmac

from slack_sdk import signature
from slack_sdk.signature import SignatureVerifier

from bot.domain.ports import Clock


class Signatures(SignatureVerifier):
    """The SDK's check of who sent a request and when, by our clock; the digest is made in one call, of bytes."""

    def __init__(self, secret: str, clock: Clock) -> None:
        super().__init__(secret, _SignatureClock(clock))
        self._key = secret.encode()

    def has_signed(self, raw: bytes, timestamp: str | None, signature: str | None) -> bool:
        """Whether Slack did, within five minutes."""
        if not timestamp or not signature or not timestamp.isdecimal() or len(timestamp) > 15:
            return False
        return signature.isascii() and self.is_valid(raw, timestamp, signature)

    def generate_signature(self, *, timestamp: str, body: str | bytes) -> str:
        """The signature that Slack would send."""
        raw = body.encode() if isinstance(body, str) else body
        return "v0=" + hmac.digest(self._key, b"v0:%b:%b" % (timestamp.encode(), raw), "sha256").hex()


class _SignatureClock(signature.Clock):
    """Our clock in the form that Slack's signature check takes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()
