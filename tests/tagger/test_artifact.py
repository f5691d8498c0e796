"""A model is what its description says, or it isn't used; and there is a way back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.tagger import load_tagger
from bot.tagger.artifact import ArtifactError, ArtifactStore, arrays_of, digest
from bot.tagger.groups import NONE
from bot.tagger.texts import load_targeted, load_texts, texts_digest


@pytest.fixture
def store(small_folder: Path, tmp_path: Path) -> ArtifactStore:
    """A store of one's own with v1 in use."""
    return ArtifactStore(Path(shutil.copytree(small_folder, tmp_path / "models")))


def test_a_model_comes_back_as_it_was_written(store: ArtifactStore) -> None:
    model, meta = store.load()
    assert digest(arrays_of(model)) == meta.sha256
    assert meta.label == f"v1+{meta.sha256[:8]}"
    store.save(model, meta.model_copy(update={"version": "again"}))
    assert store.meta("again").sha256 == meta.sha256


def test_a_model_made_before_clauses_were_cut_reads_as_it_did(store: ArtifactStore) -> None:
    model, meta = store.load()
    before = replace(model, ngrams=replace(model.ngrams, clauses=False))
    store.save(before, meta.model_copy(update={"version": "before"}))
    assert store.load()[0].ngrams.clauses
    assert not store.load("before")[0].ngrams.clauses


def test_a_model_with_groups_and_one_made_before_there_were_any_come_back(store: ArtifactStore) -> None:
    model, meta = store.load()
    text = "you saved my evening"
    grouped = model.ngrams.size - len(model.ngrams.groups.grams)
    columns, _ = model.ngrams.vector(text)
    assert (columns >= grouped).any()
    ungrouped = replace(
        model,
        ngrams=replace(model.ngrams, groups=NONE, idf=model.ngrams.idf[:grouped]),
        gram_weights=model.gram_weights[:grouped],
    )
    store.save(ungrouped, meta.model_copy(update={"version": "before"}))
    before = store.load("before")[0].ngrams.vector(text)[0]
    assert before.tolist() == columns[columns < grouped].tolist()


def test_a_changed_model_is_refused(store: ArtifactStore) -> None:
    path = store.folder / "v1" / "model.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["intercept"] = arrays["intercept"] + 1
    np.savez_compressed(path, **arrays)
    with pytest.raises(ArtifactError, match="not the one its description names"):
        load_tagger(store.folder)


@pytest.mark.parametrize("content", [b"", b"no archive at all", None])
def test_a_damaged_or_missing_model_is_refused(store: ArtifactStore, content: bytes | None) -> None:
    path = store.folder / "v1" / "model.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(ArtifactError, match="damaged"):
        store.load()
    path.unlink()
    with pytest.raises(ArtifactError, match="missing"):
        store.load()


def test_an_unknown_version_names_those_there_are(store: ArtifactStore) -> None:
    with pytest.raises(ArtifactError, match="v1") as caught:
        store.load("v9")
    assert caught.value.version == "v9"


def test_a_model_of_another_format_is_refused(store: ArtifactStore) -> None:
    path = store.folder / "v1" / "meta.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 1}))
    with pytest.raises(ArtifactError, match="another release"):
        store.load()
    path.write_text("{}")
    with pytest.raises(ArtifactError, match="can't be read"):
        store.load()


def test_going_back_and_forth_between_versions(store: ArtifactStore) -> None:
    with pytest.raises(ArtifactError, match="no version before"):
        store.rollback()
    model, meta = store.load()
    store.save(model, meta.model_copy(update={"version": "v2"}))
    assert store.current() == "v1"
    store.activate("v2")
    store.activate("v2")
    assert store.current() == "v2"
    assert [m.version for m in store.versions()] == ["v1", "v2"]
    assert store.rollback() == store.current() == "v1"


def test_a_broken_version_is_not_put_to_use(store: ArtifactStore) -> None:
    with pytest.raises(ArtifactError):
        store.activate("v7")
    assert store.current() == "v1"


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="multiplier tagger train"):
        load_tagger(tmp_path)


def test_the_shipped_model_was_trained_on_the_shipped_texts() -> None:
    _, meta = ArtifactStore().load()
    assert meta.texts_sha256 == texts_digest([*load_texts(), *load_targeted()])
