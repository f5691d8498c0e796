"""Does a workspace learn from its people's corrections? Workspaces simulated on writers the model has not seen.

Four unseen writers share a workspace, and words of their own: in every text that is evidence, the words that speak
most for its kind are replaced by the expression this workspace has for it, a word no model knows. Three of them
correct wrong tags on half of their texts; what counts is what happens to the texts of the fourth, who corrected
nothing, to the other half of the three's, and to a writer of another workspace, in common words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import numpy as np

from bot.domain.learning import FEWEST_CORRECTIONS, CorrectedText
from bot.tagger.artifact import Meta
from bot.tagger.corrections import PersonalTagger
from bot.tagger.held_out import held_out_from
from bot.tagger.learning import error_of, in_own_words, score_of
from bot.tagger.model import Model
from bot.tagger.reading import TextTagger
from bot.tagger.texts import LabelledText
from bot.tagger.training import Prepared, Settings, fit_uncalibrated, out_of_fold_scores
from bot.tagger.workspaces import WorkspaceTaggers

#: So many people of a workspace correct; one more only reads.
TEACHERS = 3
_MANY = 2 * FEWEST_CORRECTIONS // TEACHERS
#: The evaluation set is scored in fewer steps than a model's own, to take half the time.
_FOLDS = 4


@dataclass(frozen=True)
class WorkspaceLesson:
    """What corrections of three people did: error shares before and after, and macro-F1 for everybody else.

    `newcomer`: texts of a colleague who corrected nothing; `teachers`: texts the three had not read yet;
    `general`: a writer in common words, read with the workspace's layer; `shared`: the evaluation set that the
    candidate is judged by; `others_changed`: how many tags changed in a workspace that taught nothing.
    """

    people: tuple[str, ...]
    own_words: bool
    corrections: int
    is_used: bool
    newcomer_before: float
    newcomer_after: float
    teachers_before: float
    teachers_after: float
    general_before: float
    general_after: float
    shared_before: float
    shared_after: float
    others_changed: int


def workspace_lessons(
    data: Prepared, settings: Settings, meta: Meta, model: Model, workspaces: int = 2
) -> Iterator[WorkspaceLesson]:
    """Lessons of some workspaces, each with words of its own and with the writers' plain words.

    `model` gives the calibration; the models used here are trained without the four and without the writer the
    general score is taken on. Takes a minute a workspace.
    """
    writers = sorted({text.writer for text in data.texts})
    size = TEACHERS + 1
    for start in range(0, min(workspaces * size, len(writers) - size), size):
        people, other = tuple(writers[start : start + size]), writers[start + size]
        rest = data.take(np.array([i for i, t in enumerate(data.texts) if t.writer not in (*people, other)], np.intp))
        unseen = replace(fit_uncalibrated(rest, settings), calibration=model.calibration)
        held_out = partial(held_out_from, rest, out_of_fold_scores(rest, replace(settings, folds=_FOLDS)), unseen)
        general = [text for text in data.texts if text.writer == other]
        for own_words in (True, False):
            taggers = WorkspaceTaggers(TextTagger(unseen, meta), held_out)
            theirs = [t for t in data.texts if t.writer in people]
            texts = [in_own_words(text, unseen) for text in theirs] if own_words else theirs
            yield _lesson(taggers, people, texts, general, own_words=own_words)


def _lesson(
    taggers: WorkspaceTaggers,
    people: tuple[str, ...],
    texts: Sequence[LabelledText],
    general: Sequence[LabelledText],
    *,
    own_words: bool,
) -> WorkspaceLesson:
    base = taggers("W1", ())
    newcomer = [text for text in texts if text.writer == people[-1]]
    of_each = [[text for text in texts if text.writer == person] for person in people[:-1]]
    unread = [text for each in of_each for text in each[1::2]]
    corrections = [wrong for each in of_each for wrong in _corrected(base, each[::2])]
    learned = taggers.learn(corrections, None)
    taggers.use("W1", 1, learned.numbers)
    after, elsewhere = taggers("W1", ()), taggers("W2", ())
    changed = sum(
        a.kind is not b.kind
        for a, b in zip(base.tag_many(t.text for t in texts), elsewhere.tag_many(t.text for t in texts), strict=True)
    )
    return WorkspaceLesson(
        people=people,
        own_words=own_words,
        corrections=len(corrections),
        is_used=learned.numbers is not None,
        newcomer_before=error_of(base, newcomer),
        newcomer_after=error_of(after, newcomer),
        teachers_before=error_of(base, unread),
        teachers_after=error_of(after, unread),
        general_before=score_of(base, general),
        general_after=score_of(after, general),
        shared_before=learned.figures["shared_before"],
        shared_after=learned.figures["shared_after"],
        others_changed=changed,
    )


def _corrected(base: TextTagger | PersonalTagger, texts: Sequence[LabelledText]) -> list[CorrectedText]:
    """The first wrong tags a person meets going through their texts, with the kind they give."""
    tags = base.tag_many([text.text for text in texts])
    wrong = [text for tag, text in zip(tags, texts, strict=True) if tag.kind is not text.kind][:_MANY]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        CorrectedText(
            entry_id=f"{text.writer}-{i}", user_id=text.writer, text=text.text, kind=text.kind, corrected_at=at
        )
        for i, text in enumerate(wrong)
    ]
