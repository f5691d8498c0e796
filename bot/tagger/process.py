"""The tagger in a process of its own: while it reads a text, the bot's loop has the interpreter to itself.

Reading a text takes some milliseconds of a core, learning a second or two. In a thread of the bot they hold the
interpreter's lock in turn with everything that Slack waits for: at 50 events a second 95 of 100 were confirmed within
a fifth to seven tenths of the time without them (docs/reliability.md). What is sent to the process stays on the
machine, and nothing is stored there.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any, BinaryIO, NamedTuple, cast

import structlog

from bot.domain.learning import CorrectedText, Corrections, Learned
from bot.domain.tagging import Tag, Thresholds
from bot.tagger.arrays import FloatArray

_log = structlog.get_logger(__name__)

#: The number under which the process says that it is ready.
READY = 0
#: Seconds in which it is to end when its input has ended, and in which it is to answer what doesn't take long.
_ENDING, _PATIENCE = 5.0, 60.0
#: What takes long may take so many times as long.
_LONG = 10
#: Where this package lies: the process is to run the same code.
_ROOT = Path(__file__).parents[2]


class Question(NamedTuple):
    """What is asked of the process; what takes long is answered beside the rest."""

    number: int
    name: str
    arguments: tuple[Any, ...]
    takes_long: bool


class Ready(NamedTuple):
    """What the process says once its model is loaded."""

    base: str
    thresholds: Thresholds
    can_learn: bool


class TaggerGone(Exception):
    """The process ended before it answered."""

    def __init__(self) -> None:
        super().__init__("the tagger's process ended before it answered; what it said of that is in the error output")


class TaggerProcess:
    """Implements `bot.domain.ports.TaggerFor` and `Learner` in another process, which is begun anew should it end.

    Everything but `base`, `can_learn` and `in_use` waits for the other process: call it off the event loop, from as
    many threads as you like. `folder` is where models lie; without one, the model that came with the package is used.
    A process that hasn't answered something short within `patience` seconds counts as dead. Raises
    `bot.tagger.artifact.ArtifactError` if the model can't be loaded.
    """

    def __init__(self, folder: Path | None = None, *, patience: float = _PATIENCE) -> None:
        self._folder, self._patience = folder, patience
        self._layers: dict[str, tuple[int, bytes]] = {}
        self._using, self._starting = Lock(), Lock()
        self._is_closed = False
        self._line = _Line(folder, patience)

    @property
    def base(self) -> str:
        """Version and hash of the shared model."""
        return self._line.ready.base

    @property
    def thresholds(self) -> Thresholds:
        """How sure it must be."""
        return self._line.ready.thresholds

    @property
    def can_learn(self) -> bool:
        """Whether there is an evaluation set to judge candidates by."""
        return self._line.ready.can_learn

    @property
    def pid(self) -> int:
        """The process that answers at present."""
        return self._line.pid

    def __call__(self, workspace_id: str, corrections: Corrections) -> PersonsTagger:
        """The tagger of a person in this workspace after these corrections of their own, newest first."""
        return PersonsTagger(self, workspace_id, corrections)

    def learn(self, corrections: Sequence[CorrectedText], current: bytes | None) -> Learned:
        """A candidate from these corrections, judged against the layer in use."""
        learned: Learned = self.ask("learn", corrections, current, takes_long=True)
        return learned

    def use(self, workspace_id: str, version: int, numbers: bytes | None) -> None:
        """Lay these numbers under the tags of this workspace from now on; `None` takes what lay there away."""
        with self._using:
            self._layers.pop(workspace_id, None)
            if numbers is not None:
                # Noted before: a process that is begun anew meanwhile is to have it, too.
                self._layers[workspace_id] = (version, numbers)
            is_laid = False
            try:
                is_laid = self.ask("use", workspace_id, version, numbers)
            finally:
                if not is_laid:
                    self._layers.pop(workspace_id, None)

    def in_use(self) -> Mapping[str, int]:
        """The version that lies under each workspace's tags."""
        return {workspace_id: version for workspace_id, (version, _) in list(self._layers.items())}

    def rows(self, texts: Sequence[str]) -> FloatArray:
        """What `bot.tagger.meaning.rows` gives."""
        found: FloatArray = self.ask("rows", texts, takes_long=len(texts) > 1)
        return found

    def ask(self, name: str, *arguments: object, takes_long: bool = False) -> Any:
        """The answer of the process, or what it raised; asked once more of a new one if it ends meanwhile.

        Raises `TaggerGone` if that ends, too, or when the tagger was closed.
        """
        line = self._line
        try:
            return line.ask(name, arguments, takes_long=takes_long)
        except TaggerGone:
            return self._new_line(line).ask(name, arguments, takes_long=takes_long)

    def close(self) -> None:
        """End the process. What it has not answered by then raises `TaggerGone` where it was asked."""
        self._is_closed = True
        self._line.close()

    def _new_line(self, gone: _Line) -> _Line:
        """A process in the place of one that is gone, with the same layers; whoever comes first begins it."""
        with self._starting:
            if self._line is gone and not self._is_closed:
                _log.warning("tagger_process_began_anew")
                line = _Line(self._folder, self._patience)
                try:
                    for workspace_id, (version, numbers) in list(self._layers.items()):
                        line.ask("use", (workspace_id, version, numbers))
                finally:
                    # Also if it died already: the next who asks finds that out.
                    self._line = line
            if self._is_closed:
                self._line.close()
                raise TaggerGone
            return self._line


class PersonsTagger:
    """One person's tagger in the other process. Implements `bot.domain.ports.Tagger`."""

    def __init__(self, process: TaggerProcess, workspace_id: str, corrections: Corrections) -> None:
        self._process, self._of = process, (workspace_id, tuple(corrections))

    @property
    def version(self) -> str:
        """Version of the model, of the workspace's layer, and the number of corrections learned from."""
        version: str = self._process.ask("version", *self._of)
        return version

    @property
    def thresholds(self) -> Thresholds:
        """How sure the model must be."""
        return self._process.thresholds

    def tag(self, text: str, *, explain: bool = False) -> Tag:
        """The tag of one text; with `explain`, the words that carried it."""
        tag: Tag = self._process.ask("explain" if explain else "tag", *self._of, text, takes_long=explain)
        return tag

    def tag_many(self, texts: Iterable[str]) -> Sequence[Tag]:
        """The tags of many texts, in their order."""
        tags: Sequence[Tag] = self._process.ask("tag_many", *self._of, list(texts), takes_long=True)
        return tags


class _Line:
    """One process, from its start to its end. Questions go in whole; a thread hands out the answers.

    Raises what the process says went wrong if it can't load its model, `TaggerGone` if it ends before it says anything.
    """

    def __init__(self, folder: Path | None, patience: float) -> None:
        self._patience = patience
        # The same code as here, and nothing that lies about in the working folder (-P).
        command = [sys.executable, "-P", "-m", "bot.tagger", *([str(folder)] if folder else [])]
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": path}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603 - this program
        self._in, self._out = cast("BinaryIO", self._process.stdin), cast("BinaryIO", self._process.stdout)
        self._lock, self._numbers, self._is_gone = Lock(), count(READY + 1), False
        first: Future[Ready] = Future()
        self._open: dict[int, Future[Any]] = {READY: first}
        self._listening = Thread(target=self._listen, name="tagger-answers", daemon=True)
        self._listening.start()
        try:
            self.ready = first.result()
        except Exception:
            self.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, name: str, arguments: tuple[object, ...], *, takes_long: bool = False) -> Any:
        """The answer, or what was raised there. Raises `TaggerGone` if the process ended before."""
        number, answer = next(self._numbers), Future[Any]()
        asked = pickle.dumps(Question(number, name, arguments, takes_long))
        with self._lock:
            if self._is_gone:
                raise TaggerGone
            self._open[number] = answer
            try:
                self._in.write(asked)
                self._in.flush()
            except OSError as error:
                del self._open[number]
                raise TaggerGone from error
        if not wait([answer], self._patience * (_LONG if takes_long else 1)).done:
            self._process.kill()
        return answer.result()

    def close(self) -> None:
        """End the process by ending its input; by force when that doesn't."""
        force = Timer(_ENDING, self._process.kill)
        force.start()
        self._end_input()
        self._listening.join()
        force.cancel()

    def _end_input(self) -> None:
        with self._lock:
            self._is_gone = True
            # Something that was never sent may be left in it.
            with suppress(OSError):
                self._in.close()

    def _listen(self) -> None:
        try:
            while True:
                number, answer = pickle.load(self._out)  # noqa: S301 - from the process begun here
                future = self._open.pop(number)
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
        except Exception:
            # It ended, or what it says can't be understood: then nothing else it says can be trusted either.
            self._process.kill()
        self._end_input()
        self._out.close()
        self._process.wait()
        for future in self._open.values():
            future.set_exception(TaggerGone())
