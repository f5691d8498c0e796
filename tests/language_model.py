"""A language model on this machine: speaks OpenAI's Chat Completions, and remembers what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class RecordedModel:
    """`answers` are given one after the other, the last again and again; an integer is an HTTP status.

    `None` is no answer at all: the request is left hanging until the double closes.
    """

    url: str = ""
    answers: list[str | int | None] = field(default_factory=lambda: ["unblock, mentoring"])
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def sent(self) -> str:
        """Everything that was sent to it, as one text."""
        return "\n".join(str(request) for request in self.requests)

    def told(self) -> str:
        """What people's part of the last request said, without the instructions."""
        messages = self.requests[-1]["messages"]
        return "\n".join(str(message["content"]) for message in messages if message["role"] == "user")

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if said is None:
            await self.closing.wait()
            raise web.HTTPServiceUnavailable
        if isinstance(said, int):
            return web.json_response({"error": {"message": f"refused: {self.told()}"}}, status=said)
        message = {"role": "assistant", "content": said}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "small", "choices": [choice]}
        return web.json_response({**body, "usage": usage})


@asynccontextmanager
async def recorded_model(*answers: str | int | None) -> AsyncIterator[RecordedModel]:
    """The double, listening on a free port of this machine."""
    double = RecordedModel()
    if answers:
        double.answers = list(answers)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", double.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield double
    finally:
        double.closing.set()
        await runner.cleanup()
