"""The examples in the documentation are what the code makes today."""

from __future__ import annotations

import pytest

from tests.docs.examples import FOLDER, examples

MADE = examples()


@pytest.mark.parametrize("name", sorted(name for name in MADE if not name.endswith(".pdf")))
def test_an_example_is_what_the_code_makes_today(name: str) -> None:
    kept = (FOLDER / name).read_bytes()

    assert kept == MADE[name], f"{name} has drifted: look at it, then `python -m tests.docs.examples`"


def test_no_example_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(MADE)


def test_the_kept_pdf_says_what_the_code_makes_today() -> None:
    # Versions of the typesetter write different bytes for the same pages; the pages are compared elsewhere.
    assert (FOLDER / "packet.pdf").read_bytes()[:5] == MADE["packet.pdf"][:5] == b"%PDF-"
