"""What a language model is told: `prompts/language_model_instructions.yaml`, by key."""

from __future__ import annotations

from bot.content.document_words import sentences_of
from bot.content.messages import Words


def model_instructions() -> Words:
    """The sentences of the instructions. Raises `WrongFile` for a file with errors."""
    return Words(sentences_of("language_model_instructions.yaml"))
