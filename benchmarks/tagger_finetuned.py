"""Does a fine-tuned encoder read better than the tagger in use? On writers unseen in training, in three folds.

The encoder's weights (and a change to each token's row) are trained further with heads for the twelve kinds and six
dimensions, on two thirds of the texts at a time. Each row is compared with the settings in use in the same folds, as in
`benchmarks.tagger_experiments`. Then the network is written as an ONNX graph and measured in 32 and 8 bits, with the
frozen encoder and the tagger's own numpy beside it. `--choose` trains on three quarters of the first fold's training
texts and tells macro-F1 on the writers of the other quarter: there the choices in `CHOICES` were made.

    OMP_NUM_THREADS=1 XLA_FLAGS=--xla_cpu_multi_thread_eigen=false uv run --with jax --with optax --with onnx \
        --with onnxruntime python -m benchmarks.tagger_finetuned [--keep FOLDER] [--choose 'epochs=3, …']

It takes the better part of an hour of one core. With `--keep`, networks that are trained lie in the folder, and a run
that was broken off goes on with them. None of these packages is among the project's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import jax.numpy as jnp  # type: ignore[import-not-found,unused-ignore]
import numpy as np
from numpy.typing import NDArray

from benchmarks import tagger_finetuned_onnx
from benchmarks.tagger_experiments import Bench, Scores
from benchmarks.tagger_finetuned_net import Choices, Weights, first_weights, read, spell, train
from bot.tagger.calibration import fit_calibration
from bot.tagger.encoder import SIZE, _encoder
from bot.tagger.figures import figures_of, macro_f1
from bot.tagger.model import KINDS, Probabilities, softmax
from bot.tagger.training import Settings, folds_of

CHOICES = Choices(epochs=5, encoder_rate=5e-4, token_rate=3e-3, dropout=0.3, word_dropout=0.2)
FOLDS = 3
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.5)


class Finetuned:
    """The texts, and networks trained on some of them."""

    def __init__(self, keep: Path) -> None:
        self.bench = Bench(Settings(folds=FOLDS))
        self.spelled = spell(self.bench.data.normalised)
        self.table = jnp.asarray(self.spelled.table())
        self.all = np.arange(len(self.bench.truth))
        self._keep = keep

    def net(self, name: str, places: NDArray[np.intp], choices: Choices = CHOICES) -> Weights:
        """A network of these texts, or the one that was kept under this name."""
        file = self._keep / f"{name}.npz"
        if file.exists():
            with np.load(file) as found:
                return dict(found)
        weights = train(
            self.spelled,
            self.table,
            self.bench.targets,
            places,
            choices,
            lambda line, _: print(f"    network {name}: {line}", flush=True),
        )
        kept = {key: np.asarray(value) for key, value in weights.items()}
        np.savez(file, **kept)  # type: ignore[arg-type]
        return kept

    def choose(self, choices: Choices) -> None:
        """Train with these choices on the inner split, and tell how it reads the writers left out, round by round."""
        inner, rest = self.inner()
        truth = self.bench.truth[inner]

        def told(line: str, weights: Weights) -> None:
            odds = read(weights, self.table, self.spelled, inner)[1]
            found = macro_f1(truth, odds[:, : len(KINDS)].argmax(axis=1))
            print(f"    {line}; macro-F1 on {len(inner)} texts of other writers {found:.4f}", flush=True)

        train(self.spelled, self.table, self.bench.targets, rest, choices, told)

    def inner(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """A quarter of the first fold's training texts, by writer, and the other three."""
        seen = self.bench.folds[0].rest
        held_out = seen[folds_of([self.bench.data.texts[int(i)] for i in seen], 4)[0]]
        return held_out, np.setdiff1d(seen, held_out)

    @cached_property
    def whole(self) -> list[tuple[Any, Any]]:
        """For each fold: embeddings and log-odds of all texts by a network of the other folds' texts."""
        nets = [self.net(f"without-{n}", fold.rest) for n, fold in enumerate(self.bench.folds)]
        return [read(weights, self.table, self.spelled, self.all) for weights in nets]

    @cached_property
    def halves(self) -> list[NDArray[np.float32]]:
        """For each fold: embeddings of all texts by a network of that fold's texts alone."""
        nets = [self.net(f"only-{n}", fold.held_out) for n, fold in enumerate(self.bench.folds)]
        return [read(weights, self.table, self.spelled, self.all)[0] for weights in nets]

    @cached_property
    def odds(self) -> Scores:
        """Out-of-fold log-probabilities of the kinds and log-odds of the dimensions."""
        found = np.zeros((len(self.all), self.whole[0][1].shape[1]), np.float32)
        for fold, (_, odds) in zip(self.bench.folds, self.whole, strict=True):
            found[fold.held_out] = odds[fold.held_out]
        found[:, : len(KINDS)] = np.log(np.clip(softmax(found[:, : len(KINDS)]), 1e-4, 1))
        return found

    def alone(self) -> Probabilities:
        """The network's own heads."""
        return self.bench.calibrated(self.odds)

    def same_texts(self) -> Probabilities:
        """The linear model on embeddings by the network that was trained on the very texts it learns from."""
        return self._linear([embeddings for embeddings, _ in self.whole])

    def crossed(self) -> Probabilities:
        """The linear model on embeddings by networks that have not seen the text's writer, in training too.

        For each fold, the two others' texts are embedded by the network of the one that they are not in, and the texts
        that are read by the mean of both. These networks saw half as many texts as those of the other rows.
        """
        wide = []
        for number, fold in enumerate(self.bench.folds):
            one, two = (n for n in range(FOLDS) if n != number)
            dense = np.zeros_like(self.halves[0])
            dense[self.bench.folds[one].held_out] = self.halves[two][self.bench.folds[one].held_out]
            dense[self.bench.folds[two].held_out] = self.halves[one][self.bench.folds[two].held_out]
            dense[fold.held_out] = (self.halves[one][fold.held_out] + self.halves[two][fold.held_out]) / 2
            wide.append(dense)
        return self._linear(wide)

    def _linear(self, wide: list[NDArray[np.float32]]) -> Probabilities:
        weights = np.repeat(self.bench.settings.embedding_weights, SIZE)
        found = np.zeros((len(self.all), len(KINDS)), np.float32)
        for fold, dense in zip(self.bench.folds, wide, strict=True):
            found[fold.held_out] = self.bench._fold_scores(
                fold, np.asarray(dense * weights, np.float64), range(len(KINDS))
            )
        return self.bench.calibrated(self.bench.with_kinds(found))

    def mixed(self) -> Probabilities:
        """The linear model's scores and a share of the network's log-probabilities, calibrated.

        For each fold the share is the one whose log-loss is least on the other two: calibrated on the one, told on the
        other, and round. All those scores are of writers that their models had not seen.
        """
        found = Probabilities(np.zeros_like(self.bench.base.kinds), np.zeros_like(self.bench.base.dimensions))
        for number, fold in enumerate(self.bench.folds):
            one, two = (self.bench.folds[n].held_out for n in range(FOLDS) if n != number)
            losses = [self._loss(share, one, two) + self._loss(share, two, one) for share in SHARES]
            share = SHARES[int(np.argmin(losses))]
            print(f"    share of the network for fold {number}: {share}", flush=True)
            scores = self._mixture(share)
            told = fit_calibration(scores[fold.rest], self._texts(fold.rest)).probabilities(scores[fold.held_out])
            found.kinds[fold.held_out], found.dimensions[fold.held_out] = told.kinds, told.dimensions
        return found

    def _mixture(self, share: float) -> Scores:
        return self.bench.with_kinds(self.bench.in_use[:, : len(KINDS)] + share * self.odds[:, : len(KINDS)])

    def _loss(self, share: float, seen: NDArray[np.intp], told: NDArray[np.intp]) -> float:
        scores = self._mixture(share)
        kinds = fit_calibration(scores[seen], self._texts(seen)).probabilities(scores[told]).kinds
        return -float(np.log(np.maximum(kinds[np.arange(len(told)), self.bench.truth[told]], 1e-9)).mean())

    def _texts(self, places: NDArray[np.intp]) -> list[Any]:
        return [self.bench.data.texts[int(i)] for i in places]

    def graphs(self) -> dict[str, Any]:
        """Speed and memory of both encoders as ONNX graphs and in numpy, and what 8 bits do to the answers."""
        weights = {name: np.asarray(value) for name, value in self.net("without-0", self.bench.folds[0].rest).items()}
        net, frozen = _encoder()._net, first_weights()
        chunk = np.arange(len(net.table)) % len(net.scale)
        table = net.table, net.scale[chunk, None], net.lo[chunk, None]
        without = {name: value for name, value in frozen.items() if not name.startswith("head")}
        paths = {"frozen": self._keep / "frozen.onnx", "fine-tuned": self._keep / "finetuned.onnx"}
        tagger_finetuned_onnx.build(paths["frozen"], without, table)
        tagger_finetuned_onnx.build(paths["fine-tuned"], weights, self._changed(table, weights))
        files = {f"{name}, 32 bits": path for name, path in paths.items()}
        files |= {f"{name}, 8 bits": tagger_finetuned_onnx.quantised(path) for name, path in paths.items()}
        found: dict[str, Any] = {"answers": self._answers(files, weights)}
        for name, file in {"numpy": Path("numpy"), **files}.items():
            command = [sys.executable, "-m", "benchmarks.tagger_finetuned_onnx", str(file)]
            line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            size = {"file_mb": round(file.stat().st_size / 1e6, 1)} if file.exists() else {}
            found[name] = json.loads(line) | size
            print(f"{name:24s} {found[name]}", flush=True)
        return found

    def _changed(self, table: tuple[Any, Any, Any], weights: Weights) -> tuple[Any, Any, Any]:
        """The token table with what the network learned of tokens, each changed row in 8 bits of its own."""
        if "token" not in weights:
            return table
        rows, scale, low = (part.copy() for part in table)
        places = self.spelled.vocabulary[1:]
        values = np.asarray(self.table)[1:] + weights["token"][1:]
        low[places] = values.min(axis=1, keepdims=True)
        scale[places] = (values.max(axis=1, keepdims=True) - low[places]) / 255
        rows[places] = np.round((values - low[places]) / scale[places])
        return rows, scale, low

    def _answers(self, files: dict[str, Path], weights: Weights) -> dict[str, Any]:
        """What the fine-tuned graphs say of the first fold's texts, which the network has not seen, against jax."""
        places = self.bench.folds[0].held_out
        truth = self.bench.truth[places]
        exact = softmax(read(weights, self.table, self.spelled, places)[1][:, : len(KINDS)])
        found = {"jax": {"macro_f1": round(macro_f1(truth, exact.argmax(axis=1)), 4)}}
        for bits in ("32 bits", "8 bits"):
            reader = tagger_finetuned_onnx.Reader(files[f"fine-tuned, {bits}"])
            odds = reader.read([self.bench.data.normalised[int(i)] for i in places])[1]
            kinds = softmax(odds[:, : len(KINDS)])
            apart = np.abs(kinds - exact)
            found[bits] = {
                "macro_f1": round(macro_f1(truth, kinds.argmax(axis=1)), 4),
                "same_kind": round(float((kinds.argmax(axis=1) == exact.argmax(axis=1)).mean()), 4),
                "mean_apart": round(float(apart.max(axis=1).mean()), 5),
                "most_apart": round(float(apart.max()), 5),
            }
            print(f"fine-tuned, {bits}, against jax: {found[bits]}", flush=True)
        return found


def main() -> None:
    """Try choices, or train and compare; print a table and one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, help="a folder for trained networks")
    parser.add_argument("--choose", help="try these choices on the inner split only: 'epochs=3, token_rate=0'")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        finetuned = Finetuned(asked.keep or Path(folder))
        if asked.choose is not None:
            pairs = (part.split("=") for part in asked.choose.split(",") if part.strip())
            values = {name.strip(): json.loads(value) for name, value in pairs}
            finetuned.choose(replace(CHOICES, **values))
            return
        print(json.dumps(_compare(finetuned)))


def _compare(finetuned: Finetuned) -> dict[str, Any]:
    bench = finetuned.bench
    _check(finetuned)
    graphs = finetuned.graphs()
    found: dict[str, Any] = {"in use": figures_of(bench.base, bench.data.texts)}
    print(f"{len(bench.truth)} texts; {'in use':40s}", found["in use"], flush=True)
    rows: dict[str, Callable[[], Probabilities]] = {
        "fine-tuned network alone": finetuned.alone,
        "linear model and network, calibrated mixture": finetuned.mixed,
        "linear model on its embeddings, same texts": finetuned.same_texts,
        "linear model on its embeddings, crossed": finetuned.crossed,
    }
    for name, row in rows.items():
        start = time.process_time()
        p = row()
        gain, low, high = (round(value, 4) for value in bench.paired(p))
        found[name] = figures_of(p, bench.data.texts) | {"gain": gain, "low": low, "high": high}
        figures = found[name]
        print(
            f"{name:46s} {figures['macro_f1']:.4f} {gain:+.4f} [{low:+.4f}, {high:+.4f}]  top2 {figures['top2']:.4f}"
            f"  recall {figures['recall_at_95']:.4f}  dim {figures['dimensions_f1']:.4f}  ece {figures['ece']:.4f}"
            f"  {time.process_time() - start:.0f} s",
            flush=True,
        )
    whole = {"folds": FOLDS, "texts": len(bench.truth), "choices": asdict(CHOICES), "found": found, "graphs": graphs}
    return {"benchmark": "tagger_finetuned", **whole}


def _check(finetuned: Finetuned) -> None:
    """Before it is trained, the network is the encoder in use."""
    some = finetuned.all[::40]
    embeddings = read(first_weights(), finetuned.table, finetuned.spelled, some)[0]
    apart = float(np.abs(embeddings - finetuned.bench.data.embeddings[some]).max())
    print(f"network before training against the encoder in use: at most {apart:.1e} apart", flush=True)
    assert apart < 1e-4


if __name__ == "__main__":
    main()
