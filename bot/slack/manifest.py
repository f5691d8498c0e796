"""The manifest that Slack was given, as the code needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def manifest_path() -> Path:
    """`manifest.yml`: beside the packages in a checkout, inside `bot` when installed."""
    in_checkout = Path(__file__).parents[2] / "manifest.yml"
    return in_checkout if in_checkout.exists() else Path(__file__).parents[1] / "manifest.yml"


def load_manifest() -> dict[str, Any]:
    """The manifest as Slack reads it."""
    manifest: dict[str, Any] = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
    return manifest


def bot_scopes() -> tuple[str, ...]:
    """The scopes the bot asks for, in the manifest's order."""
    return tuple(load_manifest()["oauth_config"]["scopes"]["bot"])
