"""Slack's signatures are known as Slack's own SDK knows them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from bot.sandbox import ManualClock
from bot.web.signatures import Signatures

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


class _SdksClock(Clock):
    def now(self) -> float:
        return NOW.timestamp()


SDKS = SignatureVerifier(SECRET, _SdksClock())
OURS = Signatures(SECRET, ManualClock(NOW))
SPOILT = st.sampled_from([None, "body", "signature", "stamp", "version"])


@given(st.text(), st.integers(-302, 302), SPOILT)
def test_the_verdict_is_the_sdks(text: str, seconds_off: int, spoilt: str | None) -> None:
    raw = text.encode("utf-8", "replace")
    stamp = str(int(NOW.timestamp()) + seconds_off)
    signature = SDKS.generate_signature(timestamp=stamp, body=raw) or ""
    if spoilt == "body":
        raw += b" "
    elif spoilt == "signature":
        signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    elif spoilt == "stamp":
        stamp = str(int(stamp) - 1)
    elif spoilt == "version":
        signature = signature.replace("v0", "v1", 1)
    is_right = OURS.has_signed(raw, stamp, signature)
    assert is_right == SDKS.is_valid(raw, stamp, signature)
    assert is_right == (spoilt is None and abs(seconds_off) <= 300)


@pytest.mark.parametrize("stamp", [None, "", "-1", "1e9", "9" * 30, " 1", "1.5", "\u0661\u0662\u0663", "\ud800"])
@pytest.mark.parametrize("signature", [None, "", "v0=", "v0=\u00e9", "\ud800"])
def test_odd_headers_are_no_signature_and_no_failure(stamp: str | None, signature: str | None) -> None:
    assert not OURS.has_signed(b"{}", stamp, signature)


def test_without_a_secret_nobody_is_let_in() -> None:
    with pytest.raises(ValueError, match="secret"):
        Signatures(" ", ManualClock(NOW))
