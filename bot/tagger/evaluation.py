"""Measuring the tagger on texts it has not seen: other writers', held-out files, a real Slack export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.tagging import Kind, worth_suggesting
from bot.tagger.crossvalidation import nested_probabilities
from bot.tagger.figures import figures_of, reliability
from bot.tagger.model import BATCH, KINDS, Probabilities
from bot.tagger.reading import TextTagger
from bot.tagger.texts import LabelledText, TextsError
from bot.tagger.training import Prepared, Settings, out_of_fold_scores

_ROUNDS = 400
_WORST = 20


@dataclass(frozen=True)
class Report:
    """What an evaluation found.

    `ranges` holds the 95 % range of each figure when other writers are drawn (bootstrap over
    writers); `confusion[i][j]` counts texts of kind i called kind j, in the order of `Kind`.
    """

    texts: int
    writers: int
    figures: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    by_language: dict[str, dict[str, float]]
    by_writer: dict[str, dict[str, float]]
    f1_by_kind: dict[str, float]
    confusion: list[list[int]]
    reliability: list[tuple[float, float, int]]
    worst: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return dict(vars(self))


def cross_validated(data: Prepared, settings: Settings, targeted: Prepared | None = None) -> Probabilities:
    """Probabilities of every text by a model and a calibration that have not seen its writer. Takes some minutes.

    `targeted` texts are trained on and not measured on.
    """
    return nested_probabilities(out_of_fold_scores(data, settings, targeted), data.texts, settings.folds)


def read_by(tagger: TextTagger, texts: Sequence[LabelledText]) -> Probabilities:
    """Probabilities of held-out texts by a finished tagger."""
    parts = [tagger.model.read([t.text for t in texts[i : i + BATCH]]) for i in range(0, len(texts), BATCH)]
    return Probabilities(np.concatenate([p.kinds for p in parts]), np.concatenate([p.dimensions for p in parts]))


def report_on(found: Probabilities, texts: Sequence[LabelledText]) -> Report:
    """All figures, tables and the worst errors of probabilities against labels."""
    truth = np.array([KINDS.index(t.kind) for t in texts])
    given = found.kinds.argmax(axis=1)
    confusion = np.zeros((len(KINDS), len(KINDS)), int)
    np.add.at(confusion, (truth, given), 1)
    return Report(
        texts=len(texts),
        writers=len({t.writer for t in texts}),
        figures=figures_of(found, texts),
        ranges=_ranges(found, texts),
        by_language=_by([t.lang for t in texts], found, texts),
        by_writer=_by([t.writer for t in texts], found, texts),
        f1_by_kind=_f1_by_kind(confusion),
        confusion=confusion.tolist(),
        reliability=reliability(truth, found.kinds),
        worst=_worst(truth, found, texts),
    )


def _subset(found: Probabilities, rows: NDArray[np.intp]) -> Probabilities:
    return Probabilities(found.kinds[rows], found.dimensions[rows])


def _by(group: Sequence[str], found: Probabilities, texts: Sequence[LabelledText]) -> dict[str, dict[str, float]]:
    table = {}
    for name in sorted(set(group)):
        rows = np.flatnonzero(np.array(group) == name)
        figures = figures_of(_subset(found, rows), [texts[int(i)] for i in rows])
        table[name] = {"texts": float(len(rows)), **figures}
    return table


def _ranges(found: Probabilities, texts: Sequence[LabelledText]) -> dict[str, tuple[float, float]]:
    rows_of: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        rows_of.setdefault(text.writer, []).append(i)
    writers, draw = sorted(rows_of), np.random.default_rng(0)
    rounds = []
    for _ in range(_ROUNDS):
        drawn = draw.integers(0, len(writers), len(writers))
        rows = np.concatenate([np.array(rows_of[writers[w]], np.intp) for w in drawn])
        rounds.append(figures_of(_subset(found, rows), [texts[int(i)] for i in rows]))
    return {
        name: (
            round(float(np.nanquantile([r[name] for r in rounds], 0.025)), 4),
            round(float(np.nanquantile([r[name] for r in rounds], 0.975)), 4),
        )
        for name in rounds[0]
    }


def _f1_by_kind(confusion: NDArray[np.int_]) -> dict[str, float]:
    totals = confusion.sum(axis=0) + confusion.sum(axis=1)
    return {k.value: round(float(2 * confusion[i, i] / max(1, totals[i])), 4) for i, k in enumerate(KINDS)}


def _worst(truth: NDArray[np.intp], found: Probabilities, texts: Sequence[LabelledText]) -> list[dict[str, Any]]:
    """The wrong answers the tagger was surest of, second acceptable kinds left out."""
    given, sure = found.kinds.argmax(axis=1), found.kinds.max(axis=1)
    wrong = [i for i in np.argsort(-sure) if given[i] != truth[i] and texts[i].second is not KINDS[given[i]]]
    return [
        {
            "text": texts[i].text,
            "kind": texts[i].kind.value,
            "given": KINDS[given[i]].value,
            "p": round(float(sure[i]), 3),
            "lang": texts[i].lang,
            "writer": texts[i].writer,
        }
        for i in wrong[:_WORST]
    ]


def export_texts(folder: Path) -> Iterator[str]:
    """The texts of all messages of an unpacked Slack export (`<channel>/<day>.json`), oldest day first.

    Raises `TextsError` if the folder holds no such files or one can't be read.
    """
    days = sorted(folder.glob("*/*.json"))
    if not days:
        raise TextsError(f"{folder} is not an unpacked Slack export: it has no <channel>/<day>.json.")
    for day in days:
        try:
            messages = json.loads(day.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise TextsError(f"{day} can't be read as JSON.") from error
        yield from (m["text"] for m in messages if isinstance(m, dict) and isinstance(m.get("text"), str) and m["text"])


def export_shares(tagger: TextTagger, texts: Sequence[str]) -> dict[str, float]:
    """Of a channel's messages: how many there are, and which share is suggested, multiplying, or not `none`."""
    tags = tagger.tag_many(texts)
    suggested = sum(worth_suggesting(tag, tagger.thresholds) for tag in tags)
    evidence = sum(tag.kind is not Kind.NONE for tag in tags)
    multiplying = sum(tag.kind not in (Kind.NONE, Kind.DELIVERY) for tag in tags)
    count = max(1, len(tags))
    return {
        "messages": float(len(tags)),
        "suggested": round(suggested / count, 5),
        "called_multiplying": round(multiplying / count, 5),
        "called_evidence": round(evidence / count, 5),
    }
