"""Does learning from corrections work? People simulated on texts of writers the model has not seen.

A simulated person writes one unseen writer's texts in words of their own: in every text that is
evidence, the four words that speak most for its kind are replaced by the one expression the person
has for that kind, a word no model knows. They correct wrong tags on one half of their texts until
twenty are corrected; what counts is the other half, and how the tags of a third writer, in common
words, change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.domain.tagging import Kind
from bot.tagger.artifact import Meta
from bot.tagger.corrections import PersonalTagger
from bot.tagger.figures import macro_f1
from bot.tagger.model import KINDS, Model
from bot.tagger.reading import TextTagger
from bot.tagger.text import normalise
from bot.tagger.texts import LabelledText
from bot.tagger.training import Prepared, Settings, fit_uncalibrated
from bot.tagger.views import Views

CORRECTIONS = 20
#: Words of a text that a person replaces.
_REPLACED = 4
_OWN_WORDS = [
    "florping",
    "brindle",
    "quazzed",
    "tovvik",
    "snarlhop",
    "mellit",
    "grebbed",
    "wizzen",
    "plonked",
    "dravine",
    "skelped",
]
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Lesson:
    """What twenty corrections did for one person: error shares on their other texts, macro-F1 for someone else."""

    writer: str
    own_words: bool
    corrections: int
    error_before: float
    error_after: float
    general_before: float
    general_after: float

    @property
    def error_drop(self) -> float:
        """By what share the error fell."""
        return 1.0 - self.error_after / self.error_before if self.error_before else 0.0


def lessons(data: Prepared, settings: Settings, meta: Meta, model: Model, people: int = 4) -> Iterator[Lesson]:
    """Lessons of some people, each with words of their own and with the writer's plain words.

    `model` gives the calibration; the models used here are trained without the person and without
    the writer the general score is taken on. Takes some seconds a person.
    """
    writers = sorted({text.writer for text in data.texts})
    for person, other in list(zip(writers, writers[1:] + writers[:1], strict=True))[:people]:
        rest = np.array([i for i, t in enumerate(data.texts) if t.writer not in (person, other)], np.intp)
        unseen = replace(fit_uncalibrated(data.take(rest), settings), calibration=model.calibration)
        base = TextTagger(unseen, meta)
        theirs = [text for text in data.texts if text.writer == person]
        general = [text for text in data.texts if text.writer == other]
        yield lesson(base, [in_own_words(text, unseen) for text in theirs], general, own_words=True)
        yield lesson(base, theirs, general, own_words=False)


def lesson(
    base: TextTagger, theirs: Sequence[LabelledText], general: Sequence[LabelledText], own_words: bool
) -> Lesson:
    """What corrections on one half of a person's texts do for the other half."""
    read_first, rest = theirs[::2], theirs[1::2]
    corrections = corrections_of(base, read_first)
    personal = PersonalTagger(base, corrections)
    return Lesson(
        writer=theirs[0].writer,
        own_words=own_words,
        corrections=len(corrections),
        error_before=error_of(base, rest),
        error_after=error_of(personal, rest),
        general_before=score_of(base, general),
        general_after=score_of(personal, general),
    )


def corrections_of(base: TextTagger, texts: Sequence[LabelledText]) -> list[tuple[str, Kind]]:
    """The first twenty wrong tags a person meets going through their texts, corrected; newest first."""
    made: list[tuple[str, Kind]] = []
    views = Views(base)
    for text in texts:
        if len(made) == CORRECTIONS:
            break
        if PersonalTagger(base, made, views).tag(text.text).kind is not text.kind:
            made.insert(0, (text.text, text.kind))
    return made


def in_own_words(text: LabelledText, model: Model) -> LabelledText:
    """The text as a person with their own vocabulary would put it.

    The words of the text that speak most for its kind are replaced by the one expression
    this person has for that kind. Texts that are no evidence stay as they are.
    """
    if text.kind is Kind.NONE:
        return text
    place = KINDS.index(text.kind)
    words = {match.group() for match in _WORD.finditer(text.text)}
    telling = sorted(words, key=lambda word: (-_speaks_for(word, place, model), word))[:_REPLACED]
    expression = _OWN_WORDS[place]
    said = _WORD.sub(lambda match: expression if match.group() in telling else match.group(), text.text)
    return text.model_copy(update={"text": said})


def _speaks_for(word: str, place: int, model: Model) -> float:
    columns, values = model.ngrams.vector(normalise(word))
    return float(values @ model.gram_weights[columns, place]) if len(columns) else 0.0


def error_of(tagger: TextTagger | PersonalTagger, texts: Sequence[LabelledText]) -> float:
    tags = tagger.tag_many([text.text for text in texts])
    return float(np.mean([tag.kind is not text.kind for tag, text in zip(tags, texts, strict=True)]))


def score_of(tagger: TextTagger | PersonalTagger, texts: Sequence[LabelledText]) -> float:
    truth = np.array([KINDS.index(text.kind) for text in texts])
    given = np.array([KINDS.index(tag.kind) for tag in tagger.tag_many([text.text for text in texts])])
    return macro_f1(truth, given)
