"""The commands as a person at a terminal meets them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import app
from bot.sandbox import ManualClock, Sandbox, SystemClock
from bot.tagger.reading import TextTagger
from tests.conftest import MANIFEST
from tests.running import running_bot


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    """Run a command in a working folder without `.env`."""
    return CliRunner().invoke(app, list(arguments), env=env)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No `.env` and no database of someone else in the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_without_a_token_says_what_to_do_in_one_sentence() -> None:
    result = run("run")
    assert result.exit_code == 1
    assert "SLACK_BOT_TOKEN is not set" in result.stderr
    assert "Traceback" not in result.output


def test_run_over_http_without_a_signing_secret_says_what_to_do() -> None:
    result = run("run", env={"SLACK_BOT_TOKEN": "xoxb-1"})
    assert result.exit_code == 1
    assert "SLACK_SIGNING_SECRET is not set" in result.stderr


def test_run_with_slack_out_of_reach_says_so() -> None:
    nowhere = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    result = run("run", env=nowhere)
    assert result.exit_code == 1
    assert "can't be reached" in result.stderr


def test_wrong_usage_is_exit_code_two() -> None:
    assert run("run", "--port", "many").exit_code == 2
    assert run("no-such-command").exit_code == 2
    assert run("export", "--team", "T1").exit_code == 2


def with_sandbox(*arguments: str, token: str | None = None) -> Result:
    """Run a command against a sandbox that runs in a loop of its own meanwhile."""

    async def both() -> Result:
        async with Sandbox(manifest=MANIFEST, clock=SystemClock()) as slack:
            env = {**slack.env(), **({"SLACK_BOT_TOKEN": token} if token else {})}
            return await asyncio.to_thread(run, *arguments, env=env)

    return asyncio.run(both())


def test_doctor_finds_all_well() -> None:
    result = with_sandbox("doctor")
    assert "✓ bot token: works in Sandbox" in result.output
    assert "✓ scopes: as the manifest says" in result.output
    assert "✓ app token: opens a connection" in result.output
    assert "multiplier db upgrade" in result.output


def test_doctor_says_what_a_wrong_token_needs() -> None:
    result = with_sandbox("doctor", token="xoxb-wrong")
    assert result.exit_code == 1
    assert "Copy it again from OAuth & Permissions" in result.output


async def test_export_writes_a_persons_whole_record(
    slack: Sandbox, clock: ManualClock, tagger: TextTagger, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    async with running_bot(slack, clock, tagger, url) as bot:
        sam = slack.person("sam")
        await sam.command("/evidence", "paired with @dana until her deploy went through", channel="#payments")
        team, user = bot.workspace_id, sam.id
    arguments = ("export", "--team", team, "--user", user, "--format", "json")
    result = await asyncio.to_thread(run, *arguments, env={"DATABASE_URL": url})

    assert result.exit_code == 0, result.stderr
    (entry,) = json.loads(result.stdout)["entries"]
    assert entry["status"] == "kept"
    assert entry["source"]["type"] == "command"


def test_export_of_someone_unknown_is_a_reason_not_an_empty_record(tmp_path: Path) -> None:
    result = run("export", "--team", "T1", "--user", "U1", env={"DATABASE_URL": f"sqlite:///{tmp_path}/new.db"})
    assert result.exit_code == 1
    assert "nobody with the id U1" in result.stderr
