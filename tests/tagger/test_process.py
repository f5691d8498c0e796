"""The tagger in a process of its own reads as it does here, and comes back when it dies."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from bot.domain.tagging import Kind
from bot.tagger import load_tagger, workspace_taggers
from bot.tagger.__main__ import crossing
from bot.tagger.artifact import ArtifactError
from bot.tagger.meaning import SentenceMeaning, rows
from bot.tagger.process import TaggerGone, TaggerProcess
from tests.tagger.corrected import quazzed

TEXT = "quazzed the scheduler with the group"
#: Seconds after which a process that still lives counts as one that stays.
STAYS = 30


@pytest.fixture(scope="module")
def shared_process(small_folder: Path) -> Iterator[TaggerProcess]:
    """One process with the small model for all tests that leave it as it was."""
    process = TaggerProcess(small_folder)
    yield process
    process.close()


@pytest.fixture
def process(shared_process: TaggerProcess) -> Iterator[TaggerProcess]:
    """The process, with nothing laid under anybody's tags."""
    yield shared_process
    for workspace_id in list(shared_process.in_use()):
        shared_process.use(workspace_id, 0, None)


def children() -> set[int]:
    """The processes that this one has begun and that live."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        # Others end while this one looks.
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.add(int(folder.name))
    return found


def ends(pid: int) -> bool:
    """Whether the process is gone soon."""
    try:
        there = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([there], [], [], STAYS)[0])
    finally:
        os.close(there)


def test_it_reads_as_the_tagger_in_this_process_does(process: TaggerProcess, small_folder: Path) -> None:
    here = workspace_taggers(load_tagger(small_folder), small_folder)
    taught = [("quazzed it", Kind.GUIDANCE)]
    for corrections in ((), taught):
        mine, theirs = here("T1", corrections), process("T1", corrections)
        assert theirs.tag(TEXT) == mine.tag(TEXT)
        assert theirs.tag("quazzed it", explain=True) == mine.tag("quazzed it", explain=True)
        assert theirs.tag_many(["", "🎉", TEXT]) == mine.tag_many(["", "🎉", TEXT])
        assert (theirs.version, theirs.thresholds) == (mine.version, mine.thresholds)
    assert (process.base, process.can_learn) == (here.base, here.can_learn)


def test_it_places_texts_as_this_process_does(process: TaggerProcess) -> None:
    texts = ["the expired certificate", "", "ein abgelaufenes Zertifikat"]
    assert np.array_equal(process.rows(texts), rows(texts))
    there, here = SentenceMeaning(process.rows), SentenceMeaning()
    assert there.embed(texts) == here.embed(texts)
    held = here.hold(list(zip("abc", here.embed(texts), strict=True)))
    assert there.nearest("certificate", held, 2) == here.nearest("certificate", held, 2)


def test_a_workspace_learns_there_and_forgets_there(process: TaggerProcess) -> None:
    before = process("T1", ()).tag(TEXT)
    learned = process.learn(quazzed(), None)
    process.use("T1", 1, learned.numbers)
    assert process("T1", ()).tag(TEXT).kind is Kind.LONG_TERM_BET
    assert process("T2", ()).tag(TEXT) == before
    assert process.in_use() == {"T1": 1}
    process.use("T1", 1, None)
    assert process("T1", ()).tag(TEXT) == before
    process.use("T1", 2, b"no layer")
    assert process.in_use() == {}


def test_what_fails_there_is_raised_here_and_the_next_text_is_read(process: TaggerProcess) -> None:
    with pytest.raises(TypeError, match="no len"):
        process("T1", ()).tag(None)  # type: ignore[arg-type]
    assert process("T1", ()).tag(TEXT).tagger_version == process.base


def test_an_error_that_cant_be_sent_whole_is_named() -> None:
    class Odd(Exception):
        """One that only this test knows."""

    assert repr(crossing(Odd("x"))) == repr(RuntimeError("Odd"))
    assert repr(crossing(ArtifactError("missing", "v1"))) == repr(ArtifactError("missing"))


def test_texts_are_read_while_something_long_goes_on(process: TaggerProcess) -> None:
    with ThreadPoolExecutor(1) as beside:
        long = beside.submit(process.rows, [f"{TEXT} {number} " * 20 for number in range(200)])
        process("T1", ()).tag(TEXT)
        assert not long.done()
        assert len(long.result()) == 200


def test_after_it_was_killed_texts_are_read_with_the_same_layers(process: TaggerProcess) -> None:
    process.use("T1", 3, process.learn(quazzed(), None).numbers)
    before, pid, others = process("T1", ()).tag(TEXT), process.pid, children() - {process.pid}
    with ThreadPoolExecutor(4) as beside:
        long = beside.submit(process.rows, [TEXT * 20] * 200)
        process("T1", ()).tag(TEXT)
        os.kill(pid, signal.SIGKILL)
        # Whoever asks meanwhile, also those it was just answering, are answered by a new one, and by one only.
        read = [beside.submit(process("T1", ()).tag, TEXT) for _ in range(3)]
        wait([long, *read])
    assert [each.result() for each in read] == [before] * 3
    assert len(long.result()) == 200
    assert process.pid != pid
    assert children() - others == {process.pid}
    assert process.in_use() == {"T1": 3}


def test_one_that_stands_still_is_taken_for_dead(small_folder: Path) -> None:
    process = TaggerProcess(small_folder, patience=3)
    read, pid = process("T1", ()).tag(TEXT), process.pid
    os.kill(pid, signal.SIGSTOP)
    assert process("T1", ()).tag(TEXT) == read
    assert ends(pid)
    process.close()


def test_what_is_laid_and_taken_away_at_once_lies_there_as_it_is_said_to(process: TaggerProcess) -> None:
    numbers = process.learn(quazzed(), None).numbers
    with ThreadPoolExecutor(2) as beside:
        for _ in range(100):
            wait([beside.submit(process.use, "T1", 1, given) for given in (numbers, None)])
            assert process("T1", ()).version.endswith("~w1") == ("T1" in process.in_use())


def test_it_ends_when_it_is_closed(small_folder: Path) -> None:
    process = TaggerProcess(small_folder)
    process("T1", ()).tag(TEXT)
    others = children() - {process.pid}
    with ThreadPoolExecutor(1) as beside:
        long = beside.submit(process.rows, [TEXT * 20] * 200)
        process.close()
        assert isinstance(long.exception(), TaggerGone)
    with pytest.raises(TaggerGone):
        process("T1", ()).tag(TEXT)
    assert children() == others


def test_it_ends_when_it_is_closed_though_it_stands_still(small_folder: Path) -> None:
    process = TaggerProcess(small_folder)
    os.kill(process.pid, signal.SIGSTOP)
    process.close()
    assert ends(process.pid)


def test_what_lies_in_the_working_folder_is_not_imported(small_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "secrets.py").write_text("raise SystemExit('imported')")
    program = (
        "import os, sys, pathlib\n"
        "from bot.tagger.process import TaggerProcess\n"
        "folder = pathlib.Path(sys.argv[1]).resolve()\n"
        "os.chdir(sys.argv[2])\n"
        "print(TaggerProcess(folder)('T1', ()).version)\n"
    )
    command = [sys.executable, "-c", program, str(small_folder), str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("v1+")


def test_it_ends_when_the_bot_is_killed(small_folder: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from bot.tagger.process import TaggerProcess\n"
        "print(TaggerProcess(pathlib.Path(sys.argv[1])).pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(small_folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdout
        pid = int(bot.stdout.readline())
        bot.kill()
    assert ends(pid)


def test_neither_ctrl_c_nor_a_service_manager_ends_it_before_the_bot(process: TaggerProcess) -> None:
    pid = process.pid
    for each in (signal.SIGINT, signal.SIGTERM):
        os.kill(pid, each)
    assert process("T1", ()).tag(TEXT).tagger_version == process.base
    assert process.pid == pid


def test_a_damaged_model_is_said_here(small_folder: Path, tmp_path: Path) -> None:
    copytree(small_folder, tmp_path / "models")
    (tmp_path / "models" / "v1" / "model.npz").write_bytes(b"no archive")
    with pytest.raises(ArtifactError, match="damaged"):
        TaggerProcess(tmp_path / "models")
