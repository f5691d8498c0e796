"""The language model as services see it, through pydantic-ai: text out, two kinds or a draft back."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic_ai import Agent
from pydantic_ai.exceptions import UserError
from pydantic_ai.models import Model, infer_model
from pydantic_ai.providers import Provider, infer_provider_class

from bot.domain.errors import NoAnswer
from bot.domain.statement import Say
from bot.domain.tagging import Kind
from bot.language_model import LanguageModelUnusable

_log = structlog.get_logger(__name__)

_KEY = re.compile(r"[a-z_]+")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
#: Stands in where a server wants no key, so that no other key of the environment is sent to it.
_NO_KEY = "none"
#: Longer answers are none that was asked for.
_LONGEST_ANSWER = 4_000


class OutsideModel:
    """Implements `bot.domain.ports.LanguageModel`. Keeps and logs no text; asks once, for at most `timeout` seconds."""

    def __init__(self, model: Model, destination: str, timeout: float, say: Say) -> None:
        self._model, self._destination, self._timeout, self._say = model, destination, timeout, say
        kinds = "\n".join(f"- {kind}: {say(f'kinds.{kind}')}" for kind in Kind)
        self._sorter = Agent(model, output_type=str, instructions=say("kinds.ask", kinds=kinds))
        self._drafter = Agent(model, output_type=str, instructions=say("statement.ask"))

    @property
    def destination(self) -> str:
        """Which model, and where."""
        return self._destination

    async def kinds(self, text: str) -> tuple[Kind, Kind]:
        """The two kinds the text is most likely evidence of, the likelier first."""
        answer = await self._ask(self._sorter, text)
        named = [Kind(key) for key in _KEY.findall(answer.casefold()) if key in list(Kind)]
        found = list(dict.fromkeys(named))
        if len(found) < 2:
            raise NoAnswer("not_two_kinds")
        return found[0], found[1]

    async def statement(self, facts: Mapping[str, str]) -> str:
        """A draft of two sentences from these facts, unchecked."""
        told = "\n".join(self._say(f"statement.{name}", value=value) for name, value in facts.items())
        return await self._ask(self._drafter, told)

    async def close(self) -> None:
        """Let go of its connections."""
        client: Any = getattr(self._model, "client", None)
        if client is not None and hasattr(client, "close"):
            await client.close()

    async def _ask(self, agent: Agent[None, str], text: str) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                answer = (await agent.run(text)).output
        except Exception as error:
            # Whatever the provider's library raises: its message may quote what was sent, so only its type is told.
            _log.warning("language_model_failed", reason=type(error).__name__)
            raise NoAnswer(type(error).__name__) from None
        if len(answer) > _LONGEST_ANSWER:
            raise NoAnswer("too_long")
        return answer


def open_model(name: str, base_url: str, api_key: str, timeout: float, say: Say) -> OutsideModel:
    """The model these settings name. Raises `LanguageModelUnusable` when they can't be right."""
    if base_url and urlsplit(base_url).scheme not in ("http", "https"):
        raise LanguageModelUnusable("LLM_BASE_URL is no web address; it looks like http://127.0.0.1:11434/v1.")
    # What calls itself compatible with OpenAI speaks its Chat Completions, rarely its newer interface.
    full = f"openai-chat:{name.removeprefix('openai:')}" if base_url else name
    logging.getLogger("openai").setLevel(logging.CRITICAL)  # It logs what is sent when its own variable says so.
    try:
        model = infer_model(full, provider_factory=partial(_provider, base_url, api_key))
    except (UserError, ValueError, TypeError, ImportError) as error:
        raise LanguageModelUnusable(f"LLM_MODEL={name} can't be used: {str(error).rstrip('.')}.") from None
    return OutsideModel(model, _destination(model), timeout, say)


def _provider(base_url: str, api_key: str, name: str) -> Provider[Any]:
    given = {"base_url": base_url} if base_url else {}
    if api_key or base_url:
        given["api_key"] = api_key or _NO_KEY
    made: Any = infer_provider_class(name)
    return made(**given)  # type: ignore[no-any-return]


def _destination(model: Model) -> str:
    host = urlsplit(model.base_url or "").hostname
    where = "this bot's own machine" if host in _THIS_MACHINE else host or model.system
    return f"{model.model_name} at {where}"[:200]
