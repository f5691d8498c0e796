"""The sentence encoder as a network that can be trained, in jax, with heads for the kinds and the dimensions.

Texts lie one after the other in rows of one fixed number of tokens, with empty rows between them, as
`bot.tagger.encoder` lays them. So one compiled function serves every batch. jax and optax are not among the project's
packages.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import jax  # type: ignore[import-not-found,unused-ignore]
import jax.numpy as jnp  # type: ignore[import-not-found,unused-ignore]
import numpy as np
import optax  # type: ignore[import-not-found,unused-ignore]
from numpy.typing import NDArray

from bot.tagger.encoder import _BEGIN, _BRANCH, _BRANCHES, _END, _REACH, SIZE, WIDTH, _encoder, sentences
from bot.tagger.model import DIMENSIONS, KINDS

#: Rows of tokens in a batch, and texts in it at most.
ROWS, TEXTS = 1280, 40
_OUT = len(KINDS) + len(DIMENSIONS)
#: What the heads see: three embeddings, and what is pooled of the whole text before the dense layers.
_SEEN = WIDTH + SIZE
Weights = dict[str, Any]


@dataclass(frozen=True)
class Choices:
    """How a network is trained. Rates are the highest ones; they rise for a tenth of the steps and fall to nothing."""

    epochs: int = 4
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    token_rate: float = 0.0  # 0: the token table stays as it is
    dropout: float = 0.2
    word_dropout: float = 0.1
    smoothing: float = 0.1
    dimensions_weigh: float = 0.5
    decay: float = 0.01
    seed: int = 0


@dataclass(frozen=True)
class Spelled:
    """Texts as tokens: places in `vocabulary`, and where whole text, first and last sentence begin and end."""

    tokens: tuple[NDArray[np.int32], ...]
    spans: NDArray[np.int32]
    vocabulary: NDArray[np.intp]

    def table(self) -> NDArray[np.float32]:
        """The encoder's numbers of every token in the vocabulary; the first row, of the empty token, is 0."""
        net = _encoder()._net
        chunk = self.vocabulary % len(net.scale)
        rows = net.table[self.vocabulary] * net.scale[chunk, None] + net.lo[chunk, None]
        rows[0] = 0
        return np.asarray(rows, np.float32)


def spell(normalised: Sequence[str]) -> Spelled:
    """Tokens of normalised texts, as the tagger's encoder sees them."""
    lists, spans = [], []
    for text in normalised:
        parts = [_encoder().tokens(part) for part in sentences(text)] or [_encoder().tokens(text)]
        ids = [_BEGIN, *chain.from_iterable(parts), _END]
        lists.append(ids)
        spans.append([[0, len(ids)], [1, 1 + len(parts[0])], [len(ids) - 1 - len(parts[-1]), len(ids) - 1]])
    vocabulary = np.array([0, *sorted(set(chain.from_iterable(lists)))])
    # The empty token stands first and is no real one.
    tokens = tuple(np.searchsorted(vocabulary[1:], ids).astype(np.int32) + 1 for ids in lists)
    return Spelled(tokens, np.array(spans, np.int32), vocabulary)


def batches(spelled: Spelled, order: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], Any, Any]]:
    """Texts in this order: which they are, their rows of tokens, and their spans in them (empty ones up to TEXTS)."""
    some: list[int] = []
    used = _REACH
    for place in [*order, -1]:
        size = 0 if place < 0 else len(spelled.tokens[place]) + _REACH
        if some and (place < 0 or len(some) == TEXTS or used + size > ROWS):
            yield np.array(some, np.intp), *_laid(spelled, some)
            some, used = [], _REACH
        some.append(int(place))
        used += size


def _laid(spelled: Spelled, some: list[int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    ids, spans, at = np.zeros(ROWS, np.int32), np.zeros((TEXTS, 3, 2), np.int32), _REACH
    for row, place in enumerate(some):
        own = spelled.tokens[place]
        ids[at : at + len(own)], spans[row] = own, spelled.spans[place] + at
        at += len(own) + _REACH
    return ids, spans


def first_weights() -> Weights:
    """The encoder's own weights, without its token table, and heads of nothing."""
    net = _encoder()._net
    names = ("proj_W", "proj_b", "ln_g_all", "ln_b_all", "ln_g", "ln_b", "cnn_W", "cnn_b")
    weights = {name: getattr(net, name) for name in (*names, "d0", "d1", "d2", "d3", "p1", "p3")}
    for number in range(len(_BRANCHES)):
        weights |= {f"{name}_{number}": getattr(net, name)[number] for name in ("w1", "b1", "w2", "b2")}
    heads = {"head_W": np.zeros((_SEEN, _OUT)), "head_b": np.zeros(_OUT)}
    return {name: np.array(value, np.float32) for name, value in (weights | heads).items()}


def seen_of(
    weights: Weights,
    table: Any,
    ids: Any,
    spans: Any,
    drop: Callable[[Any, str], Any] = lambda values, where: values,
) -> tuple[Any, Any]:
    """The three embeddings of each text (length one), and what is pooled of the whole one."""
    there = (ids > 0)[:, None].astype(jnp.float32)
    raw = table[ids]
    if "token" in weights:
        raw += weights["token"][ids]
    raw = drop(raw * there, "word")
    projected = _levelled(raw @ weights["proj_W"] + weights["proj_b"]) * weights["ln_g_all"] + weights["ln_b_all"]
    projected *= there
    outs = [raw]
    for number, (width, left) in enumerate(_BRANCHES):
        own = projected[:, number * _BRANCH : (number + 1) * _BRANCH]
        hidden = jax.nn.relu(_slots(own, width, left) @ weights[f"w1_{number}"] + weights[f"b1_{number}"]) + own
        hidden *= there
        higher = jax.nn.relu(_slots(hidden, width, left) @ weights[f"w2_{number}"] + weights[f"b2_{number}"])
        outs.append(higher + hidden)
    context = _levelled(jnp.concatenate(outs, axis=1)) * weights["ln_g"] + weights["ln_b"]
    flat = spans.reshape(-1, 2)
    place = jnp.arange(len(ids))
    inside = ((place >= flat[:, :1]) & (place < flat[:, 1:])).astype(jnp.float32)
    count = jnp.maximum(1, flat[:, 1:] - flat[:, :1]).astype(jnp.float32)
    sums = drop(inside @ context, "pooled")
    mean = (sums @ weights["cnn_W"] + count * weights["cnn_b"]) / jnp.sqrt(count)
    inner = jax.nn.relu(mean @ weights["p1"] + jax.nn.relu(mean @ weights["d0"]) @ weights["d1"])
    rows = jnp.tanh(inner @ weights["p3"] + jax.nn.relu(inner @ weights["d2"]) @ weights["d3"])
    return _long_one(rows).reshape(-1, WIDTH), _long_one(mean.reshape(-1, 3, SIZE)[:, 0])


def answers(weights: Weights, embeddings: Any, pooled: Any, drop: Any = lambda values, where: values) -> Any:
    """Twelve log-odds of the kinds and six of the dimensions."""
    seen = drop(jnp.concatenate([embeddings, pooled], axis=1) * SIZE**0.5, "seen")
    return seen @ weights["head_W"] + weights["head_b"]


def _slots(rows: Any, width: int, left: int) -> Any:
    padded = jnp.pad(rows, ((left, width - 1 - left), (0, 0)))
    return jnp.concatenate([padded[slot : slot + len(rows)] for slot in range(width)], axis=1)


def _levelled(rows: Any) -> Any:
    rows -= rows.mean(axis=1, keepdims=True)
    return rows / jnp.sqrt((rows * rows).mean(axis=1, keepdims=True) + 1e-12)


def _long_one(rows: Any) -> Any:
    return rows / jnp.sqrt(jnp.maximum((rows * rows).sum(axis=-1, keepdims=True), 1e-12))


@jax.jit  # type: ignore[untyped-decorator,unused-ignore]
def _read(weights: Weights, table: Any, ids: Any, spans: Any) -> tuple[Any, Any]:
    embeddings, pooled = seen_of(weights, table, ids, spans)
    return embeddings, answers(weights, embeddings, pooled)


def read(weights: Weights, table: Any, spelled: Spelled, places: NDArray[np.intp]) -> tuple[Any, Any]:
    """Embeddings (WIDTH numbers) and log-odds (18) of these texts."""
    embeddings, odds = np.zeros((len(places), WIDTH), np.float32), np.zeros((len(places), _OUT), np.float32)
    row_of = {int(place): row for row, place in enumerate(places)}
    for some, ids, spans in batches(spelled, places):
        rows = [row_of[int(place)] for place in some]
        found = _read(weights, table, ids, spans)
        embeddings[rows], odds[rows] = (np.asarray(part)[: len(some)] for part in found)
    return embeddings, odds


def train(
    spelled: Spelled,
    table: Any,
    targets: NDArray[np.bool_],
    places: NDArray[np.intp],
    choices: Choices,
    told: Callable[[str, Weights], None] = lambda line, weights: None,
) -> Weights:
    """A network of the texts at `places`; `targets` has a row for each kind, then one for each dimension."""
    weights: Weights = {name: jnp.asarray(value) for name, value in first_weights().items()}
    if choices.token_rate:
        weights["token"] = jnp.zeros(table.shape, jnp.float32)
    rates = dict.fromkeys(weights, choices.encoder_rate) | {"token": choices.token_rate}
    rates |= {"head_W": choices.head_rate, "head_b": choices.head_rate}
    draw = np.random.default_rng(choices.seed)
    orders = [list(batches(spelled, draw.permutation(places))) for _ in range(choices.epochs)]
    steps = sum(map(len, orders))
    mover = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.99))
    state, step, truth = mover.init(weights), 0, targets.T.astype(np.float32)

    @partial(jax.jit, donate_argnums=(0, 1))  # type: ignore[untyped-decorator,unused-ignore]
    def move(weights: Weights, state: Any, ids: Any, spans: Any, labels: Any, real: Any, key: Any, share: Any) -> Any:
        loss, slope = jax.value_and_grad(_loss)(weights, table, ids, spans, labels, real, key, choices)
        changes, state = mover.update(slope, state)
        for name, change in changes.items():
            fade = choices.decay * weights[name] if name in ("head_W", "token") else 0.0
            weights[name] -= share * rates[name] * (change + fade)
        return weights, state, loss

    for epoch, order in enumerate(orders):
        began, losses = time.process_time(), []
        for some, ids, spans in order:
            labels, real = np.zeros((TEXTS, _OUT), np.float32), np.zeros(TEXTS, np.float32)
            labels[: len(some)], real[: len(some)] = truth[some], 1
            rise, fall = step / (0.1 * steps), 0.5 + 0.5 * np.cos(np.pi * step / steps)
            key = jax.random.PRNGKey(choices.seed * 100_000 + step)
            weights, state, loss = move(weights, state, ids, spans, labels, real, key, np.float32(min(rise, fall)))
            losses.append(float(loss))
            step += 1
        told(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.process_time() - began:.0f} s", weights)
    return weights


def _loss(
    weights: Weights, table: Any, ids: Any, spans: Any, labels: Any, real: Any, key: Any, choices: Choices
) -> Any:
    keys = dict(zip(("word", "pooled", "seen"), jax.random.split(key, 3), strict=True))

    def drop(values: Any, where: str) -> Any:
        share = choices.word_dropout if where == "word" else choices.dropout
        # A dropped word is gone as a whole, and the others do not grow for it.
        kept = jax.random.bernoulli(keys[where], 1 - share, (len(values), 1) if where == "word" else values.shape)
        return values * kept if where == "word" else values * kept / (1 - share)

    odds = answers(weights, *seen_of(weights, table, ids, spans, drop), drop)
    kinds, dimensions = odds[:, : len(KINDS)], odds[:, len(KINDS) :]
    aims = labels[:, : len(KINDS)] * (1 - choices.smoothing) + choices.smoothing / len(KINDS)
    kind_losses = -(aims * jax.nn.log_softmax(kinds)).sum(axis=1)
    dimension_losses = optax.sigmoid_binary_cross_entropy(dimensions, labels[:, len(KINDS) :]).sum(axis=1)
    return (real * (kind_losses + choices.dimensions_weigh * dimension_losses)).sum() / real.sum()
