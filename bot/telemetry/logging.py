"""Structured logs without secrets: no evidence text, no token, no parameter of a query."""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe[.-][\w.-]+|Bearer\s+\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_HIDDEN = "[hidden]"
_ROOT = Path(__file__).parents[2]
_OWN_CODE = tuple(f"{_ROOT / package}{os.sep}" for package in ("bot", "storage"))


def configure_logging(level: str, *, as_json: bool) -> None:
    """Set up logging for the process. `as_json` writes one JSON object a line, for machines."""
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries may put payloads into their messages: only their warnings are let through, redacted.
    handler = _PresentStderr()
    handler.addFilter(_redact_record)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # These two log request bodies and responses even in their warnings.
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)


class _PresentStderr(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at that moment: it may have been replaced since the set-up."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def where_it_failed(error: BaseException) -> str:
    """The error's type, the last places of the bot's own code it passed and where it was raised, without its message.

    Messages of errors quote what they choked on, which may be a person's words.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames[:-1] if frame.filename.startswith(_OWN_CODE)]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in (*own[-5:], *frames[-1:])]
    return f"{type(error).__name__} at {' > '.join(places)}"


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out whatever looks like a token or a password."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _SECRET.sub(_HIDDEN, value)
    return event


def _redact_record(record: logging.LogRecord) -> bool:
    said = record.getMessage()
    if record.name == "asyncio":
        # What follows shows the task with its error, which quotes what it choked on.
        said = said.partition("\n")[0]
    record.msg = _SECRET.sub(_HIDDEN, said)
    record.args = ()
    record.exc_info = None
    record.exc_text = None
    return True
