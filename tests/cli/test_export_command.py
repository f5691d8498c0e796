"""`multiplier export` and `import-record`, as a person would type them."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.content.sample import sample_year
from bot.domain.record import Record
from bot.domain.workspaces import Workspace
from bot.sandbox import ManualClock
from bot.services.record import RecordService
from storage.engine import create_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage

ME = ["--team", "T1", "--user", "USAM"]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with the sample year in it, as the settings name it."""
    address = f"sqlite:///{tmp_path}/bot.db"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.chdir(tmp_path)
    year = sample_year("T1", "USAM", user_of=str.upper, last_day=datetime.now(UTC).date())
    record = Record(
        exported_at=datetime.now(UTC), workspace_id="T1", user_id="USAM", entries=year.entries, bets=year.bets
    )

    async def keep() -> None:
        engine = create_engine(address)
        await upgrade(engine)
        storage = Storage(engine)
        async with storage.machinery() as machinery:
            await machinery.workspaces.put(
                Workspace(id="T1", bot_user_id="UBOT", installed_at=datetime(2026, 1, 1, tzinfo=UTC))
            )
            await machinery.commit()
        await RecordService(storage, ManualClock()).restore(record, "T1", "USAM")
        await storage.close()

    asyncio.run(keep())
    return tmp_path


def test_a_packet_is_written_in_every_format(kept: Path) -> None:
    formats = ["pdf", "html", "docx", "md", "csv", "canvas", "json"]
    asked = [part for name in formats for part in ("--format", name)]
    result = CliRunner().invoke(app, ["export", *ME, *asked, "--out", str(kept / "out"), "--level", "staff"])

    assert result.exit_code == 0, result.output
    endings = {path.suffix for path in (kept / "out").iterdir()}
    assert endings == {".pdf", ".html", ".docx", ".md", ".csv", ".canvas", ".json", ".png"}


def test_what_was_exported_comes_back(kept: Path) -> None:
    exported = CliRunner().invoke(app, ["export", *ME]).stdout
    (kept / "record.json").write_text(exported)
    result = CliRunner().invoke(app, ["import-record", *ME, str(kept / "record.json")])

    assert len(json.loads(exported)["entries"]) > 50
    assert result.exit_code == 0, result.output
    assert "0 entries brought back" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "gif"], "not a format"),
        (["--format", "md", "--period", "sometime"], "which days"),
        (["--format", "md", "--level", "wizard"], "no level"),
    ],
)
def test_what_cannot_be_done_is_said(kept: Path, arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["export", *ME, *arguments])

    assert result.exit_code != 0
    assert said in " ".join(result.output.split())


def test_a_ladder_file_is_checked_and_brought_for_one_person(kept: Path) -> None:
    file = kept / "ours.yaml"
    text = files("prompts").joinpath("ladder.yaml").read_text("utf-8")
    file.write_text(text.replace("strong: 4", "strong: four", 1))
    wrong = CliRunner().invoke(app, ["ladder", "check", str(file)])
    assert wrong.exit_code == 1
    assert re.search(r"ours\.yaml, line \d+: levels\.1\.dimensions\.scope\.strong", wrong.output)

    file.write_text(text.replace("Staff Engineer", "Lead of Leads", 1))
    assert CliRunner().invoke(app, ["ladder", "check", str(file)]).exit_code == 0
    assert CliRunner().invoke(app, ["ladder", "bring", *ME, str(file)]).exit_code == 0
    made = ["export", *ME, "--format", "md", "--level", "lead of leads", "--out", str(kept / "out")]
    assert CliRunner().invoke(app, made).exit_code == 0
    (packet,) = (kept / "out").glob("*.md")
    assert "the case for Lead of Leads" in packet.read_text()
