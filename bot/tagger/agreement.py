"""How far a second reader, who saw neither labels nor writers, agrees with the labels: the tagger's ceiling."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.tagging import Kind
from bot.tagger.model import KINDS, Probabilities
from bot.tagger.texts import LabelledText, TextsError

#: The second reader's labels, by the beginning of each text's hash.
SECOND_READER = Path(__file__).parent / "second_reader.jsonl"
_ID_LENGTH = 12


class _Label(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    kind: Kind
    second: Kind | None = None


@dataclass(frozen=True)
class Agreement:
    """Labels, second reader and tagger on the same texts.

    `lenient` also counts a kind that either reader gave as a second one; `kappa` is Cohen's.
    """

    texts: int
    reader_share: float
    reader_lenient: float
    reader_kappa: float
    tagger_share: float
    tagger_kappa: float

    def lines(self) -> Iterable[str]:
        """What was found, to read."""
        yield f"{self.texts} texts read blind by a second reader, against the labels"
        reader = f"agreement {self.reader_share:.3f} ({self.reader_lenient:.3f} with second kinds)"
        yield f"  second reader  {reader}  Cohen's kappa {self.reader_kappa:.3f}"
        yield f"  tagger         agreement {self.tagger_share:.3f}  Cohen's kappa {self.tagger_kappa:.3f}"


def text_id(text: str) -> str:
    """What a text is called in the second reader's file."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_LENGTH]


def agreement_on(found: Probabilities, texts: Sequence[LabelledText], labels: Path = SECOND_READER) -> Agreement | None:
    """Agreement on those of the texts that the second reader read; `None` if there are none.

    Raises `TextsError` if the labels can't be read.
    """
    read = _labels(labels)
    rows = [i for i, text in enumerate(texts) if text_id(text.text) in read]
    if not rows:
        return None
    theirs = [read[text_id(texts[i].text)] for i in rows]
    truth = np.array([KINDS.index(texts[i].kind) for i in rows])
    reader = np.array([KINDS.index(label.kind) for label in theirs])
    tagger = found.kinds[rows].argmax(axis=1)
    lenient = [
        label.kind in (texts[i].kind, texts[i].second) or label.second is texts[i].kind
        for i, label in zip(rows, theirs, strict=True)
    ]
    return Agreement(
        texts=len(rows),
        reader_share=round(float((truth == reader).mean()), 4),
        reader_lenient=round(float(np.mean(lenient)), 4),
        reader_kappa=round(cohens_kappa(truth, reader), 4),
        tagger_share=round(float((truth == tagger).mean()), 4),
        tagger_kappa=round(cohens_kappa(truth, tagger), 4),
    )


def cohens_kappa(one: NDArray[np.intp], other: NDArray[np.intp]) -> float:
    """Agreement beyond what two readers of these habits would reach by chance; 1 is complete."""
    agreed = float((one == other).mean())
    chance = sum(float((one == kind).mean() * (other == kind).mean()) for kind in range(len(KINDS)))
    return 1.0 if chance == 1.0 else (agreed - chance) / (1.0 - chance)


def _labels(path: Path) -> dict[str, _Label]:
    try:
        found = [_Label.model_validate_json(line) for line in path.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise TextsError(f"The second reader's labels in {path} can't be read.") from error
    return {label.id: label for label in found}
