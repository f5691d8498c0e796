"""Asserting what Slack refused."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refused(request: Awaitable[Any], error: str, rule: str = "") -> dict[str, Any]:
    """The request must fail with that error, and name that rule."""
    with pytest.raises(SlackApiError) as caught:
        await request
    body: dict[str, Any] = caught.value.response.data  # type: ignore[assignment]
    assert body["error"] == error, body
    messages = body.get("response_metadata", {}).get("messages", [])
    assert rule in "\n".join(messages), messages
    return body
