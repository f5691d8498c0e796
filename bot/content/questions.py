"""`prompts/questions.yaml` and the file of questions that a workspace may add."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from bot.content.yaml_source import LARGEST_FILE, Problem, WrongFile, YamlSource
from bot.domain.questions import Question

QUESTIONS_FILE = "prompts/questions.yaml"


def read_questions(
    text: str, file: str, *, taken: Collection[str] = ()
) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """The questions in this text that are right, and what is wrong with the others.

    `taken` are the ids that this file may not use. A text that cannot be read as a list of questions
    at all gives none and says why.
    """
    try:
        source = YamlSource(text, file)
    except WrongFile as wrong:
        return (), wrong.problems
    items = source.data
    if not isinstance(items, list):
        return (), source.error(1, "a list of questions is expected, each starting with `- id:`").problems
    questions: dict[str, Question] = {}
    problems: list[Problem] = []
    for position, item in enumerate(items):
        try:
            question = Question.model_validate(item)
        except ValidationError as wrong:
            problems += source.problems(wrong, above=(position,))
            continue
        if question.id in questions or question.id in taken:
            line = source.line_of((position, "id"))
            problems.append(Problem(file=file, line=line, reason=f"the id `{question.id}` is taken"))
            continue
        questions[question.id] = question
    return tuple(questions.values()), tuple(problems)


@cache
def default_questions() -> tuple[Question, ...]:
    """The questions that come with the product. Raises `WrongFile` when any of them is wrong."""
    text = files("prompts").joinpath("questions.yaml").read_text("utf-8")
    questions, problems = read_questions(text, QUESTIONS_FILE)
    if problems:
        raise WrongFile(problems)
    return questions


def questions_with(own: Path | None) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """The product's questions with a workspace's own file added, and what is wrong with that file.

    What is right in it is used whatever else is wrong; a file that can't be read is a problem too.
    """
    bank = default_questions()
    if own is None:
        return bank, ()
    try:
        if own.stat().st_size > 4 * LARGEST_FILE:
            raise OSError(f"the file is larger than {LARGEST_FILE:,} characters")
        text = own.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        return bank, (Problem(file=own.name, line=1, reason=reason),)
    questions, problems = read_questions(text, own.name, taken={question.id for question in bank})
    return bank + questions, problems


class QuestionBanks:
    """The questions for each workspace: the product's, with those of its own file.

    `pattern` is the path of that file, in which `{team}` stands for the workspace's id; empty for none.
    What is wrong with a file is told to `complain`, once, when the file is first read.
    """

    def __init__(self, pattern: str, complain: Callable[[Problem], None]) -> None:
        self._pattern, self._complain = pattern, complain
        self._banks: dict[str, tuple[Question, ...]] = {}

    def __call__(self, workspace_id: str) -> Sequence[Question]:
        """The questions for this workspace."""
        path = self._pattern.replace("{team}", workspace_id)
        if path not in self._banks:
            own = Path(path) if path and self._is_expected(path) else None
            bank, problems = questions_with(own)
            for problem in problems:
                self._complain(problem)
            self._banks[path] = bank
        return self._banks[path]

    def _is_expected(self, path: str) -> bool:
        """With a file for each workspace, a workspace may well have none."""
        return "{team}" not in self._pattern or Path(path).exists()
