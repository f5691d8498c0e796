"""Lines in, lines out: each answered in its place, bad ones too, however many there are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.tagger import tag_command, tagger_app
from bot.tagger.jsonl import StreamResult, tag_lines
from bot.tagger.model import BATCH
from bot.tagger.reading import TextTagger

app = typer.Typer()
app.command("tag")(tag_command)
app.add_typer(tagger_app, name="tagger")

BAD = [
    (b'{"id": 1, "text": "broken \xff"}', {"error": "not UTF-8"}),
    (b"nonsense", {"error": "not JSON"}),
    (b"[" * 100_000, {"error": "not JSON"}),
    (b'["a list"]', {"error": "not a JSON object"}),
    (b'{"id": "x7"}', {"id": "x7", "error": "no text"}),
    (b'{"id": 8, "text": null}', {"id": 8, "error": "no text"}),
]


def _run(tagger: TextTagger, lines: list[bytes]) -> tuple[list[dict[str, Any]], StreamResult]:
    out = io.StringIO()
    result = tag_lines(tagger, lines, out)
    return [json.loads(line) for line in out.getvalue().splitlines()], result


def test_a_good_line_gets_its_tag(tagger: TextTagger) -> None:
    (answer,), result = _run(tagger, [b'\xef\xbb\xbf{"id": "a", "text": "caught the missing lock in review"}\r\n'])
    assert list(answer) == ["id", "kind", "confidence", "ranked", "dimensions"]
    assert answer["id"] == "a"
    assert len(answer["ranked"]) == 12
    assert sum(r["p"] for r in answer["ranked"]) == pytest.approx(1, abs=1e-4)
    assert (answer["kind"], answer["confidence"]) == (answer["ranked"][0]["kind"], answer["ranked"][0]["p"])
    assert result == StreamResult(lines=1, failed=0)


@pytest.mark.parametrize(("line", "answer"), BAD)
def test_a_bad_line_gets_a_clear_answer_and_the_run_goes_on(
    tagger: TextTagger, line: bytes, answer: dict[str, Any]
) -> None:
    answers, result = _run(tagger, [b'{"id": 0, "text": "hi"}', line, b"", b'{"id": 2, "text": ""}'])
    assert [a.get("id") for a in answers] == [0, answer.get("id"), 2]
    assert answers[1] == answer
    assert result == StreamResult(lines=3, failed=1)


def test_odd_ids_and_lone_surrogates_come_back_writable(tagger: TextTagger) -> None:
    answers, _ = _run(tagger, [rb'{"id": "\ud800", "text": "\ud83d lost half"}', b'{"text": "no id"}'])
    assert [a["id"] for a in answers] == ["?", None]


def test_lines_are_answered_while_more_are_still_to_come(tagger: TextTagger) -> None:
    out = io.StringIO()
    held: list[int] = []

    def lines() -> Iterator[bytes]:
        for n in range(5 * BATCH):
            held.append(n - out.getvalue().count("\n"))
            yield b'{"id": %d, "text": "hi %d"}' % (n, n)

    assert tag_lines(tagger, lines(), out).lines == 5 * BATCH
    assert max(held) < BATCH
    assert [json.loads(line)["id"] for line in out.getvalue().splitlines()] == list(range(5 * BATCH))


def test_exit_codes_tell_how_it_went(small_folder: Path, tmp_path: Path) -> None:
    run, models = CliRunner(), ["--models", str(small_folder)]
    assert run.invoke(app, ["tag", "--jsonl", *models], input=b'{"id": 1, "text": "hi"}\n').exit_code == 0
    assert run.invoke(app, ["tag", "--jsonl", *models], input=b"nonsense\n").exit_code == 1
    assert run.invoke(app, ["tag", "--jsonl", *models], input=b"").exit_code == 0
    assert run.invoke(app, ["tag", *models]).exit_code == 2
    assert run.invoke(app, ["tag", "hi", "--jsonl", *models]).exit_code == 2
    missing = run.invoke(app, ["tag", "hi", "--models", str(tmp_path)])
    assert missing.exit_code == 1
    assert "multiplier tagger train" in missing.output


def test_one_text_is_told_in_words(small_folder: Path) -> None:
    said = CliRunner().invoke(
        app, ["tag", "paired with Dana until her deploy went through", "--models", str(small_folder)]
    )
    assert said.exit_code == 0
    assert "Model v1+" in said.output
    assert "%" in said.output


def test_versions_are_listed_and_rolled_back(small_folder: Path) -> None:
    listed = CliRunner().invoke(app, ["tagger", "versions", "--models", str(small_folder)])
    assert listed.output.startswith("* v1+")
    back = CliRunner().invoke(app, ["tagger", "rollback", "--models", str(small_folder)])
    assert back.exit_code == 1
    assert "no version before" in back.output
