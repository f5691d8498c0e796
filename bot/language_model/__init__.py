"""Asks a language model outside the process, where the operator has switched one on.

Off, nothing of it is imported but this file: pydantic-ai is an extra (`multiplier[llm]`), and `open_language_model`
is the one place that needs it. What may be sent, who agreed to it, and what of the answer is shown is decided
by others (`bot.domain.language_model`, `bot.domain.draft_check`, `bot.services.proposals`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import BotError

if TYPE_CHECKING:
    from bot.domain.ports import LanguageModel
    from bot.domain.statement import Say

__all__ = ["LanguageModelUnusable", "open_language_model"]


class LanguageModelUnusable(BotError):
    """The settings ask for a language model that can't be had. The text says what is wrong and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.args = (text,)


def open_language_model(name: str, base_url: str, api_key: str, timeout: float, say: Say) -> LanguageModel | None:
    """The model that these settings name; `None` when they name none. Connects to nothing yet.

    `say` gives the instructions (`prompts/language_model_instructions.yaml`). Raises `LanguageModelUnusable`
    when the extra is missing, or the settings can't be right.
    """
    if not name:
        if base_url or api_key:
            raise LanguageModelUnusable(
                "LLM_BASE_URL or LLM_API_KEY is set, but LLM_MODEL isn't. Set it to switch a language model on, "
                "or take the others away."
            )
        return None
    try:
        import pydantic_ai  # noqa: F401 - only to tell a missing extra from a wrong setting
    except ImportError:
        raise LanguageModelUnusable(
            "LLM_MODEL is set, but what it needs isn't installed: pip install 'multiplier[llm]', or unset LLM_MODEL."
        ) from None
    from bot.language_model import outside

    return outside.open_model(name, base_url, api_key, timeout, say)
