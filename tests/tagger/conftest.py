"""Small models to try things on, trained once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.tagger.artifact import ArtifactStore
from bot.tagger.ngrams import NgramChoice
from bot.tagger.release import build
from bot.tagger.texts import LabelledText, load_texts
from bot.tagger.training import Prepared, Settings, prepare

SMALL = Settings(ngrams=NgramChoice(min_texts=2, min_writers=1, longest=3, groups=30), folds=3)


@pytest.fixture(scope="session")
def all_texts() -> list[LabelledText]:
    """Every training text that comes with the package."""
    return load_texts()


@pytest.fixture(scope="session")
def few_texts(all_texts: list[LabelledText]) -> list[LabelledText]:
    """Some 80 texts each of three writers."""
    writers = sorted({text.writer for text in all_texts})[:3]
    return [text for writer in writers for text in [t for t in all_texts if t.writer == writer][::3]]


@pytest.fixture(scope="session")
def few(few_texts: list[LabelledText]) -> Prepared:
    """The few texts, normalised and embedded."""
    return prepare(few_texts)


@pytest.fixture(scope="session")
def small_folder(few_texts: list[LabelledText], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small model in use, v1. Copy it before changing it."""
    folder = tmp_path_factory.mktemp("models")
    store = ArtifactStore(folder)
    store.activate(build(few_texts, store, settings=SMALL).version)
    return folder
