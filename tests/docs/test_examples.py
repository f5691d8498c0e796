"""The examples in the documentation are what the code makes today."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.docs.examples import FOLDER, examples
from tests.exports.opening import needs, written

MADE = examples()


@pytest.mark.parametrize("name", sorted(name for name in MADE if not name.endswith(".pdf")))
def test_an_example_is_what_the_code_makes_today(name: str) -> None:
    kept = (FOLDER / name).read_bytes()

    assert kept == MADE[name], f"{name} has drifted: look at it, then `python -m tests.docs.examples`"


def test_no_example_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(MADE)


def test_the_kept_pdf_says_what_the_code_makes_today(tmp_path: Path) -> None:
    # Versions of the typesetter write different bytes for the same pages: the words on each are compared.
    def pages(content: bytes) -> list[str]:
        path = written(tmp_path, "packet.pdf", content)
        text = subprocess.run([needs("pdftotext"), "-layout", path, "-"], capture_output=True, check=True).stdout
        return text.decode().split("\f")

    assert pages((FOLDER / "packet.pdf").read_bytes()) == pages(MADE["packet.pdf"])
