"""A language model in the settings, as whoever runs the bot meets it; and that nothing of it is there without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import app

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
LOCAL = {"LLM_MODEL": "small", "LLM_BASE_URL": "http://127.0.0.1:9/v1"}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No `.env` and no database of someone else in the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, env: dict[str, str]) -> Result:
    return CliRunner().invoke(app, list(arguments), env=env)


def test_doctor_says_that_it_is_off_or_where_words_go() -> None:
    assert "✓ language model: off: no text leaves the bot" in run("doctor", env={}).output
    on = run("doctor", env=LOCAL).output
    assert "✓ language model: on: words of people who say yes go to small at this bot's own machine" in on
    elsewhere = run("doctor", env={"LLM_MODEL": "openai:gpt-5-mini", "LLM_API_KEY": "sk-1"}).output
    assert "gpt-5-mini at api.openai.com" in elsewhere
    assert "sk-1" not in elsewhere


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"LLM_MODEL": "nobody:knows"}, "LLM_MODEL=nobody:knows can't be used"),
        ({"LLM_MODEL": "small"}, "LLM_MODEL=small can't be used"),
        ({"LLM_MODEL": "openai:gpt-5-mini"}, "OPENAI_API_KEY"),
        ({"LLM_MODEL": "small", "LLM_BASE_URL": "localhost:1234"}, "LLM_BASE_URL is no web address"),
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1"}, "LLM_MODEL isn't"),
    ],
)
def test_a_setting_that_can_not_work_is_a_reason_not_to_start(settings: dict[str, str], said: str) -> None:
    for command in ("run", "doctor"):
        result = run(command, env=SLACK | settings)
        assert result.exit_code == 1
        assert said in result.output + result.stderr
        assert "Traceback" not in result.output


def test_a_missing_extra_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydantic_ai", None)
    result = run("run", env=SLACK | LOCAL)
    assert result.exit_code == 1
    assert "pip install 'multiplier[llm]'" in result.stderr


def test_nothing_of_it_is_imported_unless_it_is_switched_on(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from bot.bootstrap import assemble\n"
        "from bot.cli.main import app\n"
        "from bot.settings import Settings\n"
        "async def main():\n"
        f"    bot = await assemble(Settings(_env_file=None, database_url='sqlite:///{tmp_path}/off.db'))\n"
        "    await bot.close()\n"
        "asyncio.run(main())\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('pydantic_ai', 'openai', 'httpx2')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
