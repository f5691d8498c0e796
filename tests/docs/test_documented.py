"""Every command, setting and scope is documented, and the manifest and the code agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli.main import app
from bot.settings import Settings
from bot.slack import ids
from bot.slack.listeners.commands import SUBCOMMANDS
from bot.slack.manifest import load_manifest

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))
MANIFEST_TEXT = (ROOT / "manifest.yml").read_text(encoding="utf-8")


def commands() -> list[str]:
    """All commands, with their groups: `run`, `tagger train` …"""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {each}" for each in inner] if inner else [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented_and_explains_itself(command: str) -> None:
    assert f"multiplier {command}" in DOCS
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_and_described(name: str) -> None:
    assert f"`{name.upper()}`" in DOCS
    assert Settings.model_fields[name].description


@pytest.mark.parametrize("word", sorted(word for word in SUBCOMMANDS if word))
def test_every_word_of_the_slash_command_is_documented(word: str) -> None:
    assert re.search(rf"`/evidence {word}\b", DOCS)


def test_every_scope_says_why_it_is_asked_for() -> None:
    scopes = load_manifest()["oauth_config"]["scopes"]["bot"]
    for scope in scopes:
        assert re.search(rf"- {re.escape(scope)} +# \w+", MANIFEST_TEXT), scope
        assert f"`{scope}`" in DOCS, scope


def test_the_manifest_names_what_the_code_listens_to() -> None:
    features = load_manifest()["features"]
    assert [command["command"] for command in features["slash_commands"]] == [ids.COMMAND]
    assert {shortcut["callback_id"] for shortcut in features["shortcuts"]} == {
        ids.SHORTCUT_CAPTURE_MESSAGE,
        ids.SHORTCUT_NEW_EVIDENCE,
    }


def test_links_inside_the_documentation_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert broken == []
