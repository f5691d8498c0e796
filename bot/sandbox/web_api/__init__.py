"""Slack's Web API, one file a family; importing this package registers every method.

Each method is a function that takes a ``Call`` and returns the JSON body without ``ok``; it refuses by raising
``Refusal``.  ``METHODS`` lists them all.
"""

from __future__ import annotations

from bot.sandbox.web_api import auth, canvases, chat, conversations, files, oauth, reactions, users, views
from bot.sandbox.web_api.registry import METHODS, Call, Method

__all__ = [
    "METHODS",
    "Call",
    "Method",
    "auth",
    "canvases",
    "chat",
    "conversations",
    "files",
    "oauth",
    "reactions",
    "users",
    "views",
]
