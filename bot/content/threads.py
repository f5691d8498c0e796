"""How an entry's text is made of a thread's own words, from `prompts/reading.yaml`."""

from __future__ import annotations

from importlib.resources import files

import yaml
from pydantic import ValidationError

from bot.content.messages import ContentError
from bot.content.yaml_source import parse
from bot.domain.threads import ThreadWords


def load_thread_words() -> ThreadWords:
    """The sentences. Raises `ContentError` when one is missing or names an unknown part."""
    text = files("prompts").joinpath("reading.yaml").read_text(encoding="utf-8")
    try:
        return ThreadWords.model_validate((parse(text) or {}).get("thread"))
    except (yaml.YAMLError, ValidationError, AttributeError) as error:
        raise ContentError(f"reading.yaml: {error}") from None
