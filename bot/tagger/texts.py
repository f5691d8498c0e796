"""Labelled texts: the training texts that come with the package, and held-out ones given by path.

The training texts are synthetic: written for this project, each with its label, by many different
hands. One file holds the texts of one writer, so that evaluation can be on unseen writers. The folder
`targeted` inside holds texts written for a weakness that had been seen, by people who knew the tagger:
they are trained on, and never measured on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.tagging import Dimension, Kind

#: Where the training texts are.
TRAINING_TEXTS = Path(__file__).parent / "texts"
_TARGETED = "targeted"


class TextsError(Exception):
    """Labelled texts can't be read; the message names file and line."""


class LabelledText(BaseModel):
    """One text with the kind a careful reader gives it; `second` is another acceptable kind.

    `form` says in what shape it occurs (chat, thanks, note, …), `lang` is a two-letter code.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    kind: Kind
    second: Kind | None = None
    dimensions: tuple[Dimension, ...] = ()
    form: str = "chat"
    lang: str = "en"
    writer: str = ""


def load_texts(path: Path = TRAINING_TEXTS) -> list[LabelledText]:
    """The labelled texts of a JSONL file, or of all such files in a folder (the file's name is the writer).

    Raises `TextsError` for a missing path, an empty one or a bad line.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    texts = [text for file in files for text in _read(file)]
    if not texts:
        raise TextsError(f"There are no labelled texts in {path}.")
    return texts


def load_targeted(path: Path = TRAINING_TEXTS) -> list[LabelledText]:
    """The targeted texts beside the others of a folder, if there are any."""
    folder = path / _TARGETED
    return load_texts(folder) if folder.is_dir() else []


def _read(file: Path) -> Iterable[LabelledText]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TextsError(f"{file} can't be read as UTF-8 text.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found = LabelledText.model_validate_json(line)
            except ValidationError as error:
                raise TextsError(f"{file}, line {number}: {error.errors()[0]['msg']}") from error
            yield found if found.writer else found.model_copy(update={"writer": file.stem})


def texts_digest(texts: Sequence[LabelledText]) -> str:
    """SHA-256 over all labelled texts in their order."""
    total = hashlib.sha256()
    for text in texts:
        total.update(text.model_dump_json().encode("utf-8") + b"\n")
    return total.hexdigest()
