"""Models on disk: one folder a version, checked when loaded, with a way back to the one before.

A version folder holds `model.npz` (the numbers) and `meta.json` (what they are: version, hash,
hash of the training texts, figures, thresholds). `current.json` beside the folders names the
version in use and those used before it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.errors import BotError
from bot.domain.tagging import Thresholds
from bot.tagger.groups import NONE, Groups
from bot.tagger.model import Calibration, Model
from bot.tagger.ngrams import Ngrams

#: How features are made and arrays are laid out; a model of another format can't be used.
FORMAT = 2

#: The models that come with the package.
SHIPPED = Path(__file__).parent / "artifacts"

_CALIBRATION = ("kind_scale", "kind_shift", "dimension_scale", "dimension_prior", "dimension_shift")
#: Its being there says that the model's texts are cut at clauses; the models before `v6` don't have it.
_CLAUSES = "clauses"


class ArtifactError(BotError):
    """A model can't be loaded: it is missing, damaged, or not the one its description names.

    Its text says what is wrong and what to do; `version` is the one asked for.
    """

    def __init__(self, message: str, version: str | None = None) -> None:
        super().__init__(version=version)
        self.args = (message,)
        self.version = version


class Meta(BaseModel):
    """Description of one model. `sha256` is over the numbers, `texts_sha256` over the training texts."""

    model_config = ConfigDict(frozen=True)

    version: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,40}$")
    format: int = 1
    sha256: str
    texts_sha256: str
    texts: int
    writers: int
    settings: dict[str, Any]
    thresholds: Thresholds
    figures: dict[str, float]

    @property
    def label(self) -> str:
        """Version and short hash, as stored with each entry."""
        return f"{self.version}+{self.sha256[:8]}"


class _Current(BaseModel):
    current: str
    before: list[str] = []


def arrays_of(model: Model) -> dict[str, NDArray[Any]]:
    """The arrays that make up a model, as they are written (weights in 16 bits)."""
    arrays: dict[str, NDArray[Any]] = {
        "words": _packed(model.ngrams.words),
        "chars": _packed(model.ngrams.chars),
        "lengths": np.array([model.ngrams.shortest, model.ngrams.longest], np.int32),
        "idf": model.ngrams.idf.astype(np.float16),
        "gram_weights": model.gram_weights,
        "embedding_weights": model.embedding_weights.astype(np.float16),
        "intercept": model.intercept.astype(np.float32),
    }
    if model.ngrams.clauses:
        arrays[_CLAUSES] = np.empty(0, np.uint8)
    if len(model.ngrams.groups.grams):
        arrays |= {"groups": model.ngrams.groups.of_piece, "group_grams": model.ngrams.groups.grams}
    return arrays | {name: getattr(model.calibration, name).astype(np.float32) for name in _CALIBRATION}


def model_from(arrays: Mapping[str, NDArray[Any]]) -> Model:
    """The model made of arrays that `arrays_of` gave."""
    shortest, longest = (int(n) for n in arrays["lengths"])
    idf = arrays["idf"].astype(np.float32)
    groups = Groups(arrays["groups"], arrays["group_grams"]) if "groups" in arrays else NONE
    words, chars = _unpacked(arrays["words"]), _unpacked(arrays["chars"])
    ngrams = Ngrams(words, chars, idf, shortest, longest, _CLAUSES in arrays, groups)
    return Model(
        ngrams=ngrams,
        gram_weights=arrays["gram_weights"],
        embedding_weights=arrays["embedding_weights"].astype(np.float32),
        intercept=arrays["intercept"],
        calibration=Calibration(**{name: arrays[name] for name in _CALIBRATION}),
    )


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 over names, shapes and bytes of arrays, in the order of their names."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()


class ArtifactStore:
    """The versions of a model in one folder."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self.folder = folder

    def versions(self) -> list[Meta]:
        """All versions that can be read, in the order of their names."""
        return [self.meta(path.parent.name) for path in sorted(self.folder.glob("*/meta.json"))]

    def current(self) -> str:
        """The version in use. Raises `ArtifactError` if none has been chosen."""
        return self._state().current

    def meta(self, version: str) -> Meta:
        """The description of a version. Raises `ArtifactError` if it is missing or unreadable."""
        path = self.folder / version / "meta.json"
        try:
            return Meta.model_validate_json(path.read_text("utf-8"))
        except FileNotFoundError as error:
            known = ", ".join(sorted(p.parent.name for p in self.folder.glob("*/meta.json"))) or "none"
            message = f"There is no tagger model {version!r} (there are: {known}). Run `multiplier tagger train`."
            raise ArtifactError(message, version) from error
        except (ValidationError, UnicodeDecodeError, OSError) as error:
            raise ArtifactError(f"The description of tagger model {version!r} can't be read.", version) from error

    def load(self, version: str | None = None) -> tuple[Model, Meta]:
        """A version's model (default: the one in use), after its hash has been checked.

        Raises `ArtifactError` if it is missing, damaged or not the one its description names.
        """
        version = version or self.current()
        meta = self.meta(version)
        if meta.format != FORMAT:
            message = f"Tagger model {version!r} was made for another release of Multiplier (format {meta.format})."
            raise ArtifactError(f"{message} Train it again: `multiplier tagger train`.", version)
        try:
            with (self.folder / version / "model.npz").open("rb") as file:
                loaded = np.load(file, allow_pickle=False)
                arrays = {name: loaded[name] for name in loaded.files}
        except (OSError, ValueError, AttributeError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ArtifactError(f"Tagger model {version!r} is missing or damaged; restore it.", version) from error
        if digest(arrays) != meta.sha256:
            message = f"Tagger model {version!r} is not the one its description names (its hash differs)."
            raise ArtifactError(f"{message} Restore it or run `multiplier tagger rollback`.", version)
        return model_from(arrays), meta

    def save(self, model: Model, meta: Meta) -> Path:
        """Write a version (its hash is filled in) and return its folder; it isn't in use yet."""
        arrays = arrays_of(model)
        target = self.folder / meta.version
        target.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(target / "model.npz", **arrays)  # type: ignore[arg-type]
        signed = meta.model_copy(update={"sha256": digest(arrays)})
        text = json.dumps(signed.model_dump(mode="json"), indent=2, sort_keys=True)
        (target / "meta.json").write_text(text + "\n", "utf-8")
        return target

    def activate(self, version: str) -> None:
        """Put a version to use, after checking that it loads; the one before is remembered."""
        self.load(version)
        try:
            state = self._state()
        except ArtifactError:
            state = _Current(current=version)
        before = state.before if state.current == version else [*state.before, state.current]
        self._write(_Current(current=version, before=before))

    def rollback(self) -> str:
        """Go back to the version used before, and return it. Raises `ArtifactError` if there is none."""
        state = self._state()
        if not state.before:
            raise ArtifactError(f"There is no version before {state.current!r} to go back to.", state.current)
        self.load(state.before[-1])
        self._write(_Current(current=state.before[-1], before=state.before[:-1]))
        return state.before[-1]

    def _state(self) -> _Current:
        try:
            return _Current.model_validate_json((self.folder / "current.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ArtifactError("No tagger model is in use. Run `multiplier tagger train`.") from error

    def _write(self, state: _Current) -> None:
        (self.folder / "current.json").write_text(state.model_dump_json() + "\n", "utf-8")


def _packed(grams: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(grams).encode("utf-8"), np.uint8)


def _unpacked(data: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(data.tobytes().decode("utf-8").split("\n")) if len(data) else ()
