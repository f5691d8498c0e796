"""`python -m bot.tagger [FOLDER]`: the tagger that a bot keeps in a process of its own (`bot.tagger.process`).

Questions come by standard input and are answered on standard output, pickled. The process ends when its input does,
so also when the bot was killed.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from bot.domain.learning import CorrectedText, Corrections, Learned
from bot.domain.tagging import Tag
from bot.tagger import load_tagger, workspace_taggers
from bot.tagger.arrays import FloatArray
from bot.tagger.artifact import ArtifactError
from bot.tagger.meaning import rows
from bot.tagger.process import READY, Question, Ready

#: So many threads answer what takes long, while texts go on being read.
_LONG_AT_ONCE = 2


class Desk:
    """What can be asked for: each method is a question's name."""

    def __init__(self, folder: Path | None) -> None:
        tagger = load_tagger(folder)
        self._taggers = workspace_taggers(tagger, folder)
        self.ready = Ready(self._taggers.base, tagger.thresholds, self._taggers.can_learn)

    def tag(self, workspace_id: str, corrections: Corrections, text: str) -> Tag:
        """The tag of one text by a person's tagger."""
        return self._taggers(workspace_id, corrections).tag(text)

    def explain(self, workspace_id: str, corrections: Corrections, text: str) -> Tag:
        """The same, with the words that carried it."""
        return self._taggers(workspace_id, corrections).tag(text, explain=True)

    def tag_many(self, workspace_id: str, corrections: Corrections, texts: Sequence[str]) -> Sequence[Tag]:
        """The tags of many."""
        return self._taggers(workspace_id, corrections).tag_many(texts)

    def version(self, workspace_id: str, corrections: Corrections) -> str:
        """What a person's tagger signs with."""
        return self._taggers(workspace_id, corrections).version

    def rows(self, texts: Sequence[str]) -> FloatArray:
        """Where texts lie in the encoder's space."""
        return rows(texts)

    def learn(self, corrections: Sequence[CorrectedText], current: bytes | None) -> Learned:
        """A candidate layer."""
        return self._taggers.learn(corrections, current)

    def use(self, workspace_id: str, version: int, numbers: bytes | None) -> bool:
        """Lay a layer under a workspace's tags, or take it away; whether it lies there now."""
        self._taggers.use(workspace_id, version, numbers)
        return workspace_id in self._taggers.in_use()


class Answers:
    """Where answers go; those of several threads each whole."""

    def __init__(self, to: BinaryIO) -> None:
        self._to, self._lock = to, Lock()

    def give(self, number: int, answer: object) -> None:
        """Answer the question of this number. An exception is raised where it was asked."""
        try:
            told = pickle.dumps((number, answer))
            with self._lock:
                self._to.write(told)
                self._to.flush()
        except Exception:
            # There is nobody to answer any more, or no way to: rather than let them wait, be begun anew.
            os._exit(1)

    def answer(self, desk: Desk, question: Question) -> None:
        """Answer with what the desk gives or raises."""
        try:
            answer = getattr(desk, question.name)(*question.arguments)
        except Exception as error:
            answer = crossing(error)
        self.give(question.number, answer)


def crossing(error: Exception) -> Exception:
    """The error, if it comes out whole at the other end; else one that says what it is called."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - just pickled
    except Exception:
        return RuntimeError(type(error).__name__)
    return error


def main() -> None:
    """Load the model, say so, and answer until the input ends."""
    # The bot ends this process by ending itself: Ctrl-C or a service manager, which tell both, shall not come first.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    answers = Answers(os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    # What a library prints must not get among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        desk = Desk(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    except ArtifactError as error:
        answers.give(READY, error)
        return
    answers.give(READY, desk.ready)
    beside = ThreadPoolExecutor(_LONG_AT_ONCE)
    while True:
        try:
            question: Question = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the bot that began this process
        except (EOFError, pickle.UnpicklingError):
            # What is still being answered is for nobody any more.
            os._exit(0)
        if question.takes_long:
            beside.submit(answers.answer, desk, question)
        else:
            answers.answer(desk, question)


if __name__ == "__main__":
    main()
